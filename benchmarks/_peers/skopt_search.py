"""One search with scikit-optimize: settings as JSON on stdin, figures on stdout."""

import json
import sys
import time
import warnings

from skopt import BayesSearchCV
from skopt.space import Real

from _peers.fits import ExponentialSleep, busy_figures, data


def run(n_candidates, n_splits, mean, seed):
    search = BayesSearchCV(
        ExponentialSleep(mean=mean),
        {"x": Real(0.0, 1.0), "y": Real(0.0, 1.0)},
        n_iter=n_candidates,
        n_points=2,
        n_jobs=2,
        cv=n_splits,
        refit=False,
        random_state=seed,
    )
    started = time.perf_counter()
    search.fit(data())
    wall = time.perf_counter() - started
    return busy_figures(search.cv_results_["params"], mean, n_splits, 2, wall)


def main():
    warnings.simplefilter("ignore")
    settings = json.load(sys.stdin)
    run(4, settings["n_splits"], 0.001, 0)  # starts the workers
    json.dump(run(**settings), sys.stdout)


if __name__ == "__main__":
    main()
