"""Real scikit-learn models on the data sets that come with it.

The score is the mean over fixed splits. ``python benchmarks/quality/models.py``
evaluates 300 random configurations of each task for the normalisation and keeps their
median and best in `results/models_reference.json`; the report takes the best over
these and all runs.
"""

import functools
import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from problems import Config, Problem
from sklearn import datasets
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score
from tasks import TASKS, Task

REFERENCE = Path(__file__).parent / "results" / "models_reference.json"
N_REFERENCE, N_SPLITS, N_ROWS = 300, 3, 400
PACKAGES = ["scikit-learn"]  # whose versions count
_FAILED = -10.0  # the score of a failed fit


def names() -> list[str]:
    """Return the names of the problems."""
    return list(TASKS)


def load(name: str) -> Problem:
    """Return a problem by its name."""
    task = TASKS[name]
    return Problem(
        name=name,
        family=task.family,
        parameters=tuple(task.parameters),
        evaluate=functools.partial(_evaluate, task),
        default=task.own,
    )


def references() -> dict[str, tuple[float, float]]:
    """Return median and best of the random configurations of each task."""
    if not REFERENCE.exists():
        raise SystemExit("Run benchmarks/quality/models.py first, for the references.")
    content = json.loads(REFERENCE.read_text())
    return {name: (one["median"], one["best"]) for name, one in content.items()}


@functools.cache
def _data(name: str) -> tuple[np.ndarray, np.ndarray, list[Any]]:
    """Return some rows of a data set, X and y, and their splits."""
    X, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    if name == "diabetes":
        y = (y - y.mean()) / y.std()
    kind = KFold if name == "diabetes" else StratifiedKFold
    rows = np.random.default_rng(0).permutation(len(X))[:N_ROWS]
    X, y = X[rows], y[rows]
    splits = kind(N_SPLITS, shuffle=True, random_state=0).split(X, y)
    return X, y, list(splits)


def _evaluate(task: Task, config: Config) -> float:
    """Return the mean score of the splits, -10 where a fit failed."""
    X, y, splits = _data(task.data)
    model, metric = task.make(**config), task.scoring
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            scores = cross_val_score(
                model, X, y, cv=splits, scoring=metric, error_score="raise"
            )
        except ValueError as error:
            # What scikit-learn raises for an invalid parameter is a TypeError as
            # well, and not the configuration's fault.
            if isinstance(error, TypeError):
                raise
            return _FAILED
    return float(np.mean(scores))


def main() -> None:
    """Evaluate random configurations of the tasks that have no reference."""
    REFERENCE.parent.mkdir(exist_ok=True)
    known = json.loads(REFERENCE.read_text()) if REFERENCE.exists() else {}
    for name in names():
        if name not in known:
            problem, rng = load(name), np.random.default_rng(123_456)
            scores = [problem.evaluate(problem.sample(rng)) for _ in range(N_REFERENCE)]
            known[name] = {
                "median": float(np.median(scores)),
                "best": float(np.max(scores)),
                "default": problem.evaluate(dict(problem.default)),
            }
            print(name, known[name], flush=True)
            REFERENCE.write_text(json.dumps(known, indent=1) + "\n")


if __name__ == "__main__":
    main()
