"""What does each rule for the winner do to the score on rows never seen?

Searches on small samples, where the noise of cross-validation is large: 100 or 150 rows
of a data set that comes with scikit-learn, 5 splits, 50 candidates. Every candidate
is also refitted on the whole sample and scored on all rows left, so that each rule is
judged on the same runs and the best possible choice is known. Candidates come from
``RandomizedSearchCV`` and from ``BayesSearchCV``.

    OMP_NUM_THREADS=1 python benchmarks/refit_rules.py

A check comes first: made-up scores whose noise is independent from candidate to
candidate and from split to split, which is what the posterior mean supposes.

For the tasks it prints the mean difference to scikit-learn's rule, with a bootstrap
interval over the samples (the tasks are fixed), and as factors the time of a fit and
the parameter that makes the model simpler. Finished runs are kept in the folder
``--runs``: a command that was stopped can be given again, and new rules are judged on
old runs.
"""

import argparse
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from scipy.stats import loguniform, randint, uniform
from sklearn import config_context, datasets
from sklearn.base import BaseEstimator, clone, is_classifier
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.linear_model import ElasticNet, LogisticRegression
from sklearn.model_selection import (
    KFold,
    RandomizedSearchCV,
    StratifiedKFold,
    train_test_split,
)
from sklearn.neighbors import KDTree, KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.svm import SVC, SVR

from skhpo import BayesSearchCV
from skhpo.refit import OneStandardError, PosteriorMean
from skhpo.space import FeatureMap, Real, SearchSpace

N_SPLITS, N_CANDIDATES = 5, 50
SEARCHES = ("random", "bayesian")
N_RESAMPLES = 4000

Results = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """A model, its space, the sample, and the parameter that makes it simpler."""

    estimator: BaseEstimator
    space: dict[str, Any]
    data: str
    n_rows: int
    simpler: str
    greater_is_simpler: bool = False


def _scaled(model: BaseEstimator) -> BaseEstimator:
    return make_pipeline(StandardScaler(), model)


_KERNEL = {
    "C": loguniform(1e-3, 1e3),
    "gamma": loguniform(1e-4, 1e1),
    "kernel": ["linear", "rbf", "sigmoid"],
}
_NEIGHBORS = {
    "n_neighbors": randint(1, 40),
    "weights": ["uniform", "distance"],
    "p": [1, 2],
}


def _of(step: str, space: dict[str, Any]) -> dict[str, Any]:
    return {f"{step}__{name}": values for name, values in space.items()}


TASKS = {
    "svc_breast_cancer": Task(
        _scaled(SVC(max_iter=20_000)),
        _of("svc", _KERNEL),
        "breast_cancer",
        100,
        "param_svc__C",
    ),
    "svr_diabetes": Task(
        _scaled(SVR(max_iter=20_000)),
        _of("svr", {**_KERNEL, "epsilon": loguniform(1e-3, 1e0)}),
        "diabetes",
        100,
        "param_svr__C",
    ),
    "knn_digits": Task(
        KNeighborsClassifier(),
        _NEIGHBORS,
        "digits",
        150,
        "param_n_neighbors",
        greater_is_simpler=True,
    ),
    "knn_diabetes": Task(
        KNeighborsRegressor(),
        _NEIGHBORS,
        "diabetes",
        100,
        "param_n_neighbors",
        greater_is_simpler=True,
    ),
    "logistic_breast_cancer": Task(
        _scaled(LogisticRegression(solver="liblinear", random_state=0)),
        _of(
            "logisticregression",
            {
                "C": loguniform(1e-4, 1e3),
                "l1_ratio": [0.0, 1.0],
                "class_weight": [None, "balanced"],
                "intercept_scaling": loguniform(1e-1, 1e1),
            },
        ),
        "breast_cancer",
        100,
        "param_logisticregression__C",
    ),
    "elastic_net_diabetes": Task(
        make_pipeline(
            PolynomialFeatures(include_bias=False),
            StandardScaler(),
            ElasticNet(max_iter=200),
        ),
        {
            "polynomialfeatures__degree": [1, 2],
            "elasticnet__alpha": loguniform(1e-3, 1e1),
            "elasticnet__l1_ratio": uniform(0, 1),
        },
        "diabetes",
        100,
        "param_elasticnet__alpha",
        greater_is_simpler=True,
    ),
    "forest_breast_cancer": Task(
        RandomForestClassifier(random_state=0),
        {
            "n_estimators": randint(2, 17),
            "max_depth": randint(1, 11),
            "min_samples_leaf": randint(1, 16),
            "max_features": uniform(0.05, 0.95),
        },
        "breast_cancer",
        100,
        "param_n_estimators",
    ),
    "boosting_diabetes": Task(
        HistGradientBoostingRegressor(random_state=0, early_stopping=False),
        {
            "max_iter": randint(2, 21),
            "learning_rate": loguniform(1e-2, 1e0),
            "max_leaf_nodes": randint(2, 16),
            "min_samples_leaf": randint(2, 30),
            "l2_regularization": loguniform(1e-3, 1e2),
        },
        "diabetes",
        100,
        "param_max_iter",
    ),
    "network_digits": Task(
        _scaled(MLPClassifier(max_iter=10, batch_size=32, random_state=0)),
        _of(
            "mlpclassifier",
            {
                "hidden_layer_sizes": randint(4, 49),
                "alpha": loguniform(1e-5, 1e1),
                "learning_rate_init": loguniform(1e-4, 1e-1),
                "activation": ["relu", "tanh"],
            },
        ),
        "digits",
        150,
        "param_mlpclassifier__hidden_layer_sizes",
    ),
}


