"""PED-ANOVA: which parameters decide whether a candidate is among the best."""

import numpy as np
from numpy.typing import NDArray

from skhpo.space import Axis, SearchSpace

FloatArray = NDArray[np.float64]

_N_CELLS = 100
_LEAST_WIDTH = 0.02


def divergences(
    space: SearchSpace, points: FloatArray, is_top: NDArray[np.bool_]
) -> FloatArray:
    """Return the variance that each axis alone makes in being among the best.

    Parameters
    ----------
    space : SearchSpace
        The space.

    points : ndarray of shape (n, n_dims), dtype float64
        The canonical points of the candidates.

    is_top : ndarray of shape (n,), dtype bool
        Which of them are among the best.

    Returns
    -------
    variances : ndarray of shape (n_dims,), dtype float64
        For each axis, over the candidates that it plays a part in: the squared share
        of the best, times the Pearson divergence of the density of the best from that
        of all (Watanabe et al., equation of the local marginal variance). A parameter
        counts by how often it plays a part.
    """
    active = space.active(points)
    variances = np.zeros(space.n_dims)
    for column, axis in enumerate(space.axes):
        rows = np.flatnonzero(active[:, column])
        top = is_top[rows]
        if axis.kind == "sampled" or not 0 < top.sum() < len(rows):
            continue
        coordinates = points[rows, column]
        variance = top.mean() ** 2 * _pearson(axis, coordinates[top], coordinates)
        variances[column] = variance * len(rows) / len(points)
    return variances


def _pearson(axis: Axis, some: FloatArray, everything: FloatArray) -> float:
    """Return the Pearson divergence of the density of some from that of all."""
    few, all_of_them = _density(axis, some), _density(axis, everything)
    return float(((few / all_of_them - 1.0) ** 2 * all_of_them).sum())


def _density(axis: Axis, coordinates: FloatArray) -> FloatArray:
    """Return a smooth estimate of the masses of levels, or of cells of the interval.

    As in Parzen estimators for such spaces, the prior takes the part of one more
    observation, so that no mass is 0.
    """
    n = len(coordinates)
    if axis.kind == "categorical":
        assert axis.n_levels is not None
        counts = np.bincount(axis.to_level(coordinates), minlength=axis.n_levels)
        return np.asarray((counts + 1.0 / axis.n_levels) / (n + 1.0))
    centres = (np.arange(_N_CELLS) + 0.5) / _N_CELLS
    width = max(1.06 * float(coordinates.std()) * n**-0.2, _LEAST_WIDTH)
    kernels = np.exp(-0.5 * ((centres - coordinates[:, None]) / width) ** 2)
    # What a kernel loses beyond the ends is given back to the inside.
    kernels /= kernels.sum(axis=1, keepdims=True)
    return np.asarray((kernels.sum(axis=0) + 1.0 / _N_CELLS) / (n + 1.0))
