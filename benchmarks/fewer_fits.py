"""What does racing over the splits save, and what does it cost?

Run ``OMP_NUM_THREADS=1 python benchmarks/fewer_fits.py``; ``--seeds``, ``--splits``
and ``--rules`` choose a part. Runs are appended to the file ``--results``, by default
``benchmarks/results/fewer_fits.jsonl``, when they are over and skipped when they are
there; the tables are printed from the file and written beside it, to
``fewer_fits.md``. With ``--table`` nothing is run.

For each task, seed and number of splits the plain search evaluates 40 candidates on
all splits. The searches with a racing rule have the same space, splits and seed and go
on until they have used both the splits and the seconds of the plain search. Told are

- the splits that ran, and the seconds of fitting and scoring, until the mean score
  that the plain search ends with was reached, in relation to all of the plain search
  (a run that never reaches it counts with all that it used); the rows "plain" say when
  that search itself had it;
- how many candidates there were by the time that the plain search took;
- under "first 40", the splits that the racing search's first 40 candidates took, as a
  share of the plain search's;
- under "mean curve", the share of the plain search's splits after which the racing
  search's mean curve reaches what the plain search's mean curve ends with. A curve is
  the best complete score so far after each split, in units in which the median of the
  plain search's first 10 candidates is 0 and the best of its 40 is 1; curves are
  averaged over the runs of a task, then over the tasks. So the luck of single runs,
  most of what the run-by-run figure consists of, counts on both sides; "-" is a mean
  curve that does not get there within the plain search's splits;
- the score on held-out rows of the best candidate at that time, refitted, next to
  that of the plain search's: the mean of the differences and its standard error.
"""

import argparse
import json
import warnings
from pathlib import Path

import numpy as np
from _tables import table, versions, with_error, write_page
from sklearn.base import clone
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    make_classification,
)
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, StratifiedKFold, train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.svm import SVC, SVR

from skhpo import BayesSearchCV
from skhpo.racing import ForgivingRule, PredictiveRule
from skhpo.space import Integer, Real

RESULTS = Path(__file__).parent / "results" / "fewer_fits.jsonl"
N_PLAIN, N_MOST, N_TRAIN = 40, 400, 250
RULES = {
    "plain": None,
    "forgiving": ForgivingRule(),
    "auto": "auto",
    "gain 0.5": PredictiveRule(gain=0.5),
}


def log(low, high):
    """Return a logarithmic dimension."""
    return Real(low, high, prior="log-uniform")


def _synthetic():
    """Return two noisy classes of 2000 rows."""
    return make_classification(
        2000, 20, n_informative=6, flip_y=0.1, class_sep=0.7, random_state=1
    )


def _bundled(load):
    """Return a loader of X and y."""
    return lambda: load(return_X_y=True)


# Name -> data, estimator, space.
TASKS = {
    "svc breast_cancer": (
        _bundled(load_breast_cancer),
        make_pipeline(StandardScaler(), SVC()),
        {"svc__C": log(1e-3, 1e3), "svc__gamma": log(1e-6, 1e1)},
    ),
    "svc synthetic": (
        _synthetic,
        SVC(),
        {"C": log(1e-3, 1e3), "gamma": log(1e-6, 1e1), "kernel": ["rbf", "sigmoid"]},
    ),
    "forest synthetic": (
        _synthetic,
        RandomForestClassifier(20, random_state=0),
        {
            "max_depth": Integer(1, 20),
            "max_features": Real(0.05, 1.0),
            "min_samples_leaf": Integer(1, 40, prior="log-uniform"),
            "criterion": ["gini", "entropy"],
        },
    ),
    "boosting digits": (
        _bundled(load_digits),
        HistGradientBoostingClassifier(max_iter=8, random_state=0),
        {
            "learning_rate": log(1e-2, 1.0),
            "max_leaf_nodes": Integer(2, 32, prior="log-uniform"),
            "min_samples_leaf": Integer(2, 50, prior="log-uniform"),
            "l2_regularization": log(1e-6, 1e2),
        },
    ),
    "mlp digits": (
        _bundled(load_digits),
        make_pipeline(
            StandardScaler(), MLPClassifier((24,), max_iter=25, random_state=0)
        ),
        {
            "mlpclassifier__alpha": log(1e-6, 1e1),
            "mlpclassifier__learning_rate_init": log(1e-4, 1e-1),
            "mlpclassifier__activation": ["relu", "tanh", "logistic"],
            "mlpclassifier__batch_size": [16, 32, 64, 128],
        },
    ),
    "logistic synthetic": (
        _synthetic,
        make_pipeline(
            PolynomialFeatures(2, include_bias=False),
            StandardScaler(),
            LogisticRegression(max_iter=200),
        ),
        {
            "logisticregression__C": log(1e-5, 1e2),
            "polynomialfeatures__interaction_only": [False, True],
            "polynomialfeatures__degree": [1, 2],
        },
    ),
    "svr diabetes": (
        _bundled(load_diabetes),
        make_pipeline(StandardScaler(), SVR()),
        {"svr__C": log(1e-2, 1e4), "svr__gamma": log(1e-5, 1e1)},
    ),
}


