"""Selection by distances."""

import numpy as np

from _functions import cube, mixed
from skhpo.generators._preselection import Preselection
from skhpo.space import SearchSpace


def test_clones_of_better_points_are_cleared_away():
    """The best of each neighbourhood stays, in the order of the scores."""
    points = np.array([[0.5, 0.5], [0.5, 0.501], [0.9, 0.1], [0.901, 0.1], [0.1, 0.1]])
    preselection = Preselection(cube(2))
    assert preselection.clear(points, 5, 100).tolist() == [0, 2, 4]
    assert preselection.clear(points, 2, 100).tolist() == [0, 2]


def test_fewer_points_are_clones_as_candidates_become_many():
    """So that a long search can come as close to the optimum as it likes."""
    points = np.array([[0.5, 0.5], [0.5, 0.51]])
    preselection = Preselection(cube(2))
    assert len(preselection.clear(points, 2, 100)) == 1
    assert len(preselection.clear(points, 2, 10_000)) == 2


def test_children_with_good_neighbours_come_first():
    """And clones last, however good their neighbours are."""
    points = np.array([[0.1, 0.1], [0.9, 0.9]])
    children = np.array([[0.1, 0.5], [0.9, 0.5], [0.9, 0.9001]])
    preselection = Preselection(cube(2))
    order = preselection.sort(children, points, np.array([0.0, 1.0]), points[:0])
    assert order.tolist() == [1, 0, 2]


def test_pending_points_repel():
    """What is being evaluated anyway says nothing new."""
    points = np.array([[0.1, 0.5], [0.9, 0.5]])
    children = np.array([[0.5, 0.2], [0.5, 0.8]])
    preselection = Preselection(cube(2))
    pending = np.array([[0.5, 0.2]])
    order = preselection.sort(children, points, np.array([0.5, 0.5]), pending)
    assert order.tolist() == [1, 0]


def test_choices_are_alike_or_not():
    """How far apart two choices are in their list does not matter."""
    space = SearchSpace({"kind": [*"abcdef"], "x": mixed().branches[0]["x0"]})
    near, far, same = [1.5 / 6, 0.5], [5.5 / 6, 0.5], [0.5 / 6, 0.52]
    points = np.array([[0.5 / 6, 0.5]])
    preselection = Preselection(space)
    order = preselection.sort(
        np.array([same, near, far]), points, np.array([1.0]), points[:0]
    )
    # all expect the same score, so the distance decides
    assert order.tolist() == [1, 2, 0]
