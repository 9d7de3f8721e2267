"""The task pool on every joblib backend."""

import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from joblib import Parallel, delayed, parallel_config, register_parallel_backend
from joblib._parallel_backends import ParallelBackendBase

import _pool_calls
from _pool_calls import (
    call,
    completions,
    describe_array,
    describe_worker,
    die,
    fail,
    hand_back,
    make_lock,
    results_by_key,
    square,
    squares_of_a_nested_pool,
)
from skhpo._compat._joblib import TaskPool
from skhpo.exceptions import WorkerLostError

LOCAL = ["sequential", "threading", "loky", "multiprocessing"]
PROCESSES = ["loky", "multiprocessing", "dask", "ray"]
# Those that pickle functions by value where they cannot by name.
CLOUDPICKLE = ["loky", "dask", "ray"]


@pytest.fixture(scope="module")
def dask_backend():
    """Two dask worker processes."""
    distributed = pytest.importorskip("distributed")
    dask = pytest.importorskip("dask")
    settings = {
        # A task that kills one worker is given up by dask, not only after four.
        "distributed.scheduler.allowed-failures": 0,
        # A slow restart of workers must not make the cluster give them up.
        "distributed.deploy.lost-worker-timeout": "120s",
    }
    with (
        dask.config.set(settings),
        distributed.LocalCluster(
            n_workers=2,
            processes=True,
            threads_per_worker=1,
            # Any free port: a warning tells that the default one is taken.
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
        # The workers, which are not children of this process, must find _pool_calls.
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


@pytest.fixture
def backend(request):
    """The context of each backend in turn, with two workers."""
    name = request.param
    if name not in LOCAL:
        name = request.getfixturevalue(f"{name}_backend")
    with parallel_config(name, n_jobs=2):
        yield request.param


def on(*names):
    """Run a test on some backends."""
    return pytest.mark.parametrize("backend", names, indirect=True)


def only_result(pool, function, *args):
    """Run one call and return what became of it."""
    pool.submit("only", [call(function, *args)])
    (completed,) = completions(pool)
    return completed


ALL = on(*LOCAL, "dask", "ray")


@ALL
@pytest.mark.usefixtures("backend")
def test_every_result_arrives_once():
    """Each batch comes back with its key and a list of its results."""
    durations = random.Random(0).choices([0.0, 0.01, 0.03], k=30)
    with TaskPool() as pool:
        for number, seconds in enumerate(durations):
            calls = [call(square, number, seconds=seconds), call(square, -1)]
            pool.submit(("batch", number), calls)
        assert pool.n_in_flight == 30
        results = results_by_key(pool)
    assert results == {("batch", n): [n * n, 1] for n in range(30)}


@ALL
def test_the_pool_tells_about_its_workers(backend):
    """The number of workers, and whether they are here."""
    with TaskPool() as pool:
        assert pool.n_workers == (1 if backend == "sequential" else 2)
        assert pool.shares_memory == (backend in {"sequential", "threading"})
        assert pool.is_local == (backend in LOCAL)
        process, _ = only_result(pool, describe_worker).results[0]
    assert (process == os.getpid()) == (backend in {"sequential", "threading"})


@on("threading", *PROCESSES)
@pytest.mark.usefixtures("backend")
def test_results_come_in_the_order_of_completion():
    """While one worker is busy for long, the other one gets all short tasks."""
    with TaskPool() as pool:
        for key in ["warm", "up"]:
            pool.submit(key, [call(square, 1, 0.1)])
        results_by_key(pool)
        pool.submit("long", [call(square, 1, 2.0)])
        pool.submit("first", [call(square, 2)])
        keys = []
        for completed in completions(pool):
            keys.append(completed.key)
            if completed.key == "first":
                pool.submit("second", [call(square, 3)])
            elif completed.key == "second":
                pool.submit("third", [call(square, 4)])
    assert keys == ["first", "second", "third", "long"]


@ALL
@pytest.mark.usefixtures("backend")
def test_an_exception_of_a_call_fails_its_batch_only():
    """The exception is handed over, and the pool goes on."""
    with TaskPool() as pool:
        pool.submit("bad", [call(square, 2), call(fail)])
        pool.submit("good", [call(square, 3)])
        outcomes = {completed.key: completed for completed in completions(pool)}
    assert outcomes["bad"].results is None
    assert isinstance(outcomes["bad"].error, KeyError)
    assert outcomes["good"].results == [9]


@on(*PROCESSES)
@pytest.mark.usefixtures("backend")
def test_what_cannot_be_pickled_fails_its_batch_only():
    """Neither an argument nor a result that cannot travel stops the pool."""
    with TaskPool() as pool:
        assert only_result(pool, hand_back, threading.Lock()).error is not None
        assert only_result(pool, make_lock).error is not None
        assert only_result(pool, square, 3).results == [9]


@on("sequential", "threading", *CLOUDPICKLE)
@pytest.mark.usefixtures("backend")
def test_closures_travel():
    """Functions without an importable name run where Parallel runs them."""
    factor = 7
    with TaskPool() as pool:
        assert only_result(pool, lambda x: factor * x, 6).results == [42]


@on(*LOCAL, "dask")
def test_waiting_ends_at_the_timeout(backend):
    """Nothing is lost when no batch completes in time."""
    with TaskPool() as pool:
        pool.submit("slow", [call(square, 3, 0.3)])
        if backend != "sequential":
            assert pool.next_completed(timeout=0.01) is None
        assert pool.n_in_flight == 1
        assert results_by_key(pool) == {"slow": [9]}


@on(*LOCAL, "dask")
def test_leaving_does_not_wait_for_running_tasks(backend):
    """What is in flight is given up, and the next pool works."""
    with TaskPool() as pool:
        pool.submit("slow", [call(square, 3, 0.0 if backend == "sequential" else 1.5)])
    assert pool.n_in_flight == 0
    with TaskPool() as pool:
        assert only_result(pool, square, 3).results == [9]


@on("loky", "multiprocessing")
@pytest.mark.usefixtures("backend")
def test_an_exception_in_the_block_kills_the_workers(tmp_path):
    """A running task does not get to its end."""
    trace = tmp_path / "trace"

    def run_into_an_error():
        with TaskPool() as pool:
            pool.submit("warm up", [call(square, 3)])
            pool.next_completed()
            pool.submit("slow", [call(square, 3, 0.5), call(Path.touch, trace)])
            assert pool.next_completed(timeout=0.1) is None
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_into_an_error()
    with TaskPool() as pool:
        only_result(pool, square, 3, 0.8)
    assert not trace.exists()


@on("loky", "multiprocessing", "dask", "ray")
@pytest.mark.usefixtures("backend")
def test_a_dead_worker_costs_the_call_that_killed_it():
    """All other calls, also those of its batch, keep their results."""
    with TaskPool() as pool:
        for key in range(3):
            pool.submit(key, [call(square, key, 0.1), call(square, 5)])
        pool.submit("deadly", [call(square, 2), call(die), call(square, 3)])
        results = {}
        for completed in completions(pool):
            if completed.key == 0:
                # Held back as long as suspects are run alone, if they are already.
                pool.submit("late", [call(square, 6)])
            results[completed.key] = completed.results
        before, lost, after = results.pop("deadly")
        assert isinstance(lost, WorkerLostError)
        assert (before, after) == (4, 9)
        assert results == {0: [0, 25], 1: [1, 25], 2: [4, 25], "late": [36]}
        assert only_result(pool, square, 3).results == [9]


@on("loky", "multiprocessing")
@pytest.mark.usefixtures("backend")
def test_two_deadly_calls_of_a_batch_are_both_lost():
    """The message names the function, the batch and a way out."""
    with TaskPool() as pool:
        pool.submit("deadly", [call(die), call(square, 3), call(die)])
        (completed,) = completions(pool)
    assert completed.error is None
    first, squared, second = completed.results
    assert squared == 9
    for lost in (first, second):
        with pytest.raises(WorkerLostError, match=r"'die' of batch 'deadly'.*n_jobs"):
            raise lost


@on("loky", "multiprocessing")
@pytest.mark.usefixtures("backend")
def test_an_exception_under_quarantine_fails_its_batch():
    """A call that raises does so too when it is run as a suspect."""
    with TaskPool() as pool:
        pool.submit("bad", [call(square, 3, 0.3), call(fail), call(square, 4)])
        pool.submit("deadly", [call(die)])
        outcomes = {completed.key: completed for completed in completions(pool)}
    assert isinstance(outcomes["bad"].error, KeyError)
    assert isinstance(outcomes["deadly"].results[0], WorkerLostError)


@on("loky", "multiprocessing")
@pytest.mark.usefixtures("backend")
def test_large_arrays_are_memmapped_once():
    """Two tasks see the same file, which is gone when the pool is closed."""
    array = np.ones(500_000)
    with TaskPool() as pool:
        for key in range(4):
            pool.submit(key, [call(describe_array, array)])
        results = results_by_key(pool)
    ((name, writeable, total),) = {results[key][0] for key in results}
    assert not writeable
    assert total == 500_000
    assert not Path(name).parent.exists()


def test_memmapping_is_as_configured_after_a_worker_died(tmp_path):
    """Replaced workers use the caller's folder and threshold."""
    array = np.ones(50)
    with (
        parallel_config("loky", n_jobs=2, temp_folder=tmp_path, max_nbytes=100),
        TaskPool() as pool,
    ):
        pool.submit("deadly", [call(die)])
        pool.submit("array", [call(describe_array, array)])
        name, _, total = results_by_key(pool)["array"][0]
        assert Path(name).is_relative_to(tmp_path)
        assert total == 50
    assert list(tmp_path.iterdir()) == []


@on("ray")
@pytest.mark.usefixtures("backend")
def test_ray_gets_an_array_once():
    """Arrays go through the object store, in which they are read-only."""
    array = np.ones(500_000)
    with TaskPool() as pool:
        for key in range(3):
            pool.submit(key, [call(describe_array, array), call(describe_array, array)])
        results = results_by_key(pool)
    assert results == {key: [(None, False, 500_000.0)] * 2 for key in range(3)}


@on("multiprocessing")
@pytest.mark.usefixtures("backend")
def test_multiprocessing_survives_the_use_of_ray():
    """Ray's patch of joblib's pool class does not outlive its pools."""
    ray_pool = pytest.importorskip("ray.util.multiprocessing.pool")
    from joblib.pool import PicklingPool

    PicklingPool.__bases__ = (ray_pool.Pool,)
    with TaskPool() as pool:
        assert only_result(pool, square, 3).results == [9]
        assert pool.is_local


@pytest.mark.parametrize("name", [*LOCAL, "loky"])
def test_a_pool_inside_a_task_works(name):
    """It falls back to threads or to no workers, as Parallel does."""
    with parallel_config(name, n_jobs=2), TaskPool() as pool:
        for key in range(2):
            pool.submit(key, [call(squares_of_a_nested_pool, [1, 2, 3])])
        results = results_by_key(pool)
    for key in range(2):
        assert results[key][0][1] == {1: [1], 2: [4], 3: [9]}
        assert results[key][0][0] or name == "sequential"


def test_a_pool_inside_a_loky_worker_of_parallel_works():
    """A search may be fitted inside another joblib loop."""
    tasks = [delayed(squares_of_a_nested_pool)([1, 2]) for _ in range(2)]
    results = Parallel(n_jobs=2, backend="loky")(tasks)
    assert results == [(True, {1: [1], 2: [4]})] * 2


@on("dask")
@pytest.mark.usefixtures("backend")
def test_a_pool_inside_a_dask_task_works():
    """Tasks that wait for tasks do not block the workers."""
    with TaskPool() as pool:
        for key in range(2):
            pool.submit(key, [call(squares_of_a_nested_pool, [1, 2, 3])])
        results = results_by_key(pool)
    expected = (False, {1: [1], 2: [4], 3: [9]})
    assert results == {0: [expected], 1: [expected]}


@on(*LOCAL)
@pytest.mark.usefixtures("backend")
def test_parallel_may_run_while_a_pool_is_open():
    """A Parallel under the same configuration leaves our workers alone."""
    with TaskPool() as pool:
        pool.submit("ours", [call(square, 3, 0.2)])
        assert Parallel()(delayed(square)(x) for x in range(3)) == [0, 1, 4]
        pool.submit("later", [call(square, 4)])
        assert results_by_key(pool) == {"ours": [9], "later": [16]}


def test_only_the_thread_that_entered_may_use_a_pool():
    """Other threads, and anybody outside the block, get an error."""
    pool = TaskPool(2)
    with pytest.raises(RuntimeError, match="inside its with-block"):
        pool.submit("early", [call(square, 3)])
    errors = []

    def submit():
        try:
            pool.submit("elsewhere", [call(square, 3)])
        except RuntimeError as error:
            errors.append(str(error))

    with parallel_config("threading"), pool:
        thread = threading.Thread(target=submit, name="another")
        thread.start()
        thread.join()
    assert "from another" in errors[0]


def test_waiting_for_nothing_is_an_error():
    """It would last for ever."""
    with TaskPool() as pool, pytest.raises(RuntimeError, match="nothing in flight"):
        pool.next_completed()


def test_no_workers_are_refused():
    """Zero means what it means to joblib."""
    with (
        pytest.raises(ValueError, match="n_jobs == 0 in Parallel has no meaning"),
        TaskPool(0),
    ):
        pass


def test_the_number_of_workers_is_that_of_joblib():
    """Unset, it is one or what the surrounding configuration says."""
    with TaskPool() as pool:
        assert pool.n_workers == 1
    with parallel_config("threading", n_jobs=3), TaskPool() as pool:
        assert pool.n_workers == 3
    with parallel_config("threading", n_jobs=3), TaskPool(2) as pool:
        assert pool.n_workers == 2


class OldBackend(ParallelBackendBase):
    """A backend that knows only joblib's protocol of before version 1.3."""

    def effective_n_jobs(self, n_jobs):
        """Have as many workers as are asked for."""
        return n_jobs

    def apply_async(self, func, callback=None):
        """Run the task at once and call back before the job is returned."""
        job = OldJob(func)
        callback(job)
        return job


class OldJob:
    """A task of the old backend."""

    def __init__(self, function):
        self.function = function

    def get(self):
        """Return what the task returns."""
        return self.function()


def test_backends_with_the_old_protocol_work():
    """Those that call back without the result are asked for it."""
    register_parallel_backend("old", OldBackend)
    with parallel_config("old"), TaskPool() as pool:
        pool.submit("good", [call(square, 3)])
        pool.submit("bad", [call(fail)])
        outcomes = {completed.key: completed for completed in completions(pool)}
        assert not pool.is_local
    assert outcomes["good"].results == [9]
    assert isinstance(outcomes["bad"].error, KeyError)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send.")
@pytest.mark.parametrize("name", ["loky", "multiprocessing", "threading"])
def test_an_interruption_ends_the_wait_and_the_workers(name):
    """Ctrl-C comes through while long tasks run, and no process stays behind."""
    code = (
        "import joblib, _pool_calls\n"
        f"with joblib.parallel_config({name!r}): _pool_calls.main()"
    )
    path = os.pathsep.join([str(Path(_pool_calls.__file__).parent), *sys.path])
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "waiting\n"
    process.send_signal(signal.SIGINT)
    # The pipes are closed when the last heir of them, a worker too, has ended.
    _, errors = process.communicate(timeout=30)
    assert process.returncode in {1, -signal.SIGINT}
    assert errors.rstrip().endswith("KeyboardInterrupt")
