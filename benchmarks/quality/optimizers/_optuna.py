"""What the two samplers of Optuna share."""

from typing import Any

from problems import Parameter, Problem, with_integers
from recorder import Recorder


def optimize(
    problem: Problem,
    evaluate: Recorder,
    sampler: Any,
    default: dict[str, Any] | None,
    flat: bool,
) -> None:
    """Run a study; `flat` suggests inactive parameters as well."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    evaluate.problem = problem = with_integers(problem)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    if default:
        study.enqueue_trial(dict(problem.default))

    def objective(trial: Any) -> float:
        config: dict[str, Any] = {}
        for parameter in problem.parameters:
            if flat or parameter.is_active(config):
                config[parameter.name] = _suggest(trial, parameter)
        return evaluate(config)

    evaluate.start()
    study.optimize(objective, n_trials=evaluate.n_candidates)


def _suggest(trial: Any, parameter: Parameter) -> Any:
    """Let Optuna choose a value."""
    if parameter.kind == "categorical":
        return trial.suggest_categorical(parameter.name, parameter.choices)
    if parameter.kind == "int":
        low, high = int(parameter.low), int(parameter.high)
        return trial.suggest_int(parameter.name, low, high, log=parameter.log)
    return trial.suggest_float(
        parameter.name, parameter.low, parameter.high, log=parameter.log
    )
