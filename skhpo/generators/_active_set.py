"""Which observations a model of bounded cost is fitted to."""

import numpy as np
from numpy.typing import NDArray

from skhpo.generators._observations import Observations

# Up to so many observations all are used; when there are more, they are thinned
# out to so many, and new ones join until the limit is reached again. Keeping the
# set between proposals keeps the hyperparameters from wandering.
_LIMIT = 300
_THINNED = 250


class ActiveSet:
    """Chooses observations: the best half and a random rest, and all new ones.

    Attributes
    ----------
    left_out : set of int
        The candidates that the model does without.
    """

    def __init__(self) -> None:
        self.left_out: set[int] = set()

    def select(
        self, observations: Observations, rng: np.random.Generator
    ) -> NDArray[np.intp]:
        """Return the rows to use, in order."""
        rows = np.array(
            [
                row
                for row, index in enumerate(observations.indices.tolist())
                if index not in self.left_out
            ],
            dtype=np.intp,
        )
        if len(rows) <= _LIMIT:
            return rows
        return self._thin_out(observations, rng)

    def _thin_out(
        self, observations: Observations, rng: np.random.Generator
    ) -> NDArray[np.intp]:
        """Choose among all observations anew."""
        order = observations.best_first()
        n_best = _THINNED // 2
        others = rng.choice(order[n_best:], _THINNED - n_best, replace=False)
        rows = np.sort(np.concatenate([order[:n_best], others]))
        left_out = np.delete(observations.indices, rows)
        self.left_out = set(left_out.tolist())
        return np.asarray(rows, dtype=np.intp)
