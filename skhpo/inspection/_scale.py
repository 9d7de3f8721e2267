"""How the values of a parameter are drawn: as numbers, logarithms or levels."""

import math
import numbers
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from skhpo.space import Axis

FloatArray = NDArray[np.float64]

# Of more levels than these, only some get a tick.
_MOST_TICKS = 8
_LONGEST_LABEL = 14
# A few numbers that were listed get a tick each, unless two are nearer than this share
# of the range.
_MOST_VALUES = 5
_LEAST_GAP = 0.1
# A logarithmic axis that spans less than this reads better as a linear one.
_LEAST_RATIO = 8.0


@dataclass(frozen=True, eq=False)
class Scale:
    """The scale of one parameter in a plot.

    Numbers are drawn as they are, on a logarithmic scale where the space is even in
    the logarithm; other choices are drawn at 0, 1, 2 and so on, with their names.

    Parameters
    ----------
    axis : Axis
        The parameter's axis.

    name : {"linear", "log", "levels"}
        The kind of scale.

    is_integer : bool
        Whether all values are whole numbers.
    """

    axis: Axis
    name: Literal["linear", "log", "levels"]
    is_integer: bool

    @classmethod
    def of(cls, axis: Axis) -> "Scale":
        """Find the scale of an axis."""
        probes = [axis.decode(u) for u in np.linspace(0.0, 1.0, 9)]
        is_numeric = all(_is_number(value) for value in probes)
        if axis.kind == "categorical" or not is_numeric:
            return cls(axis, "levels", is_integer=False)
        is_integer = all(isinstance(value, numbers.Integral) for value in probes)
        return cls(axis, "log" if _is_even_in_log(axis) else "linear", is_integer)

    def values(self, coordinates: NDArray[np.float64]) -> FloatArray:
        """Return where coordinates of the unit interval are drawn."""
        if self.name == "levels":
            return np.asarray(self.axis.to_level(coordinates), dtype=np.float64)
        decoded = [float(self.axis.decode(u)) for u in np.ravel(coordinates).tolist()]
        return np.array(decoded).reshape(np.shape(coordinates))

    def grid(self, n_points: int) -> FloatArray:
        """Return coordinates that show the axis: its levels, or evenly spaced ones."""
        n_levels = self.axis.n_levels
        if n_levels is not None and (self.name == "levels" or n_levels <= n_points):
            return self.axis.from_level(np.arange(n_levels))
        coordinates = self.axis.snap(np.linspace(0.0, 1.0, n_points))
        return np.unique(coordinates)

    @property
    def levels(self) -> list[str]:
        """The names of all levels, for a scale of levels."""
        assert self.axis.n_levels is not None
        centres = self.axis.from_level(np.arange(self.axis.n_levels))
        # A dollar sign would begin a formula.
        return [
            shown(self.axis.decode(u)).replace("$", r"\$") for u in centres.tolist()
        ]

    def apply(self, ax: Any, which: Literal["x", "y"]) -> None:
        """Label an axis of a plot."""
        getattr(ax, f"set_{which}label")(self.axis.name)
        if self.name == "log":
            getattr(ax, f"set_{which}scale")("log")
        if self._has_few_values():
            self._mark_values(ax, which)
        elif self.name == "log":
            self._thin_decades(ax, which)
        elif self.name == "levels":
            labels = self.levels
            getattr(ax, f"set_{which}lim")(-0.5, len(labels) - 0.5)
            step = math.ceil(len(labels) / _MOST_TICKS)
            ticks = list(range(0, len(labels), step))
            is_long = which == "x" and sum(len(labels[i]) for i in ticks) > 24
            getattr(ax, f"set_{which}ticks")(
                ticks,
                [labels[i] for i in ticks],
                **({"rotation": 30, "ha": "right"} if is_long else {}),
            )
        else:
            self._thin_ticks(ax, which)

    def _has_few_values(self) -> bool:
        """Whether the parameter has a few numbers only, with room for their names."""
        n_levels = self.axis.n_levels or 0
        if self.name == "levels" or not 1 < n_levels <= _MOST_VALUES:
            return False
        values = self.values(self.grid(n_levels))
        places = np.sort(np.log(values) if self.name == "log" else values)
        return bool(np.diff(places).min() >= _LEAST_GAP * np.ptp(places))

    def _mark_values(self, ax: Any, which: str) -> None:
        """Have ticks at the values of the parameter, and none between them."""
        from matplotlib.ticker import NullLocator

        assert self.axis.n_levels is not None
        values = self.values(self.grid(self.axis.n_levels)).tolist()
        getattr(ax, f"set_{which}ticks")(values, self.levels)
        getattr(ax, f"{which}axis").set_minor_locator(NullLocator())

    def _thin_decades(self, ax: Any, which: str) -> None:
        """Keep a logarithmic scale to a few ticks, so that neighbours do not touch."""
        from matplotlib.ticker import LogLocator

        locator = LogLocator(numticks=5)
        getattr(ax, f"{which}axis").set_major_locator(locator)

    def show_whole(self, ax: Any, which: Literal["x", "y"]) -> None:
        """Show the parameter's whole range, not only what was tried."""
        if self.name == "levels":
            return
        low, high = self.values(np.array([0.0, 1.0])).tolist()
        if self.name == "log":
            margin = (high / low) ** 0.03
            limits = (low / margin, high * margin)
        else:
            limits = (low - 0.03 * (high - low), high + 0.03 * (high - low))
        getattr(ax, f"set_{which}lim")(limits)

    def _thin_ticks(self, ax: Any, which: str) -> None:
        """Keep a linear scale to a few ticks, at whole numbers where there are some."""
        from matplotlib.ticker import MaxNLocator

        locator = MaxNLocator(nbins=5, integer=self.is_integer)
        getattr(ax, f"{which}axis").set_major_locator(locator)


