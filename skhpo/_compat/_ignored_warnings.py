"""Ignores warnings that are no news, in threads too, and leaves no trace of it."""

import contextlib
import itertools
import warnings
from collections.abc import Iterator

from sklearn.exceptions import ConvergenceWarning

_NUMBERS = itertools.count()
# A comment in a pattern, by which our filters are known.
_MARK = "(?#skhpo "

# That it has not converged is the point of a part of a training.
NOT_CONVERGED = ("", ConvergenceWarning)
# Weights are balanced by the same rows each time.
BALANCED_AGAIN = ("class_weight presets", UserWarning)


@contextlib.contextmanager
def ignoring(*ignored: tuple[str, type[Warning]]) -> Iterator[None]:
    """Ignore warnings for a while.

    Threads that save and restore all filters side by side, as
    `warnings.catch_warnings` does, leave those of each other behind for ever. So this
    takes away what it has added, and nothing else. Where scikit-learn saves and
    restores them meanwhile some may stay: `forget_ignored` takes them away.

    Parameters
    ----------
    *ignored : tuple of (str, type)
        A pattern of the beginning of the message, and the category.

    Yields
    ------
    None
        Nothing.
    """
    # The number makes the filters those of this call alone.
    mark = f"{_MARK}{next(_NUMBERS)})"
    for message, category in ignored:
        warnings.filterwarnings("ignore", mark + message, category)
    added_to = warnings.filters
    try:
        yield
    finally:
        for filters in (added_to, warnings.filters):
            _remove_marked(filters, mark)


def forget_ignored() -> None:
    """Ignore no more what `ignoring` has ignored, where nothing runs any more."""
    _remove_marked(warnings.filters, _MARK)


def _remove_marked(filters: object, mark: str) -> None:
    """Take the filters out whose pattern has a mark."""
    assert isinstance(filters, list)
    for one in filters.copy():
        if getattr(one[1], "pattern", "").startswith(mark):
            with contextlib.suppress(ValueError):
                filters.remove(one)
