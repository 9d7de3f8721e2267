"""The upper confidence bound."""

import numpy as np

from skhpo.acquisition import UpperConfidenceBound
from skhpo.surrogates import GaussianProcess


def test_adds_a_multiple_of_the_standard_deviation():
    """The wider the bound, the more doubt is worth."""
    features, targets = np.array([[0.0], [1.0]]), np.array([-1.0, 1.0])
    model = GaussianProcess(np.array([0])).fit(features, targets)
    mean, sd = model.predict(features)
    np.testing.assert_allclose(UpperConfidenceBound(model, 0.0)(features), mean)
    np.testing.assert_allclose(
        UpperConfidenceBound(model, 3.0)(features), mean + 3.0 * sd
    )
