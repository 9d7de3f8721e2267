"""Taking what is large out of calls, so that a cluster gets it once, not per call."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from skhpo._compat._quarantine import Call

__all__ = ["Store", "call_with", "take_out"]

# Numbers, or characters, from which on something is sent on its own.
_FEWEST_ITEMS = 200

# Fit parameters lie in a dict in the dict of the settings.
_DEEPEST = 3


@dataclass(frozen=True)
class _Place:
    """Stands where something large was."""

    number: int


def take_out(call: Call) -> tuple[Call, list[Any]]:
    """Return a call without what is large in its arguments, and that in a list.

    Parameters
    ----------
    call : tuple of (callable, tuple, dict)
        Arrays, data frames, sparse matrices and long lists are taken from the
        arguments and from dicts and tuples among them.

    Returns
    -------
    call : tuple of (callable, tuple, dict)
        To be called by `call_with`.

    things : list
        What was taken out, each once.
    """
    function, args, kwargs = call
    things: dict[int, tuple[_Place, Any]] = {}

    def without(value: Any, depth: int) -> Any:
        if type(value) is dict and depth:
            return {key: without(item, depth - 1) for key, item in value.items()}
        if type(value) is tuple and depth:
            return tuple(without(item, depth - 1) for item in value)
        if not _is_large(value):
            return value
        return things.setdefault(id(value), (_Place(len(things)), value))[0]

    small = without((args, kwargs), _DEEPEST + 1)
    return (function, *small), [thing for _, thing in things.values()]


def call_with(call: Call, things: list[Any]) -> Any:
    """Run a call with what was taken out put back.

    Parameters
    ----------
    call : tuple of (callable, tuple, dict)
        As returned by `take_out`.

    things : list
        What it lacks.

    Returns
    -------
    object
        What the call returns.
    """

    def complete(value: Any, depth: int) -> Any:
        if isinstance(value, _Place):
            return things[value.number]
        if type(value) is dict and depth:
            return {key: complete(item, depth - 1) for key, item in value.items()}
        if type(value) is tuple and depth:
            return tuple(complete(item, depth - 1) for item in value)
        return value

    function: Callable[..., Any] = call[0]
    args, kwargs = complete(call[1:], _DEEPEST + 1)
    return function(*args, **kwargs)


class Store:
    """What was sent to a cluster on its own, and how tasks refer to it.

    Parameters
    ----------
    put : callable
        Sends something and returns a reference to it.

    call_with_references : callable
        Runs, in a worker, a call that lacks what a list of references names.
    """

    def __init__(
        self,
        put: Callable[[Any], Any],
        call_with_references: Callable[[Call, list[Any]], Any],
    ) -> None:
        self._put = put
        self._function = call_with_references
        self._references: dict[int, tuple[Any, Any]] = {}

    def referring(self, call: Call) -> Call:
        """Return a call that refers to what is large in the arguments."""
        small, things = take_out(call)
        return self._function, (small, [self._refer(thing) for thing in things]), {}

    def clear(self) -> None:
        """Forget all references."""
        self._references.clear()

    def _refer(self, thing: Any) -> Any:
        """Send something once, however many calls take it."""
        if id(thing) not in self._references:
            # The thing itself is kept too, so that its id is not used again.
            self._references[id(thing)] = thing, self._put(thing)
        return self._references[id(thing)][1]


def _is_large(value: Any) -> bool:
    """Tell whether a value is worth a way of its own."""
    if isinstance(value, list | str | bytes):
        return len(value) >= _FEWEST_ITEMS
    shape = getattr(value, "shape", ())
    return isinstance(shape, tuple) and len(shape) > 0 and _size(shape) >= _FEWEST_ITEMS


def _size(shape: tuple[Any, ...]) -> int:
    """Return the number of elements; 0 where the shape is none."""
    try:
        return int(math.prod(shape))
    except TypeError:
        return 0
