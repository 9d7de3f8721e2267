"""The order in which candidates are proposed and their results are told.

Split evaluations are numbered candidate by candidate, split by split. They may
finish in any order, but the generator is told of them in the order of their
numbers, and it is asked for candidate ``c`` when exactly the evaluations before
``c * n_splits - max_pending`` have been told, whatever else has finished by then.
So what it proposes depends on the seed and on ``max_pending``, never on timing or
on the number of workers. Candidates of the initial design depend on nothing that
is told and are asked for at once.
"""

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.engine._stagnation import Stagnation
from skhpo.exceptions import SpaceExhaustedError
from skhpo.generators import Generator
from skhpo.trials import Candidate, Trial, TrialStatus


def resolve_max_pending(
    max_pending: int | str, *, n_workers: int, n_splits: int
) -> int:
    """Return how many split evaluations a proposal may lack.

    Each worker has one evaluation that runs, and all but one of them have another
    that waits for it: ``2 * n_workers - 1``. Few workers are then idle even where fit
    times vary much. One worker and two use the same number where there are 3 splits
    or more, and leave at least one split of the latest candidate to be told.

    .. versionadded:: 0.1

    Parameters
    ----------
    max_pending : int or "auto"
        The number itself, or ``"auto"``.

    n_workers : int
        Number of workers.

    n_splits : int
        Number of cross-validation splits.

    Returns
    -------
    int
        Number of split evaluations, 0 or more.

    Examples
    --------
    >>> from skhpo.engine import resolve_max_pending
    >>> resolve_max_pending("auto", n_workers=1, n_splits=5)
    3
    >>> resolve_max_pending("auto", n_workers=2, n_splits=5)
    3
    >>> resolve_max_pending("auto", n_workers=1, n_splits=1)
    0
    """
    if max_pending != "auto":
        return int(max_pending)
    if n_workers <= 2 and n_splits >= 3:
        return min(3, n_splits - 1)
    return 2 * n_workers - 1 if n_workers > 1 else 0


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

    @property
    def is_complete(self) -> bool:
        """Whether all splits have a result."""
        return bool(self.finished.all())

    def as_trial(self, n_told: int) -> Trial:
        """Return the trial as it stands when its first splits have been told.

        Parameters
        ----------
        n_told : int
            Number of splits told, from the first one on.

        Returns
        -------
        Trial
            With NaN for the splits that were not told.
        """
        scores = self.scores.copy()
        scores[n_told:] = np.nan
        if n_told < len(scores):
            status = TrialStatus.RUNNING
        elif np.isfinite(scores).all():
            status = TrialStatus.COMPLETE
        else:
            status = TrialStatus.FAILED
        return Trial(self.candidate, scores, status)


