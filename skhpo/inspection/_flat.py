"""Where the optimum is flat: values that are as good, for all that can be measured."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.inspection._branches import has_branch_axis
from skhpo.inspection._model import ScoreModel
from skhpo.inspection._scale import Scale, shown
from skhpo.space import SearchSpace

FloatArray = NDArray[np.float64]

_N_DRAWS = 48
_N_GRID = 33
PROBABILITY = 0.8


@dataclass(frozen=True)
class FlatRegion:
    """The values of one parameter that are as good as the best one.

    They are those around the best candidate's value at which the score is within one
    standard error of that at the best candidate, with a probability of at least 80%
    by the model, while all other parameters stay as they are.

    .. versionadded:: 0.1

    Parameters
    ----------
    parameter : str
        The parameter.

    low, high : object
        The ends of the range; None for unordered choices.

    choices : tuple
        The values, for choices and short lists; empty for ranges.

    share : float
        Which share of the search space they take, from 0 to 1.

    Examples
    --------
    >>> from skhpo.inspection import FlatRegion
    >>> print(FlatRegion("C", 1.0, 100.0, (), 0.4))
    C from 1 to 100
    """

    parameter: str
    low: Any
    high: Any
    choices: tuple[Any, ...]
    share: float

    def __str__(self) -> str:
        """Write the values."""
        if self.choices:
            return f"{self.parameter} in {', '.join(map(shown, self.choices))}"
        if shown(self.low) == shown(self.high):
            return f"{self.parameter} near {shown(self.low)}"
        return f"{self.parameter} from {shown(self.low)} to {shown(self.high)}"


def flat_regions(
    model: ScoreModel, best: FloatArray, noise: float, rng: np.random.Generator
) -> tuple[FlatRegion, ...]:
    """Return the flat region of each parameter of the best candidate."""
    space = model.space
    columns = _varied(space, best)
    grids = [Scale.of(space.axes[column]).grid(_N_GRID) for column in columns]
    points = [best[None]]
    for column, grid in zip(columns, grids, strict=True):
        along = np.tile(best, (len(grid), 1))
        along[:, column] = grid
        points.append(along)
    draws = model.draws(space.canonicalize(np.vstack(points)), _N_DRAWS, rng)
    scores = model.to_scores(draws)
    # Each function drawn is compared with itself: what is not known of the level of
    # the scores is the same at all values.
    good = (scores[:, 1:] >= scores[:, :1] - noise).mean(axis=0) >= PROBABILITY
    places = np.cumsum([len(grid) for grid in grids])[:-1]
    return tuple(
        _region(space.axes[column], grid, part, float(best[column]))
        for column, grid, part in zip(
            columns, grids, np.split(good, places), strict=True
        )
    )


def _varied(space: SearchSpace, best: FloatArray) -> list[int]:
    """Return the axes of a candidate; another branch is no other value of it."""
    n_before = int(has_branch_axis(space))
    active = np.flatnonzero(space.active(best[None])[0]).tolist()
    return [c for c in active if c >= n_before and space.axes[c].kind != "sampled"]


def _region(
    axis: Any, grid: FloatArray, good: NDArray[np.bool_], at: float
) -> FlatRegion:
    """Return the region around the best value, or the choices as good as it."""
    here = int(np.abs(grid - at).argmin())
    good = good.copy()
    good[here] = True
    if axis.kind == "categorical":
        values = tuple(axis.decode(u) for u in grid[good].tolist())
        return FlatRegion(axis.name, None, None, values, float(good.mean()))
    first = last = here
    while first > 0 and good[first - 1]:
        first -= 1
    while last < len(grid) - 1 and good[last + 1]:
        last += 1
    # The best value itself lies between two values of the grid as a rule.
    low = axis.decode(min(float(grid[first]), at))
    high = axis.decode(max(float(grid[last]), at))
    if axis.n_levels is not None and axis.n_levels <= _N_GRID:
        share = (last - first + 1) / len(grid)
    else:
        share = float(grid[last] - grid[first])
    return FlatRegion(axis.name, low, high, (), share)
