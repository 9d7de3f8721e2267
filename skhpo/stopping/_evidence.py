"""What the trials tell a model of the scores."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from skhpo.trials import Trial, TrialStatus

FloatArray = NDArray[np.float64]

# The model is fitted to no more candidates than this.
_MOST_FITTED = 200

# With fewer of them the shape of the scores is a guess.
_FEWEST_COMPLETE = 5


@dataclass(frozen=True, eq=False)
class Evidence:
    """The candidates that are over, and how well the best of them is known.

    Parameters
    ----------
    points : ndarray of shape (n, n_dims), dtype float64
        Their points.

    scores : ndarray of shape (n,), dtype float64
        Their mean scores, all finite; a failed candidate has the worst.

    noise_scale : ndarray of shape (n,), dtype float64
        How many times greater the variance of each is than that of a mean over all
        splits.

    best : float
        The best score of a complete candidate.

    noise : float
        Its standard error.

    n_candidates : int
        How many candidates there are, also where not all of them are here.
    """

    points: FloatArray
    scores: FloatArray
    noise_scale: FloatArray
    best: float
    noise: float
    n_candidates: int


def collect_evidence(trials: Sequence[Trial]) -> Evidence | None:
    """Gather what is known of the candidates that are over; None if it is too little.

    The order in which they were told does not matter.
    """
    over = sorted(
        (trial for trial in trials if trial.status is not TrialStatus.RUNNING),
        key=lambda trial: trial.candidate.index,
    )
    if len(over) < _FEWEST_COMPLETE:
        return None
    splits = np.array([trial.split_scores for trial in over])
    statuses = np.array([trial.status for trial in over], dtype=object)
    failed = np.asarray(statuses == TrialStatus.FAILED, dtype=bool)
    is_known = np.isfinite(splits) & ~failed[:, None]
    is_whole = is_known.all(axis=1)
    n_splits = splits.shape[1]
    if is_whole.sum() < _FEWEST_COMPLETE or n_splits < 2:
        return None
    scores = _means(splits, is_known, is_whole)
    scores[~is_known.any(axis=1)] = np.nanmin(scores)
    best = splits[is_whole][scores[is_whole].argmax()]
    # Nadeau and Bengio's correction, where the test set is 1/(K - 1) of the training
    # set: as with K folds, and not known of other splitters.
    inflation = 1.0 / n_splits + 1.0 / (n_splits - 1)
    evidence = Evidence(
        points=np.array([trial.candidate.point for trial in over]),
        scores=scores,
        noise_scale=n_splits / np.where(failed, n_splits, is_known.sum(axis=1)),
        best=float(best.mean()),
        noise=float(best.std(ddof=1) * np.sqrt(inflation)),
        n_candidates=len(trials),
    )
    return _thinned(evidence)


def _means(
    splits: FloatArray, is_known: NDArray[np.bool_], is_whole: NDArray[np.bool_]
) -> FloatArray:
    """Return the mean of the known splits, corrected by how hard these are."""
    whole = splits[is_whole]
    effects = np.where(is_whole[:, None], 0.0, (whole - whole.mean()).mean(axis=0))
    sums = np.where(is_known, splits - effects, 0.0).sum(axis=1)
    n_known = is_known.sum(axis=1)
    return np.where(n_known > 0, sums / np.maximum(n_known, 1), np.nan)


def _thinned(evidence: Evidence) -> Evidence:
    """Keep the best half of the limit, and others evenly in the order of scores."""
    n = len(evidence.scores)
    if n <= _MOST_FITTED:
        return evidence
    order = np.argsort(-evidence.scores, kind="stable")
    n_best = _MOST_FITTED // 2
    others = np.linspace(n_best, n - 1, _MOST_FITTED - n_best).astype(np.intp)
    rows = np.sort(np.concatenate([order[:n_best], order[others]]))
    return replace(
        evidence,
        points=evidence.points[rows],
        scores=evidence.scores[rows],
        noise_scale=evidence.noise_scale[rows],
    )
