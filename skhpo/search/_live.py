"""How callbacks hear of a search: what the loop reports, turned into events."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo._compat._sklearn import named_scorers
from skhpo.callbacks import (
    CandidateEnd,
    GenerationEnd,
    SearchBegin,
    SearchCallback,
    SearchEnd,
    SearchPlan,
    SplitEnd,
    Standing,
)
from skhpo.callbacks._base import Callbacks, check_callbacks
from skhpo.engine import Evaluation, Record, SplitResult
from skhpo.pareto import nondominated_mask
from skhpo.search._population_schedule import MemberRecord
from skhpo.search._progress import Progress
from skhpo.space import SearchSpace


class LiveSearch:
    """Tells the callbacks of one `fit`; its methods are hooks of the loop.

    Parameters
    ----------
    search : estimator object
        The search.
    """

    def __init__(self, search: Any) -> None:
        printing: list[SearchCallback] = [Progress()] if search.verbose > 0 else []
        self._search = search
        self._callbacks = Callbacks([*printing, *check_callbacks(search.callbacks)])
        self._plan: SearchPlan | None = None
        self._tally = _Tally()
        self._splits: dict[int, dict[int, SplitEnd]] = {}
        self._members: list[CandidateEnd] = []
        self._climbing: dict[int, CandidateEnd] = {}

    def begin(
        self,
        space: SearchSpace,
        scorers: Any,
        n_splits: int,
        resources: tuple[int, ...] = (),
    ) -> None:
        """Announce the search."""
        objectives = _objective_names(self._search, scorers)
        plan = plan_of(self._search, space, objectives, n_splits)
        self._plan = replace(plan, resources=resources)
        self._callbacks.call("on_search_begin", SearchBegin(plan=self._plan))

    def should_stop(self) -> bool:
        """Whether a callback has asked for the end of the search."""
        return self._callbacks.stop_requested

    def on_split(
        self,
        evaluation: Evaluation,
        result: SplitResult,
        score: float | NDArray[np.float64],
        record: Record,
    ) -> None:
        """Tell of an evaluation that has come back."""
        self._tally.n_fits += 1
        if not self._callbacks:
            return
        assert self._plan is not None
        event = _split_end(self._plan, evaluation, result, score, record)
        self._splits.setdefault(event.candidate, {})[event.split] = event
        self._callbacks.call("on_split_end", event)

    def on_candidate(self, record: Record) -> None:
        """Tell of a candidate that is over, and of the generation that it completes."""
        if not self._callbacks:
            return
        assert self._plan is not None
        trial = record.as_trial(len(record.scores))
        candidate = record.candidate
        self._tally.note(record, trial.scores)
        splits = self._splits_of(record)
        event = CandidateEnd(
            plan=self._plan,
            standing=self._tally.standing(),
            candidate=candidate.index,
            params=dict(candidate.params),
            origin=candidate.origin,
            parents=candidate.parents,
            status=trial.status.value,
            scores=tuple(trial.scores.tolist()),
            splits=splits,
            elapsed=record.completed_at,
        )
        if record.is_below and event.status != "failed":
            self._climbing[event.candidate] = event
            self._callbacks.call("on_rung_end", event)
            return
        self._climbing.pop(event.candidate, None)
        self._callbacks.call("on_candidate_end", event)
        if isinstance(record, MemberRecord):
            self._note_member(event, record.step.generation)

    def _splits_of(self, record: Record) -> tuple[SplitEnd, ...]:
        """Return what came of the splits of a candidate, in order."""
        assert self._plan is not None
        candidate = record.candidate
        told = self._splits.pop(candidate.index, {})
        for split in np.flatnonzero(record.finished).tolist():
            if split not in told:  # known from elsewhere, not from a fit
                told[split] = _split_end(
                    self._plan,
                    Evaluation(candidate, split, record.resource),
                    SplitResult(record.results[split]),
                    record.scores[split],
                    record,
                )
        return tuple(told[split] for split in sorted(told))

    def _note_member(self, event: CandidateEnd, generation: int) -> None:
        """Tell of a generation when its last member is over."""
        assert self._plan is not None
        self._members.append(event)
        if len(self._members) < (self._plan.population_size or 0):
            return
        members = tuple(sorted(self._members, key=lambda one: one.candidate))
        self._members.clear()
        self._callbacks.call(
            "on_generation_end",
            GenerationEnd(
                plan=self._plan,
                standing=self._tally.standing(),
                generation=generation,
                members=members,
                elapsed=event.elapsed,
            ),
        )

    def end(self, error: BaseException | None) -> None:
        """Tell of the end, if the beginning was told of."""
        if self._plan is not None:
            for candidate in sorted(self._climbing):
                left = replace(
                    self._climbing[candidate], standing=self._tally.standing()
                )
                self._callbacks.call("on_candidate_end", left)
            event = SearchEnd(
                plan=self._plan,
                standing=self._tally.standing(),
                stop_reason=getattr(self._search, "stop_reason_", "error"),
                error=error,
                cv_results=getattr(self._search, "cv_results_", None),
                history=getattr(self._search, "history_", []),
                end=datetime.now(UTC),
            )
            self._callbacks.call("on_search_end", event)
            self._callbacks.close()


def plan_of(
    search: Any, space: SearchSpace, objectives: tuple[str, ...], n_splits: int
) -> SearchPlan:
    """Return what a search is going to do, or has done.

    Parameters
    ----------
    search : estimator object
        The search.

    space : SearchSpace
        Its space.

    objectives : tuple of str
        What it maximises.

    n_splits : int
        Number of splits.

    Returns
    -------
    SearchPlan
        The plan, which begins now.
    """
    n_generations = population_size = None
    if hasattr(search, "n_generations"):
        n_generations, population_size = search.n_generations, search.population_size
        n_candidates = n_generations * population_size
    else:
        n_candidates = int(min(search.n_iter, space.cardinality))
    return SearchPlan(
        search=search,
        space=space,
        objectives=objectives,
        n_candidates=n_candidates,
        n_splits=n_splits,
        started=datetime.now(UTC),
        n_generations=n_generations,
        population_size=population_size,
    )


@dataclass(eq=False)
class _Tally:
    """Counts what is over and keeps the best of it."""

    n_fits: int = 0
    _standing: Standing = field(default_factory=Standing)
    _front: dict[int, NDArray[np.float64]] = field(default_factory=dict)

    def standing(self) -> Standing:
        """Return how the search stands."""
        return replace(self._standing, n_fits=self.n_fits)

    def note(self, record: Record, scores: NDArray[np.float64]) -> None:
        """Take in a candidate that is over."""
        if len(record.rungs) <= 1:
            n_over = self._standing.n_over + 1
            self._standing = replace(self._standing, n_over=n_over)
        if not record.is_complete or record.is_below or not np.isfinite(scores).all():
            return
        if len(scores) > 1:
            self._extend_front(record.candidate.index, scores)
        elif not scores[0] <= self._standing.best_score:  # also where that is NaN
            self._standing = replace(
                self._standing,
                best_candidate=record.candidate.index,
                best_score=float(scores[0]),
                best_params=dict(record.candidate.params),
            )

    def _extend_front(self, index: int, scores: NDArray[np.float64]) -> None:
        """Keep the candidates that no other one dominates."""
        front = {**self._front, index: scores}
        is_on_front = nondominated_mask(np.array(list(front.values())))
        self._front = {
            one: front[one]
            for one, stays in zip(front, is_on_front, strict=True)
            if stays
        }
        self._standing = replace(self._standing, front=tuple(sorted(self._front)))


def _split_end(
    plan: SearchPlan,
    evaluation: Evaluation,
    result: SplitResult,
    score: float | NDArray[np.float64],
    record: Record,
) -> SplitEnd:
    """Return what came of an evaluation, as callbacks are told."""
    scores = result.scores
    assert scores is not None
    start, end = _times(plan, result)
    place: dict[str, Any] = {"resource": getattr(evaluation, "resource", None)}
    if isinstance(record, MemberRecord):
        step = record.step
        place = {
            "generation": step.generation,
            "member": step.member,
            "resource": step.start + step.n_steps,
        }
    train_scores = scores.get("train_scores")
    return SplitEnd(
        plan=plan,
        candidate=evaluation.candidate.index,
        params=dict(evaluation.candidate.params),
        origin=evaluation.candidate.origin,
        split=evaluation.split,
        scores=tuple(np.atleast_1d(np.asarray(score, dtype=np.float64)).tolist()),
        test_scores=_by_metric(scores["test_scores"]),
        train_scores=None if train_scores is None else _by_metric(train_scores),
        fit_time=float(scores["fit_time"]),
        score_time=float(scores["score_time"]),
        error=scores["fit_error"],
        start=start,
        end=end,
        **place,
    )


def _by_metric(scores: Any) -> dict[str, float]:
    """Return the scores of a fit by metric, NaN for what is no number."""
    named: Mapping[str, Any] = scores if isinstance(scores, dict) else {"score": scores}
    return {name: _as_float(value) for name, value in named.items()}


def _as_float(value: Any) -> float:
    """Return a number as a plain float, NaN for anything else."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def _times(
    plan: SearchPlan, result: SplitResult
) -> tuple[datetime | None, datetime | None]:
    """Return when an evaluation began and ended, as far as that is known."""
    if result.duration is None:
        return None, None
    length = timedelta(seconds=result.duration)
    assert result.scores is not None
    started_at = result.scores.get("started_at")
    if started_at is None:
        # It has come back just now.
        end = datetime.now(UTC)
        return max(plan.started, end - length), end
    start = plan.started + timedelta(seconds=started_at)
    return start, start + length


def _objective_names(search: Any, scorers: Any) -> tuple[str, ...]:
    """Return what a search maximises, in the words of `cv_results_`."""
    if search.objectives is not None:
        return tuple(search.objectives)
    named = named_scorers(scorers)
    if isinstance(named, dict):
        return (search._compared_metric(named),)
    # Only the first fit tells whether a callable has several metrics.
    is_named = callable(search.scoring) and isinstance(search.refit, str)
    return (search.refit if is_named else "score",)
