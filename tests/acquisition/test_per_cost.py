"""What is promised for its cost."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from skhpo.acquisition import LogExpectedImprovement, PerCost
from skhpo.surrogates import Forest, GaussianProcess, Trend

ROWS = np.random.default_rng(0).random((12, 2))
PROMISE = LogExpectedImprovement(
    GaussianProcess(np.arange(2)).fit(ROWS, np.sin(5 * ROWS[:, 0])), 0.5
)
COST = Trend(np.ones(2), ROWS[:3], np.array([1.0, -2.0, 0.5]))


def test_the_logarithms_are_subtracted():
    """With the weight as a factor; with 0 only the promise is left."""
    expected = PROMISE(ROWS) - 0.7 * COST(ROWS)
    np.testing.assert_allclose(PerCost(PROMISE, COST, 0.7)(ROWS), expected)
    assert PerCost(PROMISE, COST, 0.0)(ROWS).tolist() == PROMISE(ROWS).tolist()


def test_gradients_are_those_of_the_values():
    """As differences of them show."""
    per_cost = PerCost(PROMISE, COST, 0.7)
    row = np.array([0.3, 0.6])
    value, gradient = per_cost.value_and_gradient(row)
    assert value == pytest.approx(per_cost(row[None])[0])
    differences = approx_fprime(row, lambda one: per_cost(one[None])[0], 1e-7)
    np.testing.assert_allclose(gradient, differences, rtol=1e-4)


def test_it_is_as_smooth_as_the_promise():
    """A forest has no gradients, whatever the cost has."""
    forest = Forest(np.random.default_rng(0)).fit(ROWS, ROWS[:, 0])
    assert PerCost(PROMISE, COST, 1.0).is_smooth
    assert not PerCost(LogExpectedImprovement(forest, 0.5), COST, 1.0).is_smooth
