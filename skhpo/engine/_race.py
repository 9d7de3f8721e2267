"""The order of evaluations when candidates can be discarded after any split.

Candidates advance side by side, each by one split at a time: while a split of one is
evaluated, a split of another one is, and no worker runs what the result of the
first could have saved. Once one is complete, each new one begins with another split.
Evaluation number ``t`` is chosen when exactly those before ``t - max_pending`` have
been told, so the order, what is discarded and what is proposed depend on the scores
alone, never on timing.
"""

from collections.abc import Sequence

import numpy as np

from skhpo.engine._record import Evaluation, Record
from skhpo.engine._schedule import Schedule
from skhpo.generators import Generator
from skhpo.racing import RacingRule
from skhpo.stopping import StoppingRule
from skhpo.trials import Candidate

# So many candidates whose first splits failed wait for one that does better.
_MOST_PUT_OFF = 20


class RacingSchedule(Schedule):
    """A schedule that gives up candidates that cannot win any more.

    A candidate is judged by the rule when its next split could start. A hopeless one
    is given up, or waits while no candidate is complete; so does one with a failed
    split, as its mean would not be finite.

    .. versionadded:: 0.1

    Parameters
    ----------
    generator : Generator
        Proposes the candidates.

    rule : RacingRule
        Says which candidates are hopeless.

    n_candidates : int
        How many candidates to propose at most.

    n_splits : int
        Number of splits of each candidate.

    max_pending : int
        How many split evaluations a choice may lack.

    stopping_rules : sequence of StoppingRule, default=()
        What may end the search before its time, see `Schedule`.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.engine import RacingSchedule
    >>> from skhpo.generators import RandomGenerator
    >>> from skhpo.racing import ForgivingRule
    >>> from skhpo.space import Real, SearchSpace
    >>> generator = RandomGenerator(
    ...     SearchSpace({"C": Real(0.0, 1.0)}), np.random.default_rng(0)
    ... )
    >>> schedule = RacingSchedule(
    ...     generator, ForgivingRule(), n_candidates=2, n_splits=3, max_pending=0
    ... )
    >>> while evaluations := schedule.take(1):
    ...     for evaluation in evaluations:
    ...         score = [0.9, 0.1][evaluation.candidate.index]
    ...         _ = schedule.record(evaluation, {"test_scores": score}, score)
    >>> [record.is_discarded for record in schedule.records]
    [False, True]
    """

    def __init__(
        self,
        generator: Generator,
        rule: RacingRule,
        *,
        n_candidates: int,
        n_splits: int,
        max_pending: int,
        stopping_rules: Sequence[StoppingRule] = (),
    ) -> None:
        super().__init__(
            generator,
            n_candidates=n_candidates,
            n_splits=n_splits,
            max_pending=max_pending,
            stopping_rules=stopping_rules,
        )
        self._rule = rule
        self._n_splits_dispatched: list[int] = []
        # candidates with splits to evaluate, so that a choice need not look at all
        self._open: list[Record] = []
        # what has been told of each candidate, all NaN where a split has failed
        self._scores = np.empty((0, n_splits))

    def n_ready(self) -> int:
        """Return how many evaluations can start without any further result.

        Returns
        -------
        int
            Those of the initial design, or as many as may be pending.
        """
        if self._next() is None:
            return 0
        n_known = self._n_finished_in_order + self._max_pending + 1
        return max(1, max(n_known, self._n_design) - len(self._dispatched))

    def _choose(self) -> Evaluation | None:
        """Choose a split of an open candidate, or a new candidate's first."""
        if len(self.records) < self._n_design and self._propose():
            return self._next_split(self.records[-1])
        if not self._tell_what_is_due():
            return None
        for record in self._open.copy():
            if self._has_been_told(record) and self._goes_on(record):
                return self._next_split(record)
        if self._propose():
            return self._next_split(self.records[-1])
        # Nothing is left but the last candidates: rather a split that may turn out
        # superfluous than an idle worker.
        return self._next_split(self._open[0]) if self._open else None

    def _next_split(self, record: Record) -> Evaluation:
        """Return the next split of a candidate."""
        index = record.candidate.index
        if index == len(self._n_splits_dispatched):
            self._n_splits_dispatched.append(0)
            self._open.append(record)
        self._n_splits_dispatched[index] += 1
        n_dispatched = self._n_splits_dispatched[index]
        if n_dispatched == self._n_splits:
            self._open.remove(record)
        split = record.first_splits(n_dispatched)[-1]
        return Evaluation(record.candidate, int(split))

    def _has_been_told(self, record: Record) -> bool:
        """Whether every dispatched split of the candidate has been told."""
        index = record.candidate.index
        return self._n_splits_dispatched[index] == self._n_splits_told[index]

    def _is_any_complete(self) -> bool:
        """Whether all scores of some candidate have been told, and are finite."""
        return bool(np.isfinite(self._scores).all(axis=1).any())

    def _add(self, candidate: Candidate, suggestion_time: float) -> None:
        """Open the record of a candidate, and choose its first split.

        What one split has against the better of two regions would otherwise cost all
        candidates there. Before any is complete they need splits in common.
        """
        super()._add(candidate, suggestion_time)
        if self._is_any_complete():
            self.records[-1].first_split = candidate.index % self._n_splits

    def _goes_on(self, record: Record) -> bool:
        """Whether an open candidate is worth its next split; it may be discarded."""
        has_failed = self._has_failed(record)
        if has_failed and not self._is_any_complete():
            return self._is_next_of_failed(record)
        if not has_failed and not self._is_hopeless(record):
            return True
        if not self._is_any_complete():
            # it waits: those that are ahead of it may still fail
            return False
        self._open.remove(record)
        record.is_discarded = True
        record.completed_at = self.elapsed
        self.discarded.append(record)
        self._tell(record.candidate.index)
        return False

    def _has_failed(self, record: Record) -> bool:
        """Whether a split that has been told of the candidate has no score."""
        splits = record.first_splits(self._n_splits_told[record.candidate.index])
        return not np.isfinite(record.scores[splits]).all()

    def _is_next_of_failed(self, record: Record) -> bool:
        """Whether a candidate with a failed split goes on though none is complete.

        It is put off at first. But a split may fail for every candidate, and then
        they are compared by the others; or nothing succeeds at all, and a search
        that has seen enough of it ends.
        """
        put_off = [one for one in self._open if self._has_failed(one)]
        return len(put_off) >= _MOST_PUT_OFF and record is put_off[0]

    def _is_hopeless(self, record: Record) -> bool:
        """Ask the rule, as soon as there is something to compare with."""
        index = record.candidate.index
        others = np.delete(self._scores, index, axis=0)
        others = others[np.isfinite(others).any(axis=1)]
        if not len(others):
            return False
        return self._rule.is_hopeless(self._scores[index].copy(), others)

    def _tell(self, index: int) -> None:
        """Tell what is due of one candidate, and note it for the rule."""
        super()._tell(index)
        while len(self._scores) <= index:
            unknown = np.full((1, self._n_splits), np.nan)
            self._scores = np.vstack([self._scores, unknown])
        record = self.records[index]
        splits = record.first_splits(self._n_splits_told[index])
        self._scores[index, splits] = record.scores[splits]
        if self._has_failed(record):
            self._scores[index] = np.nan
