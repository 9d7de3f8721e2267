"""The generator of `skhpo.search.BayesSearchCV`.

Options go to the generator, so variants can be compared: ``skhpo:acquisition=ei``.
``skhpo:pending=4`` asks for each candidate while the scores of the last four are
missing, as with five workers.
"""

from collections import deque
from typing import Any, Literal

import numpy as np
from problems import Parameter, Problem
from recorder import Recorder

Prior = Literal["uniform", "log-uniform"]
PACKAGES = ["skhpo", "numpy", "scipy", "scikit-learn"]


def run(
    problem: Problem,
    evaluate: Recorder,
    seed: int,
    default: dict[str, Any] | None,
    pending: int = 0,
    **options: Any,
) -> None:
    """Ask and tell, one candidate at a time; some scores arrive late."""
    from skhpo.generators import BayesianGenerator
    from skhpo.trials import Trial, TrialStatus

    evaluate.start()
    generator = BayesianGenerator(
        space(problem),
        np.random.default_rng(seed),
        prescribed=[(default, "baseline")] if default else [],
        **options,
    )
    late: deque[Trial] = deque()
    for _ in range(evaluate.n_candidates):
        if len(late) > pending:
            generator.tell(late.popleft())
        candidate = generator.ask()
        score = evaluate(dict(candidate.params))
        late.append(Trial(candidate, np.array([score]), TrialStatus.COMPLETE))


def space(problem: Problem) -> Any:
    """Return the search space: a branch for each choice of the parents."""
    from skhpo.space import SearchSpace

    return SearchSpace(
        [
            {name: [value] for name, value in fixed.items()}
            | {one.name: _dimension(one) for one in free}
            for fixed, free in problem.branches()
        ]
    )


def _dimension(parameter: Parameter) -> Any:
    """Return a parameter as a dimension."""
    from skhpo.space import Categorical, Integer, Ordinal, Real

    if parameter.kind == "categorical":
        return Categorical(list(parameter.choices))
    if parameter.kind == "ordinal":
        return Ordinal(list(parameter.choices))
    prior: Prior = "log-uniform" if parameter.log else "uniform"
    if parameter.kind == "int":
        return Integer(int(parameter.low), int(parameter.high), prior=prior)
    return Real(parameter.low, parameter.high, prior=prior)
