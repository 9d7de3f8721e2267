"""Faults of all kinds on all backends: their reason is recorded, the rest is intact.

All faults that leave the process alive are candidates of one search for each backend,
with a healthy candidate between any two; each kind that ends the process has a search
of its own. ``benchmarks/faults.py`` prints what was recorded of each.
"""

import os
import random
import sys
import warnings

import numpy as np
import pytest
import sklearn
from joblib import parallel_config
from sklearn.model_selection import ShuffleSplit

from _faults import (
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
from skhpo.search import BayesSearchCV

pytestmark = [
    pytest.mark.skipif(
        os.name != "posix", reason="forks, limits memory, sends signals"
    ),
    # From Python 3.12 on it warns of what multiprocessing does on Linux.
    pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning"),
    # Each of these is looked for, or tested elsewhere.
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning"),
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore:One or more of the:UserWarning"),
    pytest.mark.filterwarnings("ignore:Scoring failed:UserWarning"),
]

LOCAL = ["threading", "loky", "multiprocessing"]

# What the traceback of a fit, or of its scores, must say.
REASONS = {
    "raises": "FloatingPointError: too large",
    "raises what cannot travel": "UnpicklableError: cannot travel",
    "raises what cannot be shown": "UntoldError",
    "raises a BaseException": "BaseFault: not an Exception",
    "raises GeneratorExit": "GeneratorExit",
    "raises CancelledError": "CancelledError: cancelled",
    "raises StopIteration": "StopIteration: stopped",
    "calls sys.exit": "SystemExit: 1",
    "recurses for ever": "RecursionError",
    "allocates an exbibyte": "MemoryError",
    "allocates 50 GiB": "MemoryError",
    "raises a BaseException in predict": "BaseFault: in predict",
    "scores a string": "must return a number, got 0.5",
    "scores None": "must return a number, got None",
    "scores an array": "must return a number",
    "scores a complex number": "must be a real number. Got 1j",
    "scores what cannot travel": "cannot be pickled",
    "raises in get_params": "RuntimeError: no parameters",
}
# These make no sense of a score, without a traceback of a fit: a warning says why.
NOT_FINITE = {"scores nan", "scores inf", "scores -inf", "raises in predict"}


@pytest.fixture(scope="module")
def dask_backend():
    """Two dask worker processes, of which a task may kill one."""
    distributed = pytest.importorskip("distributed")
    dask = pytest.importorskip("dask")
    with (
        dask.config.set(
            {
                "distributed.scheduler.allowed-failures": 0,
                # On a busy machine workers take long to start again.
                "distributed.deploy.lost-worker-timeout": "120s",
            }
        ),
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            dashboard_address=":0",
            silence_logs="CRITICAL",
        ) as cluster,
        distributed.Client(cluster),
    ):
        yield "dask"


@pytest.fixture(scope="module")
def ray_backend():
    """Two ray workers."""
    ray = pytest.importorskip("ray")
    from ray.util.joblib import register_ray

    with pytest.MonkeyPatch.context() as patch:
        # The workers, which are not children of this process, must find _faults.
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        ray.init(
            num_cpus=2,
            include_dashboard=False,
            logging_level="ERROR",
            log_to_driver=False,
        )
    register_ray()
    yield "ray"
    ray.shutdown()


# A module-wide fixture, so that each backend has its turn and ray comes last.
@pytest.fixture(scope="module", params=[*LOCAL, "dask", "ray"])
def backend(request):
    """The name of each backend."""
    name = request.param
    if name not in LOCAL:
        name = request.getfixturevalue(f"{name}_backend")
    return name


@pytest.fixture
def unchanged():
    """Undo what faults do to this process when they run in its threads."""
    directory, environment = os.getcwd(), dict(os.environ)
    states = random.getstate(), np.random.get_state()  # noqa: NPY002 (what faults set)
    with warnings.catch_warnings(), sklearn.config_context():
        yield
    os.chdir(directory)
    os.environ.clear()
    os.environ.update(environment)
    random.setstate(states[0])
    np.random.set_state(states[1])  # noqa: NPY002


def search_of(given, faults, cv=2):
    """Return a search of given candidates only."""
    return BayesSearchCV(
        Faulty(),
        space_of(faults),
        n_iter=len(given),
        cv=cv,
        initial_candidates=given,
        refit=False,
        random_state=0,
    )


def healthy_run(faults, cv=2):
    """Return the scores of the healthy candidates in a search without any fault."""
    given = [one for one in candidates(faults) if one["fault"] == "nothing"]
    return healthy_rows(search_of(given, faults, cv).fit(X, Y))


def by_fault(search):
    """Return the history of the candidates with a fault."""
    return {
        entry["params"]["fault"]: entry
        for entry in search.history_
        if entry["params"]["fault"] != "nothing"
    }


@pytest.mark.usefixtures("unchanged")
def test_faults_are_recorded_and_the_rest_is_intact(backend):
    """Each has its reason in the history; healthy scores are those of a healthy run."""
    faults = [*FAILURES, *HARMLESS, *SCORES]
    faults.remove("nothing")
    if backend == "threading":
        # The limit would hold for all threads, and nothing has to travel.
        faults.remove("allocates 50 GiB")
        faults.remove("scores what cannot travel")
    search = search_of(candidates(faults), faults)
    with parallel_config(backend, n_jobs=2):
        search.fit(X.copy(), Y.copy())
    assert search.stop_reason_ == "n_iter"
    assert healthy_rows(search) == healthy_run(faults)
    found = by_fault(search)
    assert list(found) == faults
    for fault, entry in found.items():
        failed = fault in REASONS or fault in NOT_FINITE
        assert entry["status"] == ("failed" if failed else "complete"), fault
        for trace in entry["fit_errors"]:
            assert (trace is not None) == failed, fault
            reason = REASONS.get(fault, "The fit succeeded, but its score is")
            assert trace is None or reason in trace, fault


@pytest.mark.parametrize("fault", [*DEADLY, *ENDLESS])
def test_a_fault_that_ends_the_process_costs_only_its_candidate(backend, fault):
    """The reason is in the history; healthy scores are those of a healthy run."""
    if backend == "threading":
        pytest.skip("it would end this process")
    if backend in {"dask", "ray"} and fault != "crashes":
        pytest.skip("to a cluster one lost worker is like another")
    # One split: starting another worker takes the longest.
    cv = ShuffleSplit(1, random_state=0)
    search = search_of(candidates([fault]), [fault], cv)
    if fault in ENDLESS:
        search.set_params(fit_time_limit=2.0)
    with parallel_config(backend, n_jobs=2):
        search.fit(X, Y)
    assert healthy_rows(search) == healthy_run([fault], cv)
    entry = by_fault(search)[fault]
    assert entry["status"] == "failed"
    reason = "FitTimeoutError" if fault in ENDLESS else "died while it ran"
    assert all(reason in error for error in entry["fit_errors"])
