"""The numeric face of a dimension: coordinates of the unit interval and values."""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Literal, NoReturn

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skhpo.space._values import is_number, native, position, shorten

Kind = Literal["continuous", "ordered", "categorical", "sampled"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Axis(ABC):
    """One coordinate of the unit cube and the values that it stands for.

    Axes are made by :class:`SearchSpace`, one for each parameter that varies.

    .. versionadded:: 0.1

    Parameters
    ----------
    name : str
        The parameter's name, for display; with the number of a branch where the
        parameter has differing dimensions in several branches.

    kind : {"continuous", "ordered", "categorical", "sampled"}
        ``"sampled"`` is an object that can only be drawn from.

    n_levels : int or None, default=None
        How many values there are; None for continuous and sampled axes, and for
        discrete distributions whose support is infinite.

    has_equal_cells : bool, default=False
        Whether level ``i`` is the interval from ``i / n_levels`` to
        ``(i + 1) / n_levels``.

    Examples
    --------
    >>> from skhpo.space import SearchSpace
    >>> axis = SearchSpace({"kernel": ["linear", "rbf"]}).axes[0]
    >>> axis.kind, axis.n_levels
    ('categorical', 2)
    >>> axis.to_level([0.1, 0.9])
    array([0, 1])
    >>> axis.snap([0.1, 0.9])
    array([0.25, 0.75])
    """

    name: str
    kind: Kind
    n_levels: int | None = None
    has_equal_cells: bool = False

    def snap(self, u: ArrayLike) -> NDArray[np.float64]:
        """Move coordinates to the centre of their cell, or clip them.

        Parameters
        ----------
        u : array-like of float
            Coordinates.

        Returns
        -------
        u : ndarray of the same shape, dtype float64
            The canonical coordinates.
        """
        return self.from_level(self.to_level(u))

    def to_level(self, u: ArrayLike) -> NDArray[np.int64]:
        """Give the number of the cell that coordinates lie in.

        Parameters
        ----------
        u : array-like of float
            Coordinates.

        Returns
        -------
        level : ndarray of the same shape, dtype int64
            The levels, from 0.
        """
        self._refuse_levels(u)

    def from_level(self, level: ArrayLike) -> NDArray[np.float64]:
        """Give the centres of cells.

        Parameters
        ----------
        level : array-like of int
            Levels, from 0.

        Returns
        -------
        u : ndarray of the same shape, dtype float64
            The coordinates.
        """
        self._refuse_levels(level)

    @abstractmethod
    def decode(self, u: float) -> Any:
        """Give the native value, or the caller's own object, at a coordinate.

        Parameters
        ----------
        u : float
            The coordinate.

        Returns
        -------
        value : object
            The value.
        """

    @abstractmethod
    def locate(self, value: Any) -> float | None:
        """Give the canonical coordinate of a value.

        Parameters
        ----------
        value : object
            The value.

        Returns
        -------
        u : float or None
            The coordinate; None where the axis does not hold the value.
        """

    @abstractmethod
    def describe(self) -> str:
        """Say which values the axis holds, for an error message.

        Returns
        -------
        description : str
            As in ``"a number from 0.1 to 10.0"``.
        """

    def _refuse_levels(self, got: ArrayLike) -> NoReturn:
        """Raise for an axis that is not discrete."""
        raise TypeError(
            f"The {self.kind} axis {self.name!r} has no levels. Got {shorten(got)}. "
            "Ask for levels only where n_levels is a number."
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class RealAxis(Axis):
    """Real numbers between two bounds, evenly or evenly in the logarithm."""

    low: float
    high: float
    is_log: bool
    kind: Kind = "continuous"

    def snap(self, u: ArrayLike) -> NDArray[np.float64]:
        """Clip."""
        return np.clip(np.asarray(u, dtype=np.float64), 0.0, 1.0)

    def decode(self, u: float) -> float:
        """Give the number; the ends are the bounds exactly."""
        if u <= 0.0:
            return self.low
        if u >= 1.0:
            return self.high
        if self.is_log:
            start = math.log(self.low)
            value = math.exp(start + u * (math.log(self.high) - start))
        else:
            value = self.low + u * (self.high - self.low)
        return min(max(value, self.low), self.high)

    def locate(self, value: Any) -> float | None:
        """Give the position between the bounds."""
        if not is_number(value) or not self.low <= value <= self.high:
            return None
        value = float(value)
        if self.is_log:
            start = math.log(self.low)
            u = (math.log(value) - start) / (math.log(self.high) - start)
        else:
            u = (value - self.low) / (self.high - self.low)
        return min(max(u, 0.0), 1.0)

    def describe(self) -> str:
        """Name the bounds."""
        return f"a number from {self.low!r} to {self.high!r}"


@dataclass(frozen=True, kw_only=True, eq=False)
class _EqualCellsAxis(Axis):
    """Levels of equal mass."""

    n_levels: int
    has_equal_cells: bool = True

    def to_level(self, u: ArrayLike) -> NDArray[np.int64]:
        """Give the cell."""
        u = np.clip(np.asarray(u, dtype=np.float64), 0.0, 1.0)
        level = np.minimum((u * self.n_levels).astype(np.int64), self.n_levels - 1)
        return np.asarray(level)

    def from_level(self, level: ArrayLike) -> NDArray[np.float64]:
        """Give the centre of the cell."""
        return (np.asarray(level, dtype=np.float64) + 0.5) / self.n_levels

    def _level_of(self, u: float) -> int:
        """Give the cell of one coordinate, without an array."""
        return min(int(min(max(u, 0.0), 1.0) * self.n_levels), self.n_levels - 1)


@dataclass(frozen=True, kw_only=True, eq=False)
class ChoiceAxis(_EqualCellsAxis):
    """Choices, in an order or in none, found again by their position."""

    choices: tuple[Any, ...]

    def decode(self, u: float) -> Any:
        """Give the choice, the very object."""
        return self.choices[self._level_of(u)]

    def locate(self, value: Any) -> float | None:
        """Give the centre of the choice's cell."""
        level = position(self.choices, native(value))
        return None if level is None else (level + 0.5) / self.n_levels

    def describe(self) -> str:
        """List the choices."""
        return f"one of {shorten(list(self.choices))}"


@dataclass(frozen=True, kw_only=True, eq=False)
class IntegerAxis(_EqualCellsAxis):
    """Whole numbers, all alike."""

    low: int
    kind: Kind = "ordered"

    def decode(self, u: float) -> int:
        """Give the whole number."""
        return self.low + self._level_of(u)

    def locate(self, value: Any) -> float | None:
        """Give the centre of the number's cell."""
        return locate_whole(self, value, self.low)

    def describe(self) -> str:
        """Name the bounds."""
        return f"a whole number from {self.low} to {self.low + self.n_levels - 1}"


@dataclass(frozen=True, kw_only=True, eq=False)
class LogIntegerAxis(Axis):
    """Whole numbers whose cells, from v - 0.5 to v + 0.5, are even in the logarithm."""

    n_levels: int
    low: int
    kind: Kind = "ordered"

    def to_level(self, u: ArrayLike) -> NDArray[np.int64]:
        """Round in the value, not in the logarithm."""
        start, length = self._extent()
        u = np.clip(np.asarray(u, dtype=np.float64), 0.0, 1.0)
        level = np.floor(np.exp(start + u * length) + 0.5) - self.low
        return np.asarray(np.clip(level, 0, self.n_levels - 1), dtype=np.int64)

    def from_level(self, level: ArrayLike) -> NDArray[np.float64]:
        """Give the position of the value's logarithm."""
        start, length = self._extent()
        values = np.asarray(level, dtype=np.float64) + self.low
        return np.asarray((np.log(values) - start) / length, dtype=np.float64)

    def decode(self, u: float) -> int:
        """Give the whole number."""
        return self.low + int(self.to_level(u))

    def locate(self, value: Any) -> float | None:
        """Give the coordinate of the number."""
        return locate_whole(self, value, self.low)

    def describe(self) -> str:
        """Name the bounds."""
        return f"a whole number from {self.low} to {self.low + self.n_levels - 1}"

    def _extent(self) -> tuple[float, float]:
        """Start and length of the logarithm's range."""
        start = math.log(self.low - 0.5)
        return start, math.log(self.low + self.n_levels - 0.5) - start


def locate_whole(axis: Axis, value: Any, low: int) -> float | None:
    """Give the coordinate of a whole number, which may come as 3.0, on an axis."""
    assert axis.n_levels is not None
    if not is_number(value) or not math.isfinite(value) or value != int(value):
        return None
    level = int(value) - low
    return float(axis.from_level(level)) if 0 <= level < axis.n_levels else None
