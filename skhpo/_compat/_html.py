"""The border to scikit-learn's HTML representation of estimators.

From 1.6 to 1.9 notebooks ask for ``_repr_mimebundle_`` or ``_repr_html_``, and the
latter is a property that returns ``_repr_html_inner``; what these call changed.
"""

from typing import Any


class HTMLWithStatus:
    """Puts a line of status before scikit-learn's own diagram of an estimator."""

    def _status_html(self) -> str:
        """Return the line, as HTML."""
        raise NotImplementedError

    def _repr_html_inner(self) -> str:
        """Return the HTML that ``_repr_html_`` gives."""
        host: Any = super()
        return self._status_html() + str(host._repr_html_inner())

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        """Return what notebooks show."""
        host: Any = super()
        bundle: dict[str, Any] = host._repr_mimebundle_(**kwargs)
        if "text/html" in bundle:
            bundle["text/html"] = self._status_html() + bundle["text/html"]
        return bundle
