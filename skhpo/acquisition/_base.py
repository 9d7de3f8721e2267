"""What an acquisition function offers, and what those of the moments share."""

from abc import ABC, abstractmethod
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from skhpo.surrogates import DifferentiableSurrogate, Surrogate

FloatArray = NDArray[np.float64]

# A third party's surrogate can be certain of its observations.
_LEAST_SD = 1e-9


class AcquisitionFunction(Protocol):
    """How promising rows of features are.

    .. versionadded:: 0.1

    Examples
    --------
    >>> from skhpo.acquisition import AcquisitionFunction, LogExpectedImprovement
    >>> kind: type[AcquisitionFunction] = LogExpectedImprovement
    """

    @property
    def is_smooth(self) -> bool:
        """Whether there are gradients; without them only the values are asked for."""
        ...

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


class MomentAcquisition(ABC):
    """An acquisition function of the posterior mean and standard deviation alone.

    Subclasses implement :meth:`evaluate` and :meth:`differentiate`; what a row is
    worth and in which direction it gets better follows by the chain rule.

    .. versionadded:: 0.1

    Parameters
    ----------
    surrogate : Surrogate
        The fitted model. Where it is a `DifferentiableSurrogate`, the acquisition
        function has gradients.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.acquisition import MomentAcquisition
    >>> from skhpo.surrogates import GaussianProcess
    >>> class Greedy(MomentAcquisition):
    ...     def evaluate(self, mean, sd):
    ...         return mean
    ...     def differentiate(self, mean, sd):
    ...         return mean, 1.0, 0.0
    >>> features, targets = np.array([[0.0], [1.0]]), np.array([-1.0, 1.0])
    >>> model = GaussianProcess(np.array([0])).fit(features, targets)
    >>> values = Greedy(model)(np.array([[0.1], [0.9]]))
    >>> bool(values[1] > values[0])
    True
    """

    def __init__(self, surrogate: Surrogate) -> None:
        self.surrogate = surrogate

    @abstractmethod
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
            The values, greater is more promising.
        """

    @abstractmethod
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
            The value.

        by_mean : float
            Its derivative by the mean.

        by_sd : float
            Its derivative by the standard deviation.
        """

    @property
    def is_smooth(self) -> bool:
        """Whether there are gradients; without them only the values are asked for."""
        return isinstance(self.surrogate, DifferentiableSurrogate)

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
        mean, sd = self.surrogate.predict(features)
        return self.evaluate(mean, np.maximum(sd, _LEAST_SD))

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
        assert isinstance(self.surrogate, DifferentiableSurrogate)
        mean, sd, mean_gradient, sd_gradient = self.surrogate.predict_gradient(row)
        value, by_mean, by_sd = self.differentiate(mean, max(sd, _LEAST_SD))
        return value, by_mean * mean_gradient + by_sd * sd_gradient
