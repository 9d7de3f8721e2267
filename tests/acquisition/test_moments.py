"""What the acquisition functions of the posterior moments have in common."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from skhpo.acquisition import (
    ExpectedImprovement,
    LogExpectedImprovement,
    LogProbabilityOfImprovement,
    UpperConfidenceBound,
)
from skhpo.surrogates import Forest, GaussianProcess, Posterior

KINDS = {
    "logei": LogExpectedImprovement,
    "ei": ExpectedImprovement,
    "pi": LogProbabilityOfImprovement,
    "ucb": lambda surrogate, _: UpperConfidenceBound(surrogate),
}
FEATURES = np.random.default_rng(0).random((12, 2))
TARGETS = FEATURES[:, 0] * 2 - 1


class Certain:
    """A surrogate without any doubt."""

    def predict(self, features):
        """Predict."""
        return Posterior(features[:, 0], np.zeros(len(features)))


def make(kind, incumbent, surrogate=None):
    """Return an acquisition function."""
    if surrogate is None:
        surrogate = GaussianProcess(np.array([0, 1])).fit(FEATURES, TARGETS)
    return KINDS[kind](surrogate, incumbent)


@pytest.mark.parametrize("incumbent", [-1.0, 1.0, 3.0])
@pytest.mark.parametrize("kind", KINDS)
def test_gradients_are_those_of_finite_differences(kind, incumbent):
    """The analytic gradient agrees with a numeric one."""
    acquisition = make(kind, incumbent)
    row = np.array([0.3, 0.6])
    value, gradient = acquisition.value_and_gradient(row)
    assert value == pytest.approx(acquisition(row[None])[0])
    numeric = approx_fprime(row, lambda at: acquisition(at[None])[0], 1e-7)
    np.testing.assert_allclose(gradient, numeric, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_hopeless_incumbents_leave_values_and_gradients_finite(kind):
    """Where the improvement underflows nothing overflows."""
    acquisition = make(kind, 1e6)
    value, gradient = acquisition.value_and_gradient(np.array([0.3, 0.6]))
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()
    assert np.isfinite(acquisition(FEATURES)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_a_surrogate_without_doubt_is_no_obstacle(kind):
    """A standard deviation of zero counts as a tiny one; the mean decides."""
    values = make(kind, 2.0, Certain())(np.array([[0.0], [1.0], [2.5]]))
    assert np.isfinite(values).all()
    assert values.argmax() == 2


def test_smooth_is_what_the_surrogate_is():
    """Only a surrogate with derivatives gives gradients."""
    assert make("logei", 0.0).is_smooth
    assert not make("logei", 0.0, Forest(np.random.default_rng(0))).is_smooth


def test_both_scales_of_the_expected_improvement_rank_alike():
    """The linear scale is the exponential of the other."""
    np.testing.assert_allclose(
        make("ei", 0.5)(FEATURES), np.exp(make("logei", 0.5)(FEATURES))
    )
