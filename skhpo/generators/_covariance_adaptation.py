"""Covariance matrix adaptation: a normal distribution that learns from ranked samples.

Equation numbers without a source are those of N. Hansen, "The CMA evolution strategy:
a tutorial", 2016, whose symbols the names follow.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.generators._learning_rates import LearningRates

FloatArray = NDArray[np.float64]

_LEAST_EIGENVALUE = 1e-20
# Beyond this, or below its inverse, variances and scales are balanced anew.
_MOST_DRIFT = 1e6
# A step over the whole cube is as good as any larger one.
_LARGEST_DEVIATION = 1.0
_MOST_STEP_SIZE_CHANGE = 1.0  # Delta_sigma_max of Hansen, 2011


class CovarianceAdaptation:
    """The normal distribution of CMA-ES: N(mean, (sigma A)^2 C) with a diagonal A.

    Parameters
    ----------
    mean : ndarray of shape (d,), dtype float64
        Where to begin.

    sigma : float
        The first step size.

    population_size : int
        How many samples make an update, at least 2.

    learning_rates : LearningRates or None
        Slows the updates down where they contradict each other.

    Attributes
    ----------
    scale : ndarray of shape (d,), dtype float64
        The diagonal of A, see Hamano et al., 2022.

    n_updates : int
        The generation.

    References
    ----------
    .. [1] N. Hansen, "The CMA evolution strategy: a tutorial", 2016.

    .. [2] N. Hansen, "Injecting external solutions into CMA-ES", 2011.
    """

    def __init__(
        self,
        mean: FloatArray,
        sigma: float,
        population_size: int,
        learning_rates: LearningRates | None = None,
    ) -> None:
        self.mean = np.array(mean, dtype=np.float64)
        self.sigma = sigma
        self.covariance = np.eye(len(mean))
        self.scale = np.ones(len(mean))
        self.path_sigma = np.zeros(len(mean))
        self.path_covariance = np.zeros(len(mean))
        self.n_updates = 0
        self.learning_rates = learning_rates
        self._set_constants(population_size)
        self._decompose()

    @property
    def deviations(self) -> FloatArray:
        """The standard deviation of each coordinate, shape (d,)."""
        roots = np.sqrt(np.diag(self.covariance))
        return np.asarray(self.sigma * self.scale * roots, dtype=np.float64)

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        """Draw points, shape (n, d)."""
        normal = rng.standard_normal((n, len(self.mean)))
        steps = normal * self._lengths @ self._axes.T  # eq. 39
        points = self.mean + self.sigma * self.scale * steps  # eq. 40
        return np.asarray(points, dtype=np.float64)

    def update(self, points: FloatArray, is_older: NDArray[np.bool_]) -> None:
        """Learn from points, the best first.

        A point drawn from an older distribution counts as a point from outside: its
        step is taken from the present mean and shortened to a usual length [2]_.

        Parameters
        ----------
        points : ndarray of shape (population_size, d), dtype float64
            The points, sorted by their scores.

        is_older : ndarray of shape (population_size,), dtype bool
            Which of them were drawn before the last update.
        """
        before = self.mean, self.sigma**2 * self.covariance
        steps = (points - self.mean) / (self.sigma * self.scale)
        steps[is_older] = self._shorten(steps[is_older])
        mean_step = self._weights[: self._n_parents] @ steps[: self._n_parents]
        self.mean = self.mean + self.sigma * self.scale * mean_step  # eq. 42
        self.n_updates += 1
        is_steady = self._follow_paths(mean_step)
        self._adapt_covariance(steps, is_steady)
        self._decompose()
        if self.learning_rates is not None:
            self._slow_down(*before, self.learning_rates)
        self.sigma *= min(1.0, _LARGEST_DEVIATION / float(self.deviations.max()))
        self._balance()

    def state_dict(self) -> dict[str, Any]:
        """Return the state, ready for JSON."""
        rates = self.learning_rates
        return {
            "mean": self.mean.tolist(),
            "sigma": self.sigma,
            "covariance": self.covariance.tolist(),
            "scale": self.scale.tolist(),
            "path_sigma": self.path_sigma.tolist(),
            "path_covariance": self.path_covariance.tolist(),
            "n_updates": self.n_updates,
            "learning_rates": None if rates is None else rates.state_dict(),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over a state."""
        self.mean = np.array(state["mean"], dtype=np.float64)
        self.sigma = float(state["sigma"])
        self.covariance = np.array(state["covariance"], dtype=np.float64)
        self.scale = np.array(state["scale"], dtype=np.float64)
        self.path_sigma = np.array(state["path_sigma"], dtype=np.float64)
        self.path_covariance = np.array(state["path_covariance"], dtype=np.float64)
        self.n_updates = int(state["n_updates"])
        if self.learning_rates is not None:
            self.learning_rates.load_state_dict(state["learning_rates"])
        self._decompose()

    def _set_constants(self, population_size: int) -> None:
        """Compute the default strategy parameters, eqs. 48 to 58."""
        d = len(self.mean)
        ranks = np.arange(1, population_size + 1)
        weights = math.log((population_size + 1) / 2) - np.log(ranks)  # eq. 49
        self._n_parents = population_size // 2
        best, rest = weights[: self._n_parents], weights[self._n_parents :]
        mu_eff = best.sum() ** 2 / (best**2).sum()
        rest_eff = rest.sum() ** 2 / max((rest**2).sum(), 1e-300)
        self._c_c = (4 + mu_eff / d) / (d + 4 + 2 * mu_eff / d)  # eq. 56
        self._c_1 = 2 / ((d + 1.3) ** 2 + mu_eff)  # eq. 57
        self._c_mu = min(  # eq. 58
            1 - self._c_1, 2 * (mu_eff - 2 + 1 / mu_eff) / ((d + 2) ** 2 + mu_eff)
        )
        self._c_sigma = (mu_eff + 2) / (d + mu_eff + 5)  # eq. 55
        excess = max(0.0, math.sqrt((mu_eff - 1) / (d + 1)) - 1)
        self._d_sigma = 1 + 2 * excess + self._c_sigma
        self._mu_eff = mu_eff
        self._usual_length = math.sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d**2))
        c_mu = max(self._c_mu, 1e-300)
        most = min(  # eqs. 50 to 52
            1 + self._c_1 / c_mu,
            1 + 2 * rest_eff / (mu_eff + 2),
            (1 - self._c_1 - self._c_mu) / (d * c_mu),
        )
        total = max(np.abs(rest[rest < 0]).sum(), 1e-300)
        self._weights = np.where(  # eq. 53
            weights >= 0, weights / best.sum(), weights * most / total
        )

    def _decompose(self) -> None:
        """Find the axes of the distribution and their lengths."""
        self.covariance = (self.covariance + self.covariance.T) / 2
        values, self._axes = np.linalg.eigh(self.covariance)
        self._lengths = np.sqrt(np.maximum(values, _LEAST_EIGENVALUE))

    def _balance(self) -> None:
        """Keep the parts of sigma A C^(1/2) within what floats can hold.

        A margin widens A again and again where sigma or C shrink, without end if the
        coordinates are all ordered. C becomes a correlation matrix and A takes the
        lengths; the distribution and its paths stay what they are.
        """
        variances = np.diag(self.covariance)
        usual = float(np.log(self.scale).mean())
        drift = max(float(np.abs(np.log(variances)).max()), abs(usual))
        if drift <= math.log(_MOST_DRIFT):
            return
        lengths = np.sqrt(variances)
        root = (self._axes * self._lengths) @ self._axes.T / lengths[:, None]
        self.covariance = self.covariance / np.outer(lengths, lengths)
        self.path_covariance = self.path_covariance / lengths
        self._decompose()
        # what is kept in the coordinates of C^(-1/2) y turns with them
        rotation = self._whiten(root.T).T
        self.path_sigma = rotation @ self.path_sigma
        if self.learning_rates is not None:
            self.learning_rates.rotate(rotation)
        scale = self.scale * lengths
        usual = math.exp(np.log(scale).mean())
        self.scale, self.sigma = scale / usual, self.sigma * usual

    def _whiten(self, steps: FloatArray) -> FloatArray:
        """Return C^(-1/2) y for each row y."""
        return np.asarray(steps @ self._axes / self._lengths @ self._axes.T)

    def _shorten(self, steps: FloatArray) -> FloatArray:
        """Shorten long steps, eq. 3 of Hansen, 2011."""
        d = len(self.mean)
        most = math.sqrt(d) + 2 * d / (d + 2)
        lengths = np.linalg.norm(self._whiten(steps), axis=1, keepdims=True)
        return np.asarray(steps * np.minimum(1.0, most / np.maximum(lengths, 1e-300)))

    def _follow_paths(self, mean_step: FloatArray) -> bool:
        """Update the evolution paths and the step size; tell if the path is short."""
        c, d = self._c_sigma, len(self.mean)
        self.path_sigma = (1 - c) * self.path_sigma + math.sqrt(  # eq. 43
            c * (2 - c) * self._mu_eff
        ) * self._whiten(mean_step[None])[0]
        length = float(np.linalg.norm(self.path_sigma))
        change = c / self._d_sigma * (length / self._usual_length - 1)
        self.sigma *= math.exp(min(change, _MOST_STEP_SIZE_CHANGE))  # eq. 44
        settled = math.sqrt(1 - (1 - c) ** (2 * self.n_updates))
        is_steady = length / settled < (1.4 + 2 / (d + 1)) * self._usual_length
        c = self._c_c
        self.path_covariance = (1 - c) * self.path_covariance + (  # eq. 45
            is_steady * math.sqrt(c * (2 - c) * self._mu_eff) * mean_step
        )
        return bool(is_steady)

    def _adapt_covariance(self, steps: FloatArray, is_steady: bool) -> None:
        """Update the covariance matrix by rank one and rank mu, eqs. 46 and 47."""
        lengths = np.linalg.norm(self._whiten(steps), axis=1)
        weights = np.where(
            self._weights >= 0,
            self._weights,
            self._weights * len(self.mean) / np.maximum(lengths**2, 1e-300),
        )
        loss = 0.0 if is_steady else self._c_c * (2 - self._c_c)
        kept = 1 + self._c_1 * loss - self._c_1 - self._c_mu * self._weights.sum()
        self.covariance = (
            kept * self.covariance
            + self._c_1 * np.outer(self.path_covariance, self.path_covariance)
            + self._c_mu * (steps.T * weights) @ steps
        )

    def _slow_down(
        self, mean: FloatArray, covariance: FloatArray, rates: LearningRates
    ) -> None:
        """Take only as much of the update as its signal-to-noise ratio deserves."""
        after = self.sigma**2 * self.covariance
        new_mean, full, ratio = rates.blend(
            (mean, covariance), (self.mean, after), self.scale
        )
        log_determinant = np.linalg.slogdet(full)[1]
        sigma = math.exp(log_determinant / (2 * len(mean)))
        # the path of the covariance is measured in units of the step size
        self.path_covariance *= self.sigma / sigma
        self.mean, self.covariance = new_mean, full / sigma**2
        self.sigma = sigma * ratio
        self._decompose()
