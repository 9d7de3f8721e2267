"""The crowding distance and the order that it makes."""

import numpy as np

from skhpo.pareto import crowded_order, crowding_distance, nondominated_ranks


def test_the_distance_is_the_half_perimeter_of_the_neighbours():
    """Relative to the ranges of the objectives; the ends are infinitely far."""
    front = np.array([[0.0, 10.0], [2.0, 7.0], [3.0, 2.0], [8.0, 0.0]])
    expected = [np.inf, 3 / 8 + 8 / 10, 6 / 8 + 7 / 10, np.inf]
    np.testing.assert_allclose(crowding_distance(front), expected)


def test_scales_of_the_objectives_do_not_matter():
    """Seconds or milliseconds, the distance is the same."""
    front = np.random.default_rng(0).random((9, 3))
    scaled = crowding_distance(front * [1e-9, 1.0, 1e200])
    np.testing.assert_allclose(scaled, crowding_distance(front))


def test_the_order_goes_by_front_then_by_distance():
    """Whoever comes later is on a later front, or more crowded on the same one."""
    scores = np.random.default_rng(0).random((40, 2))
    order = crowded_order(scores)
    ranks = nondominated_ranks(scores)
    assert sorted(order) == list(range(40))
    assert (np.diff(ranks[order]) >= 0).all()
    for rank in range(ranks.max() + 1):
        rows = [row for row in order if ranks[row] == rank]
        inside = np.sort(rows)
        distance = dict(zip(inside, crowding_distance(scores[inside]), strict=True))
        distances = [distance[row] for row in rows]
        assert distances == sorted(distances, reverse=True)


def test_equal_vectors_and_few_vectors_have_an_order():
    """Constant objectives, one vector and none are no obstacle."""
    assert crowded_order(np.ones((3, 2))).tolist() == [0, 1, 2]
    assert crowded_order(np.ones((1, 2))).tolist() == [0]
    assert crowded_order(np.empty((0, 2))).tolist() == []
