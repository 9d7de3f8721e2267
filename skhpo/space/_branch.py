"""Branches of a search space, laid out over the axes of one cube."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeGuard

from skhpo.exceptions import SearchSpaceError
from skhpo.space._axis import (
    Axis,
    ChoiceAxis,
    IntegerAxis,
    Kind,
    LogIntegerAxis,
    RealAxis,
)
from skhpo.space._dimensions import Categorical, Integer, Ordinal, Real
from skhpo.space._distribution_axes import (
    ContinuousDistributionAxis,
    SampledAxis,
    TableAxis,
    WideDistributionAxis,
)
from skhpo.space._distributions import Distribution, Sampler, tabulate
from skhpo.space._parse import Dimension
from skhpo.space._values import native, position, shorten


@dataclass(frozen=True)
class Branch:
    """One alternative of the space: which parameters it has, and where they vary."""

    constants: Mapping[str, Any]
    columns: Mapping[str, int]
    names: tuple[str, ...]

    def decode(
        self, axes: Sequence[Axis], coordinates: Sequence[float]
    ) -> dict[str, Any]:
        """Give all parameters, in the order in which they were written."""
        return {
            name: axes[self.columns[name]].decode(coordinates[self.columns[name]])
            if name in self.columns
            else self.constants[name]
            for name in self.names
        }

    def locate(self, axes: Sequence[Axis], name: str, value: Any) -> float | None:
        """Give the coordinate of a value, None where this branch does not hold it.

        The coordinate of the value of a constant is 0.5, which no axis takes up.
        """
        if name in self.columns:
            return axes[self.columns[name]].locate(value)
        if name in self.constants:
            found = position([self.constants[name]], native(value))
            return None if found is None else 0.5
        return None

    def describe(self, axes: Sequence[Axis], name: str) -> str:
        """Say which values a parameter takes in this branch."""
        if name in self.columns:
            return axes[self.columns[name]].describe()
        return repr(self.constants[name])


def lay_out(
    branches: Sequence[Mapping[str, Dimension]],
) -> tuple[tuple[Axis, ...], tuple[Branch, ...]]:
    """Give the axes of all branches, and each branch over them.

    A parameter of several branches with an equal dimension shares one axis; with
    differing dimensions it has one axis each.
    """
    entries: list[tuple[str, Dimension]] = []
    first_branches: list[int] = []
    for index, branch in enumerate(branches):
        for entry in branch.items():
            if not is_constant(entry[1]) and entry not in entries:
                entries.append(entry)
                first_branches.append(index)
    n_axes = Counter(name for name, _ in entries)
    axes: list[Axis] = [
        make_axis(name if n_axes[name] == 1 else f"{name}[{index}]", dimension)
        for (name, dimension), index in zip(entries, first_branches, strict=True)
    ]
    n_before = 0
    if len(branches) > 1:
        axes.insert(0, _choice_axis("branch", "categorical", range(len(branches))))
        n_before = 1
    laid_out = tuple(_lay_out_one(branch, entries, n_before) for branch in branches)
    return tuple(axes), laid_out


def _lay_out_one(
    branch: Mapping[str, Dimension],
    entries: Sequence[tuple[str, Dimension]],
    n_before: int,
) -> Branch:
    """Divide the parameters of a branch into constants and columns."""
    constants = {}
    columns = {}
    for name, dimension in branch.items():
        if is_constant(dimension):
            constants[name] = dimension.choices[0]
        else:
            columns[name] = n_before + entries.index((name, dimension))
    return Branch(constants, columns, tuple(branch))


def is_constant(dimension: Dimension) -> TypeGuard[Categorical | Ordinal]:
    """Tell whether a dimension has one value only."""
    return isinstance(dimension, Categorical | Ordinal) and len(dimension.choices) == 1


def check_held(
    params: Mapping[str, Any], branches: Sequence[Branch], axes: Sequence[Axis]
) -> None:
    """Raise where a single parameter is unknown, or its value in no branch."""
    for name, value in params.items():
        holders = [branch for branch in branches if name in branch.names]
        if not holders:
            names = sorted({n for branch in branches for n in branch.names})
            raise SearchSpaceError(
                f"Parameter {name!r} is not in the search space. Got "
                f"{name!r}: {shorten(value)}. The parameters are {names}."
            )
        if all(branch.locate(axes, name, value) is None for branch in holders):
            right = dict.fromkeys(branch.describe(axes, name) for branch in holders)
            raise SearchSpaceError(
                f"The value of parameter {name!r} lies outside of the search space. "
                f"Got {shorten(value)}. It must be {', or '.join(right)}."
            )


def refuse_together(params: Mapping[str, Any]) -> NoReturn:
    """Raise for parameters that different branches hold, but none of them all."""
    raise SearchSpaceError(
        f"No single branch of the search space holds the parameters {sorted(params)} "
        f"together. Got {shorten(dict(params))}. Leave out those that belong to "
        "another branch."
    )


def refuse_missing(params: Mapping[str, Any], branch: Branch) -> NoReturn:
    """Raise for parameters that a branch holds, where it has more."""
    missing = sorted(set(branch.names) - set(params))
    raise SearchSpaceError(
        f"The parameters {missing} are missing. Got {shorten(dict(params))}. Add them, "
        "or let complete() supply them from a point."
    )


def make_axis(name: str, dimension: Dimension) -> Axis:
    """Make the axis of one dimension."""
    match dimension:
        case Real(low, high, prior):
            return RealAxis(name=name, low=low, high=high, is_log=prior != "uniform")
        case Integer(low, high, prior):
            cells = IntegerAxis if prior == "uniform" else LogIntegerAxis
            return cells(name=name, low=low, n_levels=high - low + 1)
        case Categorical():
            return _choice_axis(name, "categorical", dimension.choices)
        case Ordinal():
            return _choice_axis(name, "ordered", dimension.choices)
        case Sampler():
            return SampledAxis(name=name, sampler=dimension)
        case Distribution():
            return _distribution_axis(name, dimension)


def _choice_axis(name: str, kind: Kind, choices: Sequence[Any]) -> ChoiceAxis:
    """Make the axis of choices."""
    return ChoiceAxis(
        name=name, kind=kind, choices=tuple(choices), n_levels=len(choices)
    )


def _distribution_axis(name: str, distribution: Distribution) -> Axis:
    """Make the axis of a distribution."""
    if not distribution.is_discrete:
        return ContinuousDistributionAxis(name=name, distribution=distribution)
    table = tabulate(distribution)
    if table is None:
        return WideDistributionAxis(name=name, distribution=distribution)
    values, edges = table
    is_finite = distribution.quantile_range == (0.0, 1.0)
    return TableAxis(
        name=name,
        distribution=distribution,
        values=values,
        edges=edges,
        n_levels=len(values) if is_finite else None,
    )
