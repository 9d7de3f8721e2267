"""What is known of a candidate's evaluation."""

import enum
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from skhpo.trials._candidate import Candidate


class TrialStatus(enum.Enum):
    """How far the evaluation of a candidate has come.

    .. versionadded:: 0.1
    """

    RUNNING = "running"
    COMPLETE = "complete"
    FAILED = "failed"
    DISCARDED = "discarded"


@dataclass(frozen=True, eq=False)
class Trial:
    """A candidate and the split scores that have been told of it.

    .. versionadded:: 0.1

    Parameters
    ----------
    candidate : Candidate
        The candidate.

    split_scores : ndarray of shape (n_splits,) or (n_splits, n_objectives), \
            dtype float64
        The score of each split, greater is better; NaN for a split that was
        not told yet, or whose fit failed. A search with several objectives has a
        column for each of them. It is made read-only.

    status : TrialStatus
        ``RUNNING`` while splits are missing, ``COMPLETE`` when all are there,
        ``FAILED`` when all were told and at least one has no finite score. With
        multi-fidelity ``DISCARDED`` also while it waits below the whole resource.

    resource : int, default=None
        What the scores were reached with; None without multi-fidelity.

    lower_scores : tuple of (int, float), default=()
        The mean scores that it had with less of the resource, after the amounts.

    fit_time : float, default=None
        Mean seconds of the fits on the splits that were told, failed ones left out.
        None where it is not known.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.trials import Candidate, Trial, TrialStatus
    >>> candidate = Candidate(0, np.array([0.5]), {"C": 1.0}, "baseline")
    >>> trial = Trial(candidate, np.array([0.5, 0.75, np.nan]), TrialStatus.RUNNING)
    >>> trial.score
    0.625
    """

    candidate: Candidate
    split_scores: NDArray[np.float64]
    status: TrialStatus
    resource: int | None = None
    lower_scores: tuple[tuple[int, float], ...] = ()
    fit_time: float | None = None

    def __post_init__(self) -> None:
        """Take a read-only copy of the scores."""
        scores = np.array(self.split_scores, dtype=np.float64)
        if scores.ndim not in (1, 2) or scores.size == 0:
            raise ValueError(
                "The split scores of a trial must be one number a split, or one for "
                f"each of several objectives. Got an array of shape {scores.shape}."
            )
        scores.setflags(write=False)
        object.__setattr__(self, "split_scores", scores)

    @property
    def n_objectives(self) -> int:
        """The number of objectives."""
        return 1 if self.split_scores.ndim == 1 else self.split_scores.shape[1]

    @property
    def score(self) -> float:
        """Mean of the finite split scores, NaN for a failed trial or without any."""
        if self.n_objectives > 1:
            raise ValueError(
                f"A trial with {self.n_objectives} objectives has no single score. "
                "Take its 'scores', one for each objective."
            )
        return float(self.scores[0])

    # Cached, since stopping rules ask for the scores of all trials again and again.
    @cached_property
    def scores(self) -> NDArray[np.float64]:
        """Mean of each objective over the splits where all objectives are finite.

        A read-only array of shape (n_objectives,), NaN for a failed trial or without
        any.
        """
        rows = self.split_scores.reshape(len(self.split_scores), -1)
        finite = rows[np.isfinite(rows).all(axis=1)]
        if self.status is TrialStatus.FAILED or not len(finite):
            means = np.full(rows.shape[1], np.nan)
        else:
            means = np.asarray(finite.mean(axis=0), dtype=np.float64)
        means.setflags(write=False)
        return means
