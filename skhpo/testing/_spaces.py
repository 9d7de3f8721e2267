"""Search spaces and a score for the contract suites."""

from typing import Any

import numpy as np
from scipy.stats import loguniform, randint

from skhpo.space import Categorical, Integer, Ordinal, Real, SearchSpace


class Sampler:
    """An object that can only be drawn from."""

    def rvs(self, random_state: Any = None) -> float:
        """Draw a number."""
        return float(random_state.uniform())


def mixed_space() -> SearchSpace:
    """Return a space with an axis of every modelled kind."""
    return SearchSpace(
        {
            "rate": Real(1e-4, 1.0, prior="log-uniform"),
            "share": Real(0.0, 1.0),
            "depth": Integer(1, 20),
            "size": Integer(1, 500, prior="log-uniform"),
            "kernel": Categorical(["linear", "rbf", "poly"]),
            "width": Ordinal([1, 2, 4, 8]),
            "penalty": loguniform(0.1, 10.0),
            "count": randint(2, 6),
            "fixed": [7],
        }
    )


def conditional_space() -> SearchSpace:
    """Return a space whose branches share one parameter."""
    shared = Real(0.1, 10.0, prior="log-uniform")
    return SearchSpace(
        [
            {"kind": ["line"], "C": shared},
            {
                "kind": ["bend"],
                "C": shared,
                "degree": Integer(2, 9),
                "flip": [True, False],
            },
        ]
    )


def finite_space(constraint: Any = None) -> SearchSpace:
    """Return a space of 12 points, 6 of them in each branch."""
    return SearchSpace(
        [
            {"kind": ["line"], "depth": [1, 2, 3], "flip": [True, False]},
            {"kind": ["bend"], "depth": [1, 2, 3, 4, 5, 6]},
        ],
        constraint=constraint,
    )


def constrained_space() -> SearchSpace:
    """Return a space of which the constraint excludes one half."""
    return SearchSpace(
        {"a": Real(0.0, 1.0), "b": Real(0.0, 1.0), "c": ["x", "y"]},
        constraint=is_ordered,
    )


def is_ordered(params: dict[str, Any]) -> bool:
    """Allow one half of the square."""
    return bool(params["a"] <= params["b"])


def is_odd(params: dict[str, Any]) -> bool:
    """Allow odd depths."""
    return bool(params["depth"] % 2 == 1)


def sampled_space() -> SearchSpace:
    """Return a space with an axis that is not modelled."""
    return SearchSpace({"C": Real(0.0, 1.0), "drawn": Sampler()})


def score(params: Any) -> float:
    """Return a score that depends on every number among the parameters."""
    numbers = [float(one) for one in params.values() if isinstance(one, int | float)]
    words = [one for one in params.values() if isinstance(one, str)]
    return float(np.cos(numbers).sum()) + 0.1 * sum(map(len, words))
