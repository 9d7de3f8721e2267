"""Bounds that the best candidates press against."""

import math
import numbers
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from skhpo.inspection._candidates import Candidates
from skhpo.inspection._model import ScoreModel
from skhpo.inspection._scale import Scale, shown
from skhpo.space import Axis

FloatArray = NDArray[np.float64]

_TOP = 0.1
_FEWEST_TOP = 5
# The outer tenth of a range, and how far in a score is compared with that at the end.
_EDGE, _INWARD = 0.1, 0.25
_N_DRAWS = 64
_LEAST_SHARE, _LEAST_PROBABILITY = 0.5, 0.8
# By how much of its length a range is to grow.
_GROWTH = 0.5


@dataclass(frozen=True)
class PressedBound:
    """A bound of the search space that the best candidates press against.

    .. versionadded:: 0.1

    Parameters
    ----------
    parameter : str
        The parameter.

    side : {"lower", "upper"}
        Which of its bounds.

    bound : float or int
        The bound.

    suggested : float or int or None
        A bound half a range further out; None where the bound looks like a natural
        limit, such as 0 or a share of 1.

    share : float
        Which share of the best candidates lies in the outer tenth of the range on
        that side.

    n_best : int
        How many candidates count as the best: a tenth of all, and five at least.

    p_value : float
        How probable such a share would be if the best lay anywhere.

    probability : float
        With which probability the score at the bound is better than a quarter of the
        range further in, by the model.

    Examples
    --------
    >>> from skhpo.inspection import PressedBound
    >>> print(PressedBound("C", "upper", 10.0, 300.0, 0.8, 5, 0.0005, 0.95))
    C presses against its upper bound of 10: try up to 300
    """

    parameter: str
    side: Literal["lower", "upper"]
    bound: float
    suggested: float | None
    share: float
    n_best: int
    p_value: float
    probability: float

    def __str__(self) -> str:
        """Write the advice."""
        text = f"{self.parameter} presses against its {self.side} bound of "
        text += shown(self.bound)
        if self.suggested is None:
            return text + ", which looks like a natural limit"
        word = "down to" if self.side == "lower" else "up to"
        return f"{text}: try {word} {shown(self.suggested)}"


def pressed_bounds(
    candidates: Candidates,
    model: ScoreModel | None,
    rng: np.random.Generator,
    *,
    indifferent: Collection[str] = (),
) -> tuple[PressedBound, ...]:
    """Return the bounds that the best candidates press against.

    Without a model only where the best lie counts. Of indifferent parameters it does
    not matter where the best lie.
    """
    rows = candidates.scored
    order = rows[np.argsort(-candidates.scores[rows], kind="stable")]
    best = order[: max(_FEWEST_TOP, math.ceil(_TOP * len(rows)))]
    winner = candidates.points[order[0]]
    space = candidates.space
    active = space.active(candidates.points[best])
    found = []
    for column, axis in enumerate(space.axes):
        mine = best[active[:, column]]
        if len(mine) < _FEWEST_TOP or not _has_bounds(axis):
            continue
        if axis.name in indifferent:
            continue
        coordinates = candidates.points[mine, column]
        for side in ("lower", "upper"):
            outward = coordinates if side == "lower" else 1.0 - coordinates
            edge = _edge_of(axis)
            n_there = int((outward <= edge).sum())
            share = n_there / len(mine)
            at_edge = winner[column] if side == "lower" else 1.0 - winner[column]
            if share < _LEAST_SHARE or at_edge > edge:
                continue
            probability = math.nan
            if model is not None:
                probability = _rises(model, winner, column, side, rng)
                if probability < _LEAST_PROBABILITY:
                    continue
            end = axis.decode(0.0 if side == "lower" else 1.0)
            found.append(
                PressedBound(
                    axis.name,
                    side,
                    end,
                    further_out(axis, side),
                    share,
                    len(mine),
                    float(binom.sf(n_there - 1, len(mine), edge)),
                    probability,
                )
            )
    return tuple(found)


def _has_bounds(axis: Axis) -> bool:
    """Whether an axis is a range of numbers, which could be wider."""
    return axis.kind in ("continuous", "ordered") and Scale.of(axis).name != "levels"


def _edge_of(axis: Axis) -> float:
    """Return how wide the edge of an axis is, so that it holds the last level."""
    ends = axis.snap(np.array([0.0, 1.0]))
    return max(_EDGE, 1.5 * float(ends[0]), 1.5 * float(1.0 - ends[1]))


def _rises(
    model: ScoreModel,
    winner: FloatArray,
    column: int,
    side: Literal["lower", "upper"],
    rng: np.random.Generator,
) -> float:
    """Return the probability that the score rises towards the bound."""
    points = np.tile(winner, (2, 1))
    points[0, column] = 0.0 if side == "lower" else 1.0
    points[1, column] = _INWARD if side == "lower" else 1.0 - _INWARD
    draws = model.draws(model.space.canonicalize(points), _N_DRAWS, rng)
    return float((draws[:, 0] > draws[:, 1]).mean())


def further_out(axis: Axis, side: Literal["lower", "upper"]) -> float | int | None:
    """Return a bound half a range further out, None beyond a natural limit."""
    scale = Scale.of(axis)
    low, high = float(axis.decode(0.0)), float(axis.decode(1.0))
    if scale.name == "log":
        factor = (high / low) ** _GROWTH
        value = low / factor if side == "lower" else high * factor
    else:
        length = high - low
        value = low - _GROWTH * length if side == "lower" else high + _GROWTH * length
        # What is not negative, or a share, may have no meaning beyond.
        if side == "lower" and low >= 0.0:
            value = max(value, 0.0)
        if side == "upper" and 0.0 <= low < high == 1.0:
            return None
    value = _rounded(value)
    if scale.is_integer:
        value = float(round(value)) if value >= 1.0 or low < 1.0 else 1.0
    bound = low if side == "lower" else high
    if value == bound:
        return None
    return int(value) if scale.is_integer else value


def _rounded(value: Any) -> float:
    """Round to two digits."""
    if value == 0.0 or not isinstance(value, numbers.Real):
        return 0.0
    digits = 1 - math.floor(math.log10(abs(float(value))))
    return round(float(value), digits)
