"""What does a journal cost?

Run ``OMP_NUM_THREADS=1 python benchmarks/journal.py``, with ``--folder`` for a place on
the disk in question (default: the working directory).

The same `EvolutionarySearchCV` with and without a journal, in turns: what a search with
a journal takes longer, for each split, in seconds of the clock and of the processor (of
the search itself, not its workers; this figure bears a machine that is busy with other
things). Fits take 2 ms. The journal lies on the disk and, where there is one, in the
shared memory of ``/dev/shm``, which confirms at once. Beside it what it takes to hand a
line over, for which a search waits after each split, and until the disk has confirmed
it, for which it waits only at its end. Last what it takes to go on: to recall a split.
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator

from skhpo import EvolutionarySearchCV
from skhpo.journal._appended import AppendedFile
from skhpo.space import Real

N_CANDIDATES, N_SPLITS, N_ROUNDS = 60, 5, 9
N_FITS = N_CANDIDATES * N_SPLITS
X = np.linspace(0.0, 1.0, 200).reshape(-1, 1)
SPACE = {"x": Real(0.0, 1.0), "y": Real(0.0, 1.0)}


class Fit(BaseEstimator):
    """Takes two milliseconds."""

    def __init__(self, x=0.5, y=0.5):
        self.x = x
        self.y = y

    def fit(self, X, y=None):  # noqa: ARG002
        time.sleep(0.002)
        return self

    def score(self, X, y=None):  # noqa: ARG002
        return -((self.x - 0.3) ** 2) - (self.y - 0.6) ** 2 + 0.01 * float(X[0, 0])


def seconds_of(journal, n_jobs):
    """Return what one search takes, of the clock and of the processor."""
    search = EvolutionarySearchCV(
        Fit(),
        SPACE,
        n_iter=N_CANDIDATES,
        cv=N_SPLITS,
        random_state=0,
        refit=False,
        n_jobs=n_jobs,
        journal=journal,
    )
    began = np.array([time.perf_counter(), time.process_time()])
    search.fit(X)
    return np.array([time.perf_counter(), time.process_time()]) - began


def show(label, seconds):
    """Print medians for each split, and the ranges, in milliseconds."""
    for name, column in zip(("clock", "processor"), np.array(seconds).T, strict=True):
        each = 1e3 * column / N_FITS
        print(
            f"  {label}, {name:<10}{np.median(each):8.3f} ms "
            f"({each.min():.3f} to {each.max():.3f})"
        )


def compare(folder, n_jobs):
    """Print what a journal in a folder adds, and what recalling costs."""
    added, recalled = [], []
    seconds_of(None, n_jobs)
    for _ in range(N_ROUNDS):
        with tempfile.TemporaryDirectory(dir=folder) as place:
            journal = Path(place, "search.jsonl")
            without = seconds_of(None, n_jobs)
            added.append(seconds_of(journal, n_jobs) - without)
            recalled.append(seconds_of(journal, n_jobs))
    show("a journal adds", added)
    show("recalling takes", recalled)


def confirm(folder, n_lines=200):
    """Print what it takes to hand a line over, and until the disk confirms it."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        file = AppendedFile(Path(place, "lines"), 0)
        line = b"x" * 300 + b"\n"
        appended, confirmed = [], []
        for _ in range(n_lines):
            began = time.perf_counter()
            file.append([line])
            appended.append(time.perf_counter() - began)
            file.sync()
            confirmed.append(time.perf_counter() - began)
        file.close()
    for name, seconds in (("handed over", appended), ("confirmed", confirmed)):
        ordered = sorted(seconds)
        print(
            f"  a line is {name:<16}{1e3 * statistics.median(ordered):8.3f} ms "
            f"(nine of ten in {1e3 * ordered[int(0.9 * n_lines)]:.3f} ms)"
        )


def main():
    """Measure on the disk and in shared memory, with one worker and with two."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", default=os.getcwd())
    arguments = parser.parse_args()
    print(f"{N_FITS} fits of 2 ms, {N_ROUNDS} rounds: median (range)")
    for folder in (arguments.folder, "/dev/shm"):
        if not Path(folder).is_dir():
            continue
        print(f"{folder}:")
        confirm(folder)
        for n_jobs in (1, 2):
            print(f" {n_jobs} worker{'s' * (n_jobs > 1)}:")
            compare(folder, n_jobs)


if __name__ == "__main__":
    main()
