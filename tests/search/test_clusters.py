"""Workers of clusters that die, come late or go away in the middle of a search."""

import os
import sys
import threading
import time
from importlib.metadata import PackageNotFoundError, version

import numpy as np
import pytest
from joblib import parallel_config

from _faults import Signalling, X, Y, healthy_rows
from skhpo.callbacks import SearchCallback
from skhpo.exceptions import NoWorkersError
from skhpo.search import BayesSearchCV

VALUES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]


@pytest.fixture
def cluster():
    """One dask worker process."""
    distributed = pytest.importorskip("distributed")
    dask = pytest.importorskip("dask")
    with (
        # A slow restart of the worker must not make the cluster give it up.
        dask.config.set({"distributed.deploy.lost-worker-timeout": "120s"}),
        distributed.LocalCluster(
            n_workers=1,
            threads_per_worker=1,
            dashboard_address=":0",
            silence_logs="CRITICAL",
        ) as cluster,
        distributed.Client(cluster),
    ):
        yield cluster


@pytest.fixture(scope="module")
def ray_cluster():
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


@pytest.fixture
def search_of(tmp_path):
    """Return a search of six candidates, of which the third does something."""

    def search_of(fault):
        given = [{"x": x, "fault": "nothing"} for x in VALUES]
        given[2]["fault"] = fault
        return BayesSearchCV(
            Signalling(folder=str(tmp_path)),
            {"x": VALUES, "fault": ["nothing", fault]},
            n_iter=len(given),
            cv=2,
            initial_candidates=given,
            refit=False,
            random_state=0,
        )

    return search_of


def _year_of_dask():
    """Return the year of the version, 0 where dask is missing."""
    try:
        return int(version("distributed").partition(".")[0])
    except PackageNotFoundError:
        return 0


needs_dask_of_today = pytest.mark.skipif(
    0 < _year_of_dask() < 2025,
    reason="older ones run what waits in another order, and give none of it to a "
    "worker that comes late",
)


def assert_complete(search):
    """Check the scores of all candidates."""
    assert search.stop_reason_ == "n_iter"
    expected = [x + np.mean(X) + 0.1 * np.mean(Y) for x in VALUES]
    np.testing.assert_allclose(search.cv_results_["mean_test_score"], expected)


@pytest.mark.usefixtures("cluster")
def test_dask_replaces_a_worker_that_is_lost(search_of):
    """The fit that ran there runs on another worker, and nothing is missing."""
    with parallel_config("dask"):
        assert_complete(search_of("dies once").fit(X, Y))


@pytest.mark.usefixtures("ray_cluster")
def test_ray_replaces_a_worker_that_is_lost(search_of):
    """The fit that ran there runs on another worker, and nothing is missing."""
    with parallel_config("ray", n_jobs=2):
        assert_complete(search_of("dies once").fit(X, Y))


@needs_dask_of_today
def test_a_dask_worker_that_comes_late_takes_part(cluster, search_of, tmp_path):
    """A fit that waits for a second worker gets it."""
    search = search_of("waits for two")
    adding = threading.Timer(0.5, cluster.scale, [2])
    adding.start()
    with parallel_config("dask"):
        assert_complete(search.set_params(max_pending=4).fit(X, Y))
    adding.join()
    assert len(list(tmp_path.glob("process *"))) == 2


class FirstCandidate(SearchCallback):
    """Knows when the search has heard of its first complete candidate."""

    def __init__(self):
        self.complete = threading.Event()

    def on_candidate_end(self, event):  # noqa: ARG002
        """Take note."""
        self.complete.set()


@needs_dask_of_today
def test_a_search_without_workers_says_so(cluster, search_of, tmp_path, monkeypatch):
    """What is complete by then is on the search."""
    monkeypatch.setattr("skhpo._compat._cluster_backends._PATIENCE_SECONDS", 0.5)
    # Results in one batch with the fit that waits would be lost with it,
    monkeypatch.setattr("skhpo.engine._loop._SHORTEST_BATCH_SECONDS", 0.0)
    # and those on their way with the worker.
    first = FirstCandidate()
    search = search_of("waits for ever").set_params(callbacks=[first])

    def take_the_worker_away():
        first.complete.wait()
        while not (tmp_path / "waiting").exists():
            time.sleep(0.05)
        cluster.scale(0)

    leaving = threading.Thread(target=take_the_worker_away)
    leaving.start()
    with (
        parallel_config("dask", wait_for_workers_timeout=0),
        pytest.raises(NoWorkersError, match=r"needs a worker.*history_"),
    ):
        search.fit(X, Y)
    leaving.join()
    assert search.stop_reason_ == "interrupted"
    assert healthy_rows(search)[0][0] == 0.1
    # Scores of the second one may have been on their way.
    assert search.cv_results_["params"][0]["x"] == 0.1
