"""Stagnation."""

import numpy as np
import pytest

from skhpo.engine import Schedule, Stagnation
from skhpo.generators import RandomGenerator
from skhpo.space import Real, SearchSpace
from skhpo.trials import Candidate, Trial, TrialStatus


def note(stagnation, *scores, status=TrialStatus.COMPLETE):
    """Take note of a trial of one split."""
    candidate = Candidate(0, np.array([0.5]), {}, "sobol")
    values = np.array([scores] if len(scores) > 1 else scores, dtype=float)
    stagnation.note(Trial(candidate, values, status))


def test_candidates_since_the_last_improvement_are_counted():
    """Equal scores and failures are no improvement, better ones start anew."""
    stagnation = Stagnation(3)
    for score in (0.5, 0.5, 0.4, 0.6, 0.1):
        note(stagnation, score)
    note(stagnation, np.nan, status=TrialStatus.FAILED)
    assert not stagnation.is_reached
    note(stagnation, 0.6)
    assert stagnation.is_reached


def test_what_is_not_over_does_not_count():
    """A partly told candidate is neither an improvement nor the lack of one."""
    stagnation = Stagnation(1)
    note(stagnation, 0.5)
    note(stagnation, 0.4, status=TrialStatus.RUNNING)
    assert not stagnation.is_reached


def test_a_discarded_candidate_is_no_improvement():
    """It was compared on its splits, which may be the easy ones."""
    stagnation = Stagnation(2)
    note(stagnation, 0.5)
    note(stagnation, 0.9, status=TrialStatus.DISCARDED)
    note(stagnation, 0.6)
    note(stagnation, 0.5)
    assert not stagnation.is_reached
    note(stagnation, 0.9, status=TrialStatus.DISCARDED)
    assert stagnation.is_reached


def test_with_several_objectives_the_front_has_to_move():
    """Whatever no earlier candidate reaches in all objectives is an improvement."""
    stagnation = Stagnation(1)
    for scores in ((0.5, 0.5), (0.9, 0.1), (0.1, 0.9)):
        note(stagnation, *scores)
        assert not stagnation.is_reached
    note(stagnation, 0.5, 0.4)
    assert stagnation.is_reached


def test_never_without_a_number():
    """None lets the search go on."""
    stagnation = Stagnation(None)
    for _ in range(100):
        note(stagnation, 0.5)
    assert not stagnation.is_reached


@pytest.mark.parametrize("max_pending", [0, 2])
def test_a_schedule_proposes_nothing_after_stagnation(max_pending):
    """What was proposed before is evaluated to its end."""

    class Dependent(RandomGenerator):
        n_independent = 0

    space = SearchSpace({"x": Real(0.0, 1.0)})
    schedule = Schedule(
        Dependent(space, np.random.default_rng(0)),
        n_candidates=50,
        n_splits=1,
        max_pending=max_pending,
        n_iter_no_change=4,
    )
    while evaluations := schedule.take(10):
        for evaluation in evaluations:
            schedule.record(evaluation, {}, score=1.0)
    assert schedule.is_stagnant
    assert len(schedule.records) == 5 + max_pending
