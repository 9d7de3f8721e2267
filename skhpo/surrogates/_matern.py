"""The Matern-5/2 correlation and its derivative, from squared distances."""

from typing import cast

import numpy as np

from skhpo.surrogates._base import FloatArray

_SQRT_5 = 5.0**0.5


def squared_distances(left: FloatArray, right: FloatArray) -> FloatArray:
    """Return the squared Euclidean distances of all pairs of rows (equation 1).

    |x|^2 + |y|^2 - 2 x'y is one BLAS call instead of an array of
    n x n x D; cancellation can make it slightly negative, hence the clipping.
    """
    distances = left @ right.T
    distances *= -2.0
    distances += np.einsum("ij,ij->i", left, left)[:, None]
    distances += np.einsum("ij,ij->i", right, right)
    return cast(FloatArray, np.maximum(distances, 0.0, out=distances))


def matern(squared: FloatArray) -> FloatArray:
    """Return M(r) (equation 2), given r squared."""
    root = np.sqrt(squared)
    root *= _SQRT_5
    result = squared * (5.0 / 3.0)
    result += root
    result += 1.0
    result *= np.exp(-root)
    return result


def matern_and_slope(squared: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return M and dM / d(r^2) = -5/6 (1 + sqrt(5) r) exp(-sqrt(5) r)."""
    root = np.sqrt(squared)
    root *= _SQRT_5
    decay = np.exp(-root)
    root += 1.0
    slope = decay * root
    correlation = slope + decay * squared * (5.0 / 3.0)
    slope *= -5.0 / 6.0
    return correlation, slope
