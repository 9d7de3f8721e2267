"""Many dimensions and many categories: functions whose optimum is known.

What real tuning problems have in common is kept: few parameters matter much, most a
little or not at all, pairs of them interact, and some optima lie on a bound. Numbers
lose a power of their distance to the optimum; two categories of a pair look their
score up in a table, so that neither is best by itself.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from problems import Config, Parameter, Problem

PACKAGES = ["numpy"]  # whose versions count

# Name -> numbers, pairs of categories, choices of a category, and how much less than
# the one before each parameter matters.
SHAPES: dict[str, tuple[int, int, int, float]] = {
    "numbers20": (20, 0, 0, 0.8),
    "numbers50": (50, 0, 0, 0.8),
    "numbers50_even": (50, 0, 0, 1.0),
    "categories10x6": (0, 5, 6, 0.7),
    "categories20x4": (0, 10, 4, 0.7),
    "mixed20": (12, 4, 5, 0.8),
}
N_INSTANCES, N_REFERENCE = 3, 1000


@dataclass(frozen=True)
class Function:
    """A function of numbers in [0, 1] and of pairs of categories; its maximum is 0."""

    centres: np.ndarray
    weights: np.ndarray
    powers: np.ndarray
    couplings: np.ndarray
    tables: np.ndarray

    def __call__(self, config: Mapping[str, Any]) -> float:
        """Return the score of a configuration."""
        numbers = [config[f"x{i}"] for i in range(len(self.centres))]
        distance = np.array(numbers) - self.centres
        loss = self.weights @ np.abs(distance) ** self.powers
        loss += self.couplings @ (distance[1:] + distance[:-1]) ** 2
        gain = sum(
            table[int(config[f"a{i}"][1:]), int(config[f"b{i}"][1:])]
            for i, table in enumerate(self.tables)
        )
        return float(gain - loss)


def names() -> list[str]:
    """Return the names of the problems."""
    return [f"{shape}/{i}" for shape in SHAPES for i in range(N_INSTANCES)]


@functools.cache
def load(name: str) -> Problem:
    """Return a problem by its name."""
    shape, instance = name.split("/")
    n_numbers, n_pairs, n_choices, _ = SHAPES[shape]
    numbers = [Parameter(f"x{i}", "float") for i in range(n_numbers)]
    choices = tuple(f"c{i}" for i in range(n_choices))
    categories = [
        Parameter(f"{side}{i}", "categorical", choices=choices)
        for i in range(n_pairs)
        for side in "ab"
    ]
    function = _function(shape, int(instance))
    parameters = (*numbers, *categories)
    return Problem(
        name=name,
        family=shape,
        parameters=parameters,
        evaluate=function,
        default=_middle(parameters),
        reference=(_median(parameters, function), 0.0),
    )


def references() -> dict[str, tuple[float, float]]:
    """Return the median of random configurations and the maximum of each problem."""
    known = {name: load(name).reference for name in names()}
    return {name: one for name, one in known.items() if one is not None}


def _function(shape: str, instance: int) -> Function:
    """Draw a function of a shape."""
    n_numbers, n_pairs, n_choices, decay = SHAPES[shape]
    rng = np.random.default_rng([instance, n_numbers, n_pairs])
    importance = decay ** np.arange(max(n_numbers, n_pairs))
    # one optimum in five lies on a bound
    centres = np.clip(rng.uniform(-0.15, 1.15, n_numbers), 0.0, 1.0)
    tables = rng.standard_normal((n_pairs, n_choices, n_choices))
    tables -= tables.max(axis=(1, 2), initial=-np.inf, keepdims=True)
    n_couplings = max(n_numbers - 1, 0)
    return Function(
        centres=centres,
        weights=rng.permutation(importance[:n_numbers]),
        powers=rng.uniform(1.0, 2.0, n_numbers),
        couplings=0.5 * rng.permutation(importance[:n_couplings]),
        tables=0.2 * tables * importance[:n_pairs, None, None],
    )


def _middle(parameters: tuple[Parameter, ...]) -> Config:
    """Return the middle of the ranges and the first choices."""
    return {
        one.name: one.choices[0] if one.choices else 0.5 * (one.low + one.high)
        for one in parameters
    }


def _median(parameters: tuple[Parameter, ...], function: Function) -> float:
    """Return the median score of random configurations."""
    rng = np.random.default_rng(0)
    scores = [
        function({one.name: one.sample(rng) for one in parameters})
        for _ in range(N_REFERENCE)
    ]
    return float(np.median(scores))
