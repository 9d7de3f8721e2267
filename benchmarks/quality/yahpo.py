"""Surrogates of real tuning problems: the development instances of YAHPO Gym.

The environment variable YAHPO_DATA names a folder with a subfolder for each scenario,
each with `model.onnx`, `encoding.json` and `config_space.json` of YAHPO Gym
(Pfisterer, Schneider et al., "YAHPO Gym - an efficient multi-objective multi-fidelity
benchmark for hyperparameter optimization", 2022).
"""

import functools
import json
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
from problems import Config, Parameter, Problem

# Median of random configurations, and the best that 40,000 of them and restarted
# differential evolution found.
REFERENCES = {
    "lcbench": {
        "126026": (93.0593, 99.7485),
        "146212": (90.294, 99.1971),
        "167104": (82.0009, 96.9598),
        "167181": (73.7083, 94.2855),
        "189905": (64.7841, 96.8648),
        "189909": (61.8529, 87.2857),
    },
    "rbv2_rpart": {
        "41157": (0.59389, 0.685151),
        "41162": (0.887548, 0.911052),
        "4541": (0.514592, 0.734105),
    },
    "rbv2_xgboost": {
        "11": (0.620442, 0.998245),
        "1468": (0.111021, 0.996466),
        "1489": (0.753472, 0.994907),
        "37": (0.657655, 0.852337),
        "4534": (0.896069, 0.998932),
        "6332": (0.577605, 0.92192),
    },
}
# The networks' inputs and outputs, in their order; the task is the first category.
CATEGORIES = {
    "lcbench": ["OpenML_task_id"],
    "rbv2_rpart": ["task_id", "num.impute.selected.cpo"],
    "rbv2_xgboost": ["task_id", "booster", "num.impute.selected.cpo"],
}
NUMBERS = {
    "lcbench": [
        *("epoch", "batch_size", "learning_rate", "momentum"),
        *("weight_decay", "num_layers", "max_units", "max_dropout"),
    ],
    "rbv2_rpart": ["cp", "maxdepth", "minbucket", "minsplit", "trainsize", "repl"],
    "rbv2_xgboost": [
        *("nrounds", "eta", "gamma", "lambda", "alpha", "subsample", "max_depth"),
        *("min_child_weight", "colsample_bytree", "colsample_bylevel"),
        *("rate_drop", "skip_drop", "trainsize", "repl"),
    ],
}
PACKAGES = ["onnxruntime"]  # whose versions count
OUTPUT = {"lcbench": 1, "rbv2_rpart": 0, "rbv2_xgboost": 0}  # accuracy
TIME = {"lcbench": 0, "rbv2_rpart": 6, "rbv2_xgboost": 6}  # of training
FIDELITY = {"epoch": 52, "trainsize": 1.0, "repl": 10}
# Those of the libraries, moved into the ranges; lcbench has none, so common values.
DEFAULTS: dict[str, dict[str, Any]] = {
    "lcbench": {
        "batch_size": 64,
        "learning_rate": 1e-3,
        "max_dropout": 0.2,
        "max_units": 256,
        "momentum": 0.9,
        "num_layers": 3,
        "weight_decay": 1e-2,
    },
    "rbv2_rpart": {
        "cp": 0.01,
        "maxdepth": 30,
        "minbucket": 7,
        "minsplit": 20,
        "num.impute.selected.cpo": "impute.mean",
    },
    "rbv2_xgboost": {
        "booster": "gbtree",
        "nrounds": 100,
        "eta": 0.3,
        "gamma": 4.54e-5,
        "lambda": 1.0,
        "alpha": 1e-3,
        "subsample": 1.0,
        "max_depth": 6,
        "min_child_weight": math.e,
        "colsample_bytree": 1.0,
        "colsample_bylevel": 1.0,
        "num.impute.selected.cpo": "impute.mean",
    },
}


def names() -> list[str]:
    """Return the names of the problems."""
    return [
        f"{scenario}/{instance}"
        for scenario, instances in REFERENCES.items()
        for instance in instances
    ]


def load(name: str) -> Problem:
    """Return a problem by its name."""
    scenario, instance = name.split("/")
    return Problem(
        name=name,
        family=scenario,
        parameters=_parameters(scenario),
        evaluate=functools.partial(_evaluate, scenario, instance),
        default=DEFAULTS[scenario],
        reference=REFERENCES[scenario][instance],
    )


def references() -> dict[str, tuple[float, float]]:
    """Return the references of all problems; this needs no data."""
    return {
        f"{scenario}/{instance}": reference
        for scenario, instances in REFERENCES.items()
        for instance, reference in instances.items()
    }


def _folder(scenario: str) -> Path:
    """Return the folder of a scenario."""
    if "YAHPO_DATA" not in os.environ:
        raise SystemExit("Set YAHPO_DATA to the folder of the YAHPO Gym data.")
    return Path(os.environ["YAHPO_DATA"]) / scenario


@functools.cache
def _session(scenario: str) -> tuple[Any, dict[str, dict[str, int]]]:
    """Return a scenario's network, for one thread, and its codes of categories."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    folder = _folder(scenario)
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options)
    return session, json.loads((folder / "encoding.json").read_text())


def _evaluate(scenario: str, instance: str, config: Config) -> float:
    """Return the accuracy that the network predicts."""
    return float(predict(scenario, instance, config)[OUTPUT[scenario]])


def predict(scenario: str, instance: str, config: Config) -> np.ndarray:
    """Return all that the network predicts: accuracies, times and so on."""
    return predict_many(scenario, instance, [config])[0]


def predict_many(scenario: str, instance: str, configs: list[Config]) -> np.ndarray:
    """Return all that the network predicts, a row for each configuration."""
    session, codes = _session(scenario)
    rows = [
        {**config, **FIDELITY, CATEGORIES[scenario][0]: instance} for config in configs
    ]
    # 0 stands for what is not active.
    categories = [
        [
            codes[name][values[name]] if name in values else 0
            for name in CATEGORIES[scenario]
        ]
        for values in rows
    ]
    numbers = [[values.get(name, 0) for name in NUMBERS[scenario]] for values in rows]
    inputs = {
        "x_cat": np.array(categories, dtype=np.int32),
        "x_cont": np.array(numbers, dtype=np.float32),
    }
    return np.asarray(session.run(None, inputs)[0], dtype=np.float64)


@functools.cache
def _parameters(scenario: str) -> tuple[Parameter, ...]:
    """Read the parameters of a scenario, parents first."""
    content = json.loads((_folder(scenario) / "config_space.json").read_text())
    parents = {
        one["child"]: (one["parent"], tuple(one.get("values", [one.get("value")])))
        for one in content["conditions"]
    }
    fixed = {*FIDELITY, CATEGORIES[scenario][0]}
    parameters = [
        _parameter(one, parents.get(one["name"]))
        for one in content["hyperparameters"]
        if one["name"] not in fixed
    ]
    return tuple(sorted(parameters, key=lambda one: one.parent is not None))


def _parameter(
    entry: dict[str, Any], parent: tuple[str, tuple[Any, ...]] | None
) -> Parameter:
    """Read one parameter."""
    name, kind = entry["name"], entry["type"]
    if kind == "categorical":
        choices = tuple(entry["choices"])
        return Parameter(name, "categorical", choices=choices, parent=parent)
    return Parameter(
        name,
        "int" if kind == "uniform_int" else "float",
        entry["lower"],
        entry["upper"],
        log=entry["log"],
        parent=parent,
    )
