"""The order of proposals and tells, whatever the order of completion."""

import numpy as np
import pytest

from skhpo.engine import Schedule, resolve_max_pending
from skhpo.exceptions import SpaceExhaustedError
from skhpo.trials import Candidate, TrialStatus


class RecordingGenerator:
    """Proposes numbered candidates and keeps what it has been told at each ask."""

    def __init__(self, n_independent=0, n_available=1000):
        self.n_independent = n_independent
        self.n_available = n_available
        self.told = []
        self.told_at_ask = []

    def ask(self):
        """Propose the next number."""
        index = len(self.told_at_ask)
        if index >= self.n_available:
            raise SpaceExhaustedError("none left")
        self.told_at_ask.append(list(self.told))
        return Candidate(index, np.array([0.5]), {"number": index}, "recording")

    def tell(self, trial):
        """Keep what is told as (candidate, known scores, status)."""
        known = tuple(trial.split_scores[np.isfinite(trial.split_scores)])
        self.told.append((trial.candidate.index, known, trial.status))


def run(schedule, n_workers, rng, score=lambda e: float(e.candidate.index)):
    """Evaluate a whole schedule on simulated workers that finish in random order."""
    running = []
    while True:
        running += schedule.take(n_workers - len(running))
        if not running:
            return
        evaluation = running.pop(rng.integers(len(running)))
        schedule.record(evaluation, {}, score(evaluation))


@pytest.mark.parametrize("max_pending", [0, 1, 3, 5, 12])
@pytest.mark.parametrize("n_workers", [1, 2, 7])
def test_what_is_known_at_each_proposal_does_not_depend_on_timing(
    max_pending, n_workers
):
    """Any number of workers, any order of completion: the same tells at each ask."""

    def tells(n_workers, seed):
        generator = RecordingGenerator(n_independent=2)
        schedule = Schedule(
            generator, n_candidates=8, n_splits=3, max_pending=max_pending
        )
        run(schedule, n_workers, np.random.default_rng(seed))
        return generator.told_at_ask

    assert tells(n_workers, seed=1) == tells(1, seed=0)


def test_a_proposal_lacks_exactly_max_pending_evaluations():
    """With two pending of three splits, the latest candidate is told as one score."""
    generator = RecordingGenerator()
    schedule = Schedule(generator, n_candidates=3, n_splits=3, max_pending=2)
    run(schedule, 1, np.random.default_rng(0))
    assert generator.told_at_ask[1] == [(0, (0.0,), TrialStatus.RUNNING)]
    assert generator.told_at_ask[2][1:] == [
        (0, (0.0, 0.0, 0.0), TrialStatus.COMPLETE),
        (1, (1.0,), TrialStatus.RUNNING),
    ]


def test_the_initial_design_is_proposed_without_waiting():
    """Independent candidates can all start before the first result."""
    generator = RecordingGenerator(n_independent=4)
    schedule = Schedule(generator, n_candidates=6, n_splits=2, max_pending=0)
    assert schedule.n_ready() == 8
    assert len(schedule.take(100)) == 8
    assert generator.told_at_ask == [[]] * 4
    assert schedule.n_ready() == 0


def test_without_pending_the_next_proposal_waits_for_every_result():
    """Nothing is proposed while an evaluation is missing."""
    generator = RecordingGenerator()
    schedule = Schedule(generator, n_candidates=2, n_splits=2, max_pending=0)
    first, second = schedule.take(5)
    schedule.record(second, {}, 0.5)
    assert schedule.take(5) == []
    schedule.record(first, {}, 0.5)
    assert [e.candidate.index for e in schedule.take(5)] == [1, 1]


def test_an_exhausted_generator_ends_the_proposals():
    """The candidates proposed before are evaluated, and the end is noted."""
    schedule = Schedule(
        RecordingGenerator(n_available=2), n_candidates=9, n_splits=2, max_pending=1
    )
    run(schedule, 2, np.random.default_rng(0))
    assert schedule.is_exhausted
    assert [record.is_complete for record in schedule.records] == [True, True]


def test_a_failed_split_makes_a_failed_trial():
    """A complete candidate without a finite score on a split is told as failed."""
    generator = RecordingGenerator()
    schedule = Schedule(generator, n_candidates=1, n_splits=2, max_pending=0)
    run(
        schedule,
        1,
        np.random.default_rng(0),
        score=lambda e: np.nan if e.split == 1 else 1.0,
    )
    schedule.tell_rest()
    assert generator.told == [(0, (1.0,), TrialStatus.FAILED)]


@pytest.mark.parametrize("n_splits", [3, 5, 10])
def test_one_worker_and_two_have_the_same_lag(n_splits):
    """So that n_jobs=1 and n_jobs=2 give the same candidates."""
    limits = {"n_splits": n_splits, "n_candidates": 40}
    one = resolve_max_pending("auto", n_workers=1, **limits)
    assert one == resolve_max_pending("auto", n_workers=2, **limits)
    assert 0 < one < n_splits


def test_a_single_split_on_one_worker_is_sequential():
    """Nothing is pending where nothing can be gained by it."""
    assert resolve_max_pending("auto", n_workers=1, n_splits=1, n_candidates=40) == 0


def test_an_explicit_lag_is_taken_as_it_is():
    """Any number of workers then gives the same candidates."""
    assert resolve_max_pending(7, n_workers=3, n_splits=2, n_candidates=4) == 7


def test_many_workers_and_few_candidates_leave_results_to_learn_from():
    """Where a quarter of the fits would be pending, workers may have to wait."""
    limits = {"n_workers": 64, "n_splits": 5}
    assert resolve_max_pending("auto", n_candidates=60, **limits) == 2 * 64 - 1
    assert resolve_max_pending("auto", n_candidates=180, **limits) == 180 * 5 // 4
    assert resolve_max_pending("auto", n_candidates=1000, **limits) == 4 * 64 - 1


@pytest.mark.parametrize("n_workers", [2, 4, 16, 64, 256])
def test_the_automatic_lag_keeps_simulated_workers_busy(n_workers):
    """With fit times of moderate spread hardly any worker time is lost."""
    n_splits, n_candidates = 5, max(60, 5 * n_workers)
    schedule = Schedule(
        RecordingGenerator(),
        n_candidates=n_candidates,
        n_splits=n_splits,
        max_pending=resolve_max_pending(
            "auto", n_workers=n_workers, n_splits=n_splits, n_candidates=n_candidates
        ),
    )
    durations = np.random.default_rng(0).lognormal(0.0, 0.5, n_splits * n_candidates)
    now, busy, running = 0.0, 0.0, []
    while True:
        for evaluation in schedule.take(n_workers - len(running)):
            number = evaluation.candidate.index * n_splits + evaluation.split
            running.append((now + durations[number], number, evaluation))
            # what runs on when nothing is left to begin is no loss of the schedule
            last_start, busy_at_last = now, busy
        if not running:
            break
        running.sort()
        end, _, evaluation = running.pop(0)
        busy += (1 + len(running)) * (end - now)
        now = end
        schedule.record(evaluation, {}, 0.0)
    assert busy_at_last / (n_workers * last_start) > 0.95
