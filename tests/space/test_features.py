"""Points as features of a surrogate model."""

import numpy as np
import pytest
import scipy.stats

from skhpo.space import FeatureMap, Integer, Real, SearchSpace


class Coin:
    """Draws 0 or 1."""

    def rvs(self, random_state=None):
        """Toss once."""
        return int(random_state.randint(2))


def features_of(space, points):
    """Map points to features."""
    points = space.canonicalize(points)
    return FeatureMap(space.axes).transform(points, space.active(points))


def test_continuous_feature_is_the_coordinate():
    """A continuous axis is seen as it is."""
    space = SearchSpace({"a": Real(3, 7)})
    assert features_of(space, [[0.0], [0.3]]).tolist() == [[0.0], [0.3]]


def test_ordered_feature_is_the_position():
    """Equal cells are seen as evenly spaced from 0 to 1."""
    space = SearchSpace({"a": [1, 10, 1000]})
    features = features_of(space, [[0.1], [0.5], [0.9]])
    assert features == pytest.approx(np.array([[0.0], [0.5], [1.0]]), abs=1e-15)


@pytest.mark.parametrize(
    "value",
    [Integer(1, 9, "log-uniform"), scipy.stats.binom(5, 0.5), scipy.stats.poisson(3)],
)
def test_uneven_feature_is_the_snapped_coordinate(value):
    """Cells of unequal width keep their place."""
    space = SearchSpace({"a": value})
    points = np.linspace(0, 1, 11)[:, np.newaxis]
    assert np.array_equal(features_of(space, points), space.canonicalize(points))


def test_categories_lie_one_apart():
    """Two points that differ in one category lie at distance 1, in one group."""
    space = SearchSpace({"a": ["x", "y", "z"]})
    features = features_of(space, [[0.1], [0.5], [0.9]])
    distances = np.linalg.norm(features[:, np.newaxis] - features, axis=-1)
    assert distances == pytest.approx(1.0 - np.eye(3))


def test_groups_count_axes():
    """Every axis is one group, a categorical one with several features."""
    space = SearchSpace(
        {"a": Real(0, 1), "c": ["x", "y"], "s": Coin(), "b": [1, 2], "d": list("uvw")}
    )
    features = FeatureMap(space.axes)
    assert features.groups.tolist() == [0, 1, 1, 2, 3, 3, 3]
    assert features.group_axes.tolist() == [0, 1, 3, 4]
    assert (features.n_groups, features.n_features) == (4, 7)


def test_inactive_axes_say_nothing():
    """Inactive numbers are seen as 0.5, inactive categories as the first."""
    space = SearchSpace([{"k": ["u"]}, {"a": [1, 5], "b": Real(0, 1), "c": ["x", "y"]}])
    points = space.canonicalize([[0.1, 0.9, 0.9, 0.9], [0.1, 0.1, 0.1, 0.1]])
    first, second = FeatureMap(space.axes).transform(points, space.active(points))
    assert np.array_equal(first, second)
    assert first[2:] == pytest.approx([0.5, 0.5, np.sqrt(0.5), 0.0])


@pytest.mark.parametrize("param_distributions", [{}, {"a": Coin()}])
def test_nothing_to_model_gives_no_features(param_distributions):
    """Points of a space without modelled axes have no features."""
    space = SearchSpace(param_distributions)
    assert features_of(space, np.full((3, space.n_dims), 0.5)).shape == (3, 0)
