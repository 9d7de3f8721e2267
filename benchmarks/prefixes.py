"""What does sharing the first steps of a pipeline gain, and what does it cost?

Run ``OMP_NUM_THREADS=1 python benchmarks/prefixes.py``; three minutes of CPU time.
``--tasks`` chooses some, ``--repetitions`` how often. Runs are appended to the file
``--results``, by default ``benchmarks/results/prefixes.jsonl``; the table of the last
run of each task is printed from it and written beside it, to ``prefixes.md``. With
``--table`` nothing is run.

Every task has a fixed list of candidates, so that nothing is proposed, evaluated one
after the other on three splits by

- ``BayesSearchCV``, which shares the fits of the steps in common;
- the same with sharing off (a pipeline whose ``memory`` keeps nothing);
- scikit-learn's ``RandomizedSearchCV``, for the same candidates.

They take turns. Told are the medians of the CPU times of `fit`, and of their ratios
within a turn with the quartiles; above 1 sharing is faster. In the tasks named "nothing
shared" there is nothing to gain. The scores of all three must be the same.
"""

import argparse
import json
import statistics
import time
import warnings
from pathlib import Path

import numpy as np
from _tables import table, versions, write_page
from joblib import Memory
from scipy.stats import loguniform
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.decomposition import PCA, KernelPCA
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.feature_selection import SelectKBest, mutual_info_classif
from sklearn.linear_model import LogisticRegression, RidgeClassifier, SGDClassifier
from sklearn.model_selection import ParameterSampler, RandomizedSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.svm import SVC

from skhpo import BayesSearchCV

RESULTS = Path(__file__).parent / "results" / "prefixes.jsonl"
LABELS = ("shared", "not shared", "RandomizedSearchCV")


def corpus(n_texts=250, n_words=150, n_terms=20_000):
    """Return texts of words drawn by Zipf's law, half of them with other favourites."""
    rng = np.random.default_rng(0)
    y = np.arange(n_texts) % 2
    ranks = np.minimum(rng.zipf(1.3, size=(n_texts, n_words)), n_terms)
    shifted = ranks + 3 * y[:, None] * (rng.random(ranks.shape) < 0.1)
    return [" ".join(f"word{rank}" for rank in row) for row in shifted], y


def classes(n_samples, n_features):
    """Return two classes."""
    return make_classification(n_samples, n_features, n_informative=6, random_state=0)


def mutual_information(X, y):
    """Rank features by a seeded estimate."""
    return mutual_info_classif(X, y, random_state=0)


# Name -> data, estimator, space, number of candidates, repetitions.
TASKS = {
    "text": (
        corpus(),
        Pipeline(
            [
                ("count", CountVectorizer()),
                ("tfidf", TfidfTransformer()),
                ("sgd", SGDClassifier(max_iter=20, tol=None, random_state=0)),
            ]
        ),
        {
            "count__max_df": [0.5, 0.75, 1.0],
            "count__ngram_range": [(1, 1), (1, 2)],
            "tfidf__use_idf": [True, False],
            "tfidf__norm": ["l1", "l2"],
            "sgd__alpha": [1e-6, 1e-5, 1e-4, 1e-3],
            "sgd__penalty": ["l2", "elasticnet"],
        },
        48,
        3,
    ),
    "kernel PCA": (
        classes(500, 20),
        Pipeline(
            [
                ("scale", StandardScaler()),
                ("kernel", KernelPCA(50, kernel="rbf", eigen_solver="dense")),
                ("ridge", RidgeClassifier()),
            ]
        ),
        {"kernel__gamma": [0.01, 0.03, 0.1], "ridge__alpha": loguniform(1e-4, 1e2)},
        40,
        3,
    ),
    "polynomials, selection": (
        classes(200, 8),
        Pipeline(
            [
                ("polynomial", PolynomialFeatures(2)),
                ("select", SelectKBest(mutual_information)),
                ("logistic", LogisticRegression(max_iter=200)),
            ]
        ),
        {"select__k": [10, 20], "logistic__C": loguniform(1e-3, 1e1)},
        24,
        3,
    ),
    "nothing shared: one estimator": (
        classes(300, 20),
        SVC(),
        {"C": loguniform(1e-2, 1e2), "gamma": loguniform(1e-4, 1e0)},
        30,
        9,
    ),
    "nothing shared: cheap steps": (
        classes(300, 20),
        Pipeline([("scale", StandardScaler()), ("svc", SVC())]),
        {"svc__C": loguniform(1e-2, 1e2), "svc__gamma": loguniform(1e-4, 1e0)},
        30,
        9,
    ),
    "nothing shared: slow steps": (
        classes(500, 200),
        Pipeline(
            [
                ("scale", StandardScaler()),
                ("pca", PCA(svd_solver="full")),
                ("ridge", RidgeClassifier()),
            ]
        ),
        {"pca__n_components": np.linspace(0.3, 0.99, 1000).tolist()},
        25,
        9,
    ),
}


