"""The fields of the events: how each is written, and what it may be when read."""

from collections.abc import Callable
from typing import Any

from skhpo.journal._numbers import decode_number, encode_number, encode_scores

_MOST_NUMBER = 2**53

# What a reader makes room for must not be in the hands of whoever wrote the file.
_MOST_SPLITS = 100_000
_MOST_OBJECTIVES = 100


def _encode_score(value: Any) -> Any:
    """Write what the search maximises."""
    if isinstance(value, tuple):
        return [encode_number(one) for one in value]
    return encode_number(value)


ENCODERS: dict[str, Callable[[Any], Any]] = {
    "score": _encode_score,
    "test_scores": encode_scores,
    "train_scores": encode_scores,
    "fit_time": encode_number,
    "score_time": encode_number,
    "duration": encode_number,
    "started_at": encode_number,
    "point": lambda point: [encode_number(one) for one in point],
}


def _count(value: Any) -> int:
    """Read a whole number that is not negative."""
    if type(value) is not int or not 0 <= value <= _MOST_NUMBER:
        raise ValueError("it must be a whole number")
    return value


def _from_one_to(most: int) -> Callable[[Any], int]:
    """Return what reads a whole number within bounds."""

    def read(value: Any) -> int:
        if not 1 <= _count(value) <= most:
            raise ValueError(f"it must be from 1 to {most}")
        return int(value)

    return read


def _text(value: Any) -> str:
    """Read a string."""
    if not isinstance(value, str):
        raise ValueError("it must be a string")
    return value


def _float(value: Any) -> float:
    """Read a float, or what stands for one."""
    if isinstance(value, bool):
        raise ValueError("it must be a number")
    try:
        return float(decode_number(value))
    except OverflowError:
        raise ValueError("it is too large") from None


def _score(value: Any) -> float | tuple[float, ...]:
    """Read what the search maximises."""
    return tuple(map(_float, value)) if isinstance(value, list) else _float(value)


def _list_of(read: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    """Return what reads a list."""

    def read_all(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ValueError("it must be a list")
        return tuple(map(read, value))

    return read_all


def _dict_of(read: Callable[[Any], Any]) -> Callable[[Any], dict[str, Any]]:
    """Return what reads an object."""

    def read_all(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValueError("it must be an object")
        return {name: read(one) for name, one in value.items()}

    return read_all


def _part(value: Any) -> tuple[str, str]:
    """Read a digest and what it looks like."""
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("it must be pairs")
    return _text(value[0]), _text(value[1])


def _setting(value: Any) -> int | str:
    """Read a string or a whole number, of any size: ``n_iter=sys.maxsize`` is one."""
    if isinstance(value, str) or (type(value) is int and value >= 0):
        return value
    raise ValueError("it must be of strings and whole numbers")


def _param(value: Any) -> Any:
    """Read a parameter."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if not isinstance(value, dict) or set(value) != {"repr"}:
        raise ValueError("it must be of plain values or their 'repr'")
    return {"repr": _text(value["repr"])}


def _warning(value: Any) -> tuple[str, str, str, int]:
    """Read a warning."""
    if not isinstance(value, list) or len(value) != 4:
        raise ValueError("it must be lists of four")
    return _text(value[0]), _text(value[1]), _text(value[2]), _count(value[3])


DECODERS: dict[str, Callable[[Any], Any]] = {
    "at": _text,
    "candidate": _count,
    "checkpoint": _text,
    "digest": _text,
    "duration": _float,
    "entropy": _list_of(_count),
    "fit_error": _text,
    "fit_time": _float,
    "n_objectives": _from_one_to(_MOST_OBJECTIVES),
    "n_splits": _from_one_to(_MOST_SPLITS),
    "n_test_samples": _count,
    "origin": _text,
    "params": _dict_of(_param),
    "parents": _list_of(_count),
    "parts": _dict_of(_part),
    "point": _list_of(_float),
    "reason": _text,
    "resource": _count,
    "score": _score,
    "score_time": _float,
    "search": _text,
    "settings": _dict_of(_setting),
    "split": _count,
    "started_at": _float,
    "versions": _dict_of(_text),
    "warnings": _list_of(_warning),
    "worker": _text,
}
