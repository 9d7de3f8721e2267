"""Differential evolution of SciPy, with its documented settings.

Numbers are whole where they are ordered or choices: it knows no categories.
"""

import math
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray
from problems import Config, Parameter, Problem, with_integers
from recorder import BudgetSpentError, Recorder

PACKAGES = ["scipy", "numpy"]


def run(
    problem: Problem, evaluate: Recorder, seed: int, default: dict[str, Any] | None
) -> None:
    """Minimise the negative score until the evaluations are used up."""
    from scipy.optimize import differential_evolution

    evaluate.problem = problem = with_integers(problem)
    parameters = problem.parameters

    def loss(position: NDArray[np.float64]) -> float:
        pairs = zip(parameters, position, strict=True)
        return -evaluate({one.name: _value(one, u) for one, u in pairs})

    start = None
    if default:
        flat = problem.flat_default(seed)
        start = [_position(one, flat) for one in parameters]
    evaluate.start()
    with suppress(BudgetSpentError):
        differential_evolution(
            loss,
            [_bounds(one) for one in parameters],
            integrality=[_is_whole(one) for one in parameters],
            x0=start,
            rng=np.random.default_rng(seed),
            maxiter=evaluate.n_candidates,
            tol=0.0,
            polish=False,
        )


def _is_whole(parameter: Parameter) -> bool:
    """Return whether the coordinate is a whole number; it has none in logarithms."""
    return bool(parameter.choices) or (parameter.kind == "int" and not parameter.log)


def _bounds(parameter: Parameter) -> tuple[float, float]:
    """Return the range of the coordinate."""
    if parameter.choices:
        return 0.0, len(parameter.choices) - 1.0
    if _is_whole(parameter):
        return parameter.low, parameter.high
    margin = 0.5 if parameter.kind == "int" else 0.0
    low, high = parameter.low - margin, parameter.high + margin
    return (math.log(low), math.log(high)) if parameter.log else (low, high)


def _value(parameter: Parameter, u: float) -> Any:
    """Return the value of a coordinate."""
    if parameter.choices:
        return parameter.choices[round(u)]
    return parameter.clip(math.exp(u) if parameter.log else u)


def _position(parameter: Parameter, config: Config) -> float:
    """Return the coordinate of a value."""
    value = config[parameter.name]
    if parameter.choices:
        return float(parameter.choices.index(value))
    return math.log(value) if parameter.log else float(value)
