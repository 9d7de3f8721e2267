"""Axes of distributions: quantiles, tables of cells, and mere samples."""

import math
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skhpo.space._axis import Axis, Kind
from skhpo.space._distributions import Distribution, Sampler, whole_or_real
from skhpo.space._values import fingerprint, is_number, native, position

# Coordinates are told apart to so many decimals.
DECIMALS = 12


@dataclass(frozen=True, kw_only=True, eq=False)
class _QuantileAxis(Axis):
    """A distribution; the coordinate is a quantile, without infinite tails."""

    distribution: Distribution
    low: float = field(init=False)
    high: float = field(init=False)

    def __post_init__(self) -> None:
        """Find the values at the ends."""
        object.__setattr__(self, "low", self._value_at(0.0))
        object.__setattr__(self, "high", self._value_at(1.0))

    def _value_at(self, u: float) -> float:
        """Give the value at a coordinate, not yet held between the ends."""
        start, stop = self.distribution.quantile_range
        if u <= 0.0 and start == 0.0:  # quantile 0 of a discrete one is below it
            return self.distribution.support[0]
        return float(self.distribution.frozen.ppf(start + u * (stop - start)))

    def _coordinate(self, quantile: Any) -> Any:
        """Give the coordinate of quantiles."""
        start, stop = self.distribution.quantile_range
        return np.clip((np.asarray(quantile) - start) / (stop - start), 0.0, 1.0)

    def describe(self) -> str:
        """Name the distribution and the ends."""
        return f"a value of {self.distribution} from {self.low!r} to {self.high!r}"


@dataclass(frozen=True, kw_only=True, eq=False)
class ContinuousDistributionAxis(_QuantileAxis):
    """A continuous distribution."""

    kind: Kind = "continuous"

    def snap(self, u: ArrayLike) -> NDArray[np.float64]:
        """Clip."""
        return np.clip(np.asarray(u, dtype=np.float64), 0.0, 1.0)

    def decode(self, u: float) -> float:
        """Give the value at the quantile."""
        return min(max(self._value_at(u), self.low), self.high)

    def locate(self, value: Any) -> float | None:
        """Give the quantile of the value; one in a cut tail lies at the end."""
        low, high = self.distribution.support
        if not is_number(value) or not low <= value <= high or math.isinf(value):
            return None
        return float(self._coordinate(self.distribution.frozen.cdf(float(value))))

    def describe(self) -> str:
        """Name the distribution and its support."""
        low, high = self.distribution.support
        return f"a finite value of {self.distribution}, from {low!r} to {high!r}"


@dataclass(frozen=True, kw_only=True, eq=False)
class WideDistributionAxis(_QuantileAxis):
    """A discrete distribution over more values than a table should hold."""

    kind: Kind = "ordered"

    def snap(self, u: ArrayLike) -> NDArray[np.float64]:
        """Move to the centre of the interval that the value takes of the cdf."""
        frozen = self.distribution.frozen
        start, stop = self.distribution.quantile_range
        u = np.clip(np.asarray(u, dtype=np.float64), 0.0, 1.0)
        values = np.clip(frozen.ppf(start + u * (stop - start)), self.low, self.high)
        lower = self._coordinate(frozen.cdf(values - 1))
        upper = self._coordinate(frozen.cdf(values))
        return np.asarray((lower + upper) / 2, dtype=np.float64)

    def decode(self, u: float) -> int | float:
        """Give the value."""
        value = min(max(self._value_at(u), self.low), self.high)
        return whole_or_real([value])[0]  # type: ignore[no-any-return]

    def locate(self, value: Any) -> float | None:
        """Give the centre of the value's interval."""
        if not is_number(value) or not self.low <= value <= self.high:
            return None
        frozen = self.distribution.frozen
        lower, upper = self._coordinate(frozen.cdf([float(value) - 1, float(value)]))
        u = float(lower + upper) / 2
        return u if self.decode(u) == value else None


@dataclass(frozen=True, kw_only=True, eq=False)
class TableAxis(Axis):
    """A discrete distribution; the cells are the steps of its cdf."""

    distribution: Distribution
    values: tuple[Any, ...]
    edges: NDArray[np.float64]
    kind: Kind = "ordered"

    def to_level(self, u: ArrayLike) -> NDArray[np.int64]:
        """Find the step."""
        u = np.asarray(u, dtype=np.float64)
        return np.asarray(np.searchsorted(self.edges[1:-1], u, "right"), dtype=np.int64)

    def from_level(self, level: ArrayLike) -> NDArray[np.float64]:
        """Give the centre of the step."""
        level = np.asarray(level, dtype=np.int64)
        return np.asarray((self.edges[level] + self.edges[level + 1]) / 2)

    def decode(self, u: float) -> Any:
        """Give the value."""
        return self.values[int(self.to_level(u))]

    def locate(self, value: Any) -> float | None:
        """Give the centre of the value's step."""
        level = position(self.values, native(value))
        return None if level is None else float(self.from_level(level))

    def describe(self) -> str:
        """Name the distribution and the ends."""
        low, high = self.values[0], self.values[-1]
        return f"a value of {self.distribution} from {low!r} to {high!r}"


@dataclass(frozen=True, kw_only=True, eq=False)
class SampledAxis(Axis):
    """An object that can only be drawn from; the coordinate seeds the draw."""

    sampler: Sampler
    kind: Kind = "sampled"
    # Values that were given rather than drawn, so that their coordinate, which a
    # generator may copy, stands for them and not for another draw.
    given: dict[float, Any] = field(default_factory=dict, repr=False)

    def snap(self, u: ArrayLike) -> NDArray[np.float64]:
        """Clip, and round to what seeds the draw."""
        clipped = np.clip(np.asarray(u, dtype=np.float64), 0.0, 1.0)
        return np.round(clipped, DECIMALS)

    def decode(self, u: float) -> Any:
        """Draw the value, always the same one at the same coordinate."""
        u = float(self.snap(u))
        return self.given[u] if u in self.given else draw(self.sampler, u)

    def locate(self, value: Any) -> float | None:
        """Give a coordinate that depends on the value alone."""
        value = native(value)
        digest = blake2b(fingerprint(value).encode(), digest_size=8).digest()
        u = round(int.from_bytes(digest, "big") / 2**64, DECIMALS)
        self.given[u] = value
        return u

    def describe(self) -> str:
        """Name the object."""
        return f"a draw of {self.sampler}"


def draw(sampler: Sampler, u: float) -> Any:
    """Draw a native value, seeded by the coordinate.

    A ``RandomState`` is what scikit-learn's own samplers pass, and some objects
    call its methods: a number would not do.
    """
    seed = divmod(round(u * 10**DECIMALS), 2**32)
    return native(sampler.source.rvs(random_state=np.random.RandomState(seed)))
