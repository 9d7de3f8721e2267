"""The probability of improvement."""

import numpy as np
import pytest
from scipy.stats import norm

from skhpo.acquisition import LogProbabilityOfImprovement
from skhpo.surrogates import GaussianProcess


def make(incumbent):
    """Return the acquisition function of a model that is not fitted."""
    return LogProbabilityOfImprovement(GaussianProcess(np.array([0])), incumbent)


@pytest.mark.parametrize("mean", [-3.0, 0.0, 0.5, 4.0])
def test_equals_the_share_above_the_incumbent(mean):
    """It is the logarithm of the mass beyond the incumbent."""
    value = make(0.5).evaluate(np.array([mean]), np.array([2.0]))[0]
    assert np.exp(value) == pytest.approx(norm.sf(0.5, mean, 2.0))


def test_is_increasing_down_to_hopeless_means():
    """Where the probability underflows, its logarithm still tells means apart."""
    means = -np.logspace(-1, 8, 401)
    values = make(0.0).evaluate(means, np.ones_like(means))
    assert np.isfinite(values).all()
    assert (np.diff(values) < 0).all()


@pytest.mark.parametrize("mean", [-1e7, -40.0, -1e-12, 1e-12, 40.0])
def test_derivative_by_the_mean_is_the_hazard(mean):
    """The slope is phi / Phi, finite and never negative."""
    _, by_mean, _ = make(0.0).differentiate(mean, 1.0)
    expected = -mean if mean < -1e3 else np.exp(norm.logpdf(mean) - norm.logcdf(mean))
    assert by_mean == pytest.approx(expected, rel=1e-3)
