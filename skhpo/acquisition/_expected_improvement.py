"""The expected improvement and its logarithm, safe where the improvement vanishes."""

from typing import cast

import numpy as np
from scipy.special import ndtr

from skhpo.acquisition._base import FloatArray, MomentAcquisition
from skhpo.acquisition._normal import log_density, mills_ratio
from skhpo.surrogates import Surrogate

# Above it equation 2 is exact enough as it stands.
_DIRECT = -1.0
# Below it 1 + z Phi / phi, about 1 / z^2, drowns in rounding errors.
_ASYMPTOTIC = -1e3


class LogExpectedImprovement(MomentAcquisition):
    """Logarithm of the expected improvement over an incumbent [1]_.

    .. versionadded:: 0.1

    Parameters
    ----------
    surrogate : Surrogate
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

    def __init__(self, surrogate: Surrogate, incumbent: float) -> None:
        super().__init__(surrogate)
        self.incumbent = incumbent

    def evaluate(self, mean: FloatArray, sd: FloatArray) -> FloatArray:
        """Evaluate moments (equation 3).

        Parameters
        ----------
        mean : ndarray of shape (n_rows,), dtype float64
            Posterior means.

        sd : ndarray of shape (n_rows,), dtype float64
            Posterior standard deviations, greater than 0.

        Returns
        -------
        values : ndarray of shape (n_rows,), dtype float64
            The logarithm of the expected improvement.
        """
        return log_expected_improvement(mean, sd, self.incumbent)

    def differentiate(self, mean: float, sd: float) -> tuple[float, float, float]:
        """Evaluate one pair of moments, with the derivatives by them (equation 4).

        Parameters
        ----------
        mean : float
            The posterior mean.

        sd : float
            The posterior standard deviation, greater than 0.

        Returns
        -------
        value : float
            The logarithm of the expected improvement.

        by_mean : float
            Its derivative by the mean.

        by_sd : float
            Its derivative by the standard deviation.
        """
        z = (mean - self.incumbent) / sd
        log_h = float(_log_h(np.array([z]))[0])
        # the ratios stay finite where phi, Phi and h all underflow
        density_ratio = float(np.exp(log_density(z) - log_h))
        if z < 0.0:
            mass_ratio = float(mills_ratio(z)) * density_ratio
        else:
            mass_ratio = float(ndtr(z) * np.exp(-log_h))
        return float(np.log(sd)) + log_h, mass_ratio / sd, density_ratio / sd


class ExpectedImprovement(LogExpectedImprovement):
    """Expected improvement over an incumbent [1]_, in its linear scale.

    It ranks as its logarithm does, but vanishes, with its gradient, where no
    improvement is in sight.

    .. versionadded:: 0.1

    Parameters
    ----------
    surrogate : Surrogate
        The fitted model.

    incumbent : float
        The target to improve on.

    References
    ----------
    .. [1] D. R. Jones, M. Schonlau, W. J. Welch, "Efficient global optimization of
       expensive black-box functions", 1998.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.acquisition import ExpectedImprovement
    >>> from skhpo.surrogates import GaussianProcess
    >>> features, targets = np.array([[0.0], [1.0]]), np.array([-1.0, 1.0])
    >>> model = GaussianProcess(np.array([0])).fit(features, targets)
    >>> values = ExpectedImprovement(model, 1.0)(np.array([[0.1], [0.8]]))
    >>> bool(values[1] > values[0] > 0.0)
    True
    """

    def evaluate(self, mean: FloatArray, sd: FloatArray) -> FloatArray:
        """Evaluate moments.

        Parameters
        ----------
        mean : ndarray of shape (n_rows,), dtype float64
            Posterior means.

        sd : ndarray of shape (n_rows,), dtype float64
            Posterior standard deviations, greater than 0.

        Returns
        -------
        values : ndarray of shape (n_rows,), dtype float64
            The expected improvement.
        """
        return cast(FloatArray, np.exp(super().evaluate(mean, sd)))

    def differentiate(self, mean: float, sd: float) -> tuple[float, float, float]:
        """Evaluate one pair of moments, with the derivatives by them.

        Parameters
        ----------
        mean : float
            The posterior mean.

        sd : float
            The posterior standard deviation, greater than 0.

        Returns
        -------
        value : float
            The expected improvement.

        by_mean : float
            Its derivative by the mean.

        by_sd : float
            Its derivative by the standard deviation.
        """
        log_value, by_mean, by_sd = super().differentiate(mean, sd)
        value = float(np.exp(log_value))
        return value, value * by_mean, value * by_sd


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
    log_phi = log_density(z)
    result = np.empty_like(z)
    direct = z > _DIRECT
    near = z[direct]
    result[direct] = np.log(np.exp(log_phi[direct]) + near * ndtr(near))
    below = np.maximum(z[~direct], _ASYMPTOTIC)
    tail = np.log1p(below * mills_ratio(below))
    far = z[~direct] < _ASYMPTOTIC
    tail[far] = -2.0 * np.log(-z[~direct][far])
    result[~direct] = log_phi[~direct] + tail
    return result
