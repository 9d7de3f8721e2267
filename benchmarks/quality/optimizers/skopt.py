"""The optimizer of scikit-optimize's BayesSearchCV: a Gaussian process."""

import warnings
from typing import Any

from problems import Parameter, Problem, with_integers
from recorder import Recorder

PACKAGES = ["scikit-optimize", "scikit-learn", "numpy", "scipy"]


def run(
    problem: Problem, evaluate: Recorder, seed: int, default: dict[str, Any] | None
) -> None:
    """Ask and tell; it knows no conditions, so the space is flat."""
    import skopt

    warnings.simplefilter("ignore")
    evaluate.problem = problem = with_integers(problem)
    evaluate.start()
    dimensions = [_dimension(one) for one in problem.parameters]
    optimizer = skopt.Optimizer(dimensions, random_state=seed)
    names = [one.name for one in problem.parameters]
    for index in range(evaluate.n_candidates):
        if default and index == 0:
            config = problem.flat_default(seed)
            point = [config[name] for name in names]
        else:
            point = optimizer.ask()
        score = evaluate(dict(zip(names, point, strict=True)))
        optimizer.tell(point, -score)


def _dimension(parameter: Parameter) -> Any:
    """Return a parameter as a dimension."""
    from skopt.space import Categorical, Integer, Real

    if parameter.kind == "categorical":
        return Categorical(parameter.choices, name=parameter.name)
    prior = "log-uniform" if parameter.log else "uniform"
    if parameter.kind == "int":
        low, high = int(parameter.low), int(parameter.high)
        return Integer(low, high, prior=prior, name=parameter.name)
    return Real(parameter.low, parameter.high, prior=prior, name=parameter.name)
