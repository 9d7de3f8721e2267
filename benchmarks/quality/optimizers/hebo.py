"""HEBO: a Gaussian process with warped inputs and outputs and three acquisitions."""

import warnings
from typing import Any

import numpy as np
from problems import Parameter, Problem, with_integers
from recorder import Recorder

PACKAGES = ["HEBO", "torch", "gpytorch", "pymoo", "numpy", "scikit-learn"]


def run(
    problem: Problem, evaluate: Recorder, seed: int, default: dict[str, Any] | None
) -> None:
    """Suggest and observe; it knows no conditions, so the space is flat."""
    import pandas
    import torch
    from hebo.design_space.design_space import DesignSpace
    from hebo.optimizers.hebo import HEBO

    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    np.random.seed(seed)  # noqa: NPY002 (HEBO draws from the global generator)
    evaluate.problem = problem = with_integers(problem)
    evaluate.start()
    space = DesignSpace().parse([_entry(one) for one in problem.parameters])
    optimizer = HEBO(space, scramble_seed=seed)
    for index in range(evaluate.n_candidates):
        if default and index == 0:
            frame = pandas.DataFrame([problem.flat_default(seed)])
        else:
            frame = optimizer.suggest(1)
        score = evaluate(frame.iloc[0].to_dict())
        optimizer.observe(frame, np.array([[-score]]))


def _entry(parameter: Parameter) -> dict[str, Any]:
    """Return a parameter as HEBO writes it."""
    if parameter.kind == "categorical":
        categories = list(parameter.choices)
        return {"name": parameter.name, "type": "cat", "categories": categories}
    whole = parameter.kind == "int"
    kind = ("pow_int" if whole else "pow") if parameter.log else "num"
    if whole and not parameter.log:
        kind = "int"
    bounds = {"lb": parameter.low, "ub": parameter.high}
    return {"name": parameter.name, "type": kind, **bounds}
