"""Who is to blame when a worker dies, and who is not."""

import os
import sys
import threading
import warnings

import pytest
from joblib import parallel_config

from _pool_calls import (
    CountedList,
    be_killed_once,
    call,
    completions,
    die_leaving_a_file,
    length_of_both,
    results_by_key,
    square,
)
from skhpo._compat._joblib import TaskPool
from skhpo._compat._sklearn import with_current_config
from skhpo.exceptions import WorkerLostError

pytestmark = [
    # From Python 3.12 on it warns of what multiprocessing does on Linux.
    pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def dask_backend():
    """A dask worker in a thread."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=1,
            threads_per_worker=2,
            dashboard_address=":0",
            silence_logs="CRITICAL",
        ) as cluster,
        distributed.Client(cluster),
    ):
        yield


@pytest.fixture(scope="module")
def ray_backend():
    """Two ray workers."""
    ray = pytest.importorskip("ray")
    from ray.util.joblib import register_ray

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        ray.init(
            num_cpus=2,
            include_dashboard=False,
            logging_level="ERROR",
            log_to_driver=False,
        )
    register_ray()
    yield
    ray.shutdown()


@pytest.mark.parametrize("backend", ["loky", "multiprocessing"])
def test_a_call_that_crashes_is_run_once(tmp_path, backend):
    """What it ran is known, so nothing has to be tried again to find the culprit."""
    with parallel_config(backend, n_jobs=2), TaskPool() as pool:
        for key in range(3):
            pool.submit(key, [call(square, key, 0.1)])
        pool.submit("deadly", [call(square, 2), call(die_leaving_a_file, tmp_path)])
        results = {one.key: one.results for one in completions(pool)}
    before, lost = results.pop("deadly")
    assert before == 4
    with pytest.raises(WorkerLostError, match=r"exit code was 1.*n_jobs"):
        raise lost
    assert results == {0: [0], 1: [1], 2: [4]}
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
@pytest.mark.parametrize("backend", ["loky", "multiprocessing"])
def test_a_call_that_was_killed_is_run_again(tmp_path, backend):
    """There may be more memory when it runs alone."""
    with parallel_config(backend, n_jobs=2), TaskPool() as pool:
        pool.submit("killed", [call(be_killed_once, tmp_path)])
        pool.submit("other", [call(square, 3)])
        assert results_by_key(pool) == {"killed": ["alive"], "other": [9]}


def test_another_pool_on_the_same_workers_does_no_harm(tmp_path):
    """Its workers die, and it ends them all, while those of this pool are at work."""

    def have_workers_die():
        # The configuration of joblib is that of a thread.
        with parallel_config("loky", n_jobs=2), TaskPool() as pool:
            assert not pool.shares_memory
            for key in range(2):
                pool.submit(key, [call(die_leaving_a_file, tmp_path)])
            others.extend(one.results[0] for one in completions(pool))
            pool.submit("given up", [call(square, 2, 60.0)])

    others = []
    with parallel_config("loky", n_jobs=2), TaskPool() as pool:
        for key in range(4):
            pool.submit(key, [call(square, key, 0.5)])
        thread = threading.Thread(target=have_workers_die)
        thread.start()
        assert results_by_key(pool) == {key: [key * key] for key in range(4)}
        thread.join()
        pool.submit("after", [call(square, 3)])
        assert results_by_key(pool) == {"after": [9]}
    assert all(isinstance(lost, WorkerLostError) for lost in others)
    assert len(others) == 2


@pytest.mark.parametrize("name", ["dask", "ray"])
def test_a_cluster_gets_data_once(name, request):
    """However many calls take them, and wherever in the arguments they are."""
    request.getfixturevalue(f"{name}_backend")
    first, second = CountedList([0] * 1000), CountedList([0] * 2000)
    settings = {"fit_params": {"second": second}}
    CountedList.n_pickled = 0
    with parallel_config(name, n_jobs=2), TaskPool() as pool:
        for key in range(6):
            pool.submit(key, [call(length_of_both, first, settings)] * 2)
        results = results_by_key(pool)
    assert results == {key: [(1000, 2000)] * 2 for key in range(6)}
    assert CountedList.n_pickled == 2


def test_a_thread_that_outlives_a_search_leaves_warning_filters_alone():
    """It would bring back those of the time when it began."""
    begun, end = threading.Event(), threading.Event()

    def wait():
        begun.set()
        end.wait(60)

    function = with_current_config(wait, with_warning_filters=False)
    thread = threading.Thread(target=function)
    with warnings.catch_warnings():
        thread.start()
        begun.wait(60)
        warnings.filterwarnings("ignore", "set in the meantime")
        end.set()
        thread.join()
        assert warnings.filters[0][0] == "ignore"
        assert warnings.filters[0][1].pattern == "set in the meantime"
