"""Optimizers that were told observations, and that take one more step when called.

Each function imports its library, tells it points of the unit cube with their scores,
and returns a step: one proposal, and the telling of its score. The libraries keep their
documented settings, except that Optuna's TPE is multivariate and by groups, as in
`benchmarks/quality`.
"""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from benchmarks.objective import score

Step = Callable[[], object]


def skhpo(points: np.ndarray, _: np.ndarray) -> Step:
    """The generator of `BayesSearchCV`, by the benchmark that asv runs."""
    from benchmarks.proposals import Proposals

    benchmark = Proposals()
    benchmark.tell(points)
    return benchmark.step


def optuna_tpe(points: np.ndarray, scores: np.ndarray) -> Step:
    """Optuna's tree-structured Parzen estimator."""
    import optuna

    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    sampler = optuna.samplers.TPESampler(multivariate=True, group=True, seed=0)
    return _optuna(sampler, points, scores)


def optuna_gp(points: np.ndarray, scores: np.ndarray) -> Step:
    """Optuna's Gaussian process."""
    import optuna

    _limit_torch()
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    return _optuna(optuna.samplers.GPSampler(seed=0), points, scores)


def skopt(points: np.ndarray, scores: np.ndarray) -> Step:
    """The Gaussian process of scikit-optimize, which computes when it is told."""
    from skopt import Optimizer

    warnings.simplefilter("ignore")
    optimizer = Optimizer([(0.0, 1.0)] * points.shape[1], random_state=0)
    optimizer.tell(points.tolist(), (-scores).tolist())

    def step() -> None:
        point = optimizer.ask()
        optimizer.tell(point, -score(np.array(point)))

    return step


def hebo(points: np.ndarray, scores: np.ndarray) -> Step:
    """HEBO."""
    import pandas
    from hebo.design_space.design_space import DesignSpace
    from hebo.optimizers.hebo import HEBO

    warnings.simplefilter("ignore")
    _limit_torch()
    np.random.seed(0)  # noqa: NPY002 (HEBO draws from the global generator)
    names = [f"x{i}" for i in range(points.shape[1])]
    entries = [{"name": name, "type": "num", "lb": 0, "ub": 1} for name in names]
    optimizer = HEBO(DesignSpace().parse(entries), scramble_seed=0)
    optimizer.observe(pandas.DataFrame(points, columns=names), -scores[:, None])

    def step() -> None:
        frame = optimizer.suggest(1)
        value = score(frame.to_numpy(dtype=float)[0])
        optimizer.observe(frame, np.array([[-value]]))

    return step


def _optuna(sampler: Any, points: np.ndarray, scores: np.ndarray) -> Step:
    """Tell a study."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    names = [f"x{i}" for i in range(points.shape[1])]
    space = {name: optuna.distributions.FloatDistribution(0, 1) for name in names}
    for point, value in zip(points.tolist(), scores.tolist(), strict=True):
        params = dict(zip(names, point, strict=True))
        trial = optuna.create_trial(params=params, distributions=space, value=value)
        study.add_trial(trial)

    def step() -> None:
        trial = study.ask(space)
        study.tell(trial, score(np.array([trial.params[name] for name in names])))

    return step


def _limit_torch() -> None:
    """Keep torch, which asks for all cores otherwise, to one thread."""
    import torch

    torch.set_num_threads(1)


SAMPLERS = {
    "skhpo": skhpo,
    "optuna_tpe": optuna_tpe,
    "optuna_gp": optuna_gp,
    "skopt": skopt,
    "hebo": hebo,
}
