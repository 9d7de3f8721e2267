"""What scale factors and crossover rates have succeeded in differential evolution."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

_SIZE = 6
_INITIAL = 0.5
_SPREAD = 0.1
_LEAST_SCALE_FACTOR = 0.01


class SuccessHistory:
    """The memory of L-SHADE: means of what succeeded, a few generations back.

    References
    ----------
    .. [1] R. Tanabe, A. Fukunaga, "Improving the search performance of SHADE using
       linear population size reduction", 2014.
    """

    def __init__(self) -> None:
        self._scale_factors = [_INITIAL] * _SIZE
        # None: the terminal value, whereafter the rate is 0
        self._crossover_rates: list[float | None] = [_INITIAL] * _SIZE
        self._position = 0
        self._successes: list[list[float]] = []

    def draw(self, rng: np.random.Generator) -> tuple[float, float]:
        """Draw a scale factor and a crossover rate, eqs. 1 and 2 of [1]_.

        Parameters
        ----------
        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        scale_factor : float
            From a Cauchy distribution, up to 1.

        crossover_rate : float
            From a normal distribution, cut to the unit interval.
        """
        position = int(rng.integers(_SIZE))
        scale_factor = 0.0
        while scale_factor < _LEAST_SCALE_FACTOR:
            step = _SPREAD * float(rng.standard_cauchy())
            scale_factor = min(1.0, self._scale_factors[position] + step)
        mean = self._crossover_rates[position]
        if mean is None:
            return scale_factor, 0.0
        rate = mean + _SPREAD * float(rng.standard_normal())
        return scale_factor, min(1.0, max(0.0, rate))

    def add(self, scale_factor: float, crossover_rate: float, gain: float) -> None:
        """Take note of a success and of the score that it gained."""
        self._successes.append([scale_factor, crossover_rate, gain])

    def learn(self) -> None:
        """Write the weighted Lehmer means of the successes, algorithm 1 of [1]_."""
        if not self._successes:
            return
        factors, rates, gains = np.array(self._successes).T
        # whoever replaced a failed member gained no number
        finite = gains[np.isfinite(gains)]
        gains = np.where(np.isfinite(gains), gains, finite.max(initial=0.0))
        gains = gains / max(gains.max(), 1e-300)
        weights = gains / gains.sum() if gains.sum() > 0.0 else np.ones_like(gains)
        self._scale_factors[self._position] = _lehmer_mean(factors, weights)
        if self._crossover_rates[self._position] is not None:
            mean = _lehmer_mean(rates, weights) if rates.max() > 0.0 else None
            self._crossover_rates[self._position] = mean
        self._position = (self._position + 1) % _SIZE
        self._successes = []

    def state_dict(self) -> dict[str, Any]:
        """Return the state, ready for JSON."""
        return {
            "scale_factors": list(self._scale_factors),
            "crossover_rates": list(self._crossover_rates),
            "position": self._position,
            "successes": [
                [*one[:2], one[2] if math.isfinite(one[2]) else None]
                for one in self._successes
            ],
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over a state."""
        self._scale_factors = [float(one) for one in state["scale_factors"]]
        self._crossover_rates = list(state["crossover_rates"])
        self._position = int(state["position"])
        self._successes = [
            [factor, rate, math.inf if gain is None else gain]
            for factor, rate, gain in state["successes"]
        ]


def _lehmer_mean(values: Any, weights: Any) -> float:
    """Return the weighted mean of squares over the weighted mean, eq. 7 of [1]."""
    return float((weights * values**2).sum() / (weights * values).sum())
