"""How many workers can one driver keep busy?

Run ``OMP_NUM_THREADS=1 python benchmarks/scaling.py``; ``--help`` shows what can be
set. Nothing is fitted and no worker is started: this is a simulation in virtual time.
The loop, the schedule and the generator are the real ones. What they compute takes the
processor time that it takes here; fits take times drawn from a log-normal distribution
with the given mean, on as many workers as are wanted, and no time is lost on the way.

For each generator and number of workers there is one row:

busy
    Share of the workers' time that fits have, from when each worker has had one fit to
    the last proposal. A row with ``>`` was ended by ``--cpu-seconds`` before that; it
    says nothing of the share, but the other columns hold.
candidates
    How many were proposed.
possible, needed
    Proposals a second that the driver can make (the last quarter of them; with all that
    the loop does for one), and those that keep the workers busy: workers, divided by
    the mean fit time and the number of splits. Where less is possible than needed,
    one driver is saturated.
memory
    Peak resident memory of the driver in MiB, with all imports.
"""

import argparse
import heapq
import multiprocessing
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from skhpo._compat._joblib import Completed
from skhpo.engine import (
    LoopSettings,
    Schedule,
    SplitResult,
    resolve_max_in_flight,
    resolve_max_pending,
    run_search,
)
from skhpo.generators import BayesianGenerator, make_evolution
from skhpo.space import Integer, Real, SearchSpace

SPACE = {
    "learning_rate": Real(1e-3, 1.0, prior="log-uniform"),
    "max_leaf_nodes": Integer(4, 256, prior="log-uniform"),
    "l2_regularization": Real(1e-6, 1e2, prior="log-uniform"),
    "max_features": Real(0.1, 1.0),
    "min_samples_leaf": Integer(1, 100, prior="log-uniform"),
    "kind": ["a", "b", "c"],
}
OPTIMUM = np.full(6, 0.3)
GENERATORS = {
    "bayesian": BayesianGenerator,
    "evolutionary": make_evolution,
}


class VirtualPool:
    """Stands in for a `TaskPool`: evaluations take virtual time, the caller real time.

    All that happens between two calls of a method is the driver's work, and moves the
    clock by the processor time that it took.
    """

    shares_memory = False
    is_local = False

    def __init__(self, n_workers, fit_seconds, rng):
        self.n_workers = n_workers
        self.now = 0.0
        self.fits = []
        self._draw = rng.lognormal
        self._mean = np.log(fit_seconds) - 0.5**2 / 2
        # When each worker is free, and what comes back when.
        self._free = [0.0] * n_workers
        self._running = []
        self._mark = time.thread_time()

    @property
    def n_in_flight(self):
        return len(self._running)

    def submit(self, key, calls, watch=None):  # noqa: ARG002 (a TaskPool has it)
        self._let_pass()
        start = max(self.now, heapq.heappop(self._free))
        end = start
        results = []
        for function, arguments, keywords in calls:
            seconds = self._draw(self._mean, 0.5)
            end += seconds
            score = function(*arguments, **keywords)
            scores = {"test_scores": score, "fit_error": None}
            results.append(SplitResult(scores, duration=seconds))
        heapq.heappush(self._free, end)
        heapq.heappush(self._running, (end, key, results))
        self.fits.append((start, end))
        self._mark = time.thread_time()

    def next_completed(self, timeout=None, *, until_resized=False):  # noqa: ARG002
        self._let_pass()
        end, key, results = heapq.heappop(self._running)
        self.now = max(self.now, end)
        self._mark = time.thread_time()
        return Completed(key, results, None)

    def _let_pass(self):
        self.now += time.thread_time() - self._mark


