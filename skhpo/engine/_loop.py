"""The loop that keeps the workers busy with the evaluations of a schedule.

Everything here happens in the thread that called `fit`; workers only run
`evaluate_split`. Whenever a result has come back, the loop records it and fills the
workers again, so there is no barrier between candidates.
"""

import contextlib
import math
import time
from collections.abc import Hashable, Iterator
from pathlib import Path

from skhpo._compat._folders import temporary_folder
from skhpo._compat._joblib import Completed, TaskPool, Watch
from skhpo.engine._durations import Durations
from skhpo.engine._fit_timer import FitTimer
from skhpo.engine._record import Evaluation, Record
from skhpo.engine._settings import LoopOutcome, LoopSettings
from skhpo.engine._source import EvaluationSource
from skhpo.engine._tasks import SplitEvaluator, SplitResult
from skhpo.engine._warnings import WarningsOnce, repeat_warnings
from skhpo.exceptions import FitTimeoutError, WorkerLostError

# Evaluations shorter than this travel together: sending one costs about 1 ms.
_SHORTEST_BATCH_SECONDS = 0.05


def run_search(
    pool: TaskPool,
    schedule: EvaluationSource,
    evaluator: SplitEvaluator,
    settings: LoopSettings,
) -> LoopOutcome:
    """Evaluate the candidates of a schedule until something ends the search.

    The results are in ``schedule.records``, also when an exception, such as a
    `KeyboardInterrupt`, leaves this function.

    .. versionadded:: 0.1

    Parameters
    ----------
    pool : TaskPool
        The open pool of workers.

    schedule : EvaluationSource
        Proposes evaluations and takes their results, such as a `Schedule`.

    evaluator : SplitEvaluator
        Turns an evaluation into a call.

    settings : LoopSettings
        Limits and hooks.

    Returns
    -------
    LoopOutcome
        Why the search ended.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.metrics import get_scorer
    >>> from sklearn.model_selection import StratifiedKFold
    >>> from sklearn.svm import SVC
    >>> from skhpo._compat._joblib import TaskPool
    >>> from skhpo.engine import LoopSettings, Schedule, SplitEvaluator, run_search
    >>> from skhpo.generators import RandomGenerator
    >>> from skhpo.space import SearchSpace
    >>> X, y = load_iris(return_X_y=True)
    >>> space = SearchSpace({"C": [1, 2]})
    >>> generator = RandomGenerator(space, np.random.default_rng(0))
    >>> schedule = Schedule(generator, n_candidates=9, n_splits=3, max_pending=0)
    >>> evaluator = SplitEvaluator(
    ...     SVC(),
    ...     X,
    ...     y,
    ...     splits=list(StratifiedKFold(3).split(X, y)),
    ...     settings={
    ...         "scorer": get_scorer("accuracy"),
    ...         "fit_params": {},
    ...         "score_params": {},
    ...         "return_train_score": False,
    ...         "error_score": np.nan,
    ...         "verbose": 0,
    ...     },
    ...     n_candidates=9,
    ...     in_worker_process=False,
    ... )
    >>> settings = LoopSettings(
    ...     max_in_flight=1,
    ...     time_limit=None,
    ...     n_design=1,
    ...     raises_on_failure=False,
    ...     score_of=lambda scores: scores["test_scores"],
    ...     task_of=lambda evaluation: None,
    ...     on_result=lambda evaluation: False,
    ...     on_candidate=lambda record: None,
    ...     caller=None,
    ... )
    >>> with TaskPool(n_jobs=1) as pool:
    ...     run_search(pool, schedule, evaluator, settings).stop_reason
    'space exhausted'
    >>> len(schedule.records)
    2
    """
    return _SearchLoop(pool, schedule, evaluator, settings).run()


