"""What does training most candidates for a short time save?

Run ``OMP_NUM_THREADS=1 python benchmarks/multi_fidelity.py``; ``--seeds`` and
``--tasks`` choose a part. Runs are appended to the file ``--results``, by default
``benchmarks/results/multi_fidelity.jsonl``, when they are over and skipped when they
are there; the table is printed from the file and written beside it, to
``multi_fidelity.md``. With ``--table`` nothing is run.

For each task and seed scikit-learn's `HalvingRandomSearchCV` with its defaults, and
`BayesSearchCV` with the same space, splits, resource, number of candidates and seed.
The cost is counted in units of the resource (trees, epochs) that were trained over all
splits, and in seconds of fitting. Told are

- what `BayesSearchCV` had spent when a candidate with the whole resource reached the
  score that halving ended with, in relation to all of halving's cost (a run that never
  does counts with all that it used);
- its score, less halving's, at half of halving's cost and in the end;
- the score on held-out rows of what both refit: the mean of the differences, and its
  standard error.
"""

import argparse
import json
import warnings
from pathlib import Path

import numpy as np
from _tables import table, versions, with_error, write_page
from scipy.stats import loguniform, randint, uniform
from sklearn.datasets import load_breast_cancer, load_digits, make_classification
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import (
    HalvingRandomSearchCV,
    StratifiedKFold,
    train_test_split,
)
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skhpo import BayesSearchCV

RESULTS = Path(__file__).parent / "results" / "multi_fidelity.jsonl"
MAX_RESOURCE, N_SPLITS, N_TRAIN = 81, 5, 800


def _synthetic():
    """Return two noisy classes of 2000 rows."""
    return make_classification(
        2000, 20, n_informative=6, flip_y=0.1, class_sep=0.7, random_state=1
    )


def _bundled(load):
    """Return a loader of X and y."""
    return lambda: load(return_X_y=True)


BOOSTING = HistGradientBoostingClassifier(early_stopping=False, random_state=0)
BOOSTING_SPACE = {
    "learning_rate": loguniform(1e-2, 1.0),
    "max_leaf_nodes": randint(2, 32),
    "min_samples_leaf": randint(2, 50),
    "l2_regularization": loguniform(1e-6, 1e2),
}
FOREST_SPACE = {
    "max_depth": randint(1, 20),
    "max_features": uniform(0.05, 0.95),
    "min_samples_leaf": randint(1, 40),
    "criterion": ["gini", "entropy"],
}

# Name -> data, estimator, space, resource.
TASKS = {
    "boosting synthetic": (_synthetic, BOOSTING, BOOSTING_SPACE, "max_iter"),
    "boosting breast_cancer": (
        _bundled(load_breast_cancer),
        BOOSTING,
        BOOSTING_SPACE,
        "max_iter",
    ),
    "forest synthetic": (
        _synthetic,
        RandomForestClassifier(random_state=0),
        FOREST_SPACE,
        "n_estimators",
    ),
    "forest digits": (
        _bundled(load_digits),
        RandomForestClassifier(random_state=0),
        FOREST_SPACE,
        "n_estimators",
    ),
    "mlp digits": (
        _bundled(load_digits),
        make_pipeline(StandardScaler(), MLPClassifier((24,), random_state=0)),
        {
            "mlpclassifier__alpha": loguniform(1e-6, 1e1),
            "mlpclassifier__learning_rate_init": loguniform(1e-4, 1e-1),
            "mlpclassifier__activation": ["relu", "tanh", "logistic"],
            "mlpclassifier__batch_size": [16, 32, 64, 128],
        },
        "mlpclassifier__max_iter",
    ),
}


