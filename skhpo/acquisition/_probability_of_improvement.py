"""The logarithm of the probability of improvement."""

from typing import cast

import numpy as np
from scipy.special import log_ndtr

from skhpo.acquisition._base import FloatArray, MomentAcquisition
from skhpo.acquisition._normal import log_density, mills_ratio
from skhpo.surrogates import Surrogate


class LogProbabilityOfImprovement(MomentAcquisition):
    """Logarithm of the probability of exceeding an incumbent [1]_.

    However small the improvement, it counts: the search stays close to the best
    observations.

    .. versionadded:: 0.1

    Parameters
    ----------
    surrogate : Surrogate
        The fitted model.

    incumbent : float
        The target to improve on.

    References
    ----------
    .. [1] H. J. Kushner, "A new method of locating the maximum point of an
       arbitrary multipeak curve in the presence of noise", 1964.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.acquisition import LogProbabilityOfImprovement
    >>> from skhpo.surrogates import GaussianProcess
    >>> features, targets = np.array([[0.0], [1.0]]), np.array([-1.0, 1.0])
    >>> model = GaussianProcess(np.array([0])).fit(features, targets)
    >>> values = LogProbabilityOfImprovement(model, 1.0)(np.array([[0.1], [0.8]]))
    >>> bool(values[0] < values[1] < 0.0)
    True
    """

    def __init__(self, surrogate: Surrogate, incumbent: float) -> None:
        super().__init__(surrogate)
        self.incumbent = incumbent

    def evaluate(self, mean: FloatArray, sd: FloatArray) -> FloatArray:
        """Evaluate moments (equation 5).

        Parameters
        ----------
        mean : ndarray of shape (n_rows,), dtype float64
            Posterior means.

        sd : ndarray of shape (n_rows,), dtype float64
            Posterior standard deviations, greater than 0.

        Returns
        -------
        values : ndarray of shape (n_rows,), dtype float64
            The logarithm of the probability of improvement.
        """
        return cast(FloatArray, log_ndtr((mean - self.incumbent) / sd))

    def differentiate(self, mean: float, sd: float) -> tuple[float, float, float]:
        """Evaluate one pair of moments, with the derivatives by them (equation 6).

        Parameters
        ----------
        mean : float
            The posterior mean.

        sd : float
            The posterior standard deviation, greater than 0.

        Returns
        -------
        value : float
            The logarithm of the probability of improvement.

        by_mean : float
            Its derivative by the mean.

        by_sd : float
            Its derivative by the standard deviation.
        """
        z = (mean - self.incumbent) / sd
        value = float(log_ndtr(z))
        # phi / Phi, of which both underflow far below 0
        if z < 0.0:
            slope = 1.0 / float(mills_ratio(z))
        else:
            slope = float(np.exp(log_density(z) - value))
        return value, slope / sd, -slope * z / sd
