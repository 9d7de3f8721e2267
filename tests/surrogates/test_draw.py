"""Functions drawn from a Gaussian process."""

import numpy as np

from skhpo.surrogates import GaussianProcess

FEATURES = np.random.default_rng(0).random((10, 2))
TARGETS = np.sin(5.0 * FEATURES[:, 0]) + FEATURES[:, 1] - 0.5


def test_draws_have_the_moments_of_the_posterior():
    """Mean and standard deviation over many draws are those predicted."""
    model = GaussianProcess(np.array([0, 1])).fit(FEATURES, TARGETS)
    rows = np.random.default_rng(1).random((20, 2))
    rng = np.random.default_rng(2)
    draws = np.array([model.sample(rng)(rows) for _ in range(2000)])
    mean, sd = model.predict(rows)
    np.testing.assert_allclose(draws.mean(axis=0), mean, atol=4.0 * sd.max() / 40)
    np.testing.assert_allclose(draws.std(axis=0), sd, rtol=0.15)


def test_drawing_leaves_the_model_alone():
    """A draw changes no prediction."""
    model = GaussianProcess(np.array([0, 1])).fit(FEATURES, TARGETS)
    before = model.predict(FEATURES).mean
    model.sample(np.random.default_rng(0))
    np.testing.assert_array_equal(before, model.predict(FEATURES).mean)
