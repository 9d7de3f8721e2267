"""What ranks points by what was observed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Evidence:
    """What a ranking may learn from.

    Parameters
    ----------
    points : ndarray of shape (n, n_dims), dtype float64
        The points that have a score; of long searches a part of them.

    scores : ndarray of shape (n,), dtype float64
        Their scores, all finite.

    noise_scale : ndarray of shape (n,), dtype float64
        How many times greater the variance of each score is than that of a mean
        over all splits.

    pending : ndarray of shape (n_pending, n_dims), dtype float64
        The points that have no score yet.

    n_observed : int
        The number of all points that have a score.

    fit_times : ndarray of shape (n,), dtype float64, default=None
        What a fit took at each of the points, NaN where that is not known. None where
        it does not matter.

    cost_weight : float, default=0.0
        How much the fit times count.
    """

    points: FloatArray
    scores: FloatArray
    noise_scale: FloatArray
    pending: FloatArray
    n_observed: int
    fit_times: FloatArray | None = None
    cost_weight: float = 0.0


class Ranking(Protocol):
    """Ranks points from the most promising on."""

    def rank(self, evidence: Evidence, rng: np.random.Generator) -> FloatArray:
        """Return canonical points, the most promising first."""
        ...

    def weigh_prior(self, evidence: Evidence) -> float:
        """Return how far earlier searches would be followed: 0 without any, up to 1."""
        ...

    def state_dict(self) -> dict[str, Any]:
        """Return what it remembers, ready for JSON."""
        ...

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over what another one remembered."""
        ...
