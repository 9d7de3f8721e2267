"""Kernel densities over the points of a search space."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, ndtr, ndtri

from skhpo.acquisition._normal import log_density
from skhpo.space import SearchSpace

FloatArray = NDArray[np.float64]

# The width of the kernels, times n^(-1 / (d + 4)) and bounded from below.
_WIDTH, _LEAST_WIDTH = 0.3, 0.01


class ParzenDensity:
    """A mixture of one kernel for each point, and of the uniform density.

    A kernel is a product over the axes: truncated normal densities of the numeric
    ones, the point's own level and a little of the others for categorical ones,
    after Bergstra et al. [1]_ and, jointly in all axes, Falkner et al. [2]_. An axis
    that is inactive at the point has no factor, and one inactive where the density
    is asked for plays no part. Densities are relative to the uniform one.

    .. versionadded:: 0.1

    Parameters
    ----------
    space : SearchSpace
        The space.

    points : ndarray of shape (n, n_dims), dtype float64
        Canonical points, possibly none.

    References
    ----------
    .. [1] J. Bergstra, R. Bardenet, Y. Bengio, B. Kegl, "Algorithms for
       hyper-parameter optimization", 2011.

    .. [2] S. Falkner, A. Klein, F. Hutter, "BOHB: robust and efficient
       hyperparameter optimization at scale", 2018.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.acquisition import ParzenDensity
    >>> from skhpo.space import Real, SearchSpace
    >>> density = ParzenDensity(SearchSpace({"C": Real(0.0, 1.0)}), np.array([[0.5]]))
    >>> values = density.log_density(np.array([[0.5], [0.9]]))
    >>> bool(values[0] > 0.0 > values[1])
    True
    """

    def __init__(self, space: SearchSpace, points: FloatArray) -> None:
        self.space = space
        self.points = points
        self._active = space.active(points)
        kinds = np.array([axis.kind for axis in space.axes], dtype=object)
        self._numeric = np.flatnonzero((kinds == "continuous") | (kinds == "ordered"))
        self._n_levels = [
            (column, axis.n_levels)
            for column, axis in enumerate(space.axes)
            if axis.kind == "categorical" and axis.n_levels is not None
        ]
        n, d = max(len(points), 1), len(self._numeric) + len(self._n_levels)
        cells = [space.axes[column].n_levels for column in self._numeric]
        half_cells = np.array([0.5 / n_cells if n_cells else 0.0 for n_cells in cells])
        self._widths = np.maximum(
            max(_WIDTH * n ** (-1.0 / (d + 4)), _LEAST_WIDTH), half_cells
        )
        # of a categorical axis, what the uniform density contributes
        self._blur = 1.0 / (n + 1.0)
        self._coefficients = self._expand_points()

    def log_density(self, points: FloatArray) -> FloatArray:
        """Evaluate the logarithm of the density.

        Parameters
        ----------
        points : ndarray of shape (n_points, n_dims), dtype float64
            Canonical points.

        Returns
        -------
        log_density : ndarray of shape (n_points,), dtype float64
            Its logarithm, at least that of the share of the uniform density.
        """
        log_kernels = self._expand(points) @ self._coefficients.T
        log_kernels = np.column_stack([log_kernels, np.zeros(len(points))])
        total: FloatArray = logsumexp(log_kernels, axis=1)
        total -= np.log(len(self.points) + 1.0)
        return total

    def sample(self, n_samples: int, rng: np.random.Generator) -> FloatArray:
        """Draw points.

        Parameters
        ----------
        n_samples : int
            How many.

        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        samples : ndarray of shape (n_samples, n_dims), dtype float64
            Canonical points.
        """
        samples = rng.random((n_samples, self.space.n_dims))
        chosen = rng.integers(len(self.points) + 1, size=n_samples)
        rows = np.flatnonzero(chosen < len(self.points))
        centres = self.points[chosen[rows]]
        moved = self._move(centres, samples[rows], rng)
        active = self._active[chosen[rows]]
        samples[rows] = np.where(active, moved, samples[rows])
        return self.space.canonicalize(samples)

    def _move(
        self, centres: FloatArray, uniform: FloatArray, rng: np.random.Generator
    ) -> FloatArray:
        """Draw from the kernels of points by inversion."""
        moved = uniform.copy()
        columns = self._numeric
        low, high = self._tails(centres[:, columns])
        quantiles = low + uniform[:, columns] * (high - low)
        moved[:, columns] = centres[:, columns] + self._widths * ndtri(quantiles)
        for column, _ in self._n_levels:
            stays = rng.random(len(centres)) >= self._blur
            moved[stays, column] = centres[stays, column]
        return moved

    def _tails(self, centres: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return Phi of the lower and of the upper bound of the cube."""
        return ndtr(-centres / self._widths), ndtr((1.0 - centres) / self._widths)

    def _expand(self, points: FloatArray) -> FloatArray:
        """Return what the logarithm of every kernel is linear in.

        A normal density is a second-degree polynomial of its argument: with the
        coefficients of each kernel, all kernels at all points are one product of
        matrices.
        """
        active = self.space.active(points)
        mask = active[:, self._numeric].astype(np.float64)
        numeric = points[:, self._numeric]
        blocks = [mask * numeric**2, mask * numeric, mask]
        for column, n_levels in self._n_levels:
            levels = self.space.axes[column].to_level(points[:, column])
            blocks.append(_one_hot(levels, n_levels) * active[:, column, None])
        return np.hstack(blocks)

    def _expand_points(self) -> FloatArray:
        """Return the coefficients of each kernel."""
        mask = self._active[:, self._numeric].astype(np.float64)
        centres = self.points[:, self._numeric]
        low, high = self._tails(centres)
        precision = self._widths**-2.0
        constant = (
            log_density(centres / self._widths)
            - np.log(self._widths)
            - np.log(high - low)
        )
        blocks = [
            mask * -0.5 * precision,
            mask * centres * precision,
            mask * constant,
        ]
        for column, n_levels in self._n_levels:
            levels = self.space.axes[column].to_level(self.points[:, column])
            stays = (1.0 - self._blur) * n_levels * _one_hot(levels, n_levels)
            blocks.append(np.log(self._blur + stays) * self._active[:, column, None])
        return np.hstack(blocks)


def _one_hot(levels: NDArray[np.intp], n_levels: int) -> FloatArray:
    """Return a column for each level."""
    return np.asarray(levels[:, None] == np.arange(n_levels), dtype=np.float64)
