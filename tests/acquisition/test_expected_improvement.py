"""The expected improvement."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import approx_fprime
from scipy.stats import norm

from skhpo.acquisition import LogExpectedImprovement, log_expected_improvement
from skhpo.surrogates import GaussianProcess


@pytest.mark.parametrize("mean", [-6.0, -1.5, -1.0, -0.2, 0.0, 3.0])
def test_equals_the_integral(mean):
    """It is the logarithm of the mean of what exceeds the incumbent."""
    integral, _ = quad(
        lambda y: (y - 0.5) * norm.pdf(y, mean, 2.0), 0.5, 60.0, epsabs=1e-14
    )
    value = log_expected_improvement(np.array([mean]), np.array([2.0]), 0.5)[0]
    assert value == pytest.approx(np.log(integral), abs=1e-6)


def test_is_smooth_and_increasing_down_to_hopeless_means():
    """Where the improvement underflows, its logarithm still tells means apart."""
    means = -np.logspace(-1, 8, 4001)
    values = log_expected_improvement(means, np.ones_like(means), 0.0)
    assert np.isfinite(values).all()
    assert (np.diff(values) < 0).all()


@pytest.mark.parametrize("border", [-1.0, -1e3])
def test_branches_meet(border):
    """The value does not jump where another formula takes over."""
    around = border * (1.0 + np.array([-1e-9, 1e-9]))
    values = log_expected_improvement(around, np.ones(2), 0.0)
    assert abs(values[0] - values[1]) < 3e-6 * abs(values[0])


@pytest.mark.parametrize("incumbent", [-1.0, 1.0, 50.0, 5e3])
def test_gradient_is_that_of_finite_differences(incumbent):
    """The analytic gradient agrees with a numeric one, near and far."""
    features = np.random.default_rng(0).random((12, 2))
    model = GaussianProcess(np.array([0, 1])).fit(features, features[:, 0] * 2 - 1)
    acquisition = LogExpectedImprovement(model, incumbent)
    row = np.array([0.3, 0.6])
    value, gradient = acquisition.value_and_gradient(row)
    assert value == pytest.approx(acquisition(row[None])[0])
    numeric = approx_fprime(row, lambda at: acquisition(at[None])[0], 1e-7)
    np.testing.assert_allclose(gradient, numeric, rtol=1e-3, atol=1e-4)
