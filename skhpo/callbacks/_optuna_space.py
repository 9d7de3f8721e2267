"""A search space in the words of Optuna: distributions that never change."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from skhpo.exceptions import SearchSpaceError
from skhpo.space import Axis, SearchSpace
from skhpo.space._axis import ChoiceAxis, IntegerAxis, LogIntegerAxis, RealAxis
from skhpo.space._branch import is_constant
from skhpo.space._distribution_axes import TableAxis
from skhpo.space._values import position, shorten


class StudySpace:
    """Translates between parameters of a search and those of an Optuna study.

    A study refuses a parameter whose distribution differs from that of an earlier
    trial, and values that JSON does not know. So each axis of the space is a parameter
    of the study under the name of the axis, which tells dimensions of one name in
    several branches apart; constants of all branches of one name are one choice; and
    choices that are no strings, numbers, bools or None go by their `repr`. What is
    merely sampled has no distribution, and is left out.

    Parameters
    ----------
    space : SearchSpace
        The space.

    optuna : module
        Optuna.
    """

    def __init__(self, space: SearchSpace, optuna: Any) -> None:
        self._space = space
        self._labels: dict[str, list[Any]] = {}
        self._distributions: dict[str, Any] = {}
        self._constants = _constants(space)
        varying = {name for name, _ in self._names_and_axes()}
        self._keys = {
            name: f"{name} (fixed)" if name in varying else name
            for name in self._constants
        }
        for axis in space.axes:
            if axis.kind != "sampled":
                self._add(axis, optuna.distributions)
        for name, values in self._constants.items():
            key = self._keys[name]
            self._labels[key] = labels(values)
            self._distributions[key] = optuna.distributions.CategoricalDistribution(
                self._labels[key]
            )

    def describe(
        self, params: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return parameters as the study knows them, and their distributions."""
        try:
            point = self._space.encode(params)
        except SearchSpaceError:  # given in another form than the space has
            return {}, {}
        columns = self._space.columns(point)
        values = {}
        for name, value in params.items():
            if name not in columns:
                level = position(self._constants[name], value)
                values[self._keys[name]] = self._labels[self._keys[name]][level or 0]
            elif (axis := self._space.axes[columns[name]]).kind != "sampled":
                values[axis.name] = self._value(axis, value, point[columns[name]])
        return values, {key: self._distributions[key] for key in values}

    def params_of(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters behind those of a trial; unknown ones are left out."""
        params = {}
        for name, key in self._keys.items():
            level = position(self._labels[key], values[key]) if key in values else None
            if level is not None:
                params[name] = self._constants[name][level]
        for name, axis in self._names_and_axes():
            if axis.name not in values:
                continue
            value = values[axis.name]
            if isinstance(axis, ChoiceAxis):
                level = position(self._labels[axis.name], value)
                if level is not None:
                    params[name] = axis.choices[level]
            else:
                params[name] = value
        return params

    def _add(self, axis: Axis, distributions: Any) -> None:
        """Add the distribution of an axis."""
        if isinstance(axis, ChoiceAxis):
            self._labels[axis.name] = labels(axis.choices)
            distribution = distributions.CategoricalDistribution(
                self._labels[axis.name]
            )
        else:
            low, high, is_whole, is_log = _range(axis)
            kind = "IntDistribution" if is_whole else "FloatDistribution"
            distribution = getattr(distributions, kind)(low, high, log=is_log)
        self._distributions[axis.name] = distribution

    def _value(self, axis: Axis, value: Any, coordinate: float) -> Any:
        """Return a value as the study knows it."""
        if isinstance(axis, ChoiceAxis):
            return self._labels[axis.name][int(axis.to_level(coordinate))]
        distribution = self._distributions[axis.name]
        # The tail of a distribution may hold values beyond those that are searched.
        held = min(max(value, distribution.low), distribution.high)
        return type(distribution.low)(held)

    def _names_and_axes(self) -> list[tuple[str, Axis]]:
        """Return the name of each parameter that varies, with each of its axes."""
        found: dict[int, str] = {}
        n_branches = len(self._space.branches)
        for branch in range(n_branches):
            point = np.full(self._space.n_dims, 0.5)
            if n_branches > 1:
                point[0] = (branch + 0.5) / n_branches
            columns = self._space.columns(point)
            found.update({column: name for name, column in columns.items()})
        return [(name, self._space.axes[column]) for column, name in found.items()]


def labels(choices: Sequence[Any]) -> list[Any]:
    """Return choices as JSON knows them, each different from the others."""
    shown = [
        choice if _is_plain(choice) else _in_one_line(choice) for choice in choices
    ]
    # Optuna finds a choice by `==`, for which True is 1.
    if all(shown.index(label) == place for place, label in enumerate(shown)):
        return shown
    return [f"{place}: {_in_one_line(one)}" for place, one in enumerate(choices)]


def _is_plain(choice: Any) -> bool:
    """Whether JSON knows a value."""
    if isinstance(choice, float):
        return math.isfinite(choice)
    return choice is None or type(choice) in (str, bool, int)


def _in_one_line(choice: Any) -> str:
    """Return what stands for an object."""
    return " ".join(shorten(choice).split())


def _constants(space: SearchSpace) -> dict[str, list[Any]]:
    """Return the values of the parameters that are fixed in some branch."""
    constants: dict[str, list[Any]] = {}
    for branch in space.branches:
        for name, dimension in branch.items():
            if is_constant(dimension):
                values = constants.setdefault(name, [])
                if position(values, dimension.choices[0]) is None:
                    values.append(dimension.choices[0])
    return constants


def _range(axis: Axis) -> tuple[float, float, bool, bool]:
    """Return the lowest and highest value, if they are whole, and if in logarithm."""
    if isinstance(axis, RealAxis):
        return float(axis.low), float(axis.high), False, axis.is_log
    if isinstance(axis, IntegerAxis | LogIntegerAxis):
        is_log = isinstance(axis, LogIntegerAxis)
        return axis.low, axis.low + axis.n_levels - 1, True, is_log
    if isinstance(axis, TableAxis):
        low, high = min(axis.values), max(axis.values)
        is_whole = all(isinstance(value, int) for value in axis.values)
    else:
        low, high = axis.decode(0.0), axis.decode(1.0)
        is_whole = isinstance(low, int) and isinstance(high, int)
    name = axis.distribution.frozen.dist.name  # type: ignore[attr-defined]
    is_log = name in ("loguniform", "reciprocal") and low > 0
    return (low, high, True, False) if is_whole else (low, high, False, is_log)
