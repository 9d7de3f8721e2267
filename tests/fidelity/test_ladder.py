"""Who climbs, as a function of the scores alone."""

import math

import pytest

from skhpo.fidelity import Ladder


def ladder_with(scores, resources=(1, 3, 9), factor=3):
    """Return a ladder whose lowest rung has these scores."""
    ladder = Ladder(resources, factor)
    for candidate, score in enumerate(scores):
        ladder.add(candidate, 0, score)
    return ladder


def climbers(ladder):
    """Let everybody climb who may, without further scores."""
    return list(iter(ladder.climb, None))


def test_the_first_candidate_climbs_to_the_top():
    """It waits for nobody."""
    ladder = ladder_with([0.5])
    assert ladder.climb() == (0, 1)
    ladder.add(0, 1, 0.6)
    assert ladder.climb() == (0, 2)
    ladder.add(0, 2, 0.7)
    assert ladder.climb() is None


@pytest.mark.parametrize(("n", "n_climb"), [(1, 1), (5, 1), (6, 2), (9, 3), (10, 3)])
def test_one_in_three_climbs(n, n_climb):
    """The best of a rung climb, the very best first."""
    ladder = ladder_with([candidate / n for candidate in range(n)])
    expected = [(candidate, 1) for candidate in range(n - 1, n - 1 - n_climb, -1)]
    assert climbers(ladder) == expected


def test_at_the_end_the_share_is_rounded_up():
    """The best of a rung climbs, if somebody else climbed before it came."""
    ladder = ladder_with([0.5])
    assert climbers(ladder) == [(0, 1)]
    ladder.add(1, 0, 0.9)
    assert ladder.climb() is None
    assert ladder.climb(is_end=True) == (1, 1)
    assert ladder.climb(is_end=True) is None


def test_who_fails_above_makes_room_below():
    """The next best climbs in its place."""
    ladder = ladder_with([0.5, 0.6])
    assert ladder.climb(is_end=True) == (1, 1)
    ladder.add(1, 1, math.nan)
    assert ladder.climb(is_end=True) == (0, 1)


def test_the_highest_rung_goes_first():
    """Who is nearer to the top has priority."""
    ladder = ladder_with([0.9, 0.1, 0.2])
    ladder.add(1, 1, 0.3)
    assert climbers(ladder) == [(1, 2), (0, 1)]


def test_equal_scores_climb_in_the_order_of_proposal():
    """The earlier candidate goes first."""
    assert climbers(ladder_with([0.5] * 6)) == [(0, 1), (1, 1)]


def test_who_failed_does_not_climb():
    """NaN counts as a candidate of the rung, but never as one of its best."""
    ladder = ladder_with([math.nan, math.nan, 0.1, math.nan])
    assert climbers(ladder) == [(2, 1)]


def test_stuck_are_those_that_can_never_climb():
    """More candidates may come, so a place behind the share of all is needed."""
    ladder = ladder_with([0.9, 0.8, 0.7, 0.6])
    assert ladder.climb() == (0, 1)
    assert ladder.stuck(0, n_candidates=9) == {3}
    assert ladder.stuck(0, n_candidates=4) == {2, 3}


def test_on_the_top_all_are_stuck():
    """There is nowhere to go on to."""
    ladder = ladder_with([0.9], resources=[9])
    assert ladder.stuck(0, n_candidates=9) == {0}
