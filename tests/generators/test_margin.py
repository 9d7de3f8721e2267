"""The margin of CMA-ES."""

import numpy as np
import pytest
from scipy.stats import norm

from skhpo.generators._covariance_adaptation import CovarianceAdaptation
from skhpo.generators._margin import Margin
from skhpo.space import Integer, SearchSpace

SPACE = SearchSpace({"a": Integer(0, 9), "b": Integer(1, 1000, prior="log-uniform")})


def corrected(mean, sigma=1e-4):
    """Return a narrow distribution after the correction, and alpha."""
    distribution = CovarianceAdaptation(np.array(mean), sigma, 10)
    Margin(SPACE.axes, 10).correct(distribution)
    return distribution, 1 / (10 * 2)


@pytest.mark.parametrize("mean", [[0.55, 0.5], [0.52, 0.31], [0.03, 0.5]])
def test_other_levels_stay_probable(mean):
    """Together they have alpha, however narrow the distribution has become."""
    distribution, alpha = corrected(mean)
    for axis, centre, deviation in zip(
        SPACE.axes, distribution.mean, distribution.deviations, strict=True
    ):
        grid = norm.ppf((np.arange(20_000) + 0.5) / 20_000, centre, deviation)
        levels = axis.to_level(grid)
        own = np.bincount(levels).max() / len(levels)
        assert 1.0 - own == pytest.approx(alpha, rel=0.1)


def test_the_level_of_the_mean_stays():
    """The correction moves the mean only within its cell."""
    for mean in ([0.55, 0.5], [0.501, 0.31], [0.99, 0.001]):
        distribution, _ = corrected(mean)
        for axis, before, after in zip(
            SPACE.axes, mean, distribution.mean, strict=True
        ):
            assert axis.to_level(before) == axis.to_level(after)


def test_a_wide_distribution_is_left_alone():
    """Nothing needs correction where all levels are in reach."""
    distribution, _ = corrected([0.55, 0.5], sigma=0.3)
    np.testing.assert_array_equal(distribution.mean, [0.55, 0.5])
    np.testing.assert_array_equal(distribution.scale, [1.0, 1.0])
