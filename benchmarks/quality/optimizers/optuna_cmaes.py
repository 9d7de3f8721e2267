"""Optuna's CMA-ES, which leaves categories to random search.

It knows no conditions, so it is given all parameters.
"""

import warnings
from typing import Any

from problems import Problem
from recorder import Recorder

from optimizers._optuna import optimize

PACKAGES = ["optuna", "cmaes", "numpy"]


def run(
    problem: Problem, evaluate: Recorder, seed: int, default: dict[str, Any] | None
) -> None:
    """Run a study in which all parameters are suggested."""
    import optuna

    # it warns once for each category that it does not model
    warnings.simplefilter("ignore")
    sampler = optuna.samplers.CmaEsSampler(seed=seed, warn_independent_sampling=False)
    optimize(problem, evaluate, sampler, default, flat=True)
