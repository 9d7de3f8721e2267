"""Scores of unlike resources, made comparable."""

import numpy as np
import pytest

from skhpo.fidelity import level_scores


def test_scores_with_the_most_stay():
    """Nothing is shifted where all have had the same."""
    scores = np.array([0.5, 0.7])
    leveled, scale = level_scores(scores, [9, 9], [[(3, 0.1)], []])
    np.testing.assert_array_equal(leveled, scores)
    np.testing.assert_array_equal(scale, [1.0, 1.0])


def test_gains_add_up_from_rung_to_rung():
    """A candidate on the lowest rung is expected to gain what the best did."""
    leveled, _ = level_scores(
        np.array([0.9, 0.6, 0.5]),
        [9, 3, 1],
        [[(1, 0.4), (3, 0.7)], [(1, 0.5)], []],
    )
    # from 1 to 3: 0.7 - 0.5, from 3 to 9: 0.9 - 0.7
    np.testing.assert_allclose(leveled, [0.9, 0.8, 0.9])


def test_less_of_the_resource_counts_for_less():
    """The noise grows with each rung below the top."""
    _, scale = level_scores(np.zeros(3), [9, 3, 1], [[], [], []])
    assert scale[0] == 1.0
    assert scale[0] < scale[1] < scale[2]


@pytest.mark.parametrize("lower", [[(1, np.nan)], []])
def test_an_unknown_gain_is_none(lower):
    """Without a candidate on both rungs nothing is shifted."""
    leveled, _ = level_scores(np.array([0.9, 0.5]), [3, 1], [lower, []])
    np.testing.assert_array_equal(leveled, [0.9, 0.5])
