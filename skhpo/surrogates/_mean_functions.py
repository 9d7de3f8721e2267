"""Several posterior means under one kernel, cheap enough to be asked together."""

from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from skhpo.surrogates._base import FloatArray
from skhpo.surrogates._gp import GaussianProcess
from skhpo.surrogates._matern import matern, matern_and_slope, squared_distances

# All anchors together, and those that a data set has at least. What a proposal costs
# grows with them.
_MOST_ANCHORS, _LEAST_ANCHORS = 200, 10
# The hyperparameters are fitted to so many rows of a data set.
_MOST_ROWS = 200
# Temporary arrays of so many rows stay in the cache: four times as fast as larger ones.
_BLOCK = 200


class Trend:
    """A function of the features with derivatives: a sum of kernels at anchors.

    .. versionadded:: 0.1

    Parameters
    ----------
    scale : ndarray of shape (n_features,), dtype float64
        The lengthscale of each feature.

    anchors : ndarray of shape (n_anchors, n_features), dtype float64
        The anchors, divided by the lengthscales.

    coefficients : ndarray of shape (n_anchors,), dtype float64
        What the kernel at each anchor is multiplied by.

    Attributes
    ----------
    anchors : ndarray of shape (n_anchors, n_features), dtype float64
        The anchors, divided by the lengthscales.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates import Trend
    >>> trend = Trend(np.ones(1), np.zeros((1, 1)), np.array([2.0]))
    >>> trend(np.array([[0.0]]))
    array([2.])
    """

    def __init__(
        self, scale: FloatArray, anchors: FloatArray, coefficients: FloatArray
    ) -> None:
        self._scale = scale
        self.anchors = anchors
        self._coefficients = coefficients

    def __call__(self, features: FloatArray) -> FloatArray:
        """Evaluate many rows.

        Parameters
        ----------
        features : ndarray of shape (n_rows, n_features), dtype float64
            The rows.

        Returns
        -------
        values : ndarray of shape (n_rows,), dtype float64
            The values.
        """
        return _expand(features, self._scale, self.anchors, self._coefficients)

    def value_and_gradient(self, row: FloatArray) -> tuple[float, FloatArray]:
        """Evaluate one row, with the derivatives by its features.

        Parameters
        ----------
        row : ndarray of shape (n_features,), dtype float64
            The row.

        Returns
        -------
        value : float
            The value.

        gradient : ndarray of shape (n_features,), dtype float64
            Its derivative by each feature.
        """
        difference = row / self._scale - self.anchors
        squared = np.einsum("ij,ij->i", difference, difference)
        correlation, slope = matern_and_slope(squared)
        slope *= 2.0 * self._coefficients
        gradient = (slope @ difference) / self._scale
        return float(correlation @ self._coefficients), gradient


