"""GASearchCV of sklearn-genetic-opt, a genetic algorithm.

It searches estimators only, so it gets one whose score is that of the problem.
"""

import random
import warnings
from contextlib import suppress
from typing import Any

import numpy as np
from problems import Parameter, Problem, with_integers
from recorder import BudgetSpentError, Recorder

PACKAGES = ["sklearn-genetic-opt", "deap", "scikit-learn", "numpy"]


def run(
    problem: Problem, evaluate: Recorder, seed: int, default: dict[str, Any] | None
) -> None:
    """Breed until the evaluations are used up; repeated candidates cost none."""
    from sklearn_genetic import GASearchCV

    warnings.simplefilter("ignore")
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 (it draws from the global generators)
    evaluate.problem = problem = with_integers(problem)
    everything = np.arange(4)
    search = GASearchCV(
        _estimator(problem, evaluate),
        param_grid={one.name: _dimension(one) for one in problem.parameters},
        cv=[(everything, everything)],
        generations=40 * evaluate.n_candidates,  # the budget ends it
        scoring=_score,
        warm_start_configs=[problem.flat_default(seed)] if default else None,
        error_score="raise",
        refit=False,
        verbose=False,
    )
    evaluate.start()
    with suppress(BudgetSpentError):
        search.fit(np.zeros((4, 1)), np.zeros(4))


def _score(estimator: Any, X: Any, y: Any) -> float:  # noqa: ARG001
    """Return what the problem said."""
    return float(estimator.score_)


def _estimator(problem: Problem, evaluate: Recorder) -> Any:
    """Return an estimator whose parameters are those of the problem."""
    from sklearn.base import BaseEstimator, RegressorMixin

    numbers = {one.name: one for one in problem.parameters if not one.choices}

    class Evaluation(RegressorMixin, BaseEstimator):
        def __init__(self, **config: Any) -> None:
            self.config = config

        def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002
            return dict(self.config)

        def set_params(self, **config: Any) -> "Evaluation":
            self.config |= config
            return self

        def fit(self, X: Any, y: Any = None) -> "Evaluation":  # noqa: ARG002
            self.score_ = evaluate(
                {
                    name: numbers[name].clip(value) if name in numbers else value
                    for name, value in self.config.items()
                }
            )
            return self

    return Evaluation(**problem.flat_default(0))


def _dimension(parameter: Parameter) -> Any:
    """Return a parameter as a dimension; it has no integers on a logarithmic scale."""
    from sklearn_genetic.space import Categorical, Continuous, Integer

    if parameter.kind == "categorical":
        return Categorical(list(parameter.choices))
    if parameter.kind == "int" and not parameter.log:
        return Integer(int(parameter.low), int(parameter.high))
    margin = 0.5 if parameter.kind == "int" else 0.0
    distribution = "log-uniform" if parameter.log else "uniform"
    low, high = parameter.low - margin, parameter.high + margin
    return Continuous(low, high, distribution=distribution)
