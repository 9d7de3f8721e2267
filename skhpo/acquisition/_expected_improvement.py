"""The logarithm of the expected improvement, safe where the improvement vanishes."""

from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfcx, ndtr

from skhpo.surrogates import DifferentiableSurrogate

FloatArray = NDArray[np.float64]

_LOG_SQRT_2_PI = 0.5 * float(np.log(2.0 * np.pi))
_SQRT_HALF = 0.5**0.5
_SQRT_HALF_PI = (0.5 * np.pi) ** 0.5
# Above it equation 2 is exact enough as it stands.
_DIRECT = -1.0
# Below it 1 + z Phi / phi, about 1 / z^2, drowns in rounding errors.
_ASYMPTOTIC = -1e3


class AcquisitionFunction(Protocol):
    """How promising rows of features are.

    .. versionadded:: 0.1

    Examples
    --------
    >>> from skhpo.acquisition import AcquisitionFunction, LogExpectedImprovement
    >>> kind: type[AcquisitionFunction] = LogExpectedImprovement
    """

    def __call__(self, features: FloatArray) -> FloatArray:
        """Evaluate many rows.

        Parameters
        ----------
        features : ndarray of shape (n_rows, n_features), dtype float64
            The rows.

        Returns
        -------
        values : ndarray of shape (n_rows,), dtype float64
            The values, greater is more promising.
        """
        ...

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
        ...


class LogExpectedImprovement:
    """Logarithm of the expected improvement over an incumbent [1]_.

    .. versionadded:: 0.1

    Parameters
    ----------
    surrogate : DifferentiableSurrogate
        The fitted model.

    incumbent : float
        The target to improve on. The greatest observed one serves better than the
        greatest posterior mean, which makes the search too greedy under noise.

    References
    ----------
    .. [1] S. Ament, S. Daulton, D. Eriksson, M. Balandat, E. Bakshy, "Unexpected
       improvements to expected improvement for Bayesian optimization", 2023.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.acquisition import LogExpectedImprovement
    >>> from skhpo.surrogates import GaussianProcess
    >>> features, targets = np.array([[0.0], [1.0]]), np.array([-1.0, 1.0])
    >>> model = GaussianProcess(np.array([0])).fit(features, targets)
    >>> values = LogExpectedImprovement(model, 1.0)(np.array([[0.1], [0.8]]))
    >>> bool(values[1] > values[0])
    True
    """

    def __init__(self, surrogate: DifferentiableSurrogate, incumbent: float) -> None:
        self.surrogate = surrogate
        self.incumbent = incumbent

    def __call__(self, features: FloatArray) -> FloatArray:
        """Evaluate many rows.

        Parameters
        ----------
        features : ndarray of shape (n_rows, n_features), dtype float64
            The rows.

        Returns
        -------
        values : ndarray of shape (n_rows,), dtype float64
            The logarithm of the expected improvement.
        """
        mean, sd = self.surrogate.predict(features)
        return log_expected_improvement(mean, sd, self.incumbent)

    def value_and_gradient(self, row: FloatArray) -> tuple[float, FloatArray]:
        """Evaluate one row, with the derivatives by its features (equation 4).

        Parameters
        ----------
        row : ndarray of shape (n_features,), dtype float64
            The row.

        Returns
        -------
        value : float
            The logarithm of the expected improvement.

        gradient : ndarray of shape (n_features,), dtype float64
            Its derivative by each feature.
        """
        mean, sd, mean_gradient, sd_gradient = self.surrogate.predict_gradient(row)
        z = (mean - self.incumbent) / sd
        log_h = float(_log_h(np.array([z]))[0])
        log_density = -0.5 * z * z - _LOG_SQRT_2_PI
        # the ratios stay finite where phi, Phi and h all underflow
        density_ratio = np.exp(log_density - log_h)
        mass_ratio = _mills_ratio(z) * density_ratio if z < 0.0 else _ratio(z, log_h)
        gradient = (mass_ratio * mean_gradient + density_ratio * sd_gradient) / sd
        return float(np.log(sd)) + log_h, gradient


def log_expected_improvement(
    mean: FloatArray, sd: FloatArray, incumbent: float
) -> FloatArray:
    """Return log EI (equation 3), finite however hopeless the improvement.

    .. versionadded:: 0.1

    Parameters
    ----------
    mean : ndarray of shape (n,), dtype float64
        Posterior means.

    sd : ndarray of shape (n,), dtype float64
        Posterior standard deviations, greater than 0.

    incumbent : float
        The target to improve on.

    Returns
    -------
    values : ndarray of shape (n,), dtype float64
        The logarithm of the expected improvement.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.acquisition import log_expected_improvement
    >>> values = log_expected_improvement(np.array([0.0, -50.0]), np.ones(2), 0.0)
    >>> [round(float(value), 2) for value in values]
    [-0.92, -1258.74]
    """
    return cast(FloatArray, np.log(sd) + _log_h((mean - incumbent) / sd))


def _log_h(z: FloatArray) -> FloatArray:
    """Return log h(z) (equation 2) in three branches."""
    log_density = -0.5 * z * z - _LOG_SQRT_2_PI
    result = np.empty_like(z)
    direct = z > _DIRECT
    near = z[direct]
    result[direct] = np.log(np.exp(log_density[direct]) + near * ndtr(near))
    below = np.maximum(z[~direct], _ASYMPTOTIC)
    tail = np.log1p(below * _mills_ratio(below))
    far = z[~direct] < _ASYMPTOTIC
    tail[far] = -2.0 * np.log(-z[~direct][far])
    result[~direct] = log_density[~direct] + tail
    return result


def _mills_ratio(z: FloatArray | float) -> FloatArray:
    """Return Phi(z) / phi(z) of negative z, without underflow."""
    return cast(FloatArray, _SQRT_HALF_PI * erfcx(-z * _SQRT_HALF))


def _ratio(z: float, log_h: float) -> float:
    """Return Phi(z) / h(z) of z >= 0."""
    return float(ndtr(z) * np.exp(-log_h))
