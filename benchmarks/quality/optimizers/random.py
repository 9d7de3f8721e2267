"""Random search, as that of RandomizedSearchCV."""

from typing import Any

import numpy as np
from problems import Problem
from recorder import Recorder

PACKAGES = ["numpy"]


def run(
    problem: Problem, evaluate: Recorder, seed: int, default: dict[str, Any] | None
) -> None:
    """Evaluate independent random configurations."""
    rng = np.random.default_rng(seed)
    evaluate.start()
    for index in range(evaluate.n_candidates):
        config = default if default and index == 0 else problem.sample(rng)
        evaluate(config)
