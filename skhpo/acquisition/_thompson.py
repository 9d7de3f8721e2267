"""Thompson sampling: what is best in one draw from the posterior."""

import numpy as np

from skhpo.acquisition._base import FloatArray
from skhpo.surrogates import PosteriorDraw, SampleableSurrogate, Surrogate


class ThompsonSampling:
    """One draw from the posterior of a surrogate, as an acquisition function [1]_.

    A surrogate that draws functions is asked for one. Of any other each row is drawn
    on its own, from the normal distribution of its posterior moments.

    .. versionadded:: 0.1

    Parameters
    ----------
    surrogate : Surrogate
        The fitted model.

    rng : numpy.random.Generator
        Source of randomness.

    References
    ----------
    .. [1] W. R. Thompson, "On the likelihood that one unknown probability exceeds
       another in view of the evidence of two samples", 1933.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.acquisition import ThompsonSampling
    >>> from skhpo.surrogates import GaussianProcess
    >>> features, targets = np.array([[0.0], [1.0]]), np.array([-1.0, 1.0])
    >>> model = GaussianProcess(np.array([0])).fit(features, targets)
    >>> sampling = ThompsonSampling(model, np.random.default_rng(0))
    >>> values = sampling(features)
    >>> bool(values[1] > values[0])
    True
    """

    def __init__(self, surrogate: Surrogate, rng: np.random.Generator) -> None:
        self.surrogate = surrogate
        self._rng = rng
        self._draw: PosteriorDraw | None = None
        if isinstance(surrogate, SampleableSurrogate):
            self._draw = surrogate.sample(rng)

    @property
    def is_smooth(self) -> bool:
        """Whether there are gradients; without them only the values are asked for."""
        return self._draw is not None and self._draw.is_smooth

    def __call__(self, features: FloatArray) -> FloatArray:
        """Evaluate many rows.

        Parameters
        ----------
        features : ndarray of shape (n_rows, n_features), dtype float64
            The rows.

        Returns
        -------
        values : ndarray of shape (n_rows,), dtype float64
            The values of the draw.
        """
        if self._draw is not None:
            return self._draw(features)
        mean, sd = self.surrogate.predict(features)
        return mean + sd * self._rng.standard_normal(len(mean))

    def value_and_gradient(self, row: FloatArray) -> tuple[float, FloatArray]:
        """Evaluate one row, with the derivatives by its features.

        Parameters
        ----------
        row : ndarray of shape (n_features,), dtype float64
            The row.

        Returns
        -------
        value : float
            The value of the draw.

        gradient : ndarray of shape (n_features,), dtype float64
            Its derivative by each feature.
        """
        assert self._draw is not None
        return self._draw.value_and_gradient(row)
