"""Random changes of points, from small steps to redrawing everything."""

from typing import cast

import numpy as np
from numpy.typing import NDArray

from skhpo.space import SearchSpace

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# Half of the mutants change about one coordinate, the others a share of them.
_SHARES = np.array([0.3, 0.6, 1.0])
# Each step is up to 16 times smaller than the scale, evenly in the logarithm.
_LEAST_MAGNITUDE = -1.2


class Mutation:
    """Random changes of the points of a search space.

    Continuous coordinates make normal steps of several magnitudes; half of the
    steps of ordered ones go to the next level; categorical and sampled ones are
    redrawn. What a change of branch makes active is redrawn too. At least one
    active coordinate of each parent is chosen to change.

    .. versionadded:: 0.1

    Parameters
    ----------
    space : SearchSpace
        The space of the points.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.acquisition import Mutation
    >>> from skhpo.space import Real, SearchSpace
    >>> mutation = Mutation(SearchSpace({"C": Real(0.0, 1.0)}))
    >>> rng = np.random.default_rng(0)
    >>> mutation(np.array([[0.5]]), 3, 0.01, rng).shape
    (3, 1)
    """

    def __init__(self, space: SearchSpace) -> None:
        self.space = space
        kinds = np.array([axis.kind for axis in space.axes], dtype=object)
        self._redrawn = (kinds == "categorical") | (kinds == "sampled")
        self._stepped = [
            (column, axis, axis.n_levels)
            for column, axis in enumerate(space.axes)
            if axis.kind == "ordered" and axis.n_levels is not None
        ]

    def __call__(
        self,
        parents: FloatArray,
        n_mutants: int,
        scale: float,
        rng: np.random.Generator,
    ) -> FloatArray:
        """Make mutants of randomly chosen parents.

        Parameters
        ----------
        parents : ndarray of shape (n_parents, n_dims), dtype float64
            Canonical points, at least one.

        n_mutants : int
            How many mutants to make.

        scale : float
            Standard deviation of the largest steps.

        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        mutants : ndarray of shape (n_mutants, n_dims), dtype float64
            Canonical points; one can equal its parent.
        """
        chosen = parents[rng.integers(len(parents), size=n_mutants)]
        active = self.space.active(chosen)
        mutants = np.where(
            self._choose_coordinates(active, rng),
            self._move(chosen, scale, rng),
            chosen,
        )
        mutants = self.space.canonicalize(mutants)
        activated = self.space.active(mutants) & ~active
        if activated.any():
            redrawn = np.where(activated, rng.random(mutants.shape), mutants)
            mutants = self.space.canonicalize(redrawn)
        return mutants

    def _choose_coordinates(
        self, active: BoolArray, rng: np.random.Generator
    ) -> BoolArray:
        """Choose which active coordinates of each row change, at least one."""
        n_rows = len(active)
        n_active = np.maximum(active.sum(axis=1), 1)
        shares = np.where(
            rng.random(n_rows) < 0.5, 1.0 / n_active, rng.choice(_SHARES, n_rows)
        )
        luck = np.where(active, rng.random(active.shape), np.inf)
        changes = luck < shares[:, None]
        if active.shape[1]:
            changes[np.arange(n_rows), luck.argmin(axis=1)] = True
        return changes

    def _move(
        self, points: FloatArray, scale: float, rng: np.random.Generator
    ) -> FloatArray:
        """Change every coordinate."""
        magnitude = scale * 10.0 ** rng.uniform(_LEAST_MAGNITUDE, 0.0, points.shape)
        moved = points + magnitude * rng.standard_normal(points.shape)
        moved = _keep_inside(moved, rng)
        moved = np.where(self._redrawn, rng.random(points.shape), moved)
        for column, axis, n_levels in self._stepped:
            level = axis.to_level(points[:, column])
            direction = np.where(rng.random(len(points)) < 0.5, -1, 1)
            neighbour = np.clip(level + direction, 0, n_levels - 1)
            by_one = rng.random(len(points)) < 0.5
            moved[by_one, column] = axis.from_level(neighbour)[by_one]
        return moved


def _keep_inside(coordinates: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Reflect at the bounds, or stop there: optima often lie on faces."""
    stopped = np.minimum(np.maximum(coordinates, 0.0), 1.0)
    reflected = np.minimum(np.maximum(2.0 * stopped - coordinates, 0.0), 1.0)
    stops = rng.random(coordinates.shape) < 0.5
    return cast(FloatArray, np.where(stops, stopped, reflected))