def searches(estimator, space, n_candidates):
    """Return the three searches, of the same candidates."""
    candidates = list(ParameterSampler(space, n_candidates, random_state=0))
    plain = clone(estimator)
    if isinstance(plain, Pipeline):
        plain.set_params(memory=Memory(location=None))
    settings = {"n_iter": n_candidates, "cv": 3, "random_state": 0, "refit": False}
    given = {"initial_candidates": candidates, **settings}
    return {
        "shared": BayesSearchCV(estimator, space, **given),
        "not shared": BayesSearchCV(plain, space, **given),
        "RandomizedSearchCV": RandomizedSearchCV(estimator, space, **settings),
    }


def seconds_of_fit(search, X, y):
    """Return the CPU seconds of a search."""
    started = time.process_time()
    search.fit(X, y)
    return time.process_time() - started


def quartiles(values):
    """Return median and quartiles as text."""
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return f"{middle:.3f} ({low:.3f} to {high:.3f})"


def run(name, repetitions):
    """Let the searches take turns, and return what they took."""
    (X, y), estimator, space, n_candidates, default_repetitions = TASKS[name]
    times = {label: [] for label in LABELS}
    for turn in range(repetitions or default_repetitions):
        competitors = list(searches(estimator, space, n_candidates).items())
        for label, search in competitors[:: 1 if turn % 2 else -1]:
            times[label].append(seconds_of_fit(search, X, y))
        scores = [one.cv_results_["mean_test_score"] for _, one in competitors]
        assert all(np.array_equal(scores[0], other) for other in scores[1:])
    return {
        "task": name,
        "n_candidates": n_candidates,
        "times": times,
        "versions": versions(),
    }


def report(rows):
    """Return the table of medians."""
    lines = []
    for row in rows:
        shared, *others = (row["times"][label] for label in LABELS)
        seconds = [statistics.median(values) for values in (shared, *others)]
        ratios = [
            [one / base for one, base in zip(values, shared, strict=True)]
            for values in others
        ]
        lines.append(
            [
                row["task"],
                row["n_candidates"],
                len(shared),
                *(f"{one:.3f}" for one in seconds),
                *map(quartiles, ratios),
            ]
        )
    header = ["task", "candidates", "turns", *(f"{label}, s" for label in LABELS)]
    header += [f"{label}, ratio" for label in LABELS[1:]]
    return [table(header, lines)]


def main():
    """Run the tasks, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--tasks", nargs="*", choices=TASKS, default=list(TASKS))
    parser.add_argument("--repetitions", type=int, default=None)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--table", action="store_true", help="run nothing")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    path = arguments.results
    path.parent.mkdir(exist_ok=True)
    if not arguments.table:
        for name in arguments.tasks:
            row = run(name, arguments.repetitions)
            with path.open("a") as file:
                file.write(json.dumps(row) + "\n")
    write(path, [json.loads(line) for line in path.read_text().splitlines()])


def write(path, rows):
    """Print the last run of each task, and write the table beside the runs."""
    latest = {row["task"]: row for row in rows}
    rows = [latest[name] for name in TASKS if name in latest]
    write_page(
        path.with_suffix(".md"),
        "Sharing the first steps of a pipeline",
        "python benchmarks/prefixes.py",
        __doc__,
        report(rows),
        rows,
    )


if __name__ == "__main__":
    main()
