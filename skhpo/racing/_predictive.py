"""The predictive rule: too improbable to end above the best candidate."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from skhpo.racing._base import FloatArray

# With fewer complete candidates the spread of the differences is a guess.
_FEWEST_COMPLETE = 3


@dataclass(frozen=True)
class PredictiveRule:
    """Discards a candidate that will hardly end above the incumbent.

    Candidates are compared split by split, because all of them meet the same hard
    and easy splits. The difference d of a candidate to the incumbent on a split is
    modelled as

        d = delta + e,   e ~ N(0, 2 sigma^2),   delta ~ N(m, t^2),

    where sigma^2 is what the scores of complete candidates retain of variance after
    the effects of candidates and of splits, and m and t^2 are mean and variance of
    delta over the complete candidates. Given k of K differences, their mean over all
    K splits is then normal as well (known ones count as they are, the others as
    predicted), and the candidate is hopeless if that mean exceeds 0 with a
    probability below `risk`. It is the futility stop of sequential trials [1]_, in
    the paired form that racing for configurations uses [2]_.

    .. versionadded:: 0.1

    Parameters
    ----------
    risk : float, default=0.1
        The greatest probability to win that is given up each time it is asked, above
        0 and below 0.5. A winner that is given up would mostly have won by less than
        the noise of the scores. ``benchmarks/fewer_fits.py`` prints what is saved and
        what is lost.

    Raises
    ------
    ValueError
        If the risk is out of these bounds.

    References
    ----------
    .. [1] D. J. Spiegelhalter, L. S. Freedman, P. R. Blackburn, "Monitoring clinical
       trials: conditional or predictive power?", 1986.

    .. [2] M. Birattari, Z. Yuan, P. Balaprakash, T. Stuetzle, "F-race and iterated
       F-race: an overview", 2010.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.racing import PredictiveRule
    >>> splits = np.array([0.0, 0.05, -0.05, 0.02])
    >>> complete = np.array([[0.90], [0.85], [0.80]]) + splits
    >>> complete[1] += [0.01, 0.0, -0.01, 0.0]
    >>> PredictiveRule().is_hopeless(np.array([0.82]), complete)
    True
    >>> PredictiveRule().is_hopeless(np.array([0.895]), complete)
    False
    """

    risk: float = 0.1

    def __post_init__(self) -> None:
        """Check the risk: from 0.5 on the rule would give up what is ahead."""
        if not 0.0 < self.risk < 0.5:
            raise ValueError(
                "The 'risk' of PredictiveRule must be above 0 and below 0.5. Got "
                f"{self.risk!r}; the default 0.1 suits most searches, and racing=None "
                "gives nothing up."
            )

    def is_hopeless(self, scores: FloatArray, complete: FloatArray) -> bool:
        """Tell whether the candidate will hardly end above the incumbent.

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
        if len(complete) < _FEWEST_COMPLETE:
            return False
        return self.probability_to_win(scores, complete) < self.risk

    def probability_to_win(self, scores: FloatArray, complete: FloatArray) -> float:
        """Return the probability that the candidate ends above the incumbent.

        Parameters
        ----------
        scores : ndarray of shape (n_told,), dtype float64
            The scores of the candidate's first splits.

        complete : ndarray of shape (n_complete, n_splits), dtype float64
            The scores of the complete candidates.

        Returns
        -------
        probability : float
            Between 0 and 1.
        """
        means = complete.mean(axis=1)
        incumbent = complete[means.argmax()]
        n_told, n_splits = len(scores), complete.shape[1]
        n_left = n_splits - n_told
        known = float((scores - incumbent[:n_told]).mean())
        # a difference has the noise of two scores
        noise = 2.0 * _residual_variance(complete)
        behind = means - means.max()
        spread = float(behind.var())
        trust = spread / (spread + noise / n_told) if spread > 0.0 else 0.0
        delta = trust * known + (1.0 - trust) * float(behind.mean())
        share = n_left / n_splits
        mean = (1.0 - share) * known + share * delta
        variance = share**2 * (trust * noise / n_told + noise / n_left)
        if variance <= 0.0:
            return float(mean > 0.0)
        return float(ndtr(mean / np.sqrt(variance)))


def _residual_variance(complete: FloatArray) -> float:
    """Return the variance that the effects of candidates and of splits leave.

    Only the better half counts: the scores of bad candidates often scatter more, and
    the question is about candidates near the best.
    """
    means = complete.mean(axis=1)
    n_rows = max(_FEWEST_COMPLETE, (len(complete) + 1) // 2)
    better = complete[np.argsort(-means, kind="stable")[:n_rows]]
    residuals = (
        better
        - better.mean(axis=1, keepdims=True)
        - better.mean(axis=0, keepdims=True)
        + better.mean()
    )
    n_free = (better.shape[0] - 1) * (better.shape[1] - 1)
    return float((residuals**2).sum() / max(n_free, 1))
