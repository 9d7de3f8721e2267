"""Distributions and samplers, recognised and checked."""

import contextlib
import math
from typing import Any

import numpy as np
import scipy.stats

from skhpo.space._bounds import parse_integer
from skhpo.space._dimensions import Integer, Ordinal, Real
from skhpo.space._distributions import (
    TAIL,
    Distribution,
    Sampler,
    is_unfrozen,
    needs_no_parameters,
    tabulate,
)
from skhpo.space._place import FORMS, Place


def parse_frozen(frozen: Any, place: Place) -> Real | Integer | Ordinal | Distribution:
    """Recognise the distributions of closed form, check all."""
    distribution = Distribution(frozen)
    low, high = _check_parameters(distribution, place)
    kind = type(frozen.dist)
    if kind is type(scipy.stats.randint) and low.is_integer():
        if low == high:
            return Ordinal((int(low),))
        return parse_integer(Integer(int(low), int(high)), place)
    if distribution.is_discrete:
        return _parse_discrete(distribution, place)
    if kind is type(scipy.stats.uniform):
        return Real(low, high)
    if kind is type(scipy.stats.loguniform) and _is_unshifted(frozen, low, high):
        return Real(low, high, "log-uniform")
    return distribution


def parse_unfrozen(value: Any, place: Place) -> Real | Integer | Ordinal | Distribution:
    """Take what is whole without a call, refuse other objects of scipy."""
    if not is_unfrozen(value):
        place.refuse(
            f"a {type(value).__name__} is not a frozen univariate distribution",
            value,
            f"Write {FORMS}.",
        )
    if not needs_no_parameters(value):
        place.refuse(
            f"the distribution {value.name!r} lacks its parameters",
            value,
            f"Freeze it by a call, as in scipy.stats.{value.name}(...); for example "
            "scipy.stats.uniform(0, 1).",
        )
    return parse_frozen(value(), place)


def parse_sampler(source: Any, place: Place) -> Sampler:
    """Draw once, so that a sampler that cannot be used is found out now."""
    try:
        source.rvs(random_state=np.random.RandomState(0))
    except Exception as error:
        place.refuse(
            f"its rvs(random_state=...) raised {type(error).__name__}: {error}",
            source,
            "Give it a method rvs(random_state=None) that returns one value.",
        )
    return Sampler(source)


def _check_parameters(distribution: Distribution, place: Place) -> tuple[float, float]:
    """Check that there are finite quantiles; return the support."""
    support = ends = (math.nan, math.nan)
    # Parameters that are arrays raise; infinite ones make scipy's arithmetic warn.
    with contextlib.suppress(TypeError), np.errstate(all="ignore"):
        support = distribution.support
        if distribution.has_heavy_tail:
            ends = distribution.frozen.pmf([support[0], support[0] + 1])
        elif not any(map(math.isnan, support)):
            ends = distribution.frozen.ppf([TAIL, 1 - TAIL])
    if not np.all(np.isfinite(ends)):
        place.refuse(
            "the parameters of the distribution are invalid",
            distribution,
            "Use single finite numbers that scipy.stats accepts: scales greater than "
            "0, bounds in order.",
        )
    if ends[0] == ends[-1] and not distribution.is_discrete:
        place.refuse(
            "the distribution puts nearly all of its mass on one value",
            distribution,
            f"Write [{float(ends[0])!r}] to fix the value, or a wider distribution.",
        )
    return support


def _is_unshifted(frozen: Any, low: float, high: float) -> bool:
    """Tell whether the median is the geometric mean of the bounds."""
    return low > 0 and math.isclose(frozen.ppf(0.5), math.sqrt(low) * math.sqrt(high))


def _parse_discrete(distribution: Distribution, place: Place) -> Ordinal | Distribution:
    """Make a discrete distribution of one value a constant."""
    table = tabulate(distribution)
    if table is not None and not table[0]:
        place.refuse(
            "no value of the distribution has a mass that matters",
            distribution,
            "Write one with fewer values.",
        )
    if table is not None and len(table[0]) == 1:
        return Ordinal(table[0])
    return distribution
