"""The bounds and priors of numeric dimensions, checked."""

import math
from typing import TypeVar

from skhpo.space._dimensions import Integer, Real
from skhpo.space._place import Place
from skhpo.space._values import is_number

# Coordinates are told apart to 12 decimals: more values would run together.
MOST_INTEGERS = 10**11
HIGHEST_LOG_INTEGER = 10**10

Number = TypeVar("Number", int, float)


def parse_real(real: Real, place: Place) -> Real:
    """Check a dimension of real numbers; make its bounds native floats."""
    low, high = (_check_bound(bound, real, place) for bound in (real.low, real.high))
    _check_prior_and_order(real, low, high, place)
    if not math.isfinite(high - low):
        place.refuse("the bounds lie too far apart", real, "Bring them closer.")
    if real.prior == "log-uniform" and low <= 0:
        place.refuse(
            "a log-uniform prior needs low > 0",
            real,
            "Raise 'low', or use prior='uniform'.",
        )
    return Real(low, high, real.prior)


def parse_integer(integer: Integer, place: Place) -> Integer:
    """Check a dimension of whole numbers; make its bounds native ints."""
    for bound in (integer.low, integer.high):
        if not _check_bound(bound, integer, place).is_integer():
            place.refuse(
                "the bounds of an Integer must be whole numbers",
                integer,
                "Round them, or use Real.",
            )
    low, high = int(integer.low), int(integer.high)
    _check_prior_and_order(integer, low, high, place)
    if integer.prior == "log-uniform" and low < 1:
        place.refuse(
            "a log-uniform prior over integers needs low >= 1",
            integer,
            "Raise 'low', or use prior='uniform'.",
        )
    if high - low >= MOST_INTEGERS:
        place.refuse(
            "there are too many values to tell apart",
            integer,
            f"Narrow the range to at most {MOST_INTEGERS:.0e} values, or use Real.",
        )
    if integer.prior == "log-uniform" and high > HIGHEST_LOG_INTEGER:
        place.refuse(
            "the values are too large to tell apart on a logarithmic scale",
            integer,
            f"Lower 'high' to at most {HIGHEST_LOG_INTEGER:.0e}, or use Real.",
        )
    return Integer(low, high, integer.prior)


def _check_bound(bound: object, dimension: Real | Integer, place: Place) -> float:
    """Check that a bound is a finite number."""
    kind = type(dimension).__name__
    if not is_number(bound):
        place.refuse(
            f"the bounds must be numbers, not {type(bound).__name__}",
            dimension,
            f"Write them as numbers, as in {kind}(1, 10).",
        )
    try:
        number = float(bound)  # type: ignore[arg-type]
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        place.refuse(
            "the bounds must be finite",
            dimension,
            f"Write finite ones, as in {kind}(1, 10), or use a distribution of "
            "infinite support such as scipy.stats.norm(0, 1).",
        )
    return number


def _check_prior_and_order(
    dimension: Real | Integer, low: Number, high: Number, place: Place
) -> None:
    """Check what both kinds have in common."""
    if dimension.prior not in ("uniform", "log-uniform"):
        place.refuse(
            "the prior must be 'uniform' or 'log-uniform'",
            dimension,
            "Use one of the two, or a scipy.stats distribution for another shape.",
        )
    if low > high:
        place.refuse(
            "the bounds must satisfy low < high", dimension, "Swap the bounds."
        )
    if low == high:
        place.refuse(
            "the bounds must satisfy low < high",
            dimension,
            f"Write [{low!r}] to fix the value.",
        )
