"""The unit cube over the axes: canonical points, active axes."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skhpo.space._axis import Axis


class Cube:
    """Axes side by side, and which of them each branch has.

    Generators come here with a thousand points at a time, so that all axes of one
    kind are treated at once.

    Parameters
    ----------
    axes : sequence of Axis
        The axes; with several branches the first is theirs.

    columns : sequence of iterable of int
        For each branch the axes that it has.
    """

    def __init__(self, axes: Sequence[Axis], columns: Sequence[Iterable[int]]) -> None:
        self._axes = tuple(axes)
        self._has_branches = len(columns) > 1
        self._active = np.zeros((len(columns), len(axes)), dtype=bool)
        for row, its_columns in zip(self._active, columns, strict=True):
            row[list(its_columns)] = True
        self._active[:, : int(self._has_branches)] = True
        grid = [c for c, axis in enumerate(axes) if axis.has_equal_cells]
        self._grid = np.array(grid, dtype=np.intp)
        self._n_levels = np.array([axes[c].n_levels for c in grid], dtype=np.float64)
        self._uneven = [
            c
            for c, axis in enumerate(axes)
            if not axis.has_equal_cells and axis.kind != "continuous"
        ]

    def canonicalize(self, points: ArrayLike) -> NDArray[np.float64]:
        """Clip, move to the centres of cells, and to 0.5 where inactive."""
        # np.clip would take longer to get going than a single point takes
        canonical = np.minimum(np.maximum(self._checked(points), 0.0), 1.0)
        if self._grid.size:
            levels = np.floor(canonical[:, self._grid] * self._n_levels)
            levels = np.minimum(levels, self._n_levels - 1.0)
            canonical[:, self._grid] = (levels + 0.5) / self._n_levels
        for column in self._uneven:
            canonical[:, column] = self._axes[column].snap(canonical[:, column])
        if self._has_branches:
            canonical[~self.active(canonical)] = 0.5
        return canonical

    def canonical_point(self, point: ArrayLike) -> NDArray[np.float64]:
        """Make one point canonical."""
        row = np.asarray(point, dtype=np.float64)[np.newaxis]
        return np.asarray(self.canonicalize(row)[0], dtype=np.float64)

    def clipped_point(self, point: ArrayLike) -> NDArray[np.float64]:
        """Check one point and clip it, inactive coordinates kept."""
        row = np.asarray(point, dtype=np.float64)[np.newaxis]
        return np.asarray(np.clip(self._checked(row)[0], 0.0, 1.0))

    def active(self, points: ArrayLike) -> NDArray[np.bool_]:
        """Look up the active axes of points."""
        points = self._checked(points)
        if not self._has_branches:
            return np.ones(points.shape, dtype=bool)
        return self._active[self._axes[0].to_level(points[:, 0])]

    def branch_of(self, point: NDArray[np.float64]) -> int:
        """Give the number of the branch that a point lies in."""
        last = len(self._active) - 1
        return min(int(point[0] * (last + 1)), last) if self._has_branches else 0

    def middle(self, branch: int) -> NDArray[np.float64]:
        """Give the point in a branch whose other coordinates are 0.5."""
        return self.moved(np.full(len(self._axes), 0.5), branch)

    def moved(self, point: NDArray[np.float64], branch: int) -> NDArray[np.float64]:
        """Copy a point into a branch."""
        copy = point.copy()
        if self._has_branches:
            copy[0] = (branch + 0.5) / len(self._active)
        return copy

    def _checked(self, points: ArrayLike) -> NDArray[np.float64]:
        """Check the shape of points."""
        array = np.asarray(points, dtype=np.float64)
        n_dims = len(self._axes)
        if array.ndim != 2 or array.shape[1] != n_dims:
            raise ValueError(
                f"Points of this search space must have the shape (n, {n_dims}), a "
                f"single point ({n_dims},). Got an array of shape {array.shape}, "
                "where a single point counts as one row."
            )
        return array


def combinations(n_levels: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Combine levels lazily; `itertools.product` would first store all of them."""
    if not n_levels:
        yield ()
        return
    for first in range(n_levels[0]):
        for others in combinations(n_levels[1:]):
            yield (first, *others)
