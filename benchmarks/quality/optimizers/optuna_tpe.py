"""Optuna's tree-structured Parzen estimator, multivariate and by groups.

These two settings are what its documentation recommends for conditional spaces.
"""

import warnings
from typing import Any

from problems import Problem
from recorder import Recorder

from optimizers._optuna import optimize

PACKAGES = ["optuna", "numpy"]


def run(
    problem: Problem, evaluate: Recorder, seed: int, default: dict[str, Any] | None
) -> None:
    """Run a study in which conditional parameters are suggested where active."""
    import optuna

    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    sampler = optuna.samplers.TPESampler(multivariate=True, group=True, seed=seed)
    optimize(problem, evaluate, sampler, default, flat=False)
