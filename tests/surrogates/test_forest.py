"""The forest."""

import numpy as np
import pytest

from skhpo.surrogates import Forest

FEATURES = np.linspace(0.0, 1.0, 40)[:, None]
TARGETS = np.sin(6.0 * FEATURES[:, 0])


def fit(features=FEATURES, targets=TARGETS, seed=0, **kwargs):
    """Return a fitted forest."""
    return Forest(np.random.default_rng(seed)).fit(features, targets, **kwargs)


def test_predicts_between_observations():
    """A smooth function is met within a tenth."""
    rows = np.array([[0.11], [0.42], [0.87]])
    mean, _ = fit().predict(rows)
    np.testing.assert_allclose(mean, np.sin(6.0 * rows[:, 0]), atol=0.1)


def test_doubts_more_where_nothing_was_observed():
    """In a gap the trees disagree."""
    kept = (FEATURES[:, 0] < 0.3) | (FEATURES[:, 0] > 0.8)
    model = fit(FEATURES[kept], TARGETS[kept])
    _, sd = model.predict(np.array([[0.15], [0.55]]))
    assert sd[1] > 2.0 * sd[0] > 0.0


def test_noisy_observations_count_for_less():
    """Of two observations of a row the one with the smaller noise decides."""
    features, targets = np.zeros((2, 1)), np.array([-1.0, 1.0])
    mean, _ = fit(features, targets, noise_scale=np.array([9.0, 1.0])).predict(features)
    assert mean == pytest.approx(0.8)


def test_the_seed_decides():
    """Equal seeds give equal trees, and others give others."""
    rows = np.random.default_rng(1).random((50, 1))
    first, second, other = (fit(seed=seed).predict(rows).mean for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, other)


def test_pending_rows_are_believed():
    """Conditioning lessens the doubt at a row, and leaves the model as it was."""
    kept = FEATURES[:, 0] < 0.5
    model = fit(FEATURES[kept], TARGETS[kept])
    row = np.array([[0.3]])
    mean, sd = model.predict(row)
    conditioned = model.condition(row)
    assert conditioned.predict(row).sd < sd
    np.testing.assert_allclose(conditioned.predict(row).mean, mean, atol=0.1)
    np.testing.assert_array_equal(model.predict(row).sd, sd)


def test_a_draw_is_one_of_the_trees():
    """Over many draws the mean is that of the forest."""
    model = fit()
    rows, rng = FEATURES[::5] + 0.01, np.random.default_rng(0)
    draws = [model.sample(rng)(rows) for _ in range(600)]
    np.testing.assert_allclose(
        np.mean(draws, axis=0), model.predict(rows).mean, atol=0.1
    )


def test_rows_without_features():
    """A space of which nothing is modelled has the mean of the targets."""
    mean, sd = fit(np.empty((4, 0)), np.arange(4.0)).predict(np.empty((2, 0)))
    assert mean.tolist() == [1.5, 1.5]
    assert (sd > 0.0).all()
