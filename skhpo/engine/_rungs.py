"""The order of evaluations when candidates climb from less of a resource to more.

A candidate that sets out, or climbs, is evaluated on all splits one after another.
What comes next, who climbs or which new candidate sets out, is chosen when exactly the
evaluations before the last ``max_pending`` ones have been told, and where nothing can
be done by then, when one more has been told, and so on. When nothing is left to be
told and no candidate to set out, the best of each rung climb all the same. So the order
depends on the scores alone, never on timing.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.engine._record import Evaluation, Record, Rung
from skhpo.engine._schedule import Schedule
from skhpo.fidelity import Ladder
from skhpo.generators import Generator
from skhpo.stopping import StoppingRule
from skhpo.trials import Trial, TrialStatus


class RungSchedule(Schedule):
    """A schedule that spends the whole resource on the most promising only.

    .. versionadded:: 0.1

    Parameters
    ----------
    generator : Generator
        Proposes the candidates.

    ladder : Ladder
        Says who climbs.

    n_candidates : int
        How many candidates to propose at most.

    n_splits : int
        Number of splits of each candidate.

    max_pending : int
        How many split evaluations a choice may lack.

    stopping_rules : sequence of StoppingRule, default=()
        What may end the search before its time, see `Schedule`. Candidates that wait
        below the top are told to them as discarded.

    on_settled : callable, default=None
        Called with the number of a rung and of a candidate when nobody will go on
        from there any more.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.engine import RungSchedule
    >>> from skhpo.fidelity import Ladder
    >>> from skhpo.generators import RandomGenerator
    >>> from skhpo.space import Real, SearchSpace
    >>> generator = RandomGenerator(
    ...     SearchSpace({"C": Real(0.0, 1.0)}), np.random.default_rng(0)
    ... )
    >>> schedule = RungSchedule(
    ...     generator, Ladder([10, 30]), n_candidates=2, n_splits=1, max_pending=0
    ... )
    >>> while evaluations := schedule.take(1):
    ...     for evaluation in evaluations:
    ...         score = [0.9, 0.1][evaluation.candidate.index]
    ...         _ = schedule.record(evaluation, {"test_scores": score}, score)
    >>> [record.resource for record in schedule.records]
    [30, 10]
    """

    def __init__(
        self,
        generator: Generator,
        ladder: Ladder,
        *,
        n_candidates: int,
        n_splits: int,
        max_pending: int,
        stopping_rules: Sequence[StoppingRule] = (),
        on_settled: Callable[[int, int], None] | None = None,
    ) -> None:
        super().__init__(
            generator,
            n_candidates=n_candidates,
            n_splits=n_splits,
            max_pending=max_pending,
            stopping_rules=stopping_rules,
        )
        self._ladder = ladder
        self._on_settled = on_settled
        self._settled: set[tuple[int, int]] = set()
        # whose splits are handed out now, and how many have been
        self._climber: Record | None = None
        self._n_handed_out = 0

    def n_ready(self) -> int:
        """Return how many evaluations can start without any further result.

        Returns
        -------
        int
            As many as may be pending.
        """
        if self._next() is None:
            return 0
        n_known = self._n_finished_in_order + self._max_pending + 1
        return max(1, n_known - len(self._dispatched))

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

        score : float
            The score of the split, NaN for a failed fit.

        Returns
        -------
        Record
            The record of the candidate. It shows the highest rung that is complete.
        """
        record, rung = self._find(evaluation)
        rung.results[evaluation.split] = result
        rung.scores[evaluation.split] = score
        rung.finished[evaluation.split] = True
        if rung.is_complete:
            self._show(record, rung)
            record.completed_at = rung.completed_at = self.elapsed
        self._advance()
        return record

    def _find(self, evaluation: Evaluation) -> tuple[Record, Rung]:
        """Return where an evaluation belongs."""
        record = self.records[evaluation.candidate.index]
        rungs = (one for one in record.rungs if one.resource == evaluation.resource)
        return record, next(rungs)

    def _is_finished(self, evaluation: Evaluation) -> bool:
        """Whether the result of an evaluation is there."""
        _, rung = self._find(evaluation)
        return bool(rung.finished[evaluation.split])

    def _show(self, record: Record, rung: Rung) -> None:
        """Make a rung the one that the record shows."""
        record.scores, record.finished = rung.scores, rung.finished
        record.results, record.resource = rung.results, rung.resource
        record.is_below = rung.resource < self._ladder.resources[-1]

    def _choose(self) -> Evaluation | None:
        """Choose the next split of who climbs, or somebody else to climb."""
        if self._climber is None or self._n_handed_out == self._n_splits:
            self._climber = self._choose_climber()
            self._n_handed_out = 0
        if self._climber is None:
            return None
        split = self._n_handed_out
        self._n_handed_out += 1
        rung = self._climber.rungs[-1]
        return Evaluation(self._climber.candidate, split, rung.resource)

    def _choose_climber(self) -> Record | None:
        """Choose with as few results as may be, None while there are fewer."""
        n_due = max(self._n_told, len(self._dispatched) - self._max_pending)
        while self._n_finished_in_order >= n_due:
            self._tell_until(n_due)
            is_end = n_due == len(self._dispatched)
            climber = self._climb_or_set_out(is_end)
            if climber is not None or is_end:
                return climber
            n_due += 1
        return None

    def _climb_or_set_out(self, is_end: bool) -> Record | None:
        """Return who climbs, or a new candidate; None where there is neither."""
        if self.stopped_by is not None:
            return None
        climb = self._ladder.climb()
        if climb is None and self._propose():
            climb = len(self.records) - 1, 0
        if climb is None and is_end and self.stopped_by is None:
            climb = self._ladder.climb(is_end=True)
        if climb is None:
            return None
        index, rung = climb
        record = self.records[index]
        record.rungs.append(Rung.empty(self._ladder.resources[rung], self._n_splits))
        if rung == 0:
            self._show(record, record.rungs[0])
        return record

    def _tell(self, index: int) -> None:
        """Tell of the last rung whose splits are all due, or of the first in part."""
        record = self.records[index]
        n_whole, n_more = divmod(self._n_splits_told[index], self._n_splits)
        if n_more and n_whole:
            return
        number = max(n_whole - 1, 0)
        trial = self._as_trial(record, number, n_more or self._n_splits)
        if not n_more:
            self._ladder.add(index, number, trial.score)
            self._settle(index, number)
        self._tell_trial(trial)

    def _settle(self, index: int, number: int) -> None:
        """Say what is over by a rung that was told: the one below, and lost hopes."""
        if self._on_settled is None:
            return
        stuck = self._ladder.stuck(number, self._n_candidates)
        settled = {(number, one) for one in stuck}
        if number > 0:
            settled.add((number - 1, index))
        for place in sorted(settled - self._settled):
            self._on_settled(*place)
        self._settled |= settled

    def _as_trial(self, record: Record, number: int, n_told: int) -> Trial:
        """Return what is told of a rung, with the scores of those below."""
        rung = record.rungs[number]
        scores = np.where(np.arange(self._n_splits) < n_told, rung.scores, np.nan)
        status = TrialStatus.RUNNING
        if n_told == self._n_splits:
            is_top = number == self._ladder.top
            status = TrialStatus.COMPLETE if is_top else TrialStatus.DISCARDED
            if not np.isfinite(scores).all():
                status = TrialStatus.FAILED
        return Trial(
            record.candidate,
            scores,
            status,
            resource=rung.resource,
            lower_scores=tuple(
                (lower.resource, float(lower.scores.mean()))
                for lower in record.rungs[:number]
            ),
        )
