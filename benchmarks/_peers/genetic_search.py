"""One search with sklearn-genetic-opt: settings as JSON on stdin, figures on stdout."""

import importlib.metadata
import json
import random
import sys
import time
import warnings

import numpy as np
from sklearn.base import RegressorMixin
from sklearn_genetic import GASearchCV
from sklearn_genetic.space import Continuous

from _peers.fits import ExponentialSleep, busy_figures, data

POPULATION = 10


class SleepingRegressor(RegressorMixin, ExponentialSleep):
    """GASearchCV takes classifiers and regressors only."""

    score = ExponentialSleep.score

    def predict(self, X):
        """Return zeros."""
        return np.zeros(len(X))


def negative_distance(estimator, X, y):  # noqa: ARG001
    """Return the score that the estimator gives itself."""
    return estimator.score(X)


def run(n_candidates, n_splits, mean, seed):
    """Return the figures of a search of about so many candidates."""
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 (it draws from the global generators)
    search = GASearchCV(
        SleepingRegressor(mean=mean),
        param_grid={"x": Continuous(0.0, 1.0), "y": Continuous(0.0, 1.0)},
        population_size=POPULATION,
        generations=max(1, n_candidates // POPULATION - 1),
        scoring=negative_distance,
        n_jobs=2,
        cv=n_splits,
        refit=False,
        verbose=False,
    )
    X = data()
    started = time.perf_counter()
    search.fit(X, np.zeros(len(X)))
    wall = time.perf_counter() - started
    # candidates that come again are looked up
    distinct = {(one["x"], one["y"]) for one in search.cv_results_["params"]}
    params = [{"x": x, "y": y} for x, y in sorted(distinct)]
    figures = busy_figures(params, mean, n_splits, 2, wall)
    package = "sklearn-genetic-opt"
    used = {"versions": {package: importlib.metadata.version(package)}}
    return figures | used | {"n_candidates": len(params)}


def main():
    """Run a search as told."""
    warnings.simplefilter("ignore")
    settings = json.load(sys.stdin)
    run(20, settings["n_splits"], 0.001, 0)  # starts the workers
    json.dump(run(**settings), sys.stdout)


if __name__ == "__main__":
    main()