def rules(task: Task) -> dict[str, Callable[[Results], int]]:
    """Return the rules to compare, the first of them scikit-learn's."""
    by_parameter = (task.simpler, task.greater_is_simpler)
    return {
        "best mean": lambda results: int(results["rank_test_score"].argmin()),
        "1 SE, paired, fit time": OneStandardError("mean_fit_time"),
        "1 SE, fit time": OneStandardError("mean_fit_time", paired=False),
        "1 SE, paired, parameter": OneStandardError(*by_parameter),
        "1 SE, parameter": OneStandardError(*by_parameter, paired=False),
        "posterior mean": PosteriorMean(task.space),
    }


def search(name: str, kind: str, seed: int) -> tuple[Results, np.ndarray]:
    """Return `cv_results_` of a search and each candidate's score on the rows left."""
    task = TASKS[name]
    X, y = getattr(datasets, f"load_{task.data}")(return_X_y=True)
    classifies = is_classifier(task.estimator)
    y = y if classifies else (y - y.mean()) / y.std()
    X, X_left, y, y_left = train_test_split(
        X,
        y,
        train_size=task.n_rows,
        stratify=y if classifies else None,
        random_state=seed,
    )
    splitter = StratifiedKFold if classifies else KFold
    settings = {
        "n_iter": N_CANDIDATES,
        "cv": splitter(N_SPLITS, shuffle=True, random_state=seed),
        "refit": False,
        "random_state": seed,
    }
    searcher = {"random": RandomizedSearchCV, "bayesian": BayesSearchCV}[kind]
    # Checks of parameters and data would take a third of the time of such small fits.
    with config_context(skip_parameter_validation=True, assume_finite=True):
        results = searcher(task.estimator, task.space, **settings).fit(X, y).cv_results_
        left = [
            clone(task.estimator).set_params(**params).fit(X, y).score(X_left, y_left)
            for params in results["params"]
        ]
    return results, np.array(left)


def load(name: str, kind: str, seed: int, folder: Path) -> tuple[Results, np.ndarray]:
    """Return a run, from the folder if it is there."""
    path = folder / f"{name}-{kind}-{seed}.joblib"
    if path.exists():
        return joblib.load(path)
    with warnings.catch_warnings():
        # Poor candidates do not converge, which is no news.
        warnings.simplefilter("ignore")
        run = search(name, kind, seed)
    joblib.dump(run, path)
    return run


@dataclass(frozen=True)
class Outcomes:
    """What a rule did in the runs of a task: one entry a seed, times a hundred.

    `gain` and `regret` are differences of the score on the rows left: to the winner of
    the best mean, and of the best candidate to the rule's winner.
    """

    gain: np.ndarray
    regret: np.ndarray
    log_time: np.ndarray  # of the time of a fit over that of the best mean's winner
    log_parameter: np.ndarray  # of the parameter, in the direction of simple


def judge(name: str, kind: str, seeds: range, folder: Path) -> dict[str, Outcomes]:
    """Apply all rules to the runs of a task."""
    task = TASKS[name]
    sign = -1 if task.greater_is_simpler else 1
    figures: dict[str, list[tuple[float, ...]]] = {}
    for seed in seeds:
        results, left = load(name, kind, seed, folder)
        logs_of_time = np.log(results["mean_fit_time"])
        logs = sign * np.log(results[task.simpler].astype(float))
        chosen = {rule: choose(results) for rule, choose in rules(task).items()}
        best = chosen["best mean"]
        for rule, row in chosen.items():
            figures.setdefault(rule, []).append(
                (
                    100 * (left[row] - left[best]),
                    100 * (left.max() - left[row]),
                    logs_of_time[row] - logs_of_time[best],
                    logs[row] - logs[best],
                )
            )
    return {rule: Outcomes(*np.array(rows).T) for rule, rows in figures.items()}