class Spent:
    """Ends a search that has used the splits and the seconds of the plain one."""

    def __init__(self, plain):
        self.n_splits = sum(one["n_run"] for one in plain)
        self.seconds = sum(one["seconds"] for one in plain)

    def should_stop(self, trials):
        """Tell whether both are spent; fits take up nearly all of the seconds."""
        n_run = [int(np.isfinite(one.split_scores).sum()) for one in trials]
        times = [one.fit_time or 0.0 for one in trials]
        return sum(n_run) > self.n_splits and np.dot(n_run, times) > self.seconds


def run(task, n_splits, seed, rule, plain):
    """Run one search and return its row."""
    load, estimator, space = TASKS[task]
    X, y = load()
    is_regression = len(np.unique(y)) > 20
    X, X_test, y, y_test = train_test_split(
        X,
        y,
        train_size=min(N_TRAIN, len(X) * 2 // 3),
        random_state=seed,
        stratify=None if is_regression else y,
    )
    splitter = (KFold if is_regression else StratifiedKFold)(
        n_splits, shuffle=True, random_state=seed
    )
    search = BayesSearchCV(
        estimator,
        space,
        n_iter=N_PLAIN if rule == "plain" else N_MOST,
        cv=splitter,
        random_state=seed,
        racing=RULES[rule],
        stop=None if rule == "plain" else Spent(plain),
        refit=False,
    ).fit(X, y)
    candidates = [
        {
            "score": float(np.nanmean(entry["split_scores"])),
            "n_run": int(np.isfinite(entry["split_scores"]).sum()),
            "seconds": float(
                np.nansum(entry["fit_times"]) + np.nansum(entry["score_times"])
            ),
        }
        for entry in search.history_
    ]
    # refitted are only those that were the best for a while
    best = -np.inf
    for entry, candidate in zip(search.history_, candidates, strict=True):
        if entry["status"] == "complete" and candidate["score"] > best:
            best = candidate["score"]
            model = clone_with(estimator, entry["params"]).fit(X, y)
            candidate["held_out"] = float(model.score(X_test, y_test))
    return {
        "task": task,
        "n_splits": n_splits,
        "seed": seed,
        "rule": rule,
        "candidates": candidates,
        "versions": versions(),
    }


def clone_with(estimator, params):
    """Return a clone of the estimator with these parameters."""
    return clone(estimator).set_params(**clone(params, safe=False))


def compare(plain, racing, n_splits):
    """Return what a racing search saved and what it cost, next to the plain one."""
    all_seconds = sum(one["seconds"] for one in plain)
    goal = max(one["score"] for one in plain)
    n_run = seconds = 0.0
    n_candidates = 0
    reached = None
    held_out = np.nan
    for one in racing:
        n_run += one["n_run"]
        seconds += one["seconds"]
        if seconds <= all_seconds:
            n_candidates += 1
            held_out = one.get("held_out", held_out)
        if reached is None and "held_out" in one and one["score"] >= goal - 1e-12:
            reached = (n_run, seconds)
    splits, time = reached or (n_run, seconds)
    best_plain = [one["held_out"] for one in plain if "held_out" in one][-1]
    return {
        "reached": reached is not None,
        "splits": splits / (len(plain) * n_splits),
        "time": time / all_seconds,
        "candidates": n_candidates / len(plain),
        "first": sum(one["n_run"] for one in racing[: len(plain)])
        / (len(plain) * n_splits),
        "held_out": held_out - best_plain,
    }


def curve(candidates, plain, n_splits):
    """Return the best complete score after each of the plain search's splits.

    It is 0 at the median of the plain search's first 10 candidates, 1 at its best.
    """
    scores = [one["score"] for one in plain]
    low, high = np.median(scores[:10]), max(scores)
    best = np.full(len(plain) * n_splits + 1, -np.inf)
    n_run = 0
    for one in candidates:
        n_run += one["n_run"]
        if one["n_run"] == n_splits:
            best[n_run:] = np.maximum(best[n_run:], one["score"])
    return (best - low) / (high - low)


def mean_curve(tasks):
    """Return the mean over the tasks of the mean over the curves of each."""
    # before anything is complete a curve is nowhere: below all that counts
    means = [np.maximum(np.mean(curves, axis=0), -1.0) for curves in tasks if curves]
    return np.mean(means, axis=0)


def when_reached(racing, plain):
    """Return the share of splits after which one mean curve is where another ends."""
    has_reached = mean_curve(racing) >= mean_curve(plain)[-1] - 1e-12
    if not has_reached.any():
        return "-"
    return f"{has_reached.argmax() / (len(has_reached) - 1):.2f}"


HEADER = (
    "seeds",
    "reached",
    "splits",
    "seconds",
    "candidates",
    "first 40",
    "mean curve",
    "held-out difference",
)


def report(rows):
    """Return a table for each number of splits, of all tasks and of each."""
    by_key = {
        (row["task"], row["n_splits"], row["seed"], row["rule"]): row["candidates"]
        for row in rows
    }
    parts = []
    for n_splits in sorted({row["n_splits"] for row in rows}):
        parts.append(
            f"## {n_splits} splits, next to the plain search's {N_PLAIN} candidates"
        )
        means, lines = [], []
        for rule in RULES:
            pairs = {
                task: [
                    (plain, by_key[task, n_splits, seed, rule])
                    for (name, n, seed, kind), plain in sorted(by_key.items())
                    if (name, n, kind) == (task, n_splits, "plain")
                    and (task, n_splits, seed, rule) in by_key
                ]
                for task in TASKS
            }
            pairs = {task: found for task, found in pairs.items() if found}
            lines += [
                [task, rule, *cells([found], n_splits)] for task, found in pairs.items()
            ]
            if pairs:
                means.append([rule, *cells(list(pairs.values()), n_splits)])
        parts.append(table(("rule", "runs", *HEADER[1:]), means))
        parts.append(table(("task", "rule", *HEADER), lines))
    return parts


def cells(tasks, n_splits):
    """Return the means over the runs of some tasks."""
    every = [pair for pairs in tasks for pair in pairs]
    figures = [compare(plain, racing, n_splits) for plain, racing in every]
    plain, racing = (
        [[curve(pair[i], pair[0], n_splits) for pair in pairs] for pairs in tasks]
        for i in range(2)
    )
    mean = {name: np.mean([one[name] for one in figures]) for name in figures[0]}
    return (
        len(figures),
        f"{mean['reached']:.0%}",
        f"{mean['splits']:.2f}",
        f"{mean['time']:.2f}",
        f"{mean['candidates']:.2f}",
        f"{mean['first']:.2f}",
        when_reached(racing, plain),
        with_error(one["held_out"] for one in figures),
    )


def main():
    """Run what is missing, then print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--splits", type=int, nargs="+", default=[10, 5])
    parser.add_argument("--tasks", nargs="+", default=[*TASKS], choices=[*TASKS])
    parser.add_argument("--rules", nargs="+", default=[*RULES], choices=[*RULES])
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--table", action="store_true", help="run nothing")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    path = options.results
    path.parent.mkdir(exist_ok=True)
    rows = []
    if path.exists():
        rows = [json.loads(line) for line in path.read_text().splitlines()]
    keys = [(one["task"], one["n_splits"], one["seed"], one["rule"]) for one in rows]
    done = set(keys)
    plain = {
        key: one["candidates"]
        for key, one in zip(keys, rows, strict=True)
        if key[-1] == "plain"
    }
    # Plain searches first: they are what the others are told to spend.
    rules = [rule for rule in RULES if rule == "plain" or rule in options.rules]
    for seed in range(options.first_seed, options.first_seed + options.seeds):
        for n_splits in options.splits:
            for task in options.tasks:
                for rule in rules:
                    if options.table or (task, n_splits, seed, rule) in done:
                        continue
                    key = (task, n_splits, seed, "plain")
                    row = run(task, n_splits, seed, rule, plain.get(key))
                    if rule == "plain":
                        plain[key] = row["candidates"]
                    rows.append(row)
                    with path.open("a") as file:
                        file.write(json.dumps(row) + "\n")
    write(path, rows)


def write(path, rows):
    """Print the tables, and write them beside the runs."""
    write_page(
        path.with_suffix(".md"),
        "Racing over the splits",
        "python benchmarks/fewer_fits.py",
        __doc__,
        report(rows),
        rows,
    )


if __name__ == "__main__":
    main()
