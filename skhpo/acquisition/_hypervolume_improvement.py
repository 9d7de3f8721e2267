"""The expected improvement of the hypervolume of a front."""

from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import log_ndtr, logsumexp

from skhpo.acquisition._base import FloatArray, least_sd
from skhpo.acquisition._expected_improvement import log_expected_improvement
from skhpo.acquisition._normal import log_density
from skhpo.pareto import nondominated_boxes
from skhpo.surrogates import DifferentiableSurrogate, Surrogate

# Logarithms whose difference is smaller than this are equal but for rounding.
_LEAST_DIFFERENCE = 1e-30


class LogExpectedHypervolumeImprovement:
    """Logarithm of the expected improvement of the hypervolume [1]_.

    The space that the front does not dominate is divided into boxes. What a vector
    adds to the hypervolume is the sum over the boxes of the part that it dominates
    of each, and the expectation of that part is, for independent objectives, the
    product over them of a difference of two expected improvements: that over the
    lower and that over the upper end of the box. The logarithm keeps its gradient
    where no improvement is in sight [2]_.

    .. versionadded:: 0.1

    Parameters
    ----------
    surrogates : sequence of Surrogate
        The fitted models, one for each objective.

    front : array-like of shape (n, n_objectives)
        The observed targets; those that others dominate do not matter.

    reference : array-like of shape (n_objectives,)
        Targets that are worse than any worth having.

    References
    ----------
    .. [1] M. T. M. Emmerich, A. H. Deutz, J. W. Klinkenberg, "Hypervolume-based
       expected improvement: monotonicity properties and exact computation", 2011.

    .. [2] S. Ament, S. Daulton, D. Eriksson, M. Balandat, E. Bakshy, "Unexpected
       improvements to expected improvement for Bayesian optimization", 2023.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.acquisition import LogExpectedHypervolumeImprovement
    >>> from skhpo.surrogates import GaussianProcess
    >>> features, front = np.array([[0.0], [1.0]]), np.array([[-1.0, 1.0], [1.0, -1.0]])
    >>> models = [
    ...     GaussianProcess(np.array([0])).fit(features, targets) for targets in front.T
    ... ]
    >>> acquisition = LogExpectedHypervolumeImprovement(models, front, [-2.0, -2.0])
    >>> values = acquisition(np.array([[0.01], [0.5]]))
    >>> bool(values[1] > values[0])
    True
    """

    def __init__(
        self,
        surrogates: Sequence[Surrogate],
        front: ArrayLike,
        reference: ArrayLike,
    ) -> None:
        self.surrogates = tuple(surrogates)
        self._lower, self._upper = nondominated_boxes(front, reference)

    @property
    def is_smooth(self) -> bool:
        """Whether there are gradients; without them only the values are asked for."""
        return all(isinstance(one, DifferentiableSurrogate) for one in self.surrogates)

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
        log_parts = np.zeros((len(features), len(self._lower)))
        for surrogate, lower, upper in zip(
            self.surrogates, self._lower.T, self._upper.T, strict=True
        ):
            mean, sd = surrogate.predict(features)
            log_parts += _log_part(mean[:, None], least_sd(sd)[:, None], lower, upper)
        return cast(FloatArray, logsumexp(log_parts, axis=1))

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
        log_parts = np.zeros(len(self._lower))
        slopes = []
        for surrogate, lower, upper in zip(
            self.surrogates, self._lower.T, self._upper.T, strict=True
        ):
            assert isinstance(surrogate, DifferentiableSurrogate)
            mean, sd, mean_gradient, sd_gradient = surrogate.predict_gradient(row)
            moments = np.array([mean]), least_sd(np.array([sd]))
            log_part = _log_part(*moments, lower, upper)
            by_mean, by_sd = _slopes(*moments, lower, upper, log_part)
            slopes.append((by_mean, by_sd, mean_gradient, sd_gradient))
            log_parts += log_part
        value = logsumexp(log_parts)
        weights = np.exp(log_parts - value)
        gradient = np.zeros_like(row)
        for by_mean, by_sd, mean_gradient, sd_gradient in slopes:
            gradient += (weights @ by_mean) * mean_gradient
            gradient += (weights @ by_sd) * sd_gradient
        return float(value), gradient


def _log_part(
    mean: FloatArray, sd: FloatArray, lower: FloatArray, upper: FloatArray
) -> FloatArray:
    """Return the logarithm of the expected part of each box, of one objective.

    E[min(y, u) - l]+ is the expected improvement over l less that over u.
    """
    log_whole = log_expected_improvement(mean, sd, lower)
    is_bounded = np.isfinite(upper)
    log_beyond = log_expected_improvement(mean, sd, np.where(is_bounded, upper, lower))
    log_rest = log_whole + _log_complement(log_whole - log_beyond)
    return np.where(is_bounded, log_rest, log_whole)


def _slopes(
    mean: FloatArray,
    sd: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    log_part: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Return the derivatives of `_log_part` by mean and standard deviation.

    Those of the expected improvement are Phi and phi. All of it is divided by the
    part itself, in logarithms, since either may underflow.
    """
    z_lower, z_upper = (mean - lower) / sd, (mean - upper) / sd
    log_mass, log_mass_beyond = log_ndtr(z_lower), log_ndtr(z_upper)
    log_mass = log_mass + _log_complement(log_mass - log_mass_beyond)
    by_mean = np.exp(log_mass - log_part)
    by_sd = np.exp(log_density(z_lower) - log_part)
    by_sd -= np.exp(log_density(z_upper) - log_part)
    return by_mean, by_sd


def _log_complement(difference: FloatArray) -> FloatArray:
    """Return log(1 - exp(-difference)) of a difference of 0 or more."""
    return np.log(-np.expm1(-np.maximum(difference, _LEAST_DIFFERENCE)))
