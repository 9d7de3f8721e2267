"""The forgiving rule: worse than the worst split of the best candidate."""

from dataclasses import dataclass

import numpy as np

from skhpo.racing._base import FloatArray, complete_rows


@dataclass(frozen=True)
class ForgivingRule:
    """Discards a candidate whose mean so far is below the incumbent's worst split.

    The rule of Bergman et al. [1]_, who found it robust. It needs no assumption and
    seldom discards a winner, but where splits differ much from each other it
    discards little.

    .. versionadded:: 0.1

    References
    ----------
    .. [1] E. Bergman, L. Purucker, F. Hutter, "Don't waste your time: early stopping
       cross-validation", 2024.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.racing import ForgivingRule
    >>> incumbent = np.array([[0.90, 0.80, 0.85]])
    >>> ForgivingRule().is_hopeless(np.array([0.79, np.nan, np.nan]), incumbent)
    True
    >>> ForgivingRule().is_hopeless(np.array([0.81, np.nan, np.nan]), incumbent)
    False
    """

    def is_hopeless(self, scores: FloatArray, others: FloatArray) -> bool:
        """Tell whether the mean is below the worst split of the best candidate.

        Parameters
        ----------
        scores : ndarray of shape (n_splits,), dtype float64
            The scores of the candidate, NaN where there is none.

        others : ndarray of shape (n_others, n_splits), dtype float64
            The scores of the other candidates, NaN where there is none. Only those
            of complete candidates count; without any, nothing is hopeless.

        Returns
        -------
        is_hopeless : bool
            Whether its other splits are not worth a fit.
        """
        complete = complete_rows(others)
        if not len(complete):
            return False
        incumbent = complete[complete.mean(axis=1).argmax()]
        return bool(np.nanmean(scores) < incumbent.min())
