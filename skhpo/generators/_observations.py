"""What the trials say, as arrays that a model can be fitted to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from skhpo.fidelity import level_scores
from skhpo.pareto import crowded_order
from skhpo.trials import Trial, TrialStatus
from skhpo.trials._split_scores import corrected_means

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.intp]

# Scores beyond this are cut, so that their sums cannot overflow.
_LARGEST_SCORE = 1e150


@dataclass(frozen=True, eq=False)
class Observations:
    """The candidates that have a score.

    Parameters
    ----------
    indices : ndarray of shape (n,), dtype intp
        The candidates, in the order of proposal.

    scores : ndarray of shape (n,) or (n, n_objectives), dtype float64
        Their scores, all finite; a failed candidate has the worst.

    noise_scale : ndarray of shape (n,), dtype float64
        K / k: how many times greater the variance of each score is than that of
        a mean over all splits.

    has_failed : ndarray of shape (n,), dtype bool
        Which candidates failed.
    """

    indices: IntArray
    scores: FloatArray
    noise_scale: FloatArray
    has_failed: BoolArray

    @property
    def n_finite(self) -> int:
        """The number of candidates that did not fail."""
        return int((~self.has_failed).sum())

    def finite_scores(self) -> dict[int, float]:
        """Return the score of each candidate that did not fail, of one objective."""
        kept = self.take(~self.has_failed)
        return dict(zip(kept.indices.tolist(), kept.scores.tolist(), strict=True))

    def best_first(self) -> IntArray:
        """Return the rows, the best first; of several objectives the front first."""
        if self.scores.ndim == 2:
            return crowded_order(self.scores)
        return np.argsort(-self.scores, kind="stable")

    def take(self, rows: IntArray | BoolArray) -> Self:
        """Keep some of the candidates."""
        return type(self)(
            self.indices[rows],
            self.scores[rows],
            self.noise_scale[rows],
            self.has_failed[rows],
        )


def collect_observations(trials: Mapping[int, Trial]) -> Observations:
    """Turn trials into observations, each objective for itself.

    The mean over a part of the splits is corrected by the split effects, because
    some splits are harder than others; scores with a part of a resource are shifted to
    those with more of it, and count for less. Without any finite score nothing is
    observed; a running trial without any is left out.
    """
    if all(trial.split_scores.ndim == 1 for trial in trials.values()):
        return _collect(trials)
    n_objectives = max(trial.n_objectives for trial in trials.values())
    columns = [
        _collect({index: _objective(trial, k) for index, trial in trials.items()})
        for k in range(n_objectives)
    ]
    scores = np.column_stack([column.scores for column in columns])
    return replace(columns[0], scores=scores)


def _objective(trial: Trial, number: int) -> Trial:
    """Return a trial of one objective; a split is known if all objectives are."""
    is_known = np.isfinite(trial.split_scores).all(axis=1)
    scores = np.where(is_known, trial.split_scores[:, number], np.nan)
    return replace(trial, split_scores=scores)


def _collect(trials: Mapping[int, Trial]) -> Observations:
    """Turn trials with one objective into observations."""
    indices = np.array(sorted(trials), dtype=np.intp)
    split_scores = _stack([trials[index].split_scores for index in indices])
    statuses = np.array([trials[index].status.value for index in indices], dtype=object)
    n_splits = np.array([trials[index].split_scores.size for index in indices])
    is_known = np.isfinite(split_scores)
    n_known = is_known.sum(axis=1)
    has_failed = _has_failed(statuses, n_known, n_splits)
    is_finite = (n_known > 0) & ~has_failed
    scores = corrected_means(split_scores, is_known, is_finite & (n_known == n_splits))
    noise_scale = n_splits / np.maximum(n_known, 1)
    if any(trial.resource is not None for trial in trials.values()):
        own = [trials[index] for index in indices[is_finite]]
        scores[is_finite], noise_of_rung = level_scores(
            scores[is_finite],
            [trial.resource or 0 for trial in own],
            [trial.lower_scores for trial in own],
        )
        noise_scale[is_finite] *= noise_of_rung
    scores[has_failed] = scores[is_finite].min(initial=np.inf)
    noise_scale[has_failed] = 1.0
    observations = Observations(indices, scores, noise_scale, has_failed)
    return observations.take((is_finite | has_failed) & np.isfinite(scores))


def _stack(rows: list[FloatArray]) -> FloatArray:
    """Return the split scores as one array, cut to what can be summed."""
    n_splits = max((len(row) for row in rows), default=1)
    stacked = np.full((len(rows), n_splits), np.nan)
    for position, row in enumerate(rows):
        stacked[position, : len(row)] = row
    stacked[np.isinf(stacked)] = np.nan
    cut = np.clip(stacked, -_LARGEST_SCORE, _LARGEST_SCORE)
    return np.asarray(cut, dtype=np.float64)


def _has_failed(
    statuses: NDArray[np.object_], n_known: IntArray, n_splits: IntArray
) -> BoolArray:
    """Tell which trials are over without the score that they should have.

    A trial told as complete whose scores are not all finite is taken for failed,
    whatever the caller makes of it; so is one discarded without any.
    """
    is_complete = statuses == TrialStatus.COMPLETE.value
    is_discarded = statuses == TrialStatus.DISCARDED.value
    return np.asarray(
        (statuses == TrialStatus.FAILED.value)
        | (is_complete & (n_known < n_splits))
        | (is_discarded & (n_known == 0)),
        dtype=bool,
    )
