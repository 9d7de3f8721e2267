"""Thompson sampling."""

import numpy as np
from scipy.optimize import approx_fprime

from skhpo.acquisition import ThompsonSampling
from skhpo.surrogates import Forest, GaussianProcess, Posterior

FEATURES = np.linspace(0.0, 1.0, 12)[:, None]
TARGETS = np.sin(6.0 * FEATURES[:, 0])


class Plain:
    """A surrogate that offers no draws."""

    def predict(self, features):
        """Predict."""
        return Posterior(features[:, 0], np.full(len(features), 0.1))


def draw(model, seed=0):
    """Return a draw."""
    return ThompsonSampling(model, np.random.default_rng(seed))


def test_a_draw_is_a_function():
    """Asked again, in other company, a row has the same value."""
    for model in (GaussianProcess(np.array([0])), Forest(np.random.default_rng(0))):
        function = draw(model.fit(FEATURES, TARGETS))
        together, alone = function(FEATURES), function(FEATURES[3:4])
        np.testing.assert_allclose(together[3], alone[0], rtol=1e-9)


def test_draws_of_a_gaussian_process_can_be_climbed():
    """The gradient agrees with a numeric one."""
    function = draw(GaussianProcess(np.array([0])).fit(FEATURES, TARGETS))
    row = np.array([0.33])
    value, gradient = function.value_and_gradient(row)
    assert function.is_smooth
    assert abs(value - function(row[None])[0]) < 1e-9
    numeric = approx_fprime(row, lambda at: function(at[None])[0], 1e-7)
    np.testing.assert_allclose(gradient, numeric, rtol=1e-4, atol=1e-4)


def test_seeds_give_other_draws():
    """The source of randomness decides."""
    model = GaussianProcess(np.array([0])).fit(FEATURES[::4], TARGETS[::4])
    assert not np.allclose(draw(model)(FEATURES), draw(model, seed=1)(FEATURES))


def test_any_surrogate_will_do():
    """Without draws of its own, each row is drawn from its moments."""
    function = draw(Plain())
    values = function(np.zeros((1000, 1)))
    assert not function.is_smooth
    assert abs(values.mean()) < 0.02
    assert abs(values.std() - 0.1) < 0.02