class MeanFunctions:
    """The posterior means of several data sets, by one kernel at common anchors.

    A Gaussian process is fitted to each data set. They then share the means of their
    logarithmic hyperparameters, and the data sets the best and some other of their
    rows as anchors: each mean is that of the subset of regressors [1]_, equation
    8.14. So all of them together cost as much as one.

    .. versionadded:: 0.1

    Parameters
    ----------
    groups : ndarray of shape (n_features,), dtype int
        The lengthscale group of each feature, from 0.

    data : sequence of (ndarray, ndarray)
        For each data set its features, of shape (n, n_features), and its targets, of
        shape (n,), n at least 1.

    References
    ----------
    .. [1] C. E. Rasmussen, C. K. I. Williams, "Gaussian processes for machine
       learning", 2006.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates import MeanFunctions
    >>> rows = np.linspace(0.0, 1.0, 5)[:, None]
    >>> means = MeanFunctions(np.array([0]), [(rows, rows[:, 0]), (rows, -rows[:, 0])])
    >>> means(np.array([[0.5]])).round(1)
    array([[ 0.5, -0.5]])
    >>> bool(abs(means.weighted(np.array([1.0, 1.0]))(rows)).max() < 1e-9)
    True
    """

    def __init__(
        self,
        groups: NDArray[np.intp],
        data: Sequence[tuple[FloatArray, FloatArray]],
    ) -> None:
        thetas = [_fitted_theta(groups, *one) for one in data]
        theta = np.mean(thetas, axis=0)
        self._scale = np.exp(theta[:-2])[groups]
        n_anchors = max(_MOST_ANCHORS // len(data), _LEAST_ANCHORS)
        chosen = [features[_spread(y, n_anchors)] for features, y in data]
        self._anchors = np.unique(np.vstack(chosen), axis=0) / self._scale
        noise_ratio = float(np.exp(theta[-1] - theta[-2]))
        self._coefficients = np.column_stack(
            [self._regress(features, y, noise_ratio) for features, y in data]
        )

    def __len__(self) -> int:
        return int(self._coefficients.shape[1])

    def __call__(self, features: FloatArray) -> FloatArray:
        """Evaluate each mean.

        Parameters
        ----------
        features : ndarray of shape (n_rows, n_features), dtype float64
            The rows.

        Returns
        -------
        means : ndarray of shape (n_rows, n_data_sets), dtype float64
            A column for each data set.
        """
        return _expand(features, self._scale, self._anchors, self._coefficients)

    def weighted(self, weights: FloatArray) -> Trend:
        """Sum the means up.

        Parameters
        ----------
        weights : ndarray of shape (n_data_sets,), dtype float64
            The weight of each mean.

        Returns
        -------
        trend : Trend
            Their sum.
        """
        return Trend(self._scale, self._anchors, self._coefficients @ weights)

    def _regress(
        self, features: FloatArray, targets: FloatArray, noise_ratio: float
    ) -> FloatArray:
        """Return the coefficients of the subset of regressors.

        As a least-squares problem, since the normal equations square a condition that
        is bad already: |K_nm c - y|^2 + v |L' c|^2, L the factor of K_mm.
        """
        among = matern(squared_distances(self._anchors, self._anchors))
        values, vectors = np.linalg.eigh(among)
        root = np.sqrt(np.maximum(values, 0.0))[:, None] * vectors.T
        cross = matern(squared_distances(features / self._scale, self._anchors))
        system = np.vstack([cross, noise_ratio**0.5 * root])
        right = np.concatenate([targets, np.zeros(len(root))])
        return cast(FloatArray, np.linalg.lstsq(system, right, rcond=1e-10)[0])


def _expand(
    features: FloatArray,
    scale: FloatArray,
    anchors: FloatArray,
    coefficients: FloatArray,
) -> FloatArray:
    """Return the kernel at rows times coefficients."""
    values = np.empty((len(features), *coefficients.shape[1:]))
    for start in range(0, len(features), _BLOCK):
        rows = features[start : start + _BLOCK] / scale
        correlation = matern(squared_distances(rows, anchors))
        values[start : start + _BLOCK] = correlation @ coefficients
    return values


def _fitted_theta(
    groups: NDArray[np.intp], features: FloatArray, targets: FloatArray
) -> FloatArray:
    """Return the hyperparameters of a process that is fitted to a data set."""
    rows = _spread(targets, _MOST_ROWS)
    return GaussianProcess(groups).fit(features[rows], targets[rows]).theta


def _spread(targets: FloatArray, n_rows: int) -> NDArray[np.intp]:
    """Choose rows: the best, and as many others at equal steps of their rank."""
    if len(targets) <= n_rows:
        return np.arange(len(targets))
    order = np.argsort(-targets, kind="stable")
    n_best = (n_rows + 1) // 2
    steps = np.linspace(n_best, len(targets) - 1, n_rows - n_best)
    return np.sort(np.concatenate([order[:n_best], order[steps.round().astype(int)]]))
