"""A search on every joblib backend, and what must reach the fits there."""

from pathlib import Path

import numpy as np
import pytest
from joblib import parallel_config
from numpy.testing import assert_equal
from sklearn import config_context
from sklearn.datasets import load_iris
from sklearn.ensemble import BaggingClassifier

import _fits
from _fits import SPACE, Configured, Memmapped, Parabola, X, results_of
from _journals import tune
from _searches import RefittingPBTSearchCV
from skhpo.search import BayesSearchCV

# From Python 3.12 on it warns of what multiprocessing does on Linux.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")

LOCAL = ["sequential", "threading", "loky", "multiprocessing"]


@pytest.fixture(params=[BayesSearchCV, RefittingPBTSearchCV])
def search_class(request):
    """A search by a generator, all of which share the engine, and one without."""
    return request.param


@pytest.fixture(scope="module")
def dask_backend():
    """Two dask worker processes."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster),
    ):
        yield "dask"


@pytest.fixture(scope="module")
def ray_backend():
    """Two ray workers."""
    ray = pytest.importorskip("ray")
    from ray.util.joblib import register_ray

    ray.init(
        num_cpus=2,
        include_dashboard=False,
        logging_level="ERROR",
        # The workers must find the estimators too.
        runtime_env={"env_vars": {"PYTHONPATH": str(Path(_fits.__file__).parent)}},
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
def search(search_class):
    """A small search without `n_jobs`, so that the context decides."""
    return search_class(Parabola(), SPACE, n_iter=6, cv=3, random_state=0)


def test_every_backend_gives_the_same_results(search, backend):
    """Results are complete and those of a search without any backend."""
    with parallel_config(backend, n_jobs=2):
        results = results_of(search.fit(X))
    assert search.stop_reason_ == "n_iter"
    assert search.n_fits_ == 18
    assert search.best_estimator_.x == search.best_params_["x"]
    assert_equal(results, results_of(search.fit(X)))


@pytest.mark.parametrize("backend", ["dask", "ray"], indirect=True)
def test_a_journal_is_taken_up_on_a_cluster(backend, tmp_path):
    """With it results are the same, and when a part of it is there already."""
    expected = results_of(tune().fit(X))
    path = tmp_path / "search.jsonl"
    search = tune(journal=path)
    with parallel_config(backend, n_jobs=2):
        assert_equal(results_of(search.fit(X)), expected)
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(lines[:12]))
        assert_equal(results_of(search.fit(X)), expected)
    after = path.read_bytes().splitlines(keepends=True)
    assert after[:12] == lines[:12]
    # Nothing is run twice: what is new is that another run began.
    assert len(after) == len(lines) + 1


@pytest.mark.parametrize(
    "backend", ["threading", "loky", "multiprocessing", "dask"], indirect=True
)
def test_the_config_reaches_the_fits(search_class, backend):
    """What `sklearn.config_context` says holds in the workers too."""
    search = search_class(Configured(), SPACE, n_iter=3, cv=2, random_state=0)
    config = config_context(assume_finite=True, transform_output="pandas")
    with parallel_config(backend, n_jobs=2), config:
        search.fit(X)
    assert search.cv_results_["mean_test_score"].tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("name", LOCAL)
def test_an_estimator_may_be_parallel_itself(search_class, name):
    """The workers of an estimator with `n_jobs` do not get in the way of ours."""
    search = search_class(
        BaggingClassifier(n_estimators=4, n_jobs=2, random_state=0),
        {"max_samples": [0.3, 0.6, 0.9]},
        cv=3,
    )
    with parallel_config(name, n_jobs=2):
        search.fit(*load_iris(return_X_y=True))
    assert search.stop_reason_ in {"n_iter", "space exhausted"}
    assert (search.cv_results_["mean_test_score"] > 0.9).all()


@pytest.mark.parametrize(("n_rows", "expected"), [(200_000, 1.0), (2_000, 0.0)])
def test_loky_shares_large_data(search_class, n_rows, expected):
    """More than a megabyte is memmapped for the workers, less is sent along."""
    data = np.zeros((n_rows, 1))
    search = search_class(
        Memmapped(shape=data.shape), SPACE, n_iter=2, cv=2, n_jobs=2, refit=False
    )
    assert search.fit(data).cv_results_["mean_test_score"].tolist() == [expected] * 2


@pytest.mark.parametrize("name", ["threading", "loky"])
def test_a_search_inside_a_search_runs(search_class, search, name):
    """Nested cross-validation with workers outside and inside."""
    outer = search_class(
        search.set_params(n_jobs=2),
        {"estimator__kind": ["a", "b"]},
        cv=2,
        n_jobs=2,
        refit=False,
        initial_candidates=None,
    )
    with parallel_config(name):
        outer.fit(X)
    assert outer.cv_results_["mean_test_score"].shape == (2,)
