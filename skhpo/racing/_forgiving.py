"""The forgiving rule: worse than the worst split of the best candidate."""

from dataclasses import dataclass

from skhpo.racing._base import FloatArray


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
    >>> ForgivingRule().is_hopeless(np.array([0.79]), incumbent)
    True
    >>> ForgivingRule().is_hopeless(np.array([0.81]), incumbent)
    False
    """

    def is_hopeless(self, scores: FloatArray, complete: FloatArray) -> bool:
        """Tell whether the mean is below the worst split of the best candidate.

        Parameters
        ----------
        scores : ndarray of shape (n_told,), dtype float64
            The scores of the candidate's first splits.

        complete : ndarray of shape (n_complete, n_splits), dtype float64
            The scores of the complete candidates.

        Returns
        -------
        is_hopeless : bool
            Whether its other splits are not worth a fit.
        """
        incumbent = complete[complete.mean(axis=1).argmax()]
        return bool(scores.mean() < incumbent.min())