class _SearchLoop:
    """The state of one run: what is in flight, and whether to go on."""

    def __init__(
        self,
        pool: TaskPool,
        schedule: EvaluationSource,
        evaluator: SplitEvaluator,
        settings: LoopSettings,
    ) -> None:
        self._pool = pool
        self._schedule = schedule
        self._evaluator = evaluator
        self._settings = settings
        self._in_flight: dict[Hashable, list[Evaluation]] = {}
        self._n_batches = 0
        self._n_workers_at_first = pool.n_workers
        self._mean_duration: float | None = None
        self._n_discards_seen = 0
        self._is_design_judged = False
        self._ending: LoopOutcome | None = None
        self._durations = Durations()
        self._folder: str | None = None
        limit = math.inf if settings.time_limit is None else settings.time_limit
        self._deadline = time.time() + limit

    def run(self) -> LoopOutcome:
        """Fill the workers, take a result, and so on to the end."""
        with WarningsOnce().watching_here(), self._folder_for_notes():
            while True:
                self._fill()
                if not self._in_flight:
                    break
                completed = self._pool.next_completed(until_resized=True)
                if completed is not None:
                    self._receive(completed)
                # What still runs is not waited for: leaving the pool aborts it.
                if self._ending is not None and self._ending.error is not None:
                    break
        if self._ending is not None:
            return self._ending
        if self._schedule.is_exhausted:
            return LoopOutcome("space exhausted")
        return LoopOutcome(self._schedule.stopped_by or "n_iter")

    @contextlib.contextmanager
    def _folder_for_notes(self) -> Iterator[None]:
        """Provide for evaluations that end their worker, where they may."""
        if self._settings.fit_time_limit is None:
            yield
            return
        with temporary_folder() as self._folder:
            yield

    def _fill(self) -> None:
        """Submit what can start now, as far as the backend may hold it."""
        while len(self._in_flight) < self._most_in_flight():
            if time.time() >= self._deadline and not self._may_recall():
                self._end("time limit")
            if self._settings.should_stop():
                self._end("callback")
            if self._ending is not None:
                return
            taken = self._schedule.take(self._batch_size())
            self._see_discarded()
            if not taken:
                return
            batch = self._without_recalled(taken)
            if not batch:
                continue
            latest_starts = [self._latest_start(evaluation) for evaluation in batch]
            if time.time() >= max(latest_starts):
                self._end("time limit")
                return
            self._submit(batch, latest_starts)

    def _most_in_flight(self) -> int:
        """Return how many batches the backend may hold: more as a cluster grows."""
        most = self._settings.max_in_flight * self._pool.n_workers
        return max(1, -(-most // self._n_workers_at_first))

    def _may_recall(self) -> bool:
        """Whether results of an earlier run are left, which cost no time."""
        journal = self._settings.journal
        return journal is not None and journal.has_unseen

    def _without_recalled(self, taken: list[Evaluation]) -> list[Evaluation]:
        """Return what must be evaluated; of the rest the results are known."""
        journal = self._settings.journal
        if journal is None:
            return taken
        batch = []
        for evaluation in taken:
            result = journal.recall(evaluation)
            if result is None:
                batch.append(evaluation)
            else:
                self._take(evaluation, result, is_recalled=True)
        return batch if self._ending is None else []

    def _latest_start(self, evaluation: Evaluation) -> float:
        """Return by when to begin, so as to be done by the time limit."""
        if math.isinf(self._deadline):
            return self._deadline
        expected = self._durations.expected(evaluation.candidate, evaluation.resource)
        return self._deadline - expected

    def _batch_size(self) -> int:
        """How many evaluations travel together; one where they are not short.

        A batch never takes more than a worker's share of what is ready.
        """
        if self._pool.shares_memory or self._mean_duration is None:
            return 1
        if self._folder is not None:
            return 1  # One that ends its worker must not take others along.
        share = -(-self._schedule.n_ready() // self._pool.n_workers)
        long_enough = int(_SHORTEST_BATCH_SECONDS / max(self._mean_duration, 1e-4))
        return max(1, min(share, long_enough))

    def _submit(self, batch: list[Evaluation], latest_starts: list[float]) -> None:
        """Hand a batch to the backend; without workers it runs here and now."""
        key = self._n_batches
        self._n_batches += 1
        timer = self._timer(key)
        calls = [
            self._evaluator.as_call(
                evaluation.candidate.index,
                evaluation.split,
                evaluation.candidate.params,
                resource=evaluation.resource,
                deadline=latest_start,
                timer=timer,
                caller=self._settings.caller,
                context=self._settings.task_of(evaluation),
            )
            for evaluation, latest_start in zip(batch, latest_starts, strict=True)
        ]
        self._in_flight[key] = batch
        if timer is None:
            self._pool.submit(key, calls)
        else:
            ended = SplitResult(None, ran_away=True)
            watch = Watch(timer.note, timer.seconds_to_death, ended)
            self._pool.submit(key, calls, watch)

    def _timer(self, key: int) -> FitTimer | None:
        """Return what ends the only evaluation of a batch when its time is up."""
        seconds = self._settings.fit_time_limit
        if seconds is None or self._folder is None:
            return None
        return FitTimer(seconds, str(Path(self._folder, str(key))))

    def _receive(self, completed: Completed) -> None:
        """Take in the results of one batch."""
        batch = self._in_flight.pop(completed.key)
        if completed.error is not None:
            raise completed.error
        assert completed.results is not None
        results = [
            self._settled(evaluation, result)
            for evaluation, result in zip(batch, completed.results, strict=True)
        ]
        if self._settings.journal is not None:
            self._settings.journal.keep(batch, results, self._settings.score_of)
        for evaluation, result in zip(batch, results, strict=True):
            self._take(evaluation, result)

    def _settled(
        self, evaluation: Evaluation, result: SplitResult | WorkerLostError
    ) -> SplitResult:
        """Return a result, that of a failed fit for one that did not come back."""
        if isinstance(result, WorkerLostError):
            return self._loss(evaluation, result)
        return self._runaway(evaluation) if result.ran_away else result

    def _take(
        self, evaluation: Evaluation, result: SplitResult, *, is_recalled: bool = False
    ) -> None:
        """Record one result and see whether it ends the search."""
        repeat_warnings(result.warnings)
        if result.error is not None:
            self._end("error", result.error)
        if result.scores is None:
            if result.error is None:
                self._end("time limit")
            return
        if result.duration is not None:
            self._measure(evaluation, result.duration)
        score = self._settings.score_of(result.scores)
        record = self._schedule.record(evaluation, result.scores, score)
        self._settings.on_split(evaluation, result, score, record)
        if record.is_complete and record.resource == evaluation.resource:
            self._see_candidate(record)
        hook = self._settings.on_recall if is_recalled else self._settings.on_result
        if (hook is not None and hook(evaluation)) or result.stop_requested:
            self._end("callback")

    def _see_candidate(self, record: Record) -> None:
        """Report a candidate that is over, and judge the design by it."""
        self._settings.on_candidate(record)
        if not self._is_design_judged:
            self._judge_design()

    def _see_discarded(self) -> None:
        """Report the candidates that racing has given up since the last time."""
        for record in self._schedule.discarded[self._n_discards_seen :]:
            self._n_discards_seen += 1
            if self._settings.journal is not None:
                self._settings.journal.discard(record)
            self._see_candidate(record)

    def _loss(self, evaluation: Evaluation, loss: WorkerLostError) -> SplitResult:
        """Return what stands for an evaluation that killed its worker."""
        if self._settings.raises_on_failure:
            return SplitResult(None, error=loss)
        return self._evaluator.lost_result(evaluation.split, str(loss))

    def _runaway(self, evaluation: Evaluation) -> SplitResult:
        """Return what stands for an evaluation that was ended for taking too long."""
        seconds = self._settings.fit_time_limit
        error = FitTimeoutError(
            "A fit, with its scoring, must be over by the 'fit_time_limit' of "
            f"{seconds} seconds. It was not, and was ended. Narrow the search space, "
            "have the estimator take fewer steps, or allow more time."
        )
        if self._settings.raises_on_failure:
            return SplitResult(None, error=error)
        reason = f"{type(error).__name__}: {error}"
        return self._evaluator.lost_result(evaluation.split, reason, seconds)

    def _measure(self, evaluation: Evaluation, duration: float) -> None:
        """Follow the duration of evaluations, for batches and the time limit."""
        self._durations.note(evaluation.candidate, duration, evaluation.resource)
        if self._mean_duration is None:
            self._mean_duration = duration
        else:
            self._mean_duration += 0.2 * (duration - self._mean_duration)

    def _judge_design(self) -> None:
        """End the search when no fit of the whole initial design succeeded.

        Only the design counts, whatever else has come back by then: the verdict must
        not depend on timing.
        """
        design = self._schedule.records[: self._settings.n_design]
        if len(design) < self._settings.n_design or not all(
            record.is_over for record in design
        ):
            return
        self._is_design_judged = True
        if all(_failed_throughout(record) for record in design):
            self._end("all failed")

    def _end(self, reason: str, error: BaseException | None = None) -> None:
        """Start nothing more; the first reason stands, but an error goes before."""
        if self._ending is None or (error is not None and self._ending.error is None):
            self._ending = LoopOutcome(reason, error)


def _failed_throughout(record: Record) -> bool:
    """Whether every fit of a candidate raised."""
    return all(scores["fit_error"] is not None for scores in record.fits)
