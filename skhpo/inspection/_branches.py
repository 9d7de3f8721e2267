"""The branches of a space as sets of axes, for what is computed branch by branch."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skhpo.space import SearchSpace

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BranchAxes:
    """The axes that play a part in one branch.

    Parameters
    ----------
    base : ndarray of shape (n_dims,), dtype float64
        A canonical point of the branch.

    columns : tuple of int
        Its axes that a model sees, without that of the branch itself.
    """

    base: FloatArray
    columns: tuple[int, ...]

    def points(self, space: SearchSpace, coordinates: FloatArray) -> FloatArray:
        """Return canonical points, given the coordinates on the branch's axes."""
        points = np.tile(self.base, (len(coordinates), 1))
        points[:, list(self.columns)] = coordinates
        return space.canonicalize(points)


def branches_of(space: SearchSpace) -> list[BranchAxes]:
    """Return the branches of a space, all of which are equally likely."""
    if has_branch_axis(space):
        levels = np.arange(len(space.branches))
        coordinates = space.axes[0].from_level(levels)
        bases = np.full((len(levels), space.n_dims), 0.5)
        bases[:, 0] = coordinates
        bases = space.canonicalize(bases)
    else:
        bases = space.canonicalize(np.full((1, space.n_dims), 0.5))
    n_before = int(has_branch_axis(space))
    return [
        BranchAxes(
            base,
            tuple(
                column
                for column in np.flatnonzero(space.active(base[None])[0]).tolist()
                if column >= n_before and space.axes[column].kind != "sampled"
            ),
        )
        for base in bases
    ]


def has_branch_axis(space: SearchSpace) -> bool:
    """Whether axis 0 chooses among several branches."""
    return len(space.branches) > 1
