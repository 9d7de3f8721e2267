"""What a rule for the winner may offer besides being callable."""

from collections.abc import Mapping
from typing import Any, Protocol, Self, runtime_checkable

from skhpo.space import SearchSpace


@runtime_checkable
class SpaceAwareRule(Protocol):
    """A ``refit`` callable that wants to know the search space.

    scikit-learn hands a ``refit`` callable nothing but `cv_results_`. The searches of
    skhpo ask a rule that has this method for a copy that knows their space, and call
    that copy; the rule itself, an argument of the search, is left as it is.

    .. versionadded:: 0.1

    Examples
    --------
    >>> from skhpo.refit import PosteriorMean, SpaceAwareRule
    >>> isinstance(PosteriorMean(), SpaceAwareRule)
    True
    """

    def with_space(self, space: SearchSpace) -> Self:
        """Give the rule for the searches of a space.

        Parameters
        ----------
        space : SearchSpace
            The space that the candidates come from.

        Returns
        -------
        rule : SpaceAwareRule
            A rule that knows the space.
        """
        ...

    def __call__(self, cv_results: Mapping[str, Any]) -> int:
        """Return the row of the winner."""
        ...
