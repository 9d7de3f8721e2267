"""SMAC3's facade for hyperparameter optimization: a random forest."""

import tempfile
from pathlib import Path
from typing import Any

from problems import Parameter, Problem, with_integers
from recorder import Recorder

PACKAGES = ["smac", "ConfigSpace", "scikit-learn", "numpy"]


def run(
    problem: Problem, evaluate: Recorder, seed: int, default: dict[str, Any] | None
) -> None:
    """Ask and tell, without writing the history to disk after each."""
    import smac
    from ConfigSpace import Configuration
    from smac.runhistory import TrialInfo, TrialValue

    evaluate.problem = problem = with_integers(problem)
    with tempfile.TemporaryDirectory() as folder:
        evaluate.start()
        space = _space(problem, seed)
        scenario = smac.Scenario(
            space,
            n_trials=evaluate.n_candidates,
            deterministic=True,
            seed=seed,
            output_directory=Path(folder),
        )
        facade = smac.HyperparameterOptimizationFacade(
            scenario, _never_called, logging_level=False, overwrite=True
        )
        for index in range(evaluate.n_candidates):
            if default and index == 0:
                # Told before the first ask: the initial design would put it last.
                given = Configuration(space, values=dict(problem.default))
                info = TrialInfo(given, seed=facade.scenario.seed)
            else:
                info = facade.ask()
            score = evaluate(dict(info.config))
            facade.tell(info, TrialValue(cost=-score), save=False)


def _never_called(config: Any, seed: int = 0) -> float:
    """Stand for the target function, which the facade wants to be given."""
    raise NotImplementedError(f"{config} with seed {seed} is evaluated by us.")


def _space(problem: Problem, seed: int) -> Any:
    """Return the space with its conditions."""
    from ConfigSpace import ConfigurationSpace, InCondition

    space = ConfigurationSpace(seed=seed)
    for parameter in problem.parameters:
        space.add(_hyperparameter(parameter))
    for parameter in problem.parameters:
        if parameter.parent:
            parent, values = parameter.parent
            space.add(InCondition(space[parameter.name], space[parent], list(values)))
    return space


def _hyperparameter(parameter: Parameter) -> Any:
    """Return a parameter as ConfigSpace writes it."""
    from ConfigSpace import CategoricalHyperparameter as Categorical
    from ConfigSpace import UniformFloatHyperparameter as Float
    from ConfigSpace import UniformIntegerHyperparameter as Integer

    if parameter.kind == "categorical":
        return Categorical(parameter.name, list(parameter.choices))
    low, high, log = parameter.low, parameter.high, parameter.log
    if parameter.kind == "int":
        return Integer(parameter.name, int(low), int(high), log=log)
    return Float(parameter.name, low, high, log=log)
