"""The upper confidence bound."""

from skhpo.acquisition._base import FloatArray, MomentAcquisition
from skhpo.surrogates import Surrogate


class UpperConfidenceBound(MomentAcquisition):
    """Posterior mean plus a multiple of the standard deviation [1]_.

    .. versionadded:: 0.1

    Parameters
    ----------
    surrogate : Surrogate
        The fitted model.

    width : float, default=1.8
        How many standard deviations to add. With 1.0 the search was too greedy in
        experiments, with 1.8 it did as well as with the expected improvement.

    References
    ----------
    .. [1] N. Srinivas, A. Krause, S. M. Kakade, M. Seeger, "Gaussian process
       optimization in the bandit setting: no regret and experimental design",
       2010.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.acquisition import UpperConfidenceBound
    >>> from skhpo.surrogates import GaussianProcess
    >>> features, targets = np.array([[0.0], [1.0]]), np.array([-1.0, 1.0])
    >>> model = GaussianProcess(np.array([0])).fit(features, targets)
    >>> values = UpperConfidenceBound(model)(np.array([[0.1], [0.8]]))
    >>> bool(values[1] > values[0])
    True
    """

    def __init__(self, surrogate: Surrogate, width: float = 1.8) -> None:
        super().__init__(surrogate)
        self.width = width

    def evaluate(self, mean: FloatArray, sd: FloatArray) -> FloatArray:
        """Evaluate moments (equation 7).

        Parameters
        ----------
        mean : ndarray of shape (n_rows,), dtype float64
            Posterior means.

        sd : ndarray of shape (n_rows,), dtype float64
            Posterior standard deviations, greater than 0.

        Returns
        -------
        values : ndarray of shape (n_rows,), dtype float64
            The upper confidence bound.
        """
        return mean + self.width * sd

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
            The upper confidence bound.

        by_mean : float
            Its derivative by the mean.

        by_sd : float
            Its derivative by the standard deviation.
        """
        return mean + self.width * sd, 1.0, self.width
