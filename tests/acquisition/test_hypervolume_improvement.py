"""The expected improvement of the hypervolume."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from skhpo.acquisition import (
    LogExpectedHypervolumeImprovement,
    LogExpectedImprovement,
)
from skhpo.pareto import hypervolume_improvement
from skhpo.surrogates import Forest, GaussianProcess


def models_of(n_objectives, seed=0):
    """Return models of random targets over two features, and the targets."""
    rng = np.random.default_rng(seed)
    features, targets = rng.random((12, 2)), rng.normal(size=(12, n_objectives))
    models = [GaussianProcess(np.arange(2)).fit(features, one) for one in targets.T]
    return models, targets


@pytest.mark.parametrize("n_objectives", [1, 2, 3])
def test_it_is_the_mean_of_the_improvement(n_objectives):
    """Over many draws from the posterior of the models."""
    models, targets = models_of(n_objectives)
    targets -= 1.5  # so that improvements are no rare event
    reference = targets.min(axis=0) - 0.1
    row = np.array([[0.4, 0.7]])
    moments = [model.predict(row) for model in models]
    rng = np.random.default_rng(1)
    draws = np.column_stack([rng.normal(*one, size=5000) for one in moments])
    mean = hypervolume_improvement(draws, targets, reference).mean()
    acquisition = LogExpectedHypervolumeImprovement(models, targets, reference)
    assert np.exp(acquisition(row)[0]) == pytest.approx(mean, rel=0.05)


def test_with_one_objective_it_is_the_expected_improvement():
    """Box by box, the two are the same formula."""
    models, targets = models_of(1)
    rows = np.random.default_rng(1).random((9, 2))
    several = LogExpectedHypervolumeImprovement(models, targets, targets.min(axis=0))
    one = LogExpectedImprovement(models[0], float(targets.max()))
    np.testing.assert_allclose(several(rows), one(rows))


@pytest.mark.parametrize("n_objectives", [2, 3])
def test_the_gradient_is_that_of_the_value(n_objectives):
    """Against finite differences, at rows near to and far from observations."""
    models, targets = models_of(n_objectives)
    reference = targets.min(axis=0) - 0.1
    acquisition = LogExpectedHypervolumeImprovement(models, targets, reference)
    assert acquisition.is_smooth
    for row in np.random.default_rng(1).random((6, 2)):
        value, gradient = acquisition.value_and_gradient(row)
        assert value == pytest.approx(acquisition(row[None])[0])
        differences = approx_fprime(row, lambda x: acquisition(x[None])[0], 1e-7)
        np.testing.assert_allclose(gradient, differences, rtol=1e-3, atol=1e-4)


def test_hopeless_rows_keep_value_and_gradient():
    """However far the front is, and however narrow its boxes are."""
    models, targets = models_of(2)
    front = np.vstack([targets + 500.0, targets + 500.0 + 1e-14, [[1e3, 1e3]]])
    acquisition = LogExpectedHypervolumeImprovement(models, front, [0.0, 0.0])
    value, gradient = acquisition.value_and_gradient(np.array([0.3, 0.3]))
    assert value < -1e4
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()
    assert gradient.any()


def test_models_without_gradients_have_values_only():
    """A forest ranks rows, but shows no direction."""
    rng = np.random.default_rng(0)
    features, targets = rng.random((12, 2)), rng.normal(size=(12, 2))
    models = [Forest(rng).fit(features, one) for one in targets.T]
    acquisition = LogExpectedHypervolumeImprovement(models, targets, [-3.0, -3.0])
    assert not acquisition.is_smooth
    assert np.isfinite(acquisition(features)).all()
