"""How much of the winner's lead is noise."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from skhpo.trials._split_scores import overlap_inflation

FloatArray = NDArray[np.float64]

# Below these, what the splits say of the noise is itself mostly noise.
FEWEST_SPLITS = 3
_LEVEL = 0.05


@dataclass(frozen=True)
class Comparison:
    """The winner against one other candidate, on the same splits.

    .. versionadded:: 0.1

    Parameters
    ----------
    difference : float
        By how much the winner's mean score is greater.

    standard_error : float
        The standard error of the difference, with the correction of Nadeau and Bengio
        for training sets that overlap; NaN with a single split.

    p_value : float
        How probable a lead at least as great would be without any difference; NaN
        where the splits do not tell.

    Examples
    --------
    >>> from skhpo.inspection import Comparison
    >>> Comparison(0.02, 0.01, 0.04).is_clear
    True
    """

    difference: float
    standard_error: float
    p_value: float

    @property
    def is_clear(self) -> bool:
        """Whether chance alone would seldom (below 5%) give such a lead."""
        return self.p_value < _LEVEL

    @classmethod
    def of(cls, winner: FloatArray, other: FloatArray) -> "Comparison":
        """Compare the scores of two candidates, split by split.

        Parameters
        ----------
        winner, other : ndarray of shape (n_splits,), dtype float64
            The scores.

        Returns
        -------
        comparison : Comparison
            The paired comparison.
        """
        differences = winner - other
        n = len(differences)
        mean = float(differences.mean())
        error = corrected_error(differences)
        if math.isnan(error):
            return cls(mean, math.nan, math.nan)
        if error == 0.0:
            return cls(mean, 0.0, 1.0 if mean == 0.0 else 0.0)
        return cls(mean, error, float(student.sf(mean / error, n - 1)))


@dataclass(frozen=True)
class WinnersCurse:
    """What the best score owes to having been the best of many.

    Each split is left out in turn: the winner on the other splits is looked up on the
    one left out, where nothing was selected. What the winner of all splits promises
    beyond that, on the average and both measured against the mean of all candidates
    on the same splits, is the estimate. It is scaled down to the noise of all splits,
    which is less than that of all but one.

    .. versionadded:: 0.1

    Parameters
    ----------
    estimate : float
        By how much the best score is too good, in the unit of the score; at least 0,
        NaN where it cannot be told.

    n_candidates : int
        Among how many candidates the best was selected.

    Examples
    --------
    >>> from skhpo.inspection import WinnersCurse
    >>> WinnersCurse(0.01, 40).estimate
    0.01
    """

    estimate: float
    n_candidates: int

    @classmethod
    def of(cls, split_scores: FloatArray) -> "WinnersCurse":
        """Estimate it from the scores of all complete candidates.

        Parameters
        ----------
        split_scores : ndarray of shape (n, n_splits), dtype float64
            Finite scores.

        Returns
        -------
        curse : WinnersCurse
            The estimate.
        """
        n, n_splits = split_scores.shape
        if n_splits < FEWEST_SPLITS or n < 2:
            return cls(math.nan, n)
        # How hard a split is says nothing about candidates.
        centred = split_scores - split_scores.mean(axis=0)
        promised, kept = [], []
        for left in range(n_splits):
            others = np.delete(centred, left, axis=1).mean(axis=1)
            winner = int(others.argmax())
            promised.append(others[winner])
            kept.append(centred[winner, left])
        gap = float(np.mean(promised) - np.mean(kept))
        return cls(max(gap, 0.0) * math.sqrt((n_splits - 1) / n_splits), n)


@dataclass(frozen=True)
class Lead:
    """The winner's lead, and what it is worth.

    .. versionadded:: 0.1

    Parameters
    ----------
    best_score : float
        The winner's mean score.

    standard_error : float
        Its standard error with the correction of Nadeau and Bengio; NaN with one
        split.

    runner_up : Comparison or None
        The winner against the second best; None where there is none.

    n_close : int
        How many other candidates the winner does not clearly beat; -1 where the
        splits do not tell.

    curse : WinnersCurse
        What the best score owes to having been selected.

    baseline : Comparison or None
        The winner against the estimator as it was given; None if that was not
        evaluated, or is itself the winner.

    baseline_is_winner : bool
        Whether the estimator as it was given is the winner.

    n_splits : int
        How many splits there are.

    References
    ----------
    .. [1] C. Nadeau, Y. Bengio, "Inference for the generalization error", 2003.

    Examples
    --------
    >>> from skhpo.inspection import Comparison, Lead, WinnersCurse
    >>> lead = Lead(
    ...     best_score=0.9,
    ...     standard_error=0.01,
    ...     runner_up=Comparison(0.02, 0.01, 0.04),
    ...     n_close=0,
    ...     curse=WinnersCurse(0.004, 20),
    ...     baseline=None,
    ...     baseline_is_winner=False,
    ...     n_splits=5,
    ... )
    >>> lead.runner_up.is_clear
    True
    """

    best_score: float
    standard_error: float
    runner_up: Comparison | None
    n_close: int
    curse: WinnersCurse
    baseline: Comparison | None
    baseline_is_winner: bool
    n_splits: int

    @property
    def can_tell(self) -> bool:
        """Whether there are splits enough to speak of noise."""
        return self.n_splits >= FEWEST_SPLITS


def lead_of(split_scores: FloatArray, best: int, baseline: int | None) -> Lead:
    """Return the lead of a row of finite scores over the other rows."""
    winner = split_scores[best]
    means = split_scores.mean(axis=1)
    others = np.delete(np.arange(len(means)), best)
    compared = [Comparison.of(winner, split_scores[row]) for row in others]
    second = None
    if len(others):
        second = compared[int(np.argmax(means[others]))]
    tells = len(winner) >= FEWEST_SPLITS
    return Lead(
        best_score=float(winner.mean()),
        standard_error=corrected_error(winner),
        runner_up=second,
        n_close=sum(not one.is_clear for one in compared) if tells else -1,
        curse=WinnersCurse.of(split_scores),
        baseline=None
        if baseline is None or baseline == best
        else Comparison.of(winner, split_scores[baseline]),
        baseline_is_winner=baseline == best,
        n_splits=len(winner),
    )


def corrected_error(scores: FloatArray) -> float:
    """Return the standard error of a mean over splits whose training sets overlap."""
    n = len(scores)
    if n < 2:
        return math.nan
    return float(scores.std(ddof=1) * math.sqrt(overlap_inflation(n)))
