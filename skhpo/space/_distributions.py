"""Distributions as dimensions: frozen ones of scipy, and samplers."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.stats
from numpy.typing import NDArray
from scipy.stats.distributions import rv_frozen

from skhpo.space._values import same_value, shorten

# Tails beyond this quantile are cut, so that no coordinate decodes to inf.
TAIL = 1e-6
# Narrower cells are dropped: rounding could no longer tell them from their neighbours.
NARROWEST_CELL = 1e-9
LONGEST_TABLE = 10_000

_QUANTILES = np.linspace(0.01, 0.99, 33)


@dataclass(frozen=True, eq=False, repr=False)
class Distribution:
    """A frozen continuous or discrete distribution of scipy."""

    frozen: Any

    @property
    def is_discrete(self) -> bool:
        """Whether the distribution is over separate values."""
        return isinstance(self.frozen.dist, scipy.stats.rv_discrete)

    @property
    def support(self) -> tuple[float, float]:
        """The bounds of the support, NaN when a parameter of it is invalid."""
        low, high = self.frozen.support()
        return float(low), float(high)

    @cached_property
    def has_heavy_tail(self) -> bool:
        """Whether masses fall steeply at first, and yet go on beyond any table.

        That is so for ``zipf(1.1)``, whose quantiles scipy finds by summing masses,
        which would never end. It is not for wide distributions with closed forms,
        such as ``geom(1e-5)``: their masses fall slowly, or rise first.
        """
        low, high = self.support
        if not self.is_discrete or math.isinf(low) or not math.isinf(high):
            return False
        masses = self.frozen.pmf(low + np.arange(LONGEST_TABLE))
        return bool(masses[1] < 0.9 * masses[0] and masses.sum() < 1 - TAIL)

    @property
    def quantile_range(self) -> tuple[float, float]:
        """The quantiles that coordinates 0 and 1 stand for.

        Finite ends of continuous ones are cut too: a bound such as the 0 of an
        exponential distribution is never drawn, and is no valid parameter often.
        """
        if not self.is_discrete:
            return TAIL, 1 - TAIL
        low, high = self.support
        return 0.0 if np.isfinite(low) else TAIL, 1.0 if np.isfinite(high) else 1 - TAIL

    def __eq__(self, other: object) -> bool:
        """Compare kind, support and quantiles; scipy's own compare identity."""
        if not isinstance(other, Distribution):
            return NotImplemented
        return type(self.frozen.dist) is type(other.frozen.dist) and (
            self._landmarks() == other._landmarks()
        )

    def __hash__(self) -> int:
        """Hash what equality compares."""
        return hash(self._landmarks())

    def __repr__(self) -> str:
        """Write the call that made the distribution."""
        return describe_frozen(self.frozen)

    def _landmarks(self) -> tuple[float, ...]:
        """Support and quantiles, or masses where quantiles take too long."""
        if self.has_heavy_tail:
            values = self.support[0] + np.arange(len(_QUANTILES))
            return (*self.support, *np.asarray(self.frozen.pmf(values)).tolist())
        return (*self.support, *np.asarray(self.frozen.ppf(_QUANTILES)).tolist())


@dataclass(frozen=True, eq=False, repr=False)
class Sampler:
    """Any other object with ``rvs(random_state=)``: drawn from, never modelled."""

    source: Any

    def __eq__(self, other: object) -> bool:
        """Compare the objects."""
        if not isinstance(other, Sampler):
            return NotImplemented
        return same_value(self.source, other.source)

    def __hash__(self) -> int:
        """Hash by type, because the object may have no hash."""
        return hash(type(self.source))

    def __repr__(self) -> str:
        """Show the object."""
        return shorten(self.source)


def is_frozen(value: Any) -> bool:
    """Tell whether the value is a frozen univariate distribution of scipy."""
    return isinstance(value, rv_frozen)


def is_unfrozen(value: Any) -> bool:
    """Tell whether the value is a distribution that was not called."""
    return isinstance(value, scipy.stats.rv_continuous | scipy.stats.rv_discrete)


def needs_no_parameters(value: Any) -> bool:
    """Tell whether an unfrozen distribution is whole as it is.

    A histogram, a table and a user's own without shape parameters are; one of
    scipy's is not, even if it has defaults: its call was forgotten.
    """
    if isinstance(value, scipy.stats.rv_histogram) or hasattr(value, "xk"):
        return True
    return value.numargs == 0 and not type(value).__module__.startswith("scipy.")


def describe_frozen(frozen: Any) -> str:
    """Write the call that made a frozen distribution, as in ``norm(0, 1)``."""
    arguments = [shorten(argument) for argument in frozen.args]
    arguments += [f"{name}={shorten(value)}" for name, value in frozen.kwds.items()]
    return f"{frozen.dist.name}({', '.join(arguments)})"


def tabulate(
    distribution: Distribution,
) -> tuple[tuple[Any, ...], NDArray[np.float64]] | None:
    """Give the values of a discrete distribution and the edges of their cells.

    Returns None where the support is too long for a table. The edges are an array
    of shape (n_values + 1,) from 0 to 1.
    """
    frozen = distribution.frozen
    low, high = _table_range(distribution)
    if hasattr(frozen.dist, "xk"):
        values = low + (frozen.dist.xk - np.min(frozen.dist.xk))
        masses = np.asarray(frozen.dist.pk, dtype=np.float64)
    elif high - low < LONGEST_TABLE:
        values = low + np.arange(int(high - low) + 1)
        masses = np.asarray(frozen.pmf(values), dtype=np.float64)
    else:
        return None
    kept = masses > NARROWEST_CELL
    edges = np.cumsum(np.where(kept, masses, 0.0))[kept]
    return whole_or_real(values[kept]), np.concatenate([[0.0], edges / edges[-1]])


def _table_range(distribution: Distribution) -> tuple[float, float]:
    """Give the lowest and the highest value, tails left out."""
    low, high = distribution.support
    if distribution.has_heavy_tail:
        return low, low + LONGEST_TABLE - 1
    start, stop = distribution.quantile_range
    low = low if start == 0.0 else float(distribution.frozen.ppf(start))
    high = high if stop == 1.0 else float(distribution.frozen.ppf(stop))
    return low, high


def whole_or_real(values: Any) -> tuple[Any, ...]:
    """Make all values native integers where all are whole, floats otherwise."""
    numbers = np.asarray(values, dtype=np.float64).tolist()
    if all(number.is_integer() for number in numbers):
        return tuple(map(int, numbers))
    return tuple(numbers)