def shown(value: Any) -> str:
    """Write a value of a parameter in a few characters."""
    if isinstance(value, numbers.Real) and not isinstance(value, numbers.Integral):
        text = f"{float(value):.3g}"
        size = abs(float(value))
        # 1e+03 is harder to read than 1000.
        return f"{float(text):.0f}" if 1e3 <= size < 1e5 else text
    text = printable(value)
    return text if len(text) <= _LONGEST_LABEL else text[: _LONGEST_LABEL - 1] + "…"


def printable(value: Any) -> str:
    """Write anything on one line, without what no document can hold."""
    text = " ".join(str(value).split())
    return "".join(char for char in text if char.isprintable())


def _is_number(value: Any) -> bool:
    """Whether a value can be drawn on a scale of numbers."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real):
        return False
    return math.isfinite(value)


def _is_even_in_log(axis: Axis) -> bool:
    """Whether the quantiles of an axis lie rather evenly in the logarithm."""
    probes = np.array([float(axis.decode(u)) for u in np.linspace(0.0, 1.0, 9)])
    low, high = probes[0], probes[-1]
    if low <= 0.0 or high / low < _LEAST_RATIO:
        return False
    even = np.linspace(0.0, 1.0, 9)
    in_log = np.log(probes / low) / math.log(high / low)
    linear = (probes - low) / (high - low)
    return bool(np.abs(in_log - even).sum() < np.abs(linear - even).sum())


def find_axes(axes: tuple[Axis, ...], params: Any) -> list[int]:
    """Return the columns of the named parameters; of all where there are no names.

    Raises
    ------
    ValueError
        If there is no axis of a name, or none at all.
    """
    names = [axis.name for axis in axes]
    if params is None:
        wanted = [axis.name for axis in axes if axis.kind != "sampled"]
    else:
        wanted = [params] if isinstance(params, str) else list(params)
    for name in wanted:
        if name not in names:
            raise ValueError(
                f"The 'params' must be parameters that vary in the search, {names}. "
                f"Got {name!r}; correct the name, or leave 'params' out for all."
            )
    if not wanted:
        raise ValueError(
            "The 'params' to draw must be one parameter or more that vary in the "
            f"search, other than by an object with 'rvs' only. Got params={params!r} "
            f"where {names} vary; search over a range or several values."
        )
    return [names.index(name) for name in wanted]