class WatchedSchedule(Schedule):
    """Notes when candidates are proposed, in processor time."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.times = []
        self.n_taken_at_proposal = 0
        self._n_taken = 0

    def take(self, n_most):
        taken = super().take(n_most)
        self._n_taken += len(taken)
        if len(self.times) < len(self.records):
            self.times += [time.thread_time()] * (len(self.records) - len(self.times))
            self.n_taken_at_proposal = self._n_taken
        return taken


class Evaluator:
    """Stands in for a `SplitEvaluator`: the score is a function of the candidate."""

    def __init__(self, space):
        self._space = space

    def as_call(self, index, split, params, **options):  # noqa: ARG002
        return self._score, (split, params), {}

    def _score(self, split, params):
        point = self._space.encode(params)
        return -float(((point - OPTIMUM) ** 2).sum()) + 0.01 * split


def simulate(name, n_workers, arguments):
    """Return the figures of one row."""
    space = SearchSpace(SPACE)
    n_evaluations = n_workers * arguments.rounds
    n_candidates = max(arguments.fewest, -(-n_evaluations // arguments.splits))
    if arguments.pending_per_worker is None:
        max_pending = resolve_max_pending(
            "auto",
            n_workers=n_workers,
            n_splits=arguments.splits,
            n_candidates=n_candidates,
        )
    else:
        max_pending = arguments.pending_per_worker * n_workers
    pool = VirtualPool(n_workers, arguments.fit_seconds, np.random.default_rng(1))
    schedule = WatchedSchedule(
        GENERATORS[name](space, np.random.default_rng(0)),
        n_candidates=n_candidates,
        n_splits=arguments.splits,
        max_pending=max_pending,
    )
    settings = LoopSettings(
        max_in_flight=resolve_max_in_flight("2*n_jobs", n_workers),
        time_limit=None,
        n_design=1,
        raises_on_failure=False,
        score_of=lambda scores: scores["test_scores"],
        task_of=lambda _: None,
        on_result=lambda _: time.thread_time() > arguments.cpu_seconds,
        on_candidate=lambda _: None,
        caller=None,
    )
    outcome = run_search(pool, schedule, Evaluator(space), settings)
    end = pool.fits[schedule.n_taken_at_proposal - 1][0]
    return {
        "generator": name,
        "workers": n_workers,
        "busy": busy_share(pool, end),
        "is_whole": outcome.stop_reason != "callback",
        "candidates": len(schedule.records),
        "possible": rate(schedule.times),
        "needed": n_workers / arguments.fit_seconds / arguments.splits,
        "memory": peak_memory(),
    }


def busy_share(pool, end):
    """Return the share of time with a fit, once all workers have had one."""
    if len(pool.fits) <= pool.n_workers:
        return np.nan
    begin = max(end for _, end in pool.fits[: pool.n_workers])
    starts, ends = np.clip(np.array(pool.fits).T, begin, max(begin, end))
    return (ends - starts).sum() / pool.n_workers / max(end - begin, 1e-9)


def rate(times):
    """Return how many a second, over the last quarter."""
    latest = times[-max(2, len(times) // 4) :]
    passed = latest[-1] - latest[0]
    return (len(latest) - 1) / passed if passed else np.inf


def peak_memory():
    """Return the most memory that this process has had, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--workers", type=int, nargs="*", default=[1, 4, 16, 64, 256, 1024, 4096])
    add("--generators", nargs="*", default=list(GENERATORS), choices=GENERATORS)
    add("--fit-seconds", type=float, default=60.0, help="mean duration of a fit")
    add("--splits", type=int, default=5)
    add("--rounds", type=int, default=24, help="fits for each worker")
    add("--fewest", type=int, default=60, help="fewest candidates")
    add("--pending-per-worker", type=int, help="as max_pending; default 'auto'")
    add("--cpu-seconds", type=float, default=60.0, help="most for a row")
    arguments = parser.parse_args()
    print(
        f"fits of {arguments.fit_seconds:g} s, {arguments.splits} splits, "
        f"{arguments.pending_per_worker or 'auto'} pending for each worker\n\n"
        "| generator | workers | busy | candidates | possible /s | needed /s | MiB |\n"
        "|---|---|---|---|---|---|---|"
    )
    # A process for each row, so that each has its own peak of memory.
    with ProcessPoolExecutor(
        1, mp_context=multiprocessing.get_context("spawn"), max_tasks_per_child=1
    ) as executor:
        for name in arguments.generators:
            for n_workers in arguments.workers:
                figures = executor.submit(simulate, name, n_workers, arguments)
                print(row(**figures.result()), flush=True)


def row(*, generator, workers, busy, is_whole, candidates, possible, needed, memory):
    """Return a line of the table."""
    share = f"{busy:.0%}" if is_whole else ">"
    return (
        f"| {generator} | {workers} | {share} | {candidates} | {possible:.3g} "
        f"| {needed:.3g} | {memory:.0f} |"
    )


if __name__ == "__main__":
    main()