def kinship(name: str, kind: str, seeds: range, folder: Path) -> float:
    """Return how the errors of similar candidates correlate, mean over the runs.

    The error is the mean score minus the score on the rows left, for the better half of
    the candidates, each next to the most similar of the others. A model can average
    out what is independent, and nothing else.
    """
    space = SearchSpace(TASKS[name].space)
    correlations = []
    for seed in seeds:
        results, left = load(name, kind, seed, folder)
        better = np.argsort(results["rank_test_score"])[: N_CANDIDATES // 2]
        points = np.array([space.encode(results["params"][row]) for row in better])
        features = FeatureMap(space.axes).transform(points, space.active(points))
        nearest = KDTree(features).query(features, k=2)[1][:, 1]
        errors = (results["mean_test_score"] - left)[better]
        errors = np.round(errors - errors.mean(), 12)
        if errors.any():
            correlations.append((errors * errors[nearest]).mean() / errors.var())
    return float(np.mean(correlations))


def interval(by_task: list[np.ndarray], rng: np.random.Generator) -> str:
    """Return the mean over tasks of the mean over seeds, with a bootstrap interval."""
    mean = np.mean([values.mean() for values in by_task])
    drawn = [
        values[rng.integers(len(values), size=(N_RESAMPLES, len(values)))].mean(axis=1)
        for values in by_task
    ]
    low, high = np.quantile(np.mean(drawn, axis=0), [0.025, 0.975])
    return f"{mean:+.2f} [{low:+.2f}, {high:+.2f}]"


def report(kind: str, outcomes: dict[str, dict[str, Outcomes]]) -> None:
    """Print one table over all tasks and one by task."""
    rng = np.random.default_rng(0)
    print(f"\nCandidates of the {kind} search, mean over {len(outcomes)} tasks\n")
    print(
        "| rule | held-out score minus that of best mean, x 100 | better / equal / "
        "worse | behind the best candidate, x 100 | time of a fit | parameter |"
    )
    print("|---|---|---|---|---|---|")
    names = list(next(iter(outcomes.values())))
    for rule in names:
        each = [by_rule[rule] for by_rule in outcomes.values()]
        gains = np.concatenate([one.gain for one in each])
        signs = " / ".join(
            str(int(n))
            for n in ((gains > 0).sum(), (gains == 0).sum(), (gains < 0).sum())
        )
        regret = np.mean([one.regret.mean() for one in each])
        time = np.exp(np.mean([one.log_time.mean() for one in each]))
        parameter = np.exp(np.mean([one.log_parameter.mean() for one in each]))
        gain = interval([one.gain for one in each], rng)
        print(
            f"| {rule} | {gain} | {signs} | {regret:.2f} | x {time:.2f} | "
            f"x {parameter:.2f} |"
        )
    print(f"\n| task | {' | '.join(names[1:])} |\n|{'---|' * len(names)}")
    for name, by_rule in outcomes.items():
        cells = [interval([by_rule[rule].gain], rng) for rule in names[1:]]
        print(f"| {name} | {' | '.join(cells)} |")


def _made_up(
    noise: float, n_dims: int, rng: np.random.Generator
) -> tuple[Results, np.ndarray]:
    """Return the results of candidates under independent noise, and the truth."""
    points = rng.random((N_CANDIDATES, n_dims))
    truth = -((points - 0.3) ** 2).mean(axis=1)
    scores = truth[:, None] + noise * rng.standard_normal((N_CANDIDATES, N_SPLITS))
    results = {f"split{i}_test_score": column for i, column in enumerate(scores.T)}
    results["mean_test_score"] = scores.mean(axis=1)
    results["params"] = [
        {f"x{i}": value for i, value in enumerate(point)} for point in points.tolist()
    ]
    return results, truth


def report_made_up(n_repetitions: int = 50) -> None:
    """Print how far behind the truly best candidate the winners are."""
    print(
        "\nMade-up scores with independent noise: true score behind the best, x 100\n"
    )
    print("| noise of a split | parameters | best mean | posterior mean |")
    print("|---|---|---|---|")
    for noise in (0.05, 0.1, 0.3, 1.0):
        for n_dims in (1, 3):
            choose = PosteriorMean({f"x{i}": Real(0.0, 1.0) for i in range(n_dims)})
            behind = []
            for seed in range(n_repetitions):
                results, truth = _made_up(noise, n_dims, np.random.default_rng(seed))
                rows = [results["mean_test_score"].argmax(), choose(results)]
                behind.append(100 * (truth.max() - truth[rows]))
            best_mean, posterior = np.mean(behind, axis=0)
            print(f"| {noise} | {n_dims} | {best_mean:.2f} | {posterior:.2f} |")


def main() -> None:
    """Run what is missing and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", default="0:20", help="first:end")
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument(
        "--runs",
        type=Path,
        default=Path(tempfile.gettempdir()) / "skhpo-refit-rules",
        help="folder that keeps the runs",
    )
    options = parser.parse_args()
    report_made_up()
    options.runs.mkdir(parents=True, exist_ok=True)
    first, end = map(int, options.seeds.split(":"))
    for kind in SEARCHES:
        seeds = range(first, end)
        outcomes = {n: judge(n, kind, seeds, options.runs) for n in options.tasks}
        report(kind, outcomes)
        print("\nCorrelation of the errors of similar candidates:")
        for name in options.tasks:
            print(f"  {name}: {kinship(name, kind, seeds, options.runs):.2f}")


if __name__ == "__main__":
    main()
