"""Promise for what it costs."""

from skhpo.acquisition._base import AcquisitionFunction, FloatArray


class PerCost:
    """An acquisition function for its cost, both of them logarithms (equation 8).

    With a weight of 1 it is the logarithm of the promise per second, as the expected
    improvement per second of Snoek et al. [1]_; with 0 the cost does not matter.

    .. versionadded:: 0.1

    Parameters
    ----------
    acquisition : AcquisitionFunction
        The logarithm of what rows promise.

    log_cost : AcquisitionFunction
        The logarithm of what rows cost; it must have gradients.

    weight : float
        How much the cost counts, alpha of the equation.

    References
    ----------
    .. [1] J. Snoek, H. Larochelle, R. P. Adams, "Practical Bayesian optimization
       of machine learning algorithms", 2012.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.acquisition import LogExpectedImprovement, PerCost
    >>> from skhpo.surrogates import GaussianProcess, Trend
    >>> features, targets = np.array([[0.0], [1.0]]), np.array([0.0, 0.0])
    >>> model = GaussianProcess(np.array([0])).fit(features, targets)
    >>> dear_on_the_right = Trend(np.ones(1), np.array([[1.0]]), np.array([5.0]))
    >>> per_cost = PerCost(LogExpectedImprovement(model, 0.0), dear_on_the_right, 1.0)
    >>> values = per_cost(np.array([[0.25], [0.75]]))
    >>> bool(values[0] > values[1])
    True
    """

    def __init__(
        self,
        acquisition: AcquisitionFunction,
        log_cost: AcquisitionFunction,
        weight: float,
    ) -> None:
        self._acquisition = acquisition
        self._log_cost = log_cost
        self._weight = weight

    @property
    def is_smooth(self) -> bool:
        """Whether there are gradients; without them only the values are asked for."""
        return self._acquisition.is_smooth

    def __call__(self, features: FloatArray) -> FloatArray:
        """Evaluate many rows.

        Parameters
        ----------
        features : ndarray of shape (n_rows, n_features), dtype float64
            The rows.

        Returns
        -------
        values : ndarray of shape (n_rows,), dtype float64
            The values, greater is more promising for its cost.
        """
        return self._acquisition(features) - self._weight * self._log_cost(features)

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
        value, gradient = self._acquisition.value_and_gradient(row)
        cost, by_feature = self._log_cost.value_and_gradient(row)
        return value - self._weight * cost, gradient - self._weight * by_feature
