"""What an optimizer is given: parameters and a function of them, to maximise.

Nothing here knows of any optimizer, so every interpreter can import it.
"""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

Config = dict[str, Any]


@dataclass(frozen=True)
class Parameter:
    """A parameter and its range.

    `low`, `high` and `log` are for numbers, `choices` for categories and ordered
    values. A conditional parameter is active only if the parameter that `parent`
    names has one of the values beside it.
    """

    name: str
    kind: Literal["float", "int", "categorical", "ordinal"]
    low: float = 0.0
    high: float = 1.0
    log: bool = False
    choices: tuple[Any, ...] = ()
    parent: tuple[str, tuple[Any, ...]] | None = None

    def is_active(self, config: Mapping[str, Any]) -> bool:
        """Return whether the parameter matters in a configuration."""
        return self.parent is None or config.get(self.parent[0]) in self.parent[1]

    def sample(self, rng: np.random.Generator) -> Any:
        """Draw a value; every integer has its share of the range, also in logs."""
        if self.choices:
            return self.choices[rng.integers(len(self.choices))]
        margin = 0.5 if self.kind == "int" else 0.0
        low, high = self.low - margin, self.high + margin
        if self.log:
            value = math.exp(rng.uniform(math.log(low), math.log(high)))
        else:
            value = rng.uniform(low, high)
        return self.clip(value)

    def native(self, value: Any) -> Any:
        """Return a value as it was written: some optimizers return numpy's types."""
        if self.choices:
            return self.choices[self.choices.index(value)]
        return self.clip(value)

    def clip(self, value: float) -> float | int:
        """Return the nearest value of the range, a whole number for an integer."""
        value = min(max(value, self.low), self.high)
        return round(float(value)) if self.kind == "int" else float(value)


@dataclass(frozen=True)
class Problem:
    """Parameters, the score of a configuration, and what is known beforehand.

    `evaluate` takes the active parameters of a configuration. `reference` holds the
    median score of random configurations and the best score known; where it is None,
    they are taken from the results.
    """

    name: str
    family: str
    parameters: tuple[Parameter, ...]
    evaluate: Callable[[Config], float] = field(repr=False)
    default: Mapping[str, Any]
    reference: tuple[float, float] | None = None

    def active(self, config: Mapping[str, Any]) -> Config:
        """Return the part of a configuration that matters."""
        return {
            parameter.name: parameter.native(config[parameter.name])
            for parameter in self.parameters
            if parameter.is_active(config)
        }

    def sample_all(self, rng: np.random.Generator) -> Config:
        """Draw a value for every parameter, active or not."""
        return {parameter.name: parameter.sample(rng) for parameter in self.parameters}

    def sample(self, rng: np.random.Generator) -> Config:
        """Draw a random configuration."""
        return self.active(self.sample_all(rng))

    def flat_default(self, seed: int) -> Config:
        """Return the default with random values for its inactive parameters.

        For optimizers that know no conditions.
        """
        return self.sample_all(np.random.default_rng(seed)) | dict(self.default)

    def branches(self) -> Iterator[tuple[Config, list[Parameter]]]:
        """Iterate over the values of all parents, with the other active parameters."""
        names = {one.parent[0] for one in self.parameters if one.parent}
        parents = [one for one in self.parameters if one.name in names]
        for values in itertools.product(*(parent.choices for parent in parents)):
            fixed = {
                parent.name: value
                for parent, value in zip(parents, values, strict=True)
            }
            free = [one for one in self.parameters if one.name not in names]
            yield fixed, [one for one in free if one.is_active(fixed)]


def with_integers(problem: Problem) -> Problem:
    """Return the problem with positions, integers from 0, for ordered values.

    For optimizers that know no ordered values; categories would serve them less.
    """
    ordered = {one.name: one.choices for one in problem.parameters if _is_ordinal(one)}

    def evaluate(config: Config) -> float:
        named = {
            name: ordered[name][int(value)] if name in ordered else value
            for name, value in config.items()
        }
        return problem.evaluate(named)

    return replace(
        problem,
        parameters=tuple(_as_integer(one) for one in problem.parameters),
        evaluate=evaluate,
        default={
            name: ordered[name].index(value) if name in ordered else value
            for name, value in problem.default.items()
        },
    )


def _is_ordinal(parameter: Parameter) -> bool:
    """Return whether the parameter has ordered values."""
    return parameter.kind == "ordinal"


def _as_integer(parameter: Parameter) -> Parameter:
    """Replace ordered values by their positions."""
    if not _is_ordinal(parameter):
        return parameter
    last = len(parameter.choices) - 1
    return replace(parameter, kind="int", low=0, high=last, choices=())
