"""Functions drawn from the posterior of a Gaussian process."""

from typing import NamedTuple

import numpy as np

from skhpo.surrogates._base import FloatArray
from skhpo.surrogates._matern import matern, matern_and_slope, squared_distances

_N_FREQUENCIES = 256
# The spectral density of the Matern-5/2 correlation is the multivariate t
# distribution of 2 * 5/2 degrees of freedom.
_DEGREES_OF_FREEDOM = 5.0


class PriorDraw(NamedTuple):
    """A function drawn from the prior (equation 6).

    Parameters
    ----------
    frequencies : ndarray of shape (m, n_features), dtype float64
        The frequencies W.

    weights : ndarray of shape (2, m), dtype float64
        The weights of the cosines and of the sines.
    """

    frequencies: FloatArray
    weights: FloatArray

    def __call__(self, scaled: FloatArray) -> FloatArray:
        """Evaluate rows that are divided by their lengthscales."""
        phases = scaled @ self.frequencies.T
        values: FloatArray = np.cos(phases) @ self.weights[0]
        values += np.sin(phases) @ self.weights[1]
        return values

    def gradient(self, scaled: FloatArray) -> FloatArray:
        """Return the derivatives at one row that is divided by its lengthscales."""
        phases = self.frequencies @ scaled
        slopes = np.cos(phases) * self.weights[1] - np.sin(phases) * self.weights[0]
        gradient: FloatArray = slopes @ self.frequencies
        return gradient


def draw_from_prior(
    n_features: int, amplitude: float, rng: np.random.Generator
) -> PriorDraw:
    """Draw a function by its random Fourier features."""
    normal = rng.standard_normal((_N_FREQUENCIES, n_features))
    chi_squared = rng.chisquare(_DEGREES_OF_FREEDOM, (_N_FREQUENCIES, 1))
    weights = rng.standard_normal((2, _N_FREQUENCIES))
    return PriorDraw(
        normal / np.sqrt(chi_squared / _DEGREES_OF_FREEDOM),
        weights * (amplitude / _N_FREQUENCIES) ** 0.5,
    )


class GaussianProcessDraw:
    """A function drawn from the posterior (equation 7).

    Parameters
    ----------
    prior : PriorDraw
        The draw from the prior.

    scaled : ndarray of shape (n, n_features), dtype float64
        The observed features divided by their lengthscales.

    scale : ndarray of shape (n_features,), dtype float64
        The lengthscale of each feature.

    weights : ndarray of shape (n,), dtype float64
        ``a K^-1 (y - f - e)``: what corrects the draw at each observation.
    """

    def __init__(
        self,
        prior: PriorDraw,
        scaled: FloatArray,
        scale: FloatArray,
        weights: FloatArray,
    ) -> None:
        self._prior = prior
        self._scaled = scaled
        self._scale = scale
        self._weights = weights

    @property
    def is_smooth(self) -> bool:
        """Whether there are gradients: always."""
        return True

    def __call__(self, features: FloatArray) -> FloatArray:
        """Evaluate many rows."""
        scaled = features / self._scale
        correlation = matern(squared_distances(scaled, self._scaled))
        return self._prior(scaled) + correlation @ self._weights

    def value_and_gradient(self, row: FloatArray) -> tuple[float, FloatArray]:
        """Evaluate one row, with the derivatives by its features."""
        scaled = row / self._scale
        difference = scaled - self._scaled
        squared = np.einsum("ij,ij->i", difference, difference)
        correlation, slope = matern_and_slope(squared)
        value = float(self._prior(scaled[None])[0] + correlation @ self._weights)
        correction = (2.0 * slope * self._weights) @ difference
        return value, (self._prior.gradient(scaled) + correction) / self._scale
