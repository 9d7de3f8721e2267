"""Hyperopt's tree-structured Parzen estimator."""

import logging
import math
from typing import Any

import numpy as np
from problems import Parameter, Problem, with_integers
from recorder import Recorder

PACKAGES = ["hyperopt", "numpy"]


def run(
    problem: Problem, evaluate: Recorder, seed: int, default: dict[str, Any] | None
) -> None:
    """Minimise the negative score."""
    import hyperopt

    logging.getLogger("hyperopt").setLevel(logging.ERROR)
    evaluate.problem = problem = with_integers(problem)

    def loss(config: dict[str, Any]) -> float:
        return -evaluate(_values(problem, config))

    trials = hyperopt.Trials()
    if default:
        trials.insert_trial_doc(_given(problem))
        trials.refresh()
    evaluate.start()
    hyperopt.fmin(
        loss,
        _space(problem),
        algo=hyperopt.tpe.suggest,
        max_evals=evaluate.n_candidates,
        trials=trials,
        rstate=np.random.default_rng(seed),
        show_progressbar=False,
        verbose=False,
    )


def _space(problem: Problem) -> dict[str, Any]:
    """Return the space, with conditional parameters beside their parent's choice."""
    from hyperopt import hp

    nodes = {one.name: _node(one) for one in problem.parameters}
    children: dict[str, list[Parameter]] = {}
    for one in problem.parameters:
        if one.parent:
            children.setdefault(one.parent[0], []).append(one)
    for one in problem.parameters:
        if one.name in children:
            options = [
                {"value": choice}
                | {
                    child.name: nodes[child.name]
                    for child in children[one.name]
                    if child.is_active({one.name: choice})
                }
                for choice in one.choices
            ]
            nodes[one.name] = hp.choice(one.name, options)
    return {one.name: nodes[one.name] for one in problem.parameters if not one.parent}


def _node(parameter: Parameter) -> Any:
    """Return a parameter as Hyperopt writes it."""
    from hyperopt import hp

    name, low, high = parameter.name, parameter.low, parameter.high
    if parameter.kind == "categorical":
        return hp.choice(name, list(parameter.choices))
    if parameter.kind == "int" and parameter.log:
        return hp.qloguniform(name, math.log(low - 0.5), math.log(high + 0.5), 1)
    if parameter.kind == "int":
        return hp.uniformint(name, int(low), int(high))
    if parameter.log:
        return hp.loguniform(name, math.log(low), math.log(high))
    return hp.uniform(name, low, high)


def _values(problem: Problem, config: dict[str, Any]) -> dict[str, Any]:
    """Return what Hyperopt chose as a flat configuration."""
    flat: dict[str, Any] = {}
    for name, value in config.items():
        if isinstance(value, dict):
            flat |= {name: value["value"]} | value
        else:
            flat[name] = value
    flat.pop("value", None)
    kinds = {one.name: one for one in problem.parameters}
    return {
        name: value if kinds[name].choices else kinds[name].clip(value)
        for name, value in flat.items()
    }


def _given(problem: Problem) -> dict[str, Any]:
    """Return the default as a trial to evaluate first.

    As `points_to_evaluate` would; but that gives values to inactive parameters too.
    """
    from hyperopt.fmin import generate_trial

    point = {
        one.name: one.choices.index(problem.default[one.name])
        if one.choices
        else problem.default[one.name]
        for one in problem.parameters
        if one.is_active(problem.default)
    }
    trial: dict[str, Any] = generate_trial(0, point)
    for one in problem.parameters:
        trial["misc"]["idxs"].setdefault(one.name, [])
        trial["misc"]["vals"].setdefault(one.name, [])
    return trial
