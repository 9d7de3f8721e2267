"""Optuna's NSGA-II, a genetic algorithm where there is one objective."""

from typing import Any

from problems import Problem
from recorder import Recorder

from optimizers._optuna import optimize

PACKAGES = ["optuna", "numpy"]


def run(
    problem: Problem, evaluate: Recorder, seed: int, default: dict[str, Any] | None
) -> None:
    """Run a study in which all parameters are suggested."""
    import optuna

    sampler = optuna.samplers.NSGAIISampler(seed=seed)
    optimize(problem, evaluate, sampler, default, flat=True)
