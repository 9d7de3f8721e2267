"""The generators of `skhpo.search.EvolutionarySearchCV`.

Options choose among them: ``evolution:algorithm=cmaes,population_size=8``.
"""

from typing import Any

import numpy as np
from problems import Problem
from recorder import Recorder

from optimizers.skhpo import space

PACKAGES = ["skhpo", "numpy", "scipy", "scikit-learn"]


def run(
    problem: Problem,
    evaluate: Recorder,
    seed: int,
    default: dict[str, Any] | None,
    **options: Any,
) -> None:
    """Ask and tell, one candidate at a time."""
    from skhpo.generators import make_evolution
    from skhpo.trials import Trial, TrialStatus

    evaluate.start()
    generator = make_evolution(
        space(problem),
        np.random.default_rng(seed),
        n_candidates=evaluate.n_candidates,
        prescribed=[(default, "baseline")] if default else [],
        **options,
    )
    for _ in range(evaluate.n_candidates):
        candidate = generator.ask()
        score = evaluate(dict(candidate.params))
        generator.tell(Trial(candidate, np.array([score]), TrialStatus.COMPLETE))
