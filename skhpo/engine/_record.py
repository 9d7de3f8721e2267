"""What the engine keeps of a candidate: its evaluations and their results."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.trials import Candidate, Trial, TrialStatus


@dataclass(frozen=True)
class Evaluation:
    """One candidate on one split.

    .. versionadded:: 0.1

    Parameters
    ----------
    candidate : Candidate
        The candidate.

    split : int
        Position of the split, from 0.

    resource : int, default=None
        How much of the resource to spend; None without multi-fidelity.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.engine import Evaluation
    >>> from skhpo.trials import Candidate
    >>> candidate = Candidate(0, np.array([0.5]), {"C": 1.0}, "baseline")
    >>> Evaluation(candidate, split=2).split
    2
    """

    candidate: Candidate
    split: int
    resource: int | None = None


@dataclass(eq=False)
class Rung:
    """What is known of a candidate with one amount of the resource.

    .. versionadded:: 0.1

    Parameters
    ----------
    resource : int
        The amount.

    scores : ndarray of shape (n_splits,), dtype float64
        The score of each finished split, NaN for the others and for failed fits.

    finished : ndarray of shape (n_splits,), dtype bool
        Which splits have a result.

    results : list of length n_splits
        What the evaluation of each split returned, None where it is missing.

    completed_at : float, default=nan
        Seconds from the start of the search to the last result.

    Examples
    --------
    >>> from skhpo.engine import Rung
    >>> Rung.empty(27, n_splits=2).is_complete
    False
    """

    resource: int
    scores: NDArray[np.float64]
    finished: NDArray[np.bool_]
    results: list[Any] = field(repr=False)
    completed_at: float = float("nan")

    @classmethod
    def empty(cls, resource: int, n_splits: int) -> "Rung":
        """Return one without results.

        Parameters
        ----------
        resource : int
            The amount.

        n_splits : int
            Number of splits.

        Returns
        -------
        Rung
            With room for a result of each split.
        """
        return cls(
            resource,
            scores=np.full(n_splits, np.nan),
            finished=np.zeros(n_splits, dtype=bool),
            results=[None] * n_splits,
        )

    @property
    def is_complete(self) -> bool:
        """Whether all splits have a result."""
        return bool(self.finished.all())


@dataclass(eq=False)
class Record:
    """What the schedule knows of one candidate.

    .. versionadded:: 0.1

    Parameters
    ----------
    candidate : Candidate
        The candidate.

    scores : ndarray of shape (n_splits,) or (n_splits, n_objectives), dtype float64
        The score of each finished split, NaN for the others and for failed fits.

    finished : ndarray of shape (n_splits,), dtype bool
        Which splits have a result.

    results : list of length n_splits
        What the evaluation of each split returned, None where it is missing.

    suggestion_time : float
        Seconds that the generator took to propose it.

    proposed_at : float
        Seconds from the start of the search to the proposal.

    completed_at : float, default=nan
        Seconds from the start of the search to the last result.

    is_discarded : bool, default=False
        Whether racing has given the candidate up, see `skhpo.racing`.

    rungs : list of Rung
        With multi-fidelity what is known of it with each amount of the resource, the
        least first. `scores`, `finished` and `results` are those of the last one
        that is complete, or else of the first.

    resource : int or None, default=None
        The amount that `scores` were reached with; None without multi-fidelity.

    is_below : bool, default=False
        Whether that is less than the whole resource.

    first_split : int, default=0
        The split that it is evaluated on first. The others follow in their order, and
        those before it come last.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.engine import Record
    >>> from skhpo.trials import Candidate
    >>> record = Record(
    ...     Candidate(0, np.array([0.5]), {"C": 1.0}, "baseline"),
    ...     scores=np.array([0.5, np.nan]),
    ...     finished=np.array([True, False]),
    ...     results=[{"test_scores": 0.5}, None],
    ...     suggestion_time=0.01,
    ...     proposed_at=0.0,
    ... )
    >>> record.is_complete
    False
    >>> record.as_trial(n_told=1).score
    0.5
    """

    candidate: Candidate
    scores: NDArray[np.float64]
    finished: NDArray[np.bool_]
    results: list[Any] = field(repr=False)
    suggestion_time: float
    proposed_at: float
    completed_at: float = float("nan")
    is_discarded: bool = False
    rungs: list[Rung] = field(default_factory=list, repr=False)
    resource: int | None = None
    is_below: bool = False
    first_split: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether all splits have a result."""
        return bool(self.finished.all())

    @property
    def fits(self) -> list[Any]:
        """The result of every evaluation so far, whatever its resource."""
        rows = [rung.results for rung in self.rungs] or [self.results]
        return [result for row in rows for result in row if result is not None]

    @property
    def is_over(self) -> bool:
        """Whether no further split of it will be evaluated."""
        return self.is_complete or self.is_discarded

    def first_splits(self, n: int) -> NDArray[np.intp]:
        """Return the splits that the candidate is evaluated on first.

        Parameters
        ----------
        n : int
            How many.

        Returns
        -------
        splits : ndarray of shape (n,), dtype intp
            In the order of evaluation.
        """
        return (self.first_split + np.arange(n)) % len(self.finished)

    def as_trial(self, n_told: int) -> Trial:
        """Return the trial as it stands when its first splits have been told.

        Parameters
        ----------
        n_told : int
            Number of splits told, in the order of evaluation.

        Returns
        -------
        Trial
            With NaN for the splits that were not told.
        """
        splits = self.first_splits(n_told)
        scores = np.full_like(self.scores, np.nan)
        scores[splits] = self.scores[splits]
        return Trial(
            self.candidate,
            scores,
            self._status(scores[splits][self.finished[splits]]),
            fit_time=_mean_fit_time([self.results[split] for split in splits]),
        )

    def _status(self, told: NDArray[np.float64]) -> TrialStatus:
        """Return the status of the candidate, given the scores that were told."""
        is_whole = len(told) == len(self.scores)
        if not is_whole and not self.is_discarded:
            return TrialStatus.RUNNING
        if not np.isfinite(told).all():
            return TrialStatus.FAILED
        if is_whole and not self.is_below:
            return TrialStatus.COMPLETE
        return TrialStatus.DISCARDED


def _mean_fit_time(results: Sequence[Any]) -> float | None:
    """Return the mean seconds of the fits that succeeded, None if there are none.

    What a fit took until it failed says nothing of what another one takes.
    """
    seconds = [
        float(result["fit_time"])
        for result in results
        if result is not None
        and result.get("fit_error") is None
        and result.get("fit_time") is not None
    ]
    return sum(seconds) / len(seconds) if seconds else None
