"""Forecasts of durations."""

import numpy as np

from skhpo.engine import Durations
from skhpo.trials import Candidate


def candidate(index, point=0.5):
    """Return a candidate at a point."""
    return Candidate(index, np.array([point]), {}, "sobol")


def durations_of(*seconds, points=None):
    """Return the durations of candidates 0, 1, ..."""
    durations = Durations()
    points = np.linspace(0, 1, len(seconds)) if points is None else points
    for index, one in enumerate(seconds):
        durations.note(candidate(index, points[index]), one)
    return durations


def test_nothing_is_foretold_of_the_first_candidate():
    """A search without one has no result, so it must never be held up."""
    assert durations_of(9.0).expected(candidate(0)) == 0.0
    assert Durations().expected(candidate(1)) == 0.0


def test_the_splits_of_a_candidate_take_about_as_long():
    """Its own duration counts, not those of others."""
    durations = durations_of(1.0, 5.0, 1.0)
    assert durations.expected(candidate(1)) == 5.0


def test_neighbours_tell_when_there_are_enough():
    """Slow at one end of the space, fast at the other."""
    durations = durations_of(*np.linspace(1.0, 10.0, 10))
    assert durations.expected(candidate(10, 0.05)) < 3.0
    assert durations.expected(candidate(10, 0.95)) > 8.0


def test_few_candidates_tell_by_most_of_them():
    """Four of five do not exceed the forecast, and one that ran wild is no matter."""
    durations = durations_of(1.0, 1.1, 1.2, 1.3, 60.0, 1.0)
    assert 1.2 <= durations.expected(candidate(6)) <= 1.3


def test_long_searches_remember_the_latest():
    """What was forgotten does not count."""
    durations = durations_of(*[9.0] * 100, *[1.0] * 500, points=np.full(600, 0.5))
    assert durations.expected(candidate(600)) == 1.0
