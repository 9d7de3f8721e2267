"""How busy are the workers, and what does the engine cost?

Run ``OMP_NUM_THREADS=1 python benchmarks/engine.py``, with
``--peer-python /path/to/python`` for an interpreter that has scikit-optimize and
sklearn-genetic-opt. ``--peers`` chooses among them: scikit-optimize takes many minutes.
The tables are written to ``benchmarks/results/engine.md``, if they are not only a part
(``--only``).

Every search takes its turn in each repeat; told are medians with the range. Two
questions, each answered next to a peer in the same run:

1. Of the time of two workers, which share goes into fits? Fits take exponentially
   distributed times. Peers: the same generator behind a barrier, in batches that
   scikit-learn's own `evaluate_candidates` runs, `BayesSearchCV` of scikit-optimize
   with ``n_points=2``, and for `EvolutionarySearchCV` the generations of
   sklearn-genetic-opt's `GASearchCV`, populations of 10 and about as many candidates.
   `RandomizedSearchCV`, which never waits, shows what the machine allows. The ideal is
   what the same fits would take if none had to wait and nothing but them took time;
   the time of proposals counts for all.
2. What does a search take for given candidates, in relation to `RandomizedSearchCV`?
   Nothing is proposed, so the difference is the engine's.
"""

import argparse
import itertools
import json
import os
import statistics
import subprocess
import time
from pathlib import Path

import numpy as np
from _peers.fits import BusyFit, ExponentialSleep, busy_figures, data
from _tables import table, versions, write_page
from scipy.stats import uniform
from sklearn.model_selection import RandomizedSearchCV

from skhpo._compat._sklearn import BaseSearchCV
from skhpo.generators import BayesianGenerator
from skhpo.search import BayesSearchCV, EvolutionarySearchCV
from skhpo.space import Real, SearchSpace
from skhpo.trials import Trial, TrialStatus

RESULTS = Path(__file__).parent / "results" / "engine.md"
N_WORKERS = 2
SPACE = {"x": Real(0.0, 1.0), "y": Real(0.0, 1.0)}
PEERS = {
    "genetic_search": "GASearchCV",
    "skopt_search": "skopt BayesSearchCV, n_points=2",
}


class BatchSearchCV(BaseSearchCV):
    """The same generator, with a barrier after every `batch_size` candidates."""

    def __init__(self, estimator, *, n_iter, batch_size, seed, cv, n_jobs, refit):
        super().__init__(estimator, cv=cv, n_jobs=n_jobs, refit=refit)
        self.n_iter = n_iter
        self.batch_size = batch_size
        self.seed = seed

    def _run_search(self, evaluate_candidates):
        rng = np.random.default_rng(self.seed)
        generator = BayesianGenerator(SearchSpace(SPACE), rng)
        for first in range(0, self.n_iter, self.batch_size):
            rows = range(first, min(first + self.batch_size, self.n_iter))
            batch = [generator.ask() for _ in rows]
            results = evaluate_candidates([dict(one.params) for one in batch])
            for row, candidate in zip(rows, batch, strict=True):
                scores = [
                    results[f"split{split}_test_score"][row]
                    for split in range(self.n_splits_)
                ]
                generator.tell(Trial(candidate, np.array(scores), TrialStatus.COMPLETE))


def timed(search):
    """Return the wall time of a fit."""
    started = time.perf_counter()
    search.fit(data())
    return time.perf_counter() - started


def ours(search_class):
    """Return a function that gives the figures of a search of ours."""

    def run(n_candidates, n_splits, mean, seed):
        search = search_class(
            ExponentialSleep(mean=mean),
            SPACE,
            n_iter=n_candidates,
            cv=n_splits,
            n_jobs=N_WORKERS,
            refit=False,
            random_state=seed,
        )
        wall = timed(search)
        candidates = search.cv_results_["params"]
        figures = busy_figures(candidates, mean, n_splits, N_WORKERS, wall)
        proposing = sum(entry["suggestion_time"] for entry in search.history_)
        return figures | {"proposing": proposing / wall}

    return run


def in_batches(batch_size):
    """Return a function that gives the figures of a search with a barrier."""

    def run(n_candidates, n_splits, mean, seed):
        search = BatchSearchCV(
            ExponentialSleep(mean=mean),
            n_iter=n_candidates,
            batch_size=batch_size,
            seed=seed,
            cv=n_splits,
            n_jobs=N_WORKERS,
            refit=False,
        )
        wall = timed(search)
        candidates = search.cv_results_["params"]
        return busy_figures(candidates, mean, n_splits, N_WORKERS, wall)

    return run


def without_model(n_candidates, n_splits, mean, seed):
    """Return the figures of a random search: what can be had on this machine."""
    search = RandomizedSearchCV(
        ExponentialSleep(mean=mean),
        {"x": uniform(0.0, 1.0), "y": uniform(0.0, 1.0)},
        n_iter=n_candidates,
        cv=n_splits,
        n_jobs=N_WORKERS,
        refit=False,
        random_state=seed,
    )
    wall = timed(search)
    candidates = search.cv_results_["params"]
    return busy_figures(candidates, mean, n_splits, N_WORKERS, wall)


def elsewhere(python, module):
    """Return a function that gives the figures of a search in another interpreter."""

    def run(**settings):
        done = subprocess.run(
            [python, "-m", f"_peers.{module}"],
            input=json.dumps(settings),
            capture_output=True,
            check=True,
            cwd=Path(__file__).parent,
            text=True,
        )
        return json.loads(done.stdout)

    return run


