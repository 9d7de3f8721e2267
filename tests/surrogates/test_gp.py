"""The Gaussian process."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.spatial.distance import cdist

from skhpo.surrogates import GaussianProcess

GROUPS = np.array([0, 1, 1, 2])


def sample(n=25, seed=0):
    """Return features of four columns and targets of mean 0 and sd 1."""
    rng = np.random.default_rng(seed)
    features = rng.random((n, 4))
    targets = np.sin(5 * features[:, 0]) + features[:, 3] ** 2
    return features, (targets - targets.mean()) / targets.std()


def test_prediction_equals_the_textbook():
    """Mean and sd are those of the defining formulae at the fitted parameters."""
    features, targets = sample()
    scale = np.linspace(1, 3, len(targets))
    model = GaussianProcess(GROUPS).fit(features, targets, noise_scale=scale)
    rows = np.random.default_rng(1).random((6, 4))
    lengthscales = np.exp(model.theta[:-2])[GROUPS]
    amplitude, noise = np.exp(model.theta[-2:])

    def kernel(left, right):
        r = 5**0.5 * cdist(left / lengthscales, right / lengthscales)
        return amplitude * (1 + r + r**2 / 3) * np.exp(-r)

    inverse = np.linalg.inv(kernel(features, features) + np.diag(noise * scale + 1e-8))
    cross = kernel(rows, features)
    mean, sd = model.predict(rows)
    np.testing.assert_allclose(mean, cross @ inverse @ targets, atol=1e-8)
    variance = amplitude - np.einsum("ij,jk,ik->i", cross, inverse, cross)
    np.testing.assert_allclose(sd**2, variance, atol=1e-8)


@pytest.mark.parametrize("seed", range(3))
def test_gradient_of_the_posterior_is_that_of_finite_differences(seed):
    """The analytic gradient by theta agrees with a numeric one."""
    features, targets = sample()
    rng = np.random.default_rng(seed)
    model = GaussianProcess(GROUPS)
    model.fit(features, targets, noise_scale=rng.uniform(1, 5, len(targets)))
    theta = model.theta + rng.normal(0, 0.5, len(model.theta))
    numeric = approx_fprime(theta, lambda at: model.negative_log_posterior(at)[0], 1e-6)
    analytic = model.negative_log_posterior(theta)[1]
    np.testing.assert_allclose(analytic, numeric, rtol=1e-3, atol=1e-3)


def test_gradient_of_a_prediction_is_that_of_finite_differences():
    """The derivatives of mean and sd by the features agree with numeric ones."""
    model = GaussianProcess(GROUPS).fit(*sample())
    row = np.array([0.2, 0.7, 0.4, 0.6])
    mean, sd, mean_gradient, sd_gradient = model.predict_gradient(row)
    np.testing.assert_allclose([mean, sd], np.ravel(model.predict(row[None])))
    for part, gradient in enumerate([mean_gradient, sd_gradient]):
        numeric = approx_fprime(
            row, lambda at, part=part: model.predict(at[None])[part][0], 1e-7
        )
        np.testing.assert_allclose(gradient, numeric, atol=1e-5)


def test_fit_finds_what_matters():
    """The lengthscale of a feature without effect grows, and the fit is close."""
    features, targets = sample(60)
    model = GaussianProcess(GROUPS).fit(features, targets)
    assert model.theta[1] > max(model.theta[0], model.theta[2])
    new_features, _ = sample(200, seed=1)
    truth = np.sin(5 * new_features[:, 0]) + new_features[:, 3] ** 2
    assert np.corrcoef(model.predict(new_features).mean, truth)[0, 1] > 0.99


def test_noisier_observations_count_for_less():
    """Of two contradicting observations the less noisy one is believed."""
    features = np.array([[0.5], [0.5]])
    targets = np.array([-1.0, 1.0])
    scale = np.array([1.0, 5.0])
    model = GaussianProcess(np.array([0])).fit(features, targets, noise_scale=scale)
    assert model.predict(features).mean[0] < -0.2


def test_condition_believes_the_prediction():
    """Without pessimism no mean changes, but the uncertainty near them vanishes."""
    features, targets = sample()
    model = GaussianProcess(GROUPS).fit(features, targets)
    pending = np.full((1, 4), 0.9)
    before = model.predict(pending)
    conditioned = model.condition(pending, pessimism=0.0)
    after = conditioned.predict(pending)
    np.testing.assert_allclose(after.mean, before.mean, atol=1e-2)
    assert after.sd[0] < before.sd[0] / 2
    assert model.predict(pending).sd.tolist() == before.sd.tolist()


def test_condition_can_believe_less():
    """With pessimism the mean falls near pending rows, by about so many deviations."""
    features, targets = sample()
    model = GaussianProcess(GROUPS).fit(features, targets)
    pending = np.full((1, 4), 0.9)
    before = model.predict(pending)
    after = model.condition(pending, pessimism=2.0).predict(pending)
    np.testing.assert_allclose(after.mean, before.mean - 2 * before.sd, rtol=0.1)


def test_duplicate_rows_are_no_obstacle():
    """A singular covariance is made regular."""
    features = np.repeat([[0.1], [0.9]], 20, axis=0)
    targets = np.repeat([-1.0, 1.0], 20)
    model = GaussianProcess(np.array([0])).fit(features, targets)
    np.testing.assert_allclose(model.predict(features).mean, targets, atol=0.1)


@pytest.mark.parametrize("n", [1, 2])
def test_constant_targets_of_few_observations(n):
    """Without any signal the mean is flat and the sd positive."""
    model = GaussianProcess(np.array([0])).fit(np.full((n, 1), 0.5), np.zeros(n))
    mean, sd = model.predict(np.array([[0.0], [1.0]]))
    assert (mean == 0).all()
    assert (sd > 0).all()


def test_no_features():
    """A model that sees nothing predicts the same everywhere."""
    model = GaussianProcess(np.array([], dtype=int))
    model.fit(np.empty((3, 0)), np.array([-1.0, 0.0, 1.0]))
    assert len(set(model.predict(np.empty((2, 0))).mean)) == 1


def test_restored_model_fits_the_same():
    """The next fit depends on the observations and the saved state alone."""
    features, targets = sample()
    model = GaussianProcess(GROUPS).fit(features[:20], targets[:20])
    other = GaussianProcess(GROUPS)
    other.load_state_dict(model.state_dict())
    model.fit(features, targets)
    other.fit(features, targets)
    assert model.theta.tolist() == other.theta.tolist()


def test_hyperparameters_can_be_kept():
    """Without optimisation only the observations change."""
    features, targets = sample()
    model = GaussianProcess(GROUPS).fit(features[:20], targets[:20])
    theta = model.theta.tolist()
    model.fit(features, targets, optimize=False)
    assert model.theta.tolist() == theta


def test_predictions_of_what_is_left_out_are_those_without_it():
    """As if the process had been fitted to the others under equal hyperparameters."""
    features = np.random.default_rng(0).random((8, 2))
    targets = np.sin(5.0 * features[:, 0])
    model = GaussianProcess(np.arange(2)).fit(features, targets)
    left_out = model.predict_left_out()
    for row in range(8):
        others = np.delete(np.arange(8), row)
        model.fit(features[others], targets[others], optimize=False)
        expected = model.predict(features[row : row + 1]).mean[0]
        assert left_out[row] == pytest.approx(expected, abs=1e-8)