def run(task, seed):
    """Run both searches and return their row."""
    load, estimator, space, resource = TASKS[task]
    X, y = load()
    X, X_test, y, y_test = train_test_split(
        X, y, train_size=min(N_TRAIN, len(X) * 2 // 3), random_state=seed, stratify=y
    )
    shared = {
        "cv": StratifiedKFold(N_SPLITS, shuffle=True, random_state=seed),
        "random_state": seed,
        "resource": resource,
    }
    halving = HalvingRandomSearchCV(
        estimator, space, max_resources=MAX_RESOURCE, **shared
    ).fit(X, y)
    ours = BayesSearchCV(
        estimator,
        space,
        n_iter=int(halving.n_candidates_[0]),
        max_resource=MAX_RESOURCE,
        **shared,
    ).fit(X, y)
    return {
        "task": task,
        "seed": seed,
        "halving": halving_row(halving)
        | {"held_out": float(halving.score(X_test, y_test))},
        "ours": {
            "curve": curve(ours),
            "held_out": float(ours.score(X_test, y_test)),
        },
        "versions": versions(),
    }


def halving_row(search):
    """Return what halving spent and its score with the whole resource."""
    results = search.cv_results_
    assert results["n_resources"].max() == MAX_RESOURCE
    return {
        "units": int(results["n_resources"].sum()) * N_SPLITS,
        "seconds": float(results["mean_fit_time"].sum()) * N_SPLITS,
        "score": float(search.best_score_),
    }


def curve(search):
    """Return what was spent, and the best score with the whole resource by then."""
    steps = sorted(
        (rung["completed_at"], rung, below)
        for entry in search.history_
        for below, rung in zip([None, *entry["rungs"]], entry["rungs"], strict=False)
    )
    units, seconds, best, points = 0, 0.0, None, []
    for _, rung, below in steps:
        units += (rung["resource"] - (below["resource"] if below else 0)) * N_SPLITS
        seconds += float(rung["fit_times"].sum())
        score = float(rung["split_scores"].mean())
        if rung["resource"] == MAX_RESOURCE and (best is None or score > best):
            best = score
        points.append({"units": units, "seconds": seconds, "score": best})
    return points


def compare(row):
    """Return what our search saved and what it cost, next to halving."""
    halving, points = row["halving"], row["ours"]["curve"]
    goal = halving["score"] - 1e-12
    scored = [one for one in points if one["score"] is not None]
    reached = next((one for one in scored if one["score"] >= goal), None)
    spent = reached or points[-1]
    half = [one["score"] for one in scored if one["units"] <= halving["units"] / 2]
    return {
        "reached": reached is not None,
        "units": spent["units"] / halving["units"],
        "seconds": spent["seconds"] / halving["seconds"],
        "all units": points[-1]["units"] / halving["units"],
        "at half": (half[-1] if half else np.nan) - halving["score"],
        "in the end": scored[-1]["score"] - halving["score"],
        "held out": row["ours"]["held_out"] - halving["held_out"],
    }


HEADER = (
    "runs",
    "reached",
    "units",
    "seconds",
    "all units",
    "at half",
    "in the end",
    "held-out difference",
)


def report(rows):
    """Return a table with a line for each task and one for all."""
    every, lines = [], []
    for task in TASKS:
        figures = [compare(row) for row in rows if row["task"] == task]
        if figures:
            every += figures
            lines.append([task, *cells(figures)])
    return [table(("task", *HEADER), [*lines, ["all", *cells(every)]])]


def cells(figures):
    """Return the means over some runs."""
    mean = {name: np.mean([one[name] for one in figures]) for name in figures[0]}
    return (
        len(figures),
        f"{mean['reached']:.0%}",
        f"{mean['units']:.2f}",
        f"{mean['seconds']:.2f}",
        f"{mean['all units']:.2f}",
        f"{mean['at half']:+.4f}",
        f"{mean['in the end']:+.4f}",
        with_error(one["held out"] for one in figures),
    )


def main():
    """Run what is missing, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--tasks", nargs="+", default=[*TASKS], choices=[*TASKS])
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--table", action="store_true", help="run nothing")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    options.results.parent.mkdir(exist_ok=True)
    rows = []
    if options.results.exists():
        rows = [json.loads(line) for line in options.results.read_text().splitlines()]
    done = {(row["task"], row["seed"]) for row in rows}
    for seed in range(options.seeds):
        for task in options.tasks:
            if options.table or (task, seed) in done:
                continue
            row = run(task, seed)
            rows.append(row)
            with options.results.open("a") as file:
                file.write(json.dumps(row) + "\n")
    write(options.results, rows)


def write(path, rows):
    """Print the table, and write it beside the runs."""
    write_page(
        path.with_suffix(".md"),
        "Multi-fidelity, next to successive halving",
        "python benchmarks/multi_fidelity.py",
        __doc__,
        report(rows),
        rows,
    )


if __name__ == "__main__":
    main()
