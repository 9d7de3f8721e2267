"""The Matern correlation."""

import numpy as np
from scipy.optimize import approx_fprime
from scipy.spatial.distance import cdist

from skhpo.surrogates._matern import matern, matern_and_slope, squared_distances


def test_distances_are_never_negative():
    """Cancellation between rows that are almost equal is cut off at zero."""
    rows = 1e3 + 1e-9 * np.random.default_rng(0).random((5, 3))
    assert (squared_distances(rows, rows) >= 0.0).all()


def test_distances_equal_scipys():
    """All pairs, squared."""
    left, right = np.random.default_rng(0).random((2, 4, 3))
    expected = cdist(left, right) ** 2
    np.testing.assert_allclose(squared_distances(left, right), expected, atol=1e-12)


def test_slope_is_the_derivative_by_the_squared_distance():
    """Both functions agree, and the slope is the numeric one."""
    squared = np.array([0.1, 1.0, 7.0])
    correlation, slope = matern_and_slope(squared)
    np.testing.assert_allclose(correlation, matern(squared))
    numeric = [approx_fprime([at], lambda x: matern(x)[0], 1e-7)[0] for at in squared]
    np.testing.assert_allclose(slope, numeric, atol=1e-6)
