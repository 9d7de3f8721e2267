"""What is recorded of a fit that goes wrong, by kind of fault and backend?

Run ``OMP_NUM_THREADS=1 python benchmarks/faults.py`` for all of it (some minutes), or
name backends: ``python benchmarks/faults.py loky dask``.

Every kind of fault that the tests know (``tests/_faults.py``) is one candidate of a
search, with healthy candidates around it; kinds that end the process have a search of
their own. The table says what stands in ``history_`` for each: the status, and the last
line of the traceback of its fits. Under the table of a backend stands whether all
healthy candidates have the scores of a run without faults, and what was warned of.
"""

import argparse
import contextlib
import os
import sys
import time
import warnings
from pathlib import Path

TESTS = str(Path(__file__).parents[1] / "tests")
sys.path.insert(0, TESTS)
# Workers of ray, which are not children of this process, must find the faults too.
os.environ["PYTHONPATH"] = os.pathsep.join([TESTS, *sys.path[1:]])

from joblib import parallel_config  # noqa: E402

from _faults import (  # noqa: E402 (found by the path above)
    DEADLY,
    ENDLESS,
    FAILURES,
    HARMLESS,
    SCORES,
    Faulty,
    X,
    Y,
    candidates,
    healthy_rows,
    space_of,
)
from skhpo.search import BayesSearchCV  # noqa: E402

BACKENDS = ["threading", "loky", "multiprocessing", "dask", "ray"]
ALIVE = [kind for kind in [*FAILURES, *HARMLESS, *SCORES] if kind != "nothing"]
# In threads the limit of one fit would hold for all.
NOT_IN_THREADS = ["allocates 50 GiB"]


@contextlib.contextmanager
def started(backend):
    """Start the cluster that a backend needs."""
    with contextlib.ExitStack() as stack:
        if backend == "dask":
            import dask
            import distributed

            settings = {
                "distributed.scheduler.allowed-failures": 0,
                # A worker that takes longer to start again is given up for good.
                "distributed.deploy.lost-worker-timeout": "120s",
            }
            stack.enter_context(dask.config.set(settings))
            cluster = stack.enter_context(
                distributed.LocalCluster(
                    n_workers=2,
                    threads_per_worker=1,
                    dashboard_address=":0",
                    silence_logs="CRITICAL",
                )
            )
            stack.enter_context(distributed.Client(cluster))
        if backend == "ray":
            import ray
            from ray.util.joblib import register_ray

            ray.init(
                num_cpus=2,
                include_dashboard=False,
                logging_level="ERROR",
                log_to_driver=False,
            )
            stack.callback(ray.shutdown)
            register_ray()
        yield


def search(given, kinds, backend):
    """Evaluate given candidates; return the search and the distinct warnings."""
    one = BayesSearchCV(
        Faulty(),
        space_of(kinds),
        n_iter=len(given),
        cv=2,
        initial_candidates=given,
        refit=False,
        random_state=0,
    )
    if backend != "sequential" and set(kinds) & set(ENDLESS):
        one.set_params(fit_time_limit=2.0)
    with (
        parallel_config(backend, n_jobs=2),
        warnings.catch_warnings(record=True) as caught,
    ):
        warnings.simplefilter("always")
        one.fit(X.copy(), Y.copy())
    return one, {f"{item.category.__name__}: {first_words(item)}" for item in caught}


def first_words(warning):
    return str(warning.message).strip().splitlines()[0][:90]


def run(kinds, backend, table):
    """Write a row for each kind, then what became of the healthy candidates."""
    given = candidates(kinds)
    started_at = time.perf_counter()
    one, shown = search(given, kinds, backend)
    seconds = time.perf_counter() - started_at
    for entry in one.history_:
        if entry["params"]["fault"] != "nothing":
            table.write(row(entry))
    healthy = [params for params in given if params["fault"] == "nothing"]
    same = healthy_rows(one) == healthy_rows(search(healthy, kinds, "sequential")[0])
    table.write(f"    healthy candidates as without faults: {same}; {seconds:.1f} s\n")
    for text in sorted(shown):
        table.write(f"    {text}\n")
    table.flush()


def row(entry):
    traces = [trace for trace in entry["fit_errors"] if trace]
    last = traces[0].strip().splitlines()[-1] if traces else ""
    columns = entry["params"]["fault"], entry["status"], entry["score"], last[:150]
    return "{:34s} {:9s} {:<8.3g} {}\n".format(*columns)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("backends", nargs="*", default=BACKENDS)
    arguments = parser.parse_args()
    # What the faults print goes nowhere, also from worker processes.
    table = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for backend in arguments.backends:
        is_thread = backend == "threading"
        alive = [kind for kind in ALIVE if not (is_thread and kind in NOT_IN_THREADS)]
        # A cluster has no limit for a fit, and a thread no process of its own.
        deadly = [] if is_thread else [*DEADLY]
        if backend in {"loky", "multiprocessing"}:
            deadly += ENDLESS
        table.write(f"\n== {backend}\n")
        directory = os.getcwd()
        for kinds in [alive, *([kind] for kind in deadly)]:
            # Each has a cluster of its own.
            with started(backend):
                run(kinds, backend, table)
            os.chdir(directory)


if __name__ == "__main__":
    main()
