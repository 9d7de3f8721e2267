"""What a racing rule is asked."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class RacingRule(Protocol):
    """Says whether a candidate can still win.

    It is asked whenever a further split score of a candidate has been told and there
    are scores of another one. What it answers depends on its two arguments alone, so
    that a search gives the same result whatever the timing.

    .. versionadded:: 0.1

    Examples
    --------
    >>> from skhpo.racing import ForgivingRule, RacingRule
    >>> rule: RacingRule = ForgivingRule()
    """

    def is_hopeless(self, scores: FloatArray, others: FloatArray) -> bool:
        """Tell whether a candidate is to be discarded.

        Parameters
        ----------
        scores : ndarray of shape (n_splits,), dtype float64
            Its scores, greater is better; NaN for the splits that have not been told.
            At least one is known, and not all.

        others : ndarray of shape (n_others, n_splits), dtype float64
            The scores of every other candidate that has any, at least one; NaN for
            the splits that have not been told. A complete candidate has no NaN.

        Returns
        -------
        is_hopeless : bool
            Whether its other splits are not worth a fit.
        """
        ...


def complete_rows(others: FloatArray) -> FloatArray:
    """Return the scores of the candidates that are complete."""
    return others[np.isfinite(others).all(axis=1)]
