"""How many candidates do the stopping rules save, and what do they give away?

Run ``OMP_NUM_THREADS=1 python benchmarks/stopping.py``; ``--seeds``, ``--candidates``
and ``--tasks`` choose a part. Runs are appended to the file ``--results``, by default
``benchmarks/results/stopping.jsonl``, when they are over, and skipped when they are
there; the tables are printed from the file and written beside it, to ``stopping.md``.
With ``--table`` nothing is run.

For each task and seed one search evaluates its whole budget. A rule changes nothing of
what is proposed before it ends a search, so the rules are only asked on the way, and
their searches are beginnings of the full one. Told are

- the share of the candidates that were not evaluated, and of the searches that were
  stopped at all;
- the regret: by how much the best cross-validated score of the full search is better,
  also in relation to that score's standard error (with Nadeau and Bengio's
  correction);
- the same on held-out rows, for the best candidates, refitted: the mean of the
  differences and its standard error. Below 0 the search was better for being stopped.
"""

import argparse
import json
import warnings
from pathlib import Path

import numpy as np
from _tables import table, versions, with_error, write_page
from fewer_fits import N_TRAIN, TASKS, _bundled, clone_with, log
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.linear_model import ElasticNet
from sklearn.model_selection import KFold, StratifiedKFold, train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from skhpo import BayesSearchCV
from skhpo.space import Integer, Real
from skhpo.stopping import Patience, make_stopping_rules

RESULTS = Path(__file__).parent / "results" / "stopping.jsonl"
N_SPLITS = 5
RULES = {
    "auto": "auto",
    "patience 10": Patience(10),
    "patience 20": Patience(20),
    "patience 40": Patience(40),
}
TASKS = TASKS | {
    "neighbors digits": (
        _bundled(load_digits),
        KNeighborsClassifier(),
        {
            "n_neighbors": Integer(1, 60, prior="log-uniform"),
            "weights": ["uniform", "distance"],
            "p": [1, 2, 4],
        },
    ),
    "tree breast_cancer": (
        _bundled(load_breast_cancer),
        DecisionTreeClassifier(random_state=0),
        {
            "max_depth": Integer(1, 15),
            "min_samples_leaf": Integer(1, 40, prior="log-uniform"),
            "ccp_alpha": log(1e-5, 1e-1),
        },
    ),
    "elastic net diabetes": (
        _bundled(load_diabetes),
        make_pipeline(
            PolynomialFeatures(2, include_bias=False),
            StandardScaler(),
            ElasticNet(max_iter=500),
        ),
        {"elasticnet__alpha": log(1e-3, 1e1), "elasticnet__l1_ratio": Real(0.0, 1.0)},
    ),
}


class Watcher:
    """Notes when each rule would have ended a search, and never ends it."""

    def __init__(self):
        self.stopped_after = {}
        self.rules = {}

    def with_space(self, space):
        """Tell the rules the space."""
        for name, stop in RULES.items():
            (self.rules[name],) = make_stopping_rules(stop, space)
        return self

    def should_stop(self, trials):
        """Ask the rules that have not had enough yet."""
        for name, rule in self.rules.items():
            # with five splits of which three are pending, each candidate has been told
            if name not in self.stopped_after and rule.should_stop(trials):
                self.stopped_after[name] = len(trials)
        return False


def run(task, seed, n_candidates):
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
    splitter = KFold if is_regression else StratifiedKFold
    watcher = Watcher()
    search = BayesSearchCV(
        estimator,
        space,
        n_iter=n_candidates,
        cv=splitter(N_SPLITS, shuffle=True, random_state=seed),
        random_state=seed,
        stop=watcher,
        refit=False,
    ).fit(X, y)
    rows = []
    best = -np.inf
    # refitted are only those that were the best for a while
    for entry in search.history_:
        if not entry["score"] > best:
            continue
        best = entry["score"]
        model = clone_with(estimator, entry["params"]).fit(X, y)
        rows.append(
            {
                "candidate": entry["candidate"],
                "splits": entry["split_scores"].tolist(),
                "held_out": float(model.score(X_test, y_test)),
            }
        )
    return {
        "task": task,
        "seed": seed,
        "n_candidates": n_candidates,
        "n_evaluated": len(search.history_),
        "stopped_after": watcher.stopped_after,
        "incumbents": rows,
        "versions": versions(),
    }


def compare(row, rule):
    """Return what a rule saved in one run, and what it gave away."""
    n_evaluated = row["n_evaluated"]
    n_used = row["stopped_after"].get(rule, n_evaluated)
    full = row["incumbents"][-1]
    stopped = [one for one in row["incumbents"] if one["candidate"] < n_used][-1]
    regret = np.mean(full["splits"]) - np.mean(stopped["splits"])
    inflation = 1 / N_SPLITS + 1 / (N_SPLITS - 1)
    noise = np.std(full["splits"], ddof=1) * inflation**0.5
    return {
        "stopped": rule in row["stopped_after"],
        "saved": 1 - n_used / n_evaluated,
        "regret": regret,
        "relative": regret / noise if noise > 0 else np.nan,
        "held_out": full["held_out"] - stopped["held_out"],
    }


HEADER = ("stopped", "saved", "regret", "in noise", "held-out difference")


def report(rows, n_candidates):
    """Return the means for each rule, and for each task and rule."""
    means, lines = [], []
    for rule in RULES:
        every = []
        for task in TASKS:
            figures = [compare(row, rule) for row in rows if row["task"] == task]
            if figures:
                every += figures
                lines.append([task, rule, *cells(figures)])
        if every:
            means.append([rule, *cells(every)])
    return [
        f"## Next to {n_candidates} candidates on {N_SPLITS} splits",
        table(("rule", "searches", *HEADER), means),
        table(("task", "rule", "seeds", *HEADER), lines),
    ]


def cells(figures):
    """Return the means over some runs."""
    mean = {name: mean_of(one[name] for one in figures) for name in figures[0]}
    return (
        len(figures),
        f"{mean['stopped']:.0%}",
        f"{mean['saved']:.0%}",
        f"{mean['regret']:.4f}",
        f"{mean['relative']:.2f}",
        with_error(one["held_out"] for one in figures),
    )


def mean_of(values):
    """Return the mean of what is known; NaN if nothing is."""
    known = [one for one in values if np.isfinite(one)]
    return np.mean(known) if known else np.nan


def main():
    """Run what is missing, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--candidates", type=int, default=100)
    parser.add_argument("--tasks", nargs="*", choices=TASKS, default=list(TASKS))
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--table", action="store_true", help="run nothing")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    path = arguments.results
    path.parent.mkdir(exist_ok=True)
    rows = []
    if path.exists():
        rows = [json.loads(line) for line in path.read_text().splitlines()]
    done = {(row["task"], row["seed"], row["n_candidates"]) for row in rows}
    for seed in range(arguments.seeds):
        for task in arguments.tasks:
            if arguments.table or (task, seed, arguments.candidates) in done:
                continue
            rows.append(run(task, seed, arguments.candidates))
            with path.open("a") as file:
                file.write(json.dumps(rows[-1]) + "\n")
    rows = [row for row in rows if row["n_candidates"] == arguments.candidates]
    write(path, rows, arguments.candidates)


def write(path, rows, n_candidates):
    """Print the tables, and write them beside the runs."""
    write_page(
        path.with_suffix(".md"),
        "Stopping rules",
        "python benchmarks/stopping.py",
        __doc__,
        report(rows, n_candidates),
        rows,
    )


if __name__ == "__main__":
    main()
