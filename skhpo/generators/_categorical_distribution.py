"""Distributions of choices that learn from ranked samples, by natural gradients."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.intp]

# The probability that no coordinate of a sample is drawn from the margins alone.
_OUTSIDE_MARGINS = 0.73
_SIGNAL_TO_NOISE = 1.5  # alpha of Akimoto et al., 2019
_LARGEST_LOG_CHANGE = 0.5


class CategoricalDistribution:
    """Independent categorical distributions, one for each unordered coordinate.

    The probabilities follow the natural gradient of the expected ranks [1]_; the
    length of the steps adapts to their signal-to-noise ratio [2]_; no probability
    falls below a margin.

    Parameters
    ----------
    n_choices : sequence of int
        The number of choices of each coordinate, each at least 2.

    population_size : int
        The number of samples of an update.

    trust_region : float
        The length of the first step, in the metric of Fisher.

    Attributes
    ----------
    probabilities : list of ndarray of shape (n_choices,), dtype float64
        The distribution of each coordinate.

    References
    ----------
    .. [1] R. Hamano, S. Saito, M. Nomura, K. Uchida, S. Shirakawa, "CatCMA:
       stochastic optimization for mixed-category problems", 2024.

    .. [2] Y. Akimoto, S. Shirakawa, N. Yoshinari, K. Uchida, S. Saito, K. Nishida,
       "Adaptive stochastic natural gradient method for one-shot neural architecture
       search", 2019.
    """

    def __init__(
        self, n_choices: Sequence[int], population_size: int, trust_region: float
    ) -> None:
        self.probabilities = [np.full(n, 1.0 / n) for n in n_choices]
        n_parents = population_size // 2
        weights = math.log((population_size + 1) / 2) - np.log(
            np.arange(1, n_parents + 1)
        )
        self._weights = weights / weights.sum()
        self._trust_region = trust_region
        self._slowness = 1.0
        self._path = np.zeros(sum(n_choices) - len(n_choices))
        self._settled = 0.0
        share = 1.0 - _OUTSIDE_MARGINS ** (1.0 / max(len(n_choices), 1))
        self._margins = [share / (n - 1) for n in n_choices]

    def sample(self, n: int, rng: np.random.Generator) -> IntArray:
        """Draw choices, shape (n, n_coordinates)."""
        drawn = np.empty((n, len(self.probabilities)), dtype=np.intp)
        for column, probabilities in enumerate(self.probabilities):
            sums = np.cumsum(probabilities)
            drawn[:, column] = np.searchsorted(sums, rng.random(n) * sums[-1], "right")
        return np.minimum(drawn, [len(one) - 1 for one in self.probabilities])

    def update(self, choices: IntArray, is_active: BoolArray) -> None:
        """Learn from samples, the best first; inactive coordinates say nothing.

        Parameters
        ----------
        choices : ndarray of shape (population_size, n_coordinates), dtype intp
            The samples, sorted by their scores.

        is_active : ndarray of shape (population_size, n_coordinates), dtype bool
            Which coordinates played a part.
        """
        gradients, local = [], []
        for column, probabilities in enumerate(self.probabilities):
            best = choices[: len(self._weights), column]
            weights = self._weights * is_active[: len(self._weights), column]
            gradient = -weights.sum() * probabilities
            np.add.at(gradient, best, weights)
            gradients.append(gradient)
            local.append(_in_fisher_metric(gradient, probabilities))
        together = np.concatenate(local)
        length = float(np.linalg.norm(together))
        if length <= 1e-12:
            return
        step = self._trust_region / self._slowness / length
        for column, gradient in enumerate(gradients):
            self.probabilities[column] = _with_margin(
                self.probabilities[column] + step * gradient, self._margins[column]
            )
        self._adapt_slowness(together / length)

    def state_dict(self) -> dict[str, Any]:
        """Return the state, ready for JSON."""
        return {
            "probabilities": [one.tolist() for one in self.probabilities],
            "slowness": self._slowness,
            "path": self._path.tolist(),
            "settled": self._settled,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over a state."""
        self.probabilities = [np.array(one) for one in state["probabilities"]]
        self._slowness = float(state["slowness"])
        self._path = np.array(state["path"], dtype=np.float64)
        self._settled = float(state["settled"])

    def _adapt_slowness(self, direction: FloatArray) -> None:
        """Shorten the steps where directions contradict each other."""
        beta = min(1.0, self._trust_region / self._slowness / math.sqrt(direction.size))
        gain = beta * (2 - beta)
        self._path = (1 - beta) * self._path + math.sqrt(gain) * direction
        self._settled = (1 - beta) ** 2 * self._settled + gain
        change = beta * (self._settled - self._path @ self._path / _SIGNAL_TO_NOISE)
        self._slowness *= math.exp(min(float(change), _LARGEST_LOG_CHANGE))


def _in_fisher_metric(gradient: FloatArray, probabilities: FloatArray) -> FloatArray:
    """Multiply a gradient by the square root of the Fisher information."""
    last = probabilities[-1]
    roots = np.sqrt(probabilities[:-1])
    shared = gradient[:-1].sum() / (last + math.sqrt(last))
    return np.asarray(gradient[:-1] / roots + roots * shared, dtype=np.float64)


def _with_margin(probabilities: FloatArray, least: float) -> FloatArray:
    """Raise probabilities to a margin, at the expense of those above it."""
    raised = np.maximum(probabilities, least)
    excess = raised - least
    return np.asarray(raised + (1.0 - raised.sum()) * excess / excess.sum())
