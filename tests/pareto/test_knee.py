"""The knee of a front."""

import numpy as np
import pytest

from skhpo.pareto import knee_point


def test_the_knee_is_where_the_front_bulges_most():
    """On a circle that is the middle, whatever the units."""
    angles = np.linspace(0.0, np.pi / 2, 31)
    front = np.column_stack([np.cos(angles), np.sin(angles)])
    assert knee_point(front) == 15
    assert knee_point(front * [1e-6, 1e6] + [3.0, -5.0]) == 15


def test_a_straight_or_hollow_front_gives_its_middle():
    """Nothing bulges, so the vector that is nowhere bad is taken."""
    first = np.linspace(0.0, 1.0, 11)
    assert knee_point(np.column_stack([first, 1.0 - first])) == 5
    assert knee_point(np.column_stack([first, 0.95 * (1.0 - first)])) == 5
    hollow = np.column_stack([first, (1.0 - np.sqrt(first)) ** 2])
    assert knee_point(hollow) == 3


def test_the_knee_of_three_objectives():
    """The vector that is nearly best in everything."""
    front = np.vstack([np.eye(3), [[0.9, 0.9, 0.8]]])
    assert knee_point(front) == 3


def test_a_constant_objective_does_not_matter():
    """The knee is that of the objectives that differ."""
    front = np.array([[0.0, 1.0], [0.9, 0.9], [1.0, 0.0]])
    assert knee_point(np.hstack([front, np.ones((3, 1))])) == 1


def test_few_vectors_have_a_knee():
    """One vector is its own knee, of equal ones it is the first."""
    assert knee_point([[1.0, 2.0]]) == 0
    assert knee_point([[1.0, 2.0], [1.0, 2.0]]) == 0


@pytest.mark.parametrize("front", [np.empty((0, 2)), [[np.inf, 0.0]]])
def test_a_front_without_a_vector_is_refused(front):
    """An empty front, or an infinite one, has no knee."""
    with pytest.raises(ValueError, match="at least one finite vector"):
        knee_point(front)
