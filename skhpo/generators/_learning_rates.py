"""Learning rates that follow the signal-to-noise ratio of the updates of CMA-ES."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

# alpha, gamma, beta of the mean and beta of the covariance in Nomura et al., 2023.
_TARGET_RATIO, _DAMPING, _OF_MEAN, _OF_COVARIANCE = 1.4, 0.1, 0.1, 0.03


class LearningRates:
    """Learning rates of the mean and of the covariance matrix of CMA-ES.

    Where updates contradict each other, because scores are noisy or the landscape is
    rugged, smaller steps average over more of them.

    Parameters
    ----------
    d : int
        The number of coordinates.

    References
    ----------
    .. [1] M. Nomura, Y. Akimoto, I. Ono, "CMA-ES with learning rate adaptation: can
       CMA-ES with default population size solve multimodal and noisy problems?",
       2023.
    """

    def __init__(self, d: int) -> None:
        self._mean = _Rate(d, _OF_MEAN)
        self._covariance = _Rate(d * d, _OF_COVARIANCE)

    def blend(
        self,
        before: tuple[FloatArray, FloatArray],
        after: tuple[FloatArray, FloatArray],
        scale: FloatArray,
    ) -> tuple[FloatArray, FloatArray, float]:
        """Return the part of an update that is taken.

        Parameters
        ----------
        before, after : tuple of ndarray
            Mean and covariance matrix, which is sigma^2 C.

        scale : ndarray of shape (d,), dtype float64
            The diagonal of A, in units of which the mean moves.

        Returns
        -------
        mean : ndarray of shape (d,), dtype float64
            The new mean.

        covariance : ndarray of shape (d, d), dtype float64
            The new covariance matrix.

        ratio : float
            What the step size is to be multiplied by, eq. 18 of [1]_.
        """
        values, axes = np.linalg.eigh(before[1])
        root = axes / np.sqrt(np.maximum(values, 1e-300)) @ axes.T  # Sigma^(-1/2)
        move = after[0] - before[0]
        change = after[1] - before[1]
        old = self._mean.value
        of_mean = self._mean.adapt(root @ (move / scale))
        of_covariance = self._covariance.adapt(
            (root @ change @ root).ravel() / math.sqrt(2.0)
        )
        return (
            before[0] + of_mean * move,
            before[1] + of_covariance * change,
            old / of_mean,
        )

    def rotate(self, rotation: FloatArray) -> None:
        """Turn the local coordinates in which the updates were seen.

        Parameters
        ----------
        rotation : ndarray of shape (d, d), dtype float64
            An orthogonal matrix, from the old to the new coordinates.
        """
        d = len(rotation)
        self._mean.seen = rotation @ self._mean.seen
        seen = self._covariance.seen.reshape(d, d)
        self._covariance.seen = (rotation @ seen @ rotation.T).ravel()

    def state_dict(self) -> dict[str, Any]:
        """Return the state, ready for JSON."""
        return {
            "mean": self._mean.state_dict(),
            "covariance": self._covariance.state_dict(),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over a state."""
        self._mean.load_state_dict(state["mean"])
        self._covariance.load_state_dict(state["covariance"])


class _Rate:
    """One learning rate and what it has seen of the updates."""

    def __init__(self, size: int, memory: float) -> None:
        self.value = 1.0
        self._memory = memory
        self.seen = np.zeros(size)
        self._square = 0.0

    def adapt(self, update: FloatArray) -> float:
        """Take in an update in local coordinates and return the new rate."""
        beta = self._memory
        self.seen = (1 - beta) * self.seen + beta * update  # eq. 11 of [1]
        self._square = (1 - beta) * self._square + beta * float(update @ update)
        signal = float(self.seen @ self.seen)
        noise = self._square - signal
        ratio = (signal - beta / (2 - beta) * self._square) / max(noise, 1e-300)
        error = min(1.0, max(-1.0, ratio / (_TARGET_RATIO * self.value) - 1.0))
        self.value *= math.exp(min(_DAMPING * self.value, beta) * error)  # eq. 17
        self.value = min(1.0, self.value)
        return self.value

    def state_dict(self) -> dict[str, Any]:
        """Return the state, ready for JSON."""
        return {
            "value": self.value,
            "mean": self.seen.tolist(),
            "square": self._square,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over a state."""
        self.value = float(state["value"])
        self.seen = np.array(state["mean"], dtype=np.float64)
        self._square = float(state["square"])