def spread(values, form):
    """Return median, least and greatest as text."""
    low, high = min(values), max(values)
    return f"{statistics.median(values):{form}} [{low:{form}}, {high:{form}}]"


def compare_busy_shares(options, mean):
    """Return the table of the first question, and all figures."""
    searches = {
        "BayesSearchCV": ours(BayesSearchCV),
        "EvolutionarySearchCV": ours(EvolutionarySearchCV),
        "same generator, batches of 1": in_batches(1),
        "same generator, batches of 2": in_batches(2),
        "RandomizedSearchCV, no model": without_model,
    }
    if options.peer_python:
        for module in options.peers:
            searches[PEERS[module]] = elsewhere(options.peer_python, module)
    settings = {
        "n_candidates": options.busy_candidates,
        "n_splits": options.splits,
        "mean": mean,
    }
    ours(BayesSearchCV)(4, options.splits, 0.001, 0)  # starts the workers
    figures = {name: [] for name in searches}
    for seed in range(options.repeats):
        for name, search in searches.items():
            figures[name].append(search(**settings, seed=seed))
    columns = {"busy": ".3f", "of_ideal": ".3f", "wall": ".2f", "proposing": ".1%"}
    rows = [
        [
            name,
            *(
                spread([run[key] for run in runs], form) if key in runs[0] else ""
                for key, form in columns.items()
            ),
        ]
        for name, runs in figures.items()
    ]
    heading = (
        f"## Busy share of {N_WORKERS} workers, fits of {mean * 1000:.0f} ms\n\n"
        f"{options.busy_candidates} candidates, {options.splits} splits, "
        f"{options.repeats} repeats.\n\n"
    )
    names = ["search", "busy", "of the ideal", "wall, s", "proposing, of the wall"]
    return heading + table(names, rows), [*itertools.chain(*figures.values())]


def given_candidates(kind, n_jobs, options):
    """Return a search of known candidates: ours or scikit-learn's."""
    values = np.linspace(0.0, 1.0, options.candidates).tolist()
    common = {
        "n_iter": options.candidates,
        "cv": options.splits,
        "n_jobs": n_jobs,
        "refit": False,
        "random_state": 0,
    }
    estimator = BusyFit(seconds=options.busy_fit)
    if kind == "skhpo":
        return BayesSearchCV(
            estimator,
            {"x": Real(0.0, 1.0)},
            initial_candidates=[{"x": value} for value in values],
            **common,
        )
    return RandomizedSearchCV(estimator, {"x": values}, **common)


def compare_overhead(options):
    """Return the table of the second question."""
    rows = []
    for n_jobs in (1, N_WORKERS):
        walls = {"skhpo": [], "scikit-learn": []}
        proposing = []
        for kind in walls:
            given_candidates(kind, n_jobs, options).fit(data())  # starts the workers
        for repeat in range(options.repeats):
            # In turn, so that neither is always the first.
            for kind in sorted(walls, reverse=bool(repeat % 2)):
                search = given_candidates(kind, n_jobs, options)
                walls[kind].append(timed(search))
                if kind == "skhpo":
                    proposing.append(sum(e["suggestion_time"] for e in search.history_))
        ratios = [
            (wall - asked) / theirs
            for wall, asked, theirs in zip(
                walls["skhpo"], proposing, walls["scikit-learn"], strict=True
            )
        ]
        rows.append(
            [
                n_jobs,
                spread(walls["skhpo"], ".2f"),
                spread(walls["scikit-learn"], ".2f"),
                spread(ratios, ".3f"),
                f"{statistics.median(proposing):.3f}",
            ]
        )
    heading = (
        f"## Wall time for given candidates\n\n{options.candidates} candidates, "
        f"{options.splits} splits, fits of {options.busy_fit * 1000:g} ms, "
        f"{options.repeats} interleaved repeats.\n\n"
    )
    names = ["n_jobs", "skhpo, s", "RandomizedSearchCV, s", "ratio", "proposing, s"]
    return heading + table(names, rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer-python", help="interpreter with the peers")
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=list(PEERS))
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--busy-candidates", type=int, default=40)
    parser.add_argument(
        "--means", type=float, nargs="+", default=[0.05, 0.2], help="seconds of a fit"
    )
    parser.add_argument("--candidates", type=int, default=200)
    parser.add_argument("--busy-fit", type=float, default=0.001, help="seconds")
    parser.add_argument("--only", choices=["busy", "overhead"])
    options = parser.parse_args()
    before = os.getloadavg()[2]
    parts, rows = [], [{"versions": versions()}]
    if options.only != "overhead":
        for mean in options.means:
            part, runs = compare_busy_shares(options, mean)
            parts.append(part)
            rows += runs
    if options.only != "busy":
        parts.append(compare_overhead(options))
    if options.only:
        print("\n\n".join(parts))
        return
    parts.append(
        f"The machine has {os.cpu_count()} cores, which others may use: its load was "
        f"{before:.1f} in the 15 minutes before, {os.getloadavg()[2]:.1f} in the last."
    )
    write_page(
        RESULTS,
        "Busy workers, and the cost of the engine",
        "python benchmarks/engine.py",
        __doc__,
        parts,
        rows,
    )


if __name__ == "__main__":
    main()
