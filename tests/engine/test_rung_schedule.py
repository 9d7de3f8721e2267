"""The order of evaluations with multi-fidelity, whatever the order of completion."""

import numpy as np
import pytest

from skhpo.engine import RungSchedule
from skhpo.fidelity import Ladder
from skhpo.generators import BayesianGenerator, RandomGenerator
from skhpo.space import Real, SearchSpace
from skhpo.stopping import Patience, TargetScore

RESOURCES = (1, 3, 9)


def climb(
    n_workers,
    seed,
    *,
    max_pending=3,
    n_candidates=12,
    score=None,
    generator_class=RandomGenerator,
    **arguments,
):
    """Run a schedule on simulated workers that finish in random order."""
    generator = generator_class(
        SearchSpace({"quality": Real(0.0, 1.0)}), np.random.default_rng(7)
    )
    schedule = RungSchedule(
        generator,
        Ladder(RESOURCES),
        n_candidates=n_candidates,
        n_splits=3,
        max_pending=max_pending,
        **arguments,
    )
    rng, running, order = np.random.default_rng(seed), [], []
    while True:
        taken = schedule.take(n_workers - len(running))
        order += [
            (one.candidate.point.tolist(), one.split, one.resource) for one in taken
        ]
        running += taken
        if not running:
            schedule.tell_rest()
            return schedule, order
        evaluation = running.pop(rng.integers(len(running)))
        value = (score or quality)(evaluation)
        schedule.record(evaluation, {"test_scores": value}, value)


def quality(evaluation):
    """Return a score that rises with the resource, and not at the same rate."""
    x = evaluation.candidate.params["quality"]
    return x * (1 - 0.5 / evaluation.resource) + 0.01 * evaluation.split


@pytest.mark.parametrize("generator_class", [RandomGenerator, BayesianGenerator])
@pytest.mark.parametrize("max_pending", [0, 1, 3, 7])
@pytest.mark.parametrize("n_workers", [2, 5])
def test_the_order_does_not_depend_on_timing(n_workers, max_pending, generator_class):
    """Any number of workers, any order of completion: the same evaluations."""
    arguments = {"max_pending": max_pending, "generator_class": generator_class}
    _, reference = climb(1, seed=0, **arguments)
    _, order = climb(n_workers, seed=1, **arguments)
    assert order == reference


def test_few_candidates_get_the_whole_resource():
    """Each rung has about a third of the one below, and the best of it."""
    schedule, order = climb(1, seed=0, n_candidates=27, max_pending=0)
    n_at = [sum(one[2] == resource for one in order) / 3 for resource in RESOURCES]
    assert n_at[0] == 27
    assert 9 <= n_at[1] <= 15
    assert 3 <= n_at[2] <= 8
    best = max(schedule.records, key=lambda one: one.candidate.params["quality"])
    assert best.resource == RESOURCES[-1]


def test_the_first_candidate_gets_the_whole_resource():
    """The baseline, in most searches: there is something to compare with."""
    _, order = climb(1, seed=0, max_pending=0)
    assert [resource for _, _, resource in order[:9]] == [1, 1, 1, 3, 3, 3, 9, 9, 9]


@pytest.mark.parametrize("n_candidates", [1, 2, 4])
def test_somebody_gets_the_whole_resource(n_candidates):
    """However few candidates there are, the best of them climbs to the top."""
    schedule, _ = climb(1, seed=0, n_candidates=n_candidates)
    best = max(schedule.records, key=lambda one: one.candidate.params["quality"])
    assert best.resource == RESOURCES[-1]


def test_a_record_shows_the_highest_complete_rung():
    """While a candidate climbs, its scores are those of the rung below."""
    generator = RandomGenerator(
        SearchSpace({"quality": Real(0.0, 1.0)}), np.random.default_rng(7)
    )
    schedule = RungSchedule(
        generator, Ladder(RESOURCES), n_candidates=1, n_splits=2, max_pending=0
    )
    seen = []
    for number in range(4):
        (evaluation,) = schedule.take(1)
        record = schedule.record(evaluation, {"test_scores": number}, float(number))
        seen.append((record.is_complete, record.resource, record.is_below))
    assert seen == [(False, 1, True), (True, 1, True), (True, 1, True), (True, 3, True)]
    assert record.scores.tolist() == [2.0, 3.0]
    assert len(record.fits) == 4


def test_a_candidate_that_failed_does_not_climb():
    """A split without a finite score ends it."""

    def fails_for_every_third(evaluation):
        if evaluation.candidate.index % 3 == 0:
            return float("nan")
        return quality(evaluation)

    schedule, _ = climb(1, seed=0, score=fails_for_every_third)
    assert all(record.resource == 1 for record in schedule.records[::3])
    assert any(record.resource == 9 for record in schedule.records)


def test_nothing_climbs_where_all_fail():
    """The search comes to its end all the same."""
    schedule, order = climb(2, seed=0, score=lambda _: float("nan"))
    assert len(schedule.records) == 12
    assert len(order) == 36


def test_rules_see_candidates_below_the_top_as_discarded():
    """A good score with a part of the resource is no reason to stop."""
    arguments = {"seed": 0, "generator_class": BayesianGenerator}
    schedule, _ = climb(
        1,
        score=lambda evaluation: 1.0 / evaluation.resource,
        stopping_rules=[TargetScore(0.5)],
        **arguments,
    )
    assert schedule.stopped_by is None
    schedule, _ = climb(1, stopping_rules=[Patience(3)], **arguments)
    assert schedule.stopped_by == "Patience"
    assert len(schedule.records) < 12
    assert all(record.is_complete for record in schedule.records)


@pytest.mark.parametrize("n_workers", [1, 4])
def test_every_place_is_settled_once_and_not_before_it_is_left(n_workers):
    """What waits for a candidate to go on can go when it has gone on, or never will."""
    settled = []
    schedule, _ = climb(
        n_workers,
        seed=0,
        n_candidates=27,
        on_settled=lambda rung, candidate: settled.append((rung, candidate)),
    )
    assert len(settled) == len(set(settled))
    places = {
        (rung, record.candidate.index)
        for record in schedule.records
        for rung in range(len(record.rungs))
    }
    assert set(settled) <= places
    # Left over is who would have climbed if more had come.
    assert len(places - set(settled)) <= 27 / 3 + 1
