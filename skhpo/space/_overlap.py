"""Branches that may hold the same parameters."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from skhpo.space._axis import Axis
from skhpo.space._branch import Branch
from skhpo.space._values import same_value

_MOST_COMPARED = 1000


def may_overlap(first: Branch, second: Branch, axes: Sequence[Axis]) -> bool:
    """Tell whether two branches may hold the same parameters."""
    return set(first.names) == set(second.names) and all(
        _may_share(first, second, name, axes) for name in first.names
    )


def _may_share(first: Branch, second: Branch, name: str, axes: Sequence[Axis]) -> bool:
    """Tell whether a parameter may take the same value in two branches."""
    if name in first.columns and first.columns[name] == second.columns.get(name):
        return True
    kinds = [axes[b.columns[name]].kind for b in (first, second) if name in b.columns]
    if "sampled" in kinds:  # whether it could draw the value cannot be known
        return False
    for one, other in ((first, second), (second, first)):
        values = _few_values(one, name, axes)
        if values is not None:
            return any(other.locate(axes, name, value) is not None for value in values)
    return True


def _few_values(branch: Branch, name: str, axes: Sequence[Axis]) -> list[Any] | None:
    """Give the values of a parameter in a branch, None where they are many."""
    if name in branch.constants:
        return [branch.constants[name]]
    axis = axes[branch.columns[name]]
    if axis.n_levels is None or axis.n_levels > _MOST_COMPARED:
        return None
    return [axis.decode(float(axis.from_level(i))) for i in range(axis.n_levels)]


def find_rivals(
    branches: Sequence[Branch], axes: Sequence[Axis]
) -> dict[int, list[int]]:
    """Give for each branch the earlier ones that may hold the same parameters."""
    rivals = {
        later: [
            earlier
            for earlier in range(later)
            if may_overlap(branches[earlier], branches[later], axes)
        ]
        for later in range(len(branches))
    }
    return {later: earlier for later, earlier in rivals.items() if earlier}


def are_alike(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Tell whether parameters are the same, but for the rounding of floats.

    Only the parameters of the first are compared.
    """
    return all(
        same_value(value, second[name])
        or (
            isinstance(value, float)
            and isinstance(second[name], float)
            and math.isclose(value, second[name], rel_tol=1e-9)
        )
        for name, value in first.items()
    )
