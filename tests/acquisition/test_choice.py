"""Acquisition functions by their names."""

from typing import get_args

import numpy as np
import pytest

from skhpo.acquisition import AcquisitionName, LogExpectedImprovement, make_acquisition
from skhpo.surrogates import GaussianProcess

FEATURES, TARGETS = np.array([[0.0], [1.0]]), np.array([-1.0, 1.0])


def make(name):
    """Return an acquisition function of a small model."""
    model = GaussianProcess(np.array([0])).fit(FEATURES, TARGETS)
    rng = np.random.default_rng(0)
    return make_acquisition(name, model, incumbent=1.0, rng=rng)


@pytest.mark.parametrize("name", get_args(AcquisitionName))
def test_every_name_makes_one(name):
    """Each evaluates rows and has gradients on a Gaussian process."""
    acquisition = make(name)
    assert acquisition.is_smooth
    assert acquisition(FEATURES).shape == (2,)
    assert acquisition.value_and_gradient(FEATURES[0])[1].shape == (1,)


def test_auto_is_the_logarithm_of_the_expected_improvement():
    """Nothing did better in experiments."""
    assert type(make("auto")) is type(make("logei")) is LogExpectedImprovement
