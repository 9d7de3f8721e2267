"""The predictive rule: what its fits are expected to gain is not worth them."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from skhpo.racing._base import FloatArray, complete_rows

# Noise and prior are those of so many complete candidates at least. Two are often
# alike, and then everything that is behind on its first split is given up: in replays
# of recorded searches that looked better, in searches it was worse.
_FEWEST_COMPLETE = 3
_ROUNDING = 1e-12


@dataclass(frozen=True)
class PredictiveRule:
    """Discards a candidate whose other fits are expected to gain too little.

    All candidates meet the same hard and easy splits, so the score of candidate i on
    split j is modelled as

        s_ij = mu_i + b_j + e_ij,   e_ij ~ N(0, sigma^2),   mu_i ~ N(m, t^2),

    where b_j is the effect of the split among the better half of the complete
    candidates, sigma^2 is the variance that remains there, and m and t^2 are the mean
    and the variance of the means of all complete candidates. Given the scores of k of
    K splits, the candidate's final mean M is then normal as well (known scores count
    as they are, the others as predicted). With M* the mean of the best complete
    candidate, the candidate is hopeless if

        E[max(M - M*, 0)] / (K - k)  <  gain * (sigma / sqrt(K)) / K,

    that is, if the improvement that each of its fits is expected to bring is a small
    part of the standard error of a mean, spread over the fits that such a mean takes.
    With the default and 5 or 10 splits it is then above the best with a probability of
    some 10 to 20%.

    While fewer than three candidates are complete, a candidate is compared with the
    best of those that have its splits: sigma^2 is estimated from their scores on
    these, with two degrees of freedom at least, the means are believed as they are,
    and the best one's final mean is uncertain, too. It is the futility stop of
    sequential trials [1]_ in the paired form that racing for configurations uses
    [2]_, with the expected improvement in place of a probability.

    .. versionadded:: 0.1

    Parameters
    ----------
    gain : float, default=0.2
        The least improvement that a fit must promise, see the equation; above 0.
        ``benchmarks/fewer_fits.py`` prints what is saved and what is lost.

    Raises
    ------
    ValueError
        If the gain is not above 0.

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
    >>> others = np.array([[0.90], [0.85], [0.80]]) + splits
    >>> others[1] += [0.01, 0.0, -0.01, 0.0]
    >>> PredictiveRule().is_hopeless(np.array([0.82, np.nan, np.nan, np.nan]), others)
    True
    >>> PredictiveRule().is_hopeless(np.array([0.91, np.nan, np.nan, np.nan]), others)
    False
    """

    gain: float = 0.2

    def __post_init__(self) -> None:
        """Check the gain: without any, nothing would be given up."""
        if not 0.0 < self.gain < np.inf:
            raise ValueError(
                "The 'gain' of PredictiveRule must be above 0 and finite. Got "
                f"{self.gain!r}; the default 0.2 suits most searches, and racing=None "
                "gives nothing up."
            )

    def is_hopeless(self, scores: FloatArray, others: FloatArray) -> bool:
        """Tell whether the other fits of a candidate promise too little.

        Parameters
        ----------
        scores : ndarray of shape (n_splits,), dtype float64
            The scores of the candidate, NaN where there is none.

        others : ndarray of shape (n_others, n_splits), dtype float64
            The scores of the other candidates, NaN where there is none.

        Returns
        -------
        is_hopeless : bool
            Whether its other splits are not worth a fit.
        """
        is_told = np.isfinite(scores)
        n_left = int((~is_told).sum())
        complete = complete_rows(others)
        if len(complete) >= _FEWEST_COMPLETE:
            mean, variance, noise = _predict(scores, complete)
        else:
            has_same = np.isfinite(others[:, is_told]).all(axis=1)
            peers = np.vstack([scores[is_told], others[has_same][:, is_told]])
            is_best = peers.mean(axis=1).argmax() == 0
            if is_best or (peers.shape[0] - 1) * (peers.shape[1] - 1) < 2:
                return False
            mean, variance, noise = _predict_early(peers, n_left)
        share = n_left / len(scores)
        least = self.gain * np.sqrt(noise / len(scores)) * share
        expected = _expected_improvement(mean, np.sqrt(variance))
        # without noise, equal scores differ by their rounding only
        return bool(expected < max(least, _ROUNDING * np.abs(complete).max(initial=0)))


def _predict(scores: FloatArray, complete: FloatArray) -> tuple[float, float, float]:
    """Return mean and variance of the final difference to the best, and sigma^2."""
    is_told = np.isfinite(scores)
    n_told, n_left = int(is_told.sum()), int((~is_told).sum())
    noise, effects = _noise_and_effects(complete)
    means = complete.mean(axis=1)
    spread = float(means.var())
    trust = spread / (spread + noise / n_told) if spread > 0.0 else 0.0
    own = float((scores - effects)[is_told].mean())
    level = trust * own + (1.0 - trust) * float(means.mean())
    final = float(np.where(is_told, scores, level + effects).mean())
    share = n_left / len(scores)
    variance = share**2 * noise * (trust / n_told + 1.0 / n_left)
    return final - float(means.max()), variance, noise


def _predict_early(peers: FloatArray, n_left: int) -> tuple[float, float, float]:
    """Return the same where the best is not complete; row 0 is the candidate's."""
    n_told = peers.shape[1]
    noise, _ = _noise_and_effects(peers)
    means = peers.mean(axis=1)
    share = n_left / (n_told + n_left)
    variance = share**2 * 2.0 * noise * (1.0 / n_told + 1.0 / n_left)
    return float(means[0] - means.max()), variance, noise


def _noise_and_effects(table: FloatArray) -> tuple[float, FloatArray]:
    """Return the variance that candidates and splits leave, and the split effects.

    Only the better half counts: the scores of bad candidates often scatter more, and
    the question is about candidates near the best.
    """
    order = np.argsort(-table.mean(axis=1), kind="stable")
    better = table[order[: max(_FEWEST_COMPLETE, (len(table) + 1) // 2)]]
    effects = better.mean(axis=0) - better.mean()
    residuals = better - better.mean(axis=1, keepdims=True) - effects
    n_free = (better.shape[0] - 1) * (better.shape[1] - 1)
    return float((residuals**2).sum() / n_free), effects


def _expected_improvement(mean: float, deviation: float) -> float:
    """Return the expectation of max(x, 0) for a normal x."""
    if deviation <= 0.0:
        return max(mean, 0.0)
    z = mean / deviation
    density = np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi)
    return float(mean * ndtr(z) + deviation * density)
