"""Distributions of choices."""

import json

import numpy as np
import pytest

from skhpo.generators._categorical_distribution import CategoricalDistribution


@pytest.fixture
def rng():
    """A random generator."""
    return np.random.default_rng(0)


def learn(distribution, n_updates, rng, is_active=True):
    """Update by how many choices are 0."""
    for _ in range(n_updates):
        choices = distribution.sample(10, rng)
        ranked = choices[np.argsort(-(choices == 0).sum(axis=1), kind="stable")]
        distribution.update(ranked, np.full(choices.shape, is_active))


def test_begins_uniform_and_learns_the_better_choice(rng):
    """Its probability comes close to 1, but the margin is kept."""
    distribution = CategoricalDistribution([3, 5], 10, 1.0)
    assert [one.tolist() for one in distribution.probabilities] == [
        [1 / 3] * 3,
        [0.2] * 5,
    ]
    learn(distribution, 60, rng)
    for one in distribution.probabilities:
        assert one[0] > 0.7
        assert one.min() > 0.01
        assert one.sum() == pytest.approx(1.0)


def test_inactive_coordinates_teach_nothing(rng):
    """The probabilities stay as they were."""
    distribution = CategoricalDistribution([3], 10, 1.0)
    learn(distribution, 5, rng, is_active=False)
    np.testing.assert_allclose(distribution.probabilities[0], 1 / 3)


def test_samples_follow_the_probabilities(rng):
    """Each choice as often as its probability says."""
    distribution = CategoricalDistribution([4], 10, 1.0)
    distribution.probabilities = [np.array([0.1, 0.2, 0.3, 0.4])]
    counts = np.bincount(distribution.sample(20_000, rng)[:, 0]) / 20_000
    np.testing.assert_allclose(counts, [0.1, 0.2, 0.3, 0.4], atol=0.02)


def test_contradictory_updates_shorten_the_steps():
    """Where good samples are now all of one choice, now all of the other."""
    distribution = CategoricalDistribution([2, 2], 10, 1.0)
    changes = []
    for number in range(100):
        before = np.concatenate(distribution.probabilities)
        choices = np.full((10, 2), number % 2)
        distribution.update(choices, np.ones(choices.shape, dtype=bool))
        changes.append(abs(np.concatenate(distribution.probabilities) - before).max())
    assert changes[-1] < changes[0] / 4


def test_the_state_is_restored(rng):
    """A restored distribution learns on as the original."""
    first, second = (CategoricalDistribution([3, 2], 10, 1.0) for _ in range(2))
    learn(first, 5, rng)
    second.load_state_dict(json.loads(json.dumps(first.state_dict())))
    for distribution in (first, second):
        learn(distribution, 3, np.random.default_rng(1))
    assert first.state_dict() == second.state_dict()
