"""Kernel densities over the points of a search space."""

import numpy as np
import pytest

from skhpo.acquisition import ParzenDensity
from skhpo.space import Categorical, Integer, Real, SearchSpace

MIXED = SearchSpace(
    {"a": Real(0.0, 1.0), "b": Integer(0, 6), "c": Categorical([*"xyz"])}
)
CONDITIONAL = SearchSpace(
    [
        {"kind": ["line"], "slope": Real(0.0, 1.0)},
        {"kind": ["bend"], "degree": Integer(1, 30)},
    ]
)


def uniform(space, n, seed=0):
    """Return uniform points."""
    return space.canonicalize(np.random.default_rng(seed).random((n, space.n_dims)))


@pytest.mark.parametrize("space", [MIXED, CONDITIONAL])
def test_the_density_integrates_to_one(space):
    """Over uniform points its mean is 1."""
    density = ParzenDensity(space, uniform(space, 5))
    values = np.exp(density.log_density(uniform(space, 100_000, seed=1)))
    assert values.mean() == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("space", [MIXED, CONDITIONAL])
def test_samples_follow_the_density(space):
    """Weighted by the reciprocal of their density, samples are uniform."""
    density = ParzenDensity(space, uniform(space, 4))
    samples = density.sample(100_000, np.random.default_rng(1))
    weights = np.exp(-density.log_density(samples))
    assert weights.mean() == pytest.approx(1.0, abs=0.05)
    means = (weights[:, None] * samples).mean(axis=0)
    np.testing.assert_allclose(means, 0.5, atol=0.05)


def test_samples_are_canonical():
    """Samples can be proposed as they are."""
    density = ParzenDensity(CONDITIONAL, uniform(CONDITIONAL, 4))
    samples = density.sample(100, np.random.default_rng(1))
    np.testing.assert_array_equal(samples, CONDITIONAL.canonicalize(samples))


def test_inactive_axes_play_no_part():
    """What a point does not have is not compared."""
    lines = uniform(CONDITIONAL, 50)
    lines = lines[[CONDITIONAL.decode(one)["kind"] == "line" for one in lines]][:3]
    bends = uniform(CONDITIONAL, 50, seed=1)
    bends = bends[[CONDITIONAL.decode(one)["kind"] == "bend" for one in bends]]
    values = ParzenDensity(CONDITIONAL, lines).log_density(bends)
    np.testing.assert_allclose(values, values[0])


def test_without_points_the_density_is_uniform():
    """Nothing known means nothing preferred."""
    density = ParzenDensity(MIXED, np.empty((0, 3)))
    np.testing.assert_allclose(density.log_density(uniform(MIXED, 9)), 0.0, atol=1e-12)
    assert density.sample(5, np.random.default_rng(0)).shape == (5, 3)


def test_a_space_of_no_dimensions():
    """Nothing to compare is no error."""
    density = ParzenDensity(SearchSpace({}), np.empty((1, 0)))
    assert density.log_density(np.empty((2, 0))).tolist() == [0.0, 0.0]
