"""Values of parameters: made native, compared, told apart."""

import math
import numbers
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import joblib
import numpy as np

_BUILTINS = (str, bytes, int, float, complex, bool, type(None), tuple, list, dict, set)


def native(value: Any) -> Any:
    """Give the native Python value of a numpy scalar, anything else as it is."""
    if isinstance(value, np.floating):
        return float(value)  # `item` of a long double is a long double again
    if isinstance(value, np.number | np.bool_ | np.str_ | np.bytes_):
        return value.item()
    return value


def is_number(value: Any) -> bool:
    """Tell whether the value is a real number, bools excepted."""
    return isinstance(value, numbers.Real) and not isinstance(value, bool | np.bool_)


def shorten(value: Any, limit: int = 200) -> str:
    """Give the repr for an error message, cut where it would swamp the message."""
    try:
        text = repr(value)
    except Exception:
        text = object.__repr__(value)
    return text if len(text) <= limit else f"{text[: limit - 3]}..."


def identity(value: Any) -> Hashable:
    """Give a hashable that is equal for values of equal type and content.

    Raises TypeError for an object that is not hashable.
    """
    kind = type(value)
    if isinstance(value, tuple | list):
        return (kind, *map(identity, value))
    if isinstance(value, dict):
        return kind, frozenset((identity(k), identity(v)) for k, v in value.items())
    if isinstance(value, set | frozenset):
        return kind, frozenset(map(identity, value))
    if isinstance(value, np.ndarray) and value.dtype != object:
        return kind, value.shape, value.dtype.str, value.tobytes()
    if isinstance(value, float) and math.isnan(value):
        return kind, "nan"
    hash(value)
    return kind, value


def same_value(first: Any, second: Any) -> bool:
    """Tell whether two values are one object, or of equal type and content."""
    if first is second:
        return True
    if type(first) is not type(second):
        return False
    if isinstance(first, str | int | bool):  # by far the most, and the cheapest
        return bool(first == second)
    try:
        return identity(first) == identity(second)
    except TypeError:
        return _equal(first, second)


def same_values(first: Iterable[Any], second: Iterable[Any]) -> bool:
    """Compare two sequences of values, value by value."""
    firsts, seconds = list(first), list(second)
    return len(firsts) == len(seconds) and all(map(same_value, firsts, seconds))


def without_repeats(values: Iterable[Any]) -> tuple[Any, ...]:
    """Keep the first of every set of repeated values, in the order given."""
    kept: list[Any] = []
    seen: set[Hashable] = set()
    for value in values:
        try:
            mark = identity(value)
        except TypeError:
            if not any(same_value(value, other) for other in kept):
                kept.append(value)
            continue
        if mark not in seen:
            seen.add(mark)
            kept.append(value)
    return tuple(kept)


def position(values: Sequence[Any], value: Any) -> int | None:
    """Give the position of a value among the choices, None when it is not there.

    The very object and equal values of equal type come first; then numbers that
    are equal (a data frame turns 10 into 10.0); then objects that compare by
    identity only, as estimators do, but have the same type and content.
    """
    for index, choice in enumerate(values):
        if same_value(choice, value):
            return index
    if is_number(value):
        for index, choice in enumerate(values):
            if is_number(choice) and choice == value:
                return index
    elif not isinstance(value, _BUILTINS):
        for index, choice in enumerate(values):
            if type(choice) is type(value) and fingerprint(choice) == fingerprint(
                value
            ):
                return index
    return None


def fingerprint(value: Any) -> str:
    """Digest type and content, equal in every process."""
    try:
        digest = joblib.hash(value)
    except Exception:
        digest = None
    return repr(value) if digest is None else str(digest)


def _equal(first: Any, second: Any) -> bool:
    """Compare with ``==``; an answer that is no truth value counts as unequal."""
    try:
        return bool(first == second)
    except Exception:
        return False
