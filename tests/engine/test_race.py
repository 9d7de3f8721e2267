"""The order of evaluations in a race, whatever the order of completion."""

import numpy as np
import pytest

from skhpo.engine import RacingSchedule
from skhpo.generators import RandomGenerator
from skhpo.racing import ForgivingRule
from skhpo.space import Real, SearchSpace


class OneByOne(RandomGenerator):
    """Is asked for a candidate when results are there, but for a first few."""

    n_independent = 2


def race(
    n_workers,
    seed,
    *,
    max_pending=3,
    n_candidates=12,
    score=None,
    rule=None,
    generator_class=RandomGenerator,
):
    """Run a race on simulated workers that finish in random order."""
    generator = generator_class(
        SearchSpace({"quality": Real(0.0, 1.0)}), np.random.default_rng(7)
    )
    schedule = RacingSchedule(
        generator,
        rule or ForgivingRule(),
        n_candidates=n_candidates,
        n_splits=5,
        max_pending=max_pending,
    )
    rng, running, order = np.random.default_rng(seed), [], []
    while True:
        taken = schedule.take(n_workers - len(running))
        order += [(one.candidate.index, one.split) for one in taken]
        running += taken
        if not running:
            schedule.tell_rest()
            return schedule, order
        evaluation = running.pop(rng.integers(len(running)))
        value = (score or quality)(evaluation)
        schedule.record(evaluation, {"test_scores": value}, value)


def quality(evaluation):
    """Return a score that a candidate has on all splits, but for a little."""
    return evaluation.candidate.params["quality"] + 0.01 * evaluation.split


@pytest.mark.parametrize("max_pending", [0, 1, 3, 7])
@pytest.mark.parametrize("n_workers", [2, 5])
@pytest.mark.parametrize("generator_class", [RandomGenerator, OneByOne])
def test_the_order_does_not_depend_on_timing(n_workers, max_pending, generator_class):
    """Any number of workers, any order of completion: the same evaluations."""
    arguments = {"max_pending": max_pending, "generator_class": generator_class}
    _, reference = race(1, seed=0, **arguments)
    _, order = race(n_workers, seed=1, **arguments)
    assert order == reference


@pytest.mark.parametrize("max_pending", [0, 1, 3])
def test_a_discarded_candidate_runs_no_further_split(max_pending):
    """What is behind after a split is not evaluated on another one."""
    schedule, order = race(1, seed=0, max_pending=max_pending)
    discarded = [record.candidate.index for record in schedule.discarded]
    assert len(discarded) > 3
    assert any(sum(index == one for index, _ in order) == 1 for one in discarded), (
        "a candidate far behind is given up after its first split"
    )
    for record in schedule.discarded:
        assert not record.is_complete
        assert record.is_over


def test_the_best_candidate_is_complete():
    """The winner is among those that ran on all splits."""
    schedule, _ = race(2, seed=3)
    best = max(schedule.records, key=lambda one: one.candidate.params["quality"])
    assert best.is_complete


def test_every_candidate_is_over_at_the_end():
    """Each one is complete or discarded; no split is lost."""
    schedule, order = race(3, seed=5)
    assert len(schedule.records) == 12
    assert all(record.is_over for record in schedule.records)
    assert len(order) == len(set(order))
    assert len(order) == sum(record.finished.sum() for record in schedule.records)


def test_candidates_advance_side_by_side():
    """While a split is missing, its candidate does not start another one."""
    _, order = race(1, seed=0, max_pending=3)
    n_design = 4
    assert [split for _, split in order[:n_design]] == [0, 0, 0, 0]


def test_candidates_begin_with_different_splits_once_one_is_complete():
    """What one split has against a candidate does not decide over all of them."""
    _, order = race(1, seed=0, generator_class=OneByOne)
    first = {}
    for index, split in order:
        first.setdefault(index, split)
    n_before = [split for _, split in order].index(4)  # then the first is complete
    # with three splits pending the next few candidates do not know of it yet
    is_early = {index for index, _ in order[: n_before + 4]}
    assert all(first[index] == 0 for index in is_early)
    late = first.keys() - is_early
    assert late
    assert all(first[index] == index % 5 for index in late)


@pytest.mark.parametrize("max_pending", [0, 3])
def test_nothing_is_given_up_before_a_candidate_is_complete(max_pending):
    """The one that all others are behind may still fail."""

    class Impatient:
        def is_hopeless(self, scores, others):
            return np.nanmean(scores) < np.nanmax(others)

    def fails_late_for_the_best(evaluation):
        if evaluation.candidate.index == best and evaluation.split == 2:
            return float("nan")
        return evaluation.candidate.params["quality"]

    schedule, _ = race(1, seed=0, n_candidates=4, max_pending=max_pending)
    best = max(range(4), key=lambda i: schedule.records[i].candidate.params["quality"])
    schedule, _ = race(
        1,
        seed=0,
        n_candidates=4,
        max_pending=max_pending,
        score=fails_late_for_the_best,
        rule=Impatient(),
    )
    assert any(np.isfinite(record.scores).all() for record in schedule.records)


def test_a_candidate_whose_split_failed_goes_no_further():
    """Its mean would not be finite, so its other splits are not fitted."""

    def fails_for_every_third(evaluation):
        if evaluation.candidate.index % 3 == 2:
            return float("nan")
        return quality(evaluation)

    schedule, _ = race(1, seed=0, max_pending=0, score=fails_for_every_third)
    for record in schedule.records[2::3]:
        assert record.finished.sum() == 1
        assert record.as_trial(1).status.value == "failed"
