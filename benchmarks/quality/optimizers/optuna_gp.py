"""Optuna's Gaussian process.

All parameters are suggested, whether active or not: otherwise it would draw the
conditional ones at random.
"""

import warnings
from typing import Any

from problems import Problem
from recorder import Recorder

from optimizers._optuna import optimize

PACKAGES = ["optuna", "torch", "numpy", "scipy"]


def run(
    problem: Problem, evaluate: Recorder, seed: int, default: dict[str, Any] | None
) -> None:
    """Run a study over the flat space."""
    import optuna
    import torch

    torch.set_num_threads(1)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    sampler = optuna.samplers.GPSampler(seed=seed)
    optimize(problem, evaluate, sampler, default, flat=True)
