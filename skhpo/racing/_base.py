"""What a racing rule is asked."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class RacingRule(Protocol):
    """Says whether a candidate can still win.

    It is asked whenever a further split score of a candidate has been told, and only
    while at least one candidate is complete. What it answers depends on its two
    arguments alone, so that a search gives the same result whatever the timing.

    .. versionadded:: 0.1

    Examples
    --------
    >>> from skhpo.racing import ForgivingRule, RacingRule
    >>> rule: RacingRule = ForgivingRule()
    """

    def is_hopeless(self, scores: FloatArray, complete: FloatArray) -> bool:
        """Tell whether a candidate is to be discarded.

        Parameters
        ----------
        scores : ndarray of shape (n_told,), dtype float64
            The finite scores of its first splits, greater is better; at least one,
            and not all.

        complete : ndarray of shape (n_complete, n_splits), dtype float64
            The finite scores of the complete candidates, at least one.

        Returns
        -------
        is_hopeless : bool
            Whether its other splits are not worth a fit.
        """
        ...
