"""A population as the engine's loop sees it: evaluations, generation by generation."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from skhpo._compat._sklearn import EvaluationContext
from skhpo.engine import Evaluation, FitTimer, Record, SplitEvaluator
from skhpo.population import MemberStep, Population
from skhpo.population._checkpoints import Place
from skhpo.population._member import SplitStep
from skhpo.trials import Candidate


@dataclass(eq=False)
class MemberRecord(Record):
    """What is known of one member in one generation.

    Parameters
    ----------
    lineage : list of MemberStep
        The steps that make its models, this one last.
    """

    lineage: list[MemberStep] = field(kw_only=True, repr=False)

    @property
    def step(self) -> MemberStep:
        """What the member does."""
        return self.lineage[-1]


class KeptModels(Protocol):
    """What the search itself does with the models that its workers have kept."""

    def load(self, place: Place) -> Any:
        """Return a copy of a model."""
        ...

    def release(self, place: Place) -> None:
        """Take note that nobody will load a model any more."""
        ...

    def discard(self, generation: int) -> None:
        """Forget the models of a generation."""
        ...


class PopulationSchedule:
    """Hands out the steps of one generation, and the next when all are done.

    All members are trained for the same number of steps when they are compared, and
    nothing depends on the order in which they finish.

    Parameters
    ----------
    population : Population
        Says what the members do.

    checkpoints : KeptModels
        Where the models are. Each is released when everybody who goes on with it has
        done so, and when nobody does.

    n_generations : int
        When to end.

    n_splits : int
        Number of models of each member.

    Attributes
    ----------
    records : list of MemberRecord
        One for each member of each generation so far.

    discarded, stopped_by : list of Record, None
        Empty and None: a population neither races nor ends early.

    is_exhausted : bool
        Whether all members failed, so that no model is left to go on with.
    """

    def __init__(
        self,
        population: Population,
        checkpoints: KeptModels,
        *,
        n_generations: int,
        n_splits: int,
    ) -> None:
        self.population = population
        self.n_members = len(population.generations[0])
        self.records: list[MemberRecord] = []
        self.discarded: list[Record] = []
        self.is_exhausted = False
        self.stopped_by: str | None = None
        self._checkpoints = checkpoints
        self._n_generations = n_generations
        self._n_splits = n_splits
        self._n_dispatched = 0
        self._n_to_load: Counter[Place] = Counter()
        self._started = time.perf_counter()
        self._open(population.generations[0], 0.0)

    @property
    def elapsed(self) -> float:
        """Seconds since the search started."""
        return time.perf_counter() - self._started

    def n_ready(self) -> int:
        """Return how many evaluations can start without any further result."""
        return len(self.records) * self._n_splits - self._n_dispatched

    def take(self, n_most: int) -> list[Evaluation]:
        """Return evaluations that can start now, in order."""
        if self.n_ready() == 0:
            self._advance()
        evaluations = []
        for number in range(
            self._n_dispatched, self._n_dispatched + min(n_most, self.n_ready())
        ):
            index, split = divmod(number, self._n_splits)
            evaluations.append(Evaluation(self.records[index].candidate, split))
        self._n_dispatched += len(evaluations)
        return evaluations

    def record(self, evaluation: Evaluation, result: Any, score: float) -> MemberRecord:
        """Store the result of an evaluation."""
        record = self.records[evaluation.candidate.index]
        record.results[evaluation.split] = result
        record.scores[evaluation.split] = score
        record.finished[evaluation.split] = True
        if record.is_complete:
            record.completed_at = self.elapsed
        if record.step.parent is not None:
            self._note_load(
                (record.step.generation - 1, record.step.parent, evaluation.split)
            )
        return record

    def _advance(self) -> None:
        """Go on to the next generation if this one is over and not the last."""
        last = self.records[-self.n_members :]
        n_begun = len(self.population.generations)
        if not all(record.is_complete for record in last):
            return
        if not _has_survivor(last):
            self.is_exhausted = True
        if self.is_exhausted or n_begun == self._n_generations:
            return
        scores = np.array([record.scores for record in last])
        started = time.perf_counter()
        # What goes on now goes on from the last generation; those before are history.
        self._checkpoints.discard(n_begun - 2)
        steps = self.population.advance(scores)
        self._await_loads(steps, leader_of(scores))
        self._open(steps, (time.perf_counter() - started) / len(steps))

    def _await_loads(self, steps: Sequence[MemberStep], leader: int) -> None:
        """Count who goes on with each model, and release those that nobody needs."""
        generation = steps[0].generation - 1
        # After an early end the leader is the winner, and its models an ensemble.
        parents = Counter([leader, *(cast(int, step.parent) for step in steps)])
        for member in range(self.n_members):
            for split in range(self._n_splits):
                place = generation, member, split
                self._n_to_load[place] = parents[member]
                if not parents[member]:
                    self._checkpoints.release(place)

    def _note_load(self, place: Place) -> None:
        """Release a model if the one who has gone on with it was the last."""
        self._n_to_load[place] -= 1
        if not self._n_to_load[place]:
            self._checkpoints.release(place)

    def _open(self, steps: Sequence[MemberStep], suggestion_time: float) -> None:
        """Open the records of a generation."""
        for step in steps:
            candidate = Candidate(
                len(self.records),
                step.point,
                step.params,
                step.origin,
                () if step.parent is None else (step.parent,),
            )
            self.records.append(
                MemberRecord(
                    candidate=candidate,
                    scores=np.full(self._n_splits, np.nan),
                    finished=np.zeros(self._n_splits, dtype=bool),
                    results=[None] * self._n_splits,
                    suggestion_time=suggestion_time,
                    proposed_at=self.elapsed,
                    lineage=self.population.lineage(step.generation, step.member),
                )
            )


class PopulationEvaluator(SplitEvaluator):
    """Has a member trained and scored where other searches fit a candidate.

    Parameters
    ----------
    *args, **kwargs : object
        See `SplitEvaluator`.

    population : Population
        Says what the members do.

    check : callable, default=None
        Called with the place of each model that is about to be loaded.
    """

    def __init__(
        self,
        *args: Any,
        population: Population,
        check: Callable[[Place], None] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._population = population
        self._check = check

    def as_call(
        self,
        index: int,
        split: int,
        params: Any,  # noqa: ARG002
        *,
        resource: int | None = None,
        deadline: float | None = None,
        timer: FitTimer | None = None,
        caller: BaseEstimator | None = None,
        context: EvaluationContext | None = None,
    ) -> tuple[Any, tuple[Any, ...], dict[str, Any]]:
        """Return function, arguments and keywords of one evaluation."""
        generations = self._population.generations
        generation, member = divmod(index, len(generations[0]))
        piece = SplitStep(generations[generation][member], split)
        if self._check is not None and piece.step.parent is not None:
            self._check((generation - 1, piece.step.parent, split))
        return super().as_call(
            index,
            split,
            {"piece": piece},
            resource=resource,
            deadline=deadline,
            timer=timer,
            caller=caller,
            context=context,
        )


def leader_of(split_scores: NDArray[np.float64]) -> int:
    """Return the member that wins if the search ends with these scores.

    Parameters
    ----------
    split_scores : ndarray of shape (n_members, n_splits), dtype float64
        The scores of a generation, with a member that has survived.

    Returns
    -------
    int
        The first of those with the highest mean.
    """
    is_alive = np.isfinite(split_scores).all(axis=1)
    means = np.full(len(split_scores), -np.inf)
    means[is_alive] = split_scores[is_alive].mean(axis=1)
    return int(means.argmax())


def latest_generation(
    complete: Sequence[MemberRecord], n_members: int
) -> list[MemberRecord]:
    """Return the records of the last generation that can be compared.

    Parameters
    ----------
    complete : sequence of MemberRecord
        All complete records, at least one, in order.

    n_members : int
        Size of the population.

    Returns
    -------
    list of MemberRecord
        Those of the last generation that all members have completed and that at
        least one has survived; where there is none, the complete ones of the first.
    """
    generations: dict[int, list[MemberRecord]] = {}
    for record in complete:
        generations.setdefault(record.step.generation, []).append(record)
    whole = [rows for rows in generations.values() if len(rows) == n_members]
    survived = [rows for rows in whole if _has_survivor(rows)]
    if survived:
        return survived[-1]
    return next(iter(generations.values()))


def _has_survivor(records: Sequence[MemberRecord]) -> bool:
    """Whether a member has all its scores."""
    return any(bool(np.isfinite(record.scores).all()) for record in records)
