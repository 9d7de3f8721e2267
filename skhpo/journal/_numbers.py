"""Numbers and parameters, to and from what JSON can hold."""

import math
import numbers
from collections.abc import Mapping
from typing import Any

from skhpo.exceptions import JournalError
from skhpo.trials._error_score import ErrorScore

# JSON has no numbers for these, and a score is never a text.
_WORDS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_ERROR_SCORE = "error_score"

_LONGEST_REPR = 1000


def encode_number(value: Any) -> bool | int | float | str:
    """Write a number so that it can be read again to the last bit.

    Parameters
    ----------
    value : number
        A bool, an int or any real number.

    Returns
    -------
    bool, int, float or str
        A word for what JSON has no number for, and for the `error_score` of a search
        that knows it from a score.

    Raises
    ------
    JournalError
        If it is no real number.
    """
    if isinstance(value, ErrorScore):
        return _ERROR_SCORE
    if isinstance(value, bool | int):
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    if not isinstance(value, numbers.Real):
        raise JournalError(
            "A journal keeps scores that are real numbers. Got "
            f"{value!r} of type {type(value).__name__}. Have 'scoring' return a float."
        )
    number = float(value)
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else f"{'-' * (number < 0)}Infinity"


def decode_number(value: Any, error_score: float = math.nan) -> Any:
    """Read a number.

    Parameters
    ----------
    value : object
        What `encode_number` returned.

    error_score : float, default=nan
        What stands in the place of an `error_score`.

    Returns
    -------
    bool, int or float
        The number.

    Raises
    ------
    ValueError
        If it is none.
    """
    if isinstance(value, bool | int | float):
        return value
    if value == _ERROR_SCORE:
        return error_score
    if not isinstance(value, str) or value not in _WORDS:
        raise ValueError("it must be a number")
    return _WORDS[value]


def encode_scores(scores: Any) -> Any:
    """Write a score, or the scores of several metrics by their names."""
    if not isinstance(scores, Mapping):
        return encode_number(scores)
    for name in scores:
        if not isinstance(name, str):
            raise JournalError(
                "A journal keeps metrics by their names. Got a metric named "
                f"{name!r}. Have 'scoring' return a dict whose keys are strings."
            )
    return {name: encode_number(score) for name, score in scores.items()}


def decode_scores(value: Any, error_score: float = math.nan) -> Any:
    """Read a score or the scores of several metrics; ValueError for anything else."""
    if not isinstance(value, dict):
        return decode_number(value, error_score)
    return {name: decode_number(one, error_score) for name, one in value.items()}


def encode_params(params: Mapping[str, Any]) -> dict[str, Any]:
    """Write parameters for readers: what JSON cannot hold by its repr."""
    return {str(name): _encode_param(value) for name, value in params.items()}


def _encode_param(value: Any) -> Any:
    """Write one parameter."""
    if value is None or type(value) in (bool, int, str):
        return value
    if type(value) is float and math.isfinite(value):
        return value
    try:
        text = repr(value)
    except Exception:
        text = object.__repr__(value)
    return {"repr": text[:_LONGEST_REPR]}