class Schedule:
    """Proposes evaluations and tells their results in a fixed order.

    .. versionadded:: 0.1

    Parameters
    ----------
    generator : Generator
        Proposes the candidates.

    n_candidates : int
        How many candidates to propose at most.

    n_splits : int
        Number of splits of each candidate.

    max_pending : int
        How many split evaluations a proposal may lack.

    n_objectives : int, default=1
        How many numbers make up the score of a split.

    n_iter_no_change : int or None, default=None
        After so many candidates told without an improvement none is proposed; those
        of the initial design all are.

    Attributes
    ----------
    records : list of Record
        One for each candidate proposed so far, in order.

    is_exhausted : bool
        Whether the generator has no candidate left to propose.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.engine import Schedule
    >>> from skhpo.generators import BayesianGenerator
    >>> from skhpo.space import Real, SearchSpace
    >>> space = SearchSpace({"C": Real(0.0, 1.0)})
    >>> generator = BayesianGenerator(space, np.random.default_rng(0), n_initial=1)
    >>> schedule = Schedule(generator, n_candidates=2, n_splits=2, max_pending=1)
    >>> first, second = schedule.take(4)
    >>> _ = schedule.record(first, {"test_scores": 0.5}, score=0.5)
    >>> [evaluation.candidate.index for evaluation in schedule.take(4)]
    [1, 1]
    """

    def __init__(
        self,
        generator: Generator,
        *,
        n_candidates: int,
        n_splits: int,
        max_pending: int,
        n_objectives: int = 1,
        n_iter_no_change: int | None = None,
    ) -> None:
        self.records: list[Record] = []
        self.is_exhausted = False
        self._stagnation = Stagnation(n_iter_no_change)
        self._generator = generator
        self._n_candidates = n_candidates
        self._n_splits = n_splits
        self._max_pending = max_pending
        self._shape = (n_splits,) if n_objectives == 1 else (n_splits, n_objectives)
        self._n_dispatched = 0
        self._n_finished_in_order = 0
        self._n_told = 0
        self._started = time.perf_counter()

    @property
    def is_stagnant(self) -> bool:
        """Whether too many candidates have been told without an improvement."""
        return self._stagnation.is_reached

    @property
    def elapsed(self) -> float:
        """Seconds since the search started."""
        return time.perf_counter() - self._started

    def n_ready(self) -> int:
        """Return how many evaluations can start without any further result.

        Returns
        -------
        int
            Those of the candidates proposed and of the rest of the initial design.
        """
        if not self._has_next():
            return 0
        n_proposable = min(self._n_candidates, self._generator.n_independent)
        n_known = max(len(self.records), n_proposable)
        return n_known * self._n_splits - self._n_dispatched

    def take(self, n_most: int) -> list[Evaluation]:
        """Return evaluations that can start now, in order.

        Parameters
        ----------
        n_most : int
            How many at most.

        Returns
        -------
        list of Evaluation
            Empty where results are missing for the next proposal, or at the end.
        """
        evaluations: list[Evaluation] = []
        while len(evaluations) < n_most and self._has_next():
            candidate_index, split = divmod(self._n_dispatched, self._n_splits)
            candidate = self.records[candidate_index].candidate
            evaluations.append(Evaluation(candidate, split))
            self._n_dispatched += 1
        return evaluations

    def record(
        self, evaluation: Evaluation, result: Any, score: float | NDArray[np.float64]
    ) -> Record:
        """Store the result of an evaluation.

        Parameters
        ----------
        evaluation : Evaluation
            What was evaluated.

        result : object
            Kept in the record.

        score : float or ndarray of shape (n_objectives,), dtype float64
            The score of the split, NaN for a failed fit.

        Returns
        -------
        Record
            The record of the candidate.
        """
        record = self.records[evaluation.candidate.index]
        record.results[evaluation.split] = result
        record.scores[evaluation.split] = score
        record.finished[evaluation.split] = True
        if record.is_complete:
            record.completed_at = self.elapsed
        self._advance()
        return record

    def tell_rest(self) -> None:
        """Tell every result that is known in order, at the end of a search."""
        self._tell_until(self._n_finished_in_order)

    def _has_next(self) -> bool:
        """Whether an evaluation can start, after proposing a candidate if need be."""
        if self._n_dispatched < len(self.records) * self._n_splits:
            return True
        return self._propose()

    def _propose(self) -> bool:
        """Ask for the next candidate if its time has come."""
        index = len(self.records)
        if self.is_exhausted or index >= self._n_candidates:
            return False
        if index >= self._generator.n_independent:
            n_to_tell = max(0, index * self._n_splits - self._max_pending)
            if self._n_finished_in_order < n_to_tell:
                return False
            self._tell_until(n_to_tell)
            # only what has been told counts, so that timing does not
            if self.is_stagnant:
                return False
        started = time.perf_counter()
        try:
            candidate = self._generator.ask()
        except SpaceExhaustedError:
            self.is_exhausted = True
            return False
        suggestion_time = time.perf_counter() - started
        self._add(candidate, suggestion_time)
        return True

    def _add(self, candidate: Candidate, suggestion_time: float) -> None:
        """Open the record of a proposed candidate."""
        self.records.append(
            Record(
                candidate=candidate,
                scores=np.full(self._shape, np.nan),
                finished=np.zeros(self._n_splits, dtype=bool),
                results=[None] * self._n_splits,
                suggestion_time=suggestion_time,
                proposed_at=self.elapsed,
            )
        )

    def _advance(self) -> None:
        """Move the end of the unbroken run of finished evaluations forward."""
        while self._n_finished_in_order < len(self.records) * self._n_splits:
            index, split = divmod(self._n_finished_in_order, self._n_splits)
            if not self.records[index].finished[split]:
                return
            self._n_finished_in_order += 1

    def _tell_until(self, n_to_tell: int) -> None:
        """Tell the evaluations up to a number, one trial for each candidate."""
        while self._n_told < n_to_tell:
            index = self._n_told // self._n_splits
            end = min(n_to_tell, (index + 1) * self._n_splits)
            trial = self.records[index].as_trial(end - index * self._n_splits)
            self._generator.tell(trial)
            self._stagnation.note(trial)
            self._n_told = end
