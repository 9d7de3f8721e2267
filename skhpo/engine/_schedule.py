"""The order in which candidates are proposed and their results are told.

Split evaluations are numbered candidate by candidate, split by split. They may
finish in any order, but the generator is told of them in the order of their
numbers, and it is asked for candidate ``c`` when exactly the evaluations before
``c * n_splits - max_pending`` have been told, whatever else has finished by then.
So what it proposes depends on the seed and on ``max_pending``, never on timing or
on the number of workers. Candidates of the initial design depend on nothing that
is told and are asked for at once.
"""

import math
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.engine._record import Evaluation, Record
from skhpo.exceptions import SpaceExhaustedError
from skhpo.generators import Generator
from skhpo.stopping import StoppingRule
from skhpo.trials import Candidate, Trial


def resolve_max_pending(
    max_pending: int | str, *, n_workers: int, n_splits: int, n_candidates: int
) -> int:
    """Return how many split evaluations a proposal may lack.

    Each of up to four workers has one evaluation that runs, and all but one of them
    have another that waits for it: ``2 * n_workers - 1``. The more workers there are,
    the longer is the longest of the fits that run, which holds back what is told after
    it: each doubling of the workers adds half an evaluation for each, 3 with 16 and 4
    with 64. Few workers are then idle even where fit times vary much. But no more than
    that number or a quarter of all evaluations is pending: the last proposals would
    know too little. One worker and two use the same number where there are 3 splits or
    more, and leave at least one split of the latest candidate to be told.

    .. versionadded:: 0.1

    Parameters
    ----------
    max_pending : int or "auto"
        The number itself, or ``"auto"``.

    n_workers : int
        Number of workers.

    n_splits : int
        Number of cross-validation splits.

    n_candidates : int
        How many candidates are to be proposed.

    Returns
    -------
    int
        Number of split evaluations, 0 or more.

    Examples
    --------
    >>> from skhpo.engine import resolve_max_pending
    >>> resolve_max_pending("auto", n_workers=1, n_splits=5, n_candidates=40)
    3
    >>> resolve_max_pending("auto", n_workers=2, n_splits=5, n_candidates=40)
    3
    >>> resolve_max_pending("auto", n_workers=16, n_splits=5, n_candidates=40)
    47
    """
    if max_pending != "auto":
        return int(max_pending)
    if n_workers <= 2 and n_splits >= 3:
        return min(3, n_splits - 1)
    fewest = 2 * n_workers - 1 if n_workers > 1 else 0
    n_each = 1.0 + math.log2(n_workers) / 2.0
    most = math.ceil(n_each * n_workers) - 1
    return max(fewest, min(most, n_candidates * n_splits // 4))


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

    stopping_rules : sequence of StoppingRule, default=()
        Asked, with what has been told by then, whenever a candidate would be proposed;
        those of the initial design all are. The first that says so ends the search.

    Attributes
    ----------
    records : list of Record
        One for each candidate proposed so far, in order.

    discarded : list of Record
        Those that racing has given up, in the order of giving up.

    is_exhausted : bool
        Whether the generator has no candidate left to propose.

    stopped_by : str or None
        The name of the stopping rule that has ended the search: that of its class.

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
        stopping_rules: Sequence[StoppingRule] = (),
    ) -> None:
        self.records: list[Record] = []
        self.discarded: list[Record] = []
        self.is_exhausted = False
        self.stopped_by: str | None = None
        self._stopping_rules = stopping_rules
        self._trials: dict[int, Trial] = {}
        self._generator = generator
        self._n_candidates = n_candidates
        self._n_splits = n_splits
        self._max_pending = max_pending
        self._shape = (n_splits,) if n_objectives == 1 else (n_splits, n_objectives)
        self._dispatched: list[Evaluation] = []
        self._chosen: Evaluation | None = None
        self._n_splits_told: list[int] = []
        self._n_finished_in_order = 0
        self._n_told = 0
        self._started = time.perf_counter()

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
        if self._next() is None:
            return 0
        n_known = max(len(self.records), self._n_design)
        return n_known * self._n_splits - len(self._dispatched)

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
        while len(evaluations) < n_most:
            evaluation = self._next()
            if evaluation is None:
                break
            self._dispatched.append(evaluation)
            self._chosen = None
            evaluations.append(evaluation)
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

    @property
    def _n_design(self) -> int:
        """How many candidates are asked for without waiting for results."""
        return min(self._n_candidates, self._generator.n_independent)

    def _next(self) -> Evaluation | None:
        """Return the evaluation that is dispatched next, None while it is not known."""
        if self._chosen is None:
            self._chosen = self._choose()
        return self._chosen

    def _choose(self) -> Evaluation | None:
        """Choose the next split of the latest candidate, or a new candidate's first."""
        index, split = divmod(len(self._dispatched), self._n_splits)
        if index == len(self.records) and not self._propose():
            return None
        return Evaluation(self.records[index].candidate, split)

    def _propose(self) -> bool:
        """Ask for the next candidate if its time has come."""
        index = len(self.records)
        if self.is_exhausted or self.stopped_by or index >= self._n_candidates:
            return False
        # What stops it is asked exactly once for each candidate, with what has been
        # told by then, so that timing does not matter.
        if index >= self._generator.n_independent and (
            not self._tell_what_is_due() or self._is_stopped()
        ):
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

    def _is_stopped(self) -> bool:
        """Ask the stopping rules."""
        trials = list(self._trials.values()) if self._stopping_rules else []
        for rule in self._stopping_rules:
            if rule.should_stop(trials):
                self.stopped_by = type(rule).__name__
                return True
        return False

    def _add(self, candidate: Candidate, suggestion_time: float) -> None:
        """Open the record of a proposed candidate."""
        self._n_splits_told.append(0)
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
        while self._n_finished_in_order < len(self._dispatched):
            if not self._is_finished(self._dispatched[self._n_finished_in_order]):
                return
            self._n_finished_in_order += 1

    def _is_finished(self, evaluation: Evaluation) -> bool:
        """Whether the result of an evaluation is there."""
        record = self.records[evaluation.candidate.index]
        return bool(record.finished[evaluation.split])

    def _tell_what_is_due(self) -> bool:
        """Tell all but the last `max_pending` evaluations, if they have finished."""
        n_due = max(0, len(self._dispatched) - self._max_pending)
        if self._n_finished_in_order < n_due:
            return False
        self._tell_until(n_due)
        return True

    def _tell_until(self, n_to_tell: int) -> None:
        """Tell the evaluations up to a number, one trial for each candidate."""
        new = [
            one.candidate.index for one in self._dispatched[self._n_told : n_to_tell]
        ]
        for index in new:
            self._n_splits_told[index] += 1
        for index in dict.fromkeys(new):
            self._tell(index)
        self._n_told = max(self._n_told, n_to_tell)

    def _tell(self, index: int) -> None:
        """Tell what is due of one candidate."""
        self._tell_trial(self.records[index].as_trial(self._n_splits_told[index]))

    def _tell_trial(self, trial: Trial) -> None:
        """Tell the generator, and keep it for the stopping rules."""
        self._generator.tell(trial)
        if self._stopping_rules:
            index = trial.candidate.index
            # The one told last goes to the end.
            self._trials.pop(index, None)
            self._trials[index] = trial
