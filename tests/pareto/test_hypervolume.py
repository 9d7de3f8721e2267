"""The hypervolume and its parts against counting cells and each other."""

import itertools

import numpy as np
import pytest

from skhpo.pareto import (
    hypervolume,
    hypervolume_contributions,
    hypervolume_improvement,
    nondominated_boxes,
    nondominated_mask,
)

OBJECTIVES = pytest.mark.parametrize("n_objectives", [1, 2, 3, 4, 5])


def cells(scores, side=6):
    """Count the cells of a grid above 0 that integer vectors dominate."""
    grid = itertools.product(range(1, side + 1), repeat=scores.shape[1])
    return sum(bool((scores >= cell).all(axis=1).any()) for cell in grid)


def integer_vectors(rng, n_objectives, n=7):
    """Return vectors of integers, some of them below the reference point."""
    return rng.integers(-1, 6, size=(n, n_objectives)).astype(float)


@OBJECTIVES
def test_the_volume_is_the_number_of_dominated_cells(n_objectives):
    """Equal, dominated and hopeless vectors included."""
    rng = np.random.default_rng(n_objectives)
    for _ in range(20 if n_objectives < 4 else 4):
        scores = integer_vectors(rng, n_objectives)
        volume = hypervolume(scores, np.zeros(n_objectives))
        assert volume == pytest.approx(cells(scores))


@pytest.mark.parametrize("n_objectives", [2, 3, 4, 5])
def test_volumes_in_more_dimensions_extend_those_in_fewer(n_objectives):
    """A further objective that is 1 for all changes nothing, so the methods agree."""
    scores = np.random.default_rng(0).random((30, n_objectives))
    extended = np.hstack([scores, np.ones((30, 1))])
    volume = hypervolume(scores, np.zeros(n_objectives))
    assert hypervolume(extended, np.zeros(n_objectives + 1)) == pytest.approx(volume)


def test_a_sphere_has_the_volume_of_a_sphere():
    """Many points of a quarter circle come close to its area, from below."""
    angles = np.linspace(0.0, np.pi / 2, 2000)
    scores = np.column_stack([np.cos(angles), np.sin(angles)])
    assert 0.0 < np.pi / 4 - hypervolume(scores, [0.0, 0.0]) < 1e-3


@OBJECTIVES
def test_contributions_are_what_is_lost(n_objectives):
    """Each is the volume with the vector less that without it."""
    rng = np.random.default_rng(n_objectives)
    reference = np.full(n_objectives, 0.1)
    scores = np.vstack([rng.random((6, n_objectives)), np.zeros((1, n_objectives))])
    scores = np.vstack([scores, scores[:1]])
    whole = hypervolume(scores, reference)
    lost = [
        whole - hypervolume(np.delete(scores, row, axis=0), reference)
        for row in range(len(scores))
    ]
    np.testing.assert_allclose(
        hypervolume_contributions(scores, reference), lost, atol=1e-12
    )


@OBJECTIVES
def test_improvements_are_what_is_won(n_objectives):
    """Each is the volume with the point less that without it."""
    rng = np.random.default_rng(n_objectives)
    reference = np.full(n_objectives, 0.1)
    scores, points = rng.random((6, n_objectives)), rng.random((9, n_objectives))
    won = [
        hypervolume(np.vstack([scores, point]), reference)
        - hypervolume(scores, reference)
        for point in points
    ]
    improvement = hypervolume_improvement(points, scores, reference)
    np.testing.assert_allclose(improvement, won, atol=1e-12)


@OBJECTIVES
def test_nothing_dominates_nothing(n_objectives):
    """Without vectors there is no volume, and any point improves on it."""
    nothing, reference = np.empty((0, n_objectives)), np.zeros(n_objectives)
    assert hypervolume(nothing, reference) == 0.0
    point = np.full((1, n_objectives), 2.0)
    improvement = hypervolume_improvement(point, nothing, reference)
    assert improvement.tolist() == [2.0**n_objectives]


@OBJECTIVES
def test_boxes_part_what_is_not_dominated(n_objectives):
    """Every point above the reference is dominated, or in exactly one box."""
    rng = np.random.default_rng(n_objectives)
    scores, points = (rng.random((n, n_objectives)) for n in (6, 300))
    lower, upper = nondominated_boxes(scores, np.zeros(n_objectives))
    inside = ((points[:, None] > lower) & (points[:, None] < upper)).all(axis=2)
    is_dominated = (scores >= points[:, None]).all(axis=2).any(axis=1)
    assert (inside.sum(axis=1) == ~is_dominated).all()


def test_a_front_of_two_objectives_has_one_box_more_than_vectors():
    """So the cost of what is summed over the boxes stays small."""
    scores = np.random.default_rng(0).random((50, 2))
    lower, _ = nondominated_boxes(scores, [0.0, 0.0])
    assert len(lower) == nondominated_mask(scores).sum() + 1


@pytest.mark.parametrize("reference", [[0.0], [0.0, np.nan], 0.0])
def test_a_reference_of_another_kind_is_refused(reference):
    """It must be one finite number for each objective."""
    with pytest.raises(ValueError, match="'reference'"):
        hypervolume([[1.0, 1.0]], reference)
