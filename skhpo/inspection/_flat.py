"""Where the optimum is flat: values that are as good, for all that can be measured."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.inspection._model import ScoreModel
from skhpo.inspection._scale import Scale, shown

FloatArray = NDArray[np.float64]

_N_DRAWS = 64
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
        return f"{self.parameter} from {shown(self.low)} to {shown(self.high)}"


def flat_regions(
    model: ScoreModel, best: FloatArray, noise: float, rng: np.random.Generator
) -> tuple[FlatRegion, ...]:
    """Return the flat region of each parameter of the best candidate."""
    space = model.space
    active = space.active(best[None])[0]
    regions = []
    for column, axis in enumerate(space.axes):
        # Another branch is another set of parameters, not another value.
        is_branch = len(space.branches) > 1 and column == 0
        if not active[column] or is_branch or axis.kind == "sampled":
            continue
        grid = Scale.of(axis).grid(_N_GRID)
        points = np.tile(best, (len(grid) + 1, 1))
        points[1:, column] = grid
        scores = model.to_scores(
            model.draws(space.canonicalize(points), _N_DRAWS, rng)
        )
        # Each function drawn is compared with itself: what is not known of the level
        # of the scores is the same at all values.
        is_as_good = scores[:, 1:] >= scores[:, :1] - noise
        good = is_as_good.mean(axis=0) >= PROBABILITY
        regions.append(_region(axis, grid, good, float(best[column])))
    return tuple(regions)


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
    low, high = axis.decode(float(grid[first])), axis.decode(float(grid[last]))
    if axis.n_levels is not None and axis.n_levels <= _N_GRID:
        share = (last - first + 1) / len(grid)
    else:
        share = float(grid[last] - grid[first])
    return FlatRegion(axis.name, low, high, (), share)
