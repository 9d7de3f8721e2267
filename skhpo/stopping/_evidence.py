"""What the trials tell a model of the scores."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skhpo.trials import Trial, TrialStatus
from skhpo.trials._split_scores import (
    corrected_means,
    overlap_inflation,
    thinned_rows,
)

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
    scores = corrected_means(splits, is_known, is_whole)
    has_score = is_known.any(axis=1)
    scores[~has_score] = scores[has_score].min()
    noise_scale = n_splits / np.where(failed, n_splits, is_known.sum(axis=1))
    best = splits[is_whole][scores[is_whole].argmax()]
    rows = thinned_rows(scores, _MOST_FITTED)
    return Evidence(
        points=np.array([over[row].candidate.point for row in rows]),
        scores=scores[rows],
        noise_scale=noise_scale[rows],
        best=float(best.mean()),
        noise=float(best.std(ddof=1) * np.sqrt(overlap_inflation(n_splits))),
        n_candidates=len(trials),
    )
