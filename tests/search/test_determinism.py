"""The same seed gives the same results, whatever the timing and the workers.

The fits sleep for a time that no seed determines, so that they finish in another
order in every run.
"""

import pytest
from joblib import parallel_config
from numpy.testing import assert_equal

from _fits import SPACE, Dawdling, X, results_of
from _searches import by_generator


@pytest.fixture(scope="module")
def dask_client():
    """A local cluster of two worker processes."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


@pytest.fixture
def run(search_class):
    """Run a search of a dozen candidates and return what must be equal."""

    def run(n_jobs, random_state=0, n_splits=3, **settings):
        search = search_class(
            Dawdling(),
            SPACE,
            n_iter=12,
            cv=n_splits,
            n_jobs=n_jobs,
            random_state=random_state,
            **settings,
        )
        return results_of(search.fit(X))

    return run


@pytest.fixture
def expected(run):
    """What one worker finds."""
    return run(n_jobs=1)


def test_one_worker_repeats_itself(run, expected):
    """Two runs in the same process are equal, and another seed differs."""
    assert_equal(run(n_jobs=1), expected)
    assert run(n_jobs=1, random_state=1)["params"] != expected["params"]


@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_two_workers_repeat_what_one_found(run, expected, backend):
    """Fits that finish in random order change nothing, run after run."""
    with parallel_config(backend):
        for _ in range(3):
            assert_equal(run(n_jobs=2), expected)


@pytest.mark.usefixtures("dask_client")
def test_dask_repeats_what_one_worker_found(run, expected):
    """Workers of a cluster change nothing, run after run."""
    with parallel_config("dask"):
        for _ in range(2):
            assert_equal(run(n_jobs=2), expected)


@by_generator
@pytest.mark.parametrize("max_pending", [0, 4, 9])
def test_an_explicit_lag_serves_any_number_of_threads(run, max_pending):
    """With `max_pending` given, eight threads find what one does."""
    expected = run(n_jobs=1, max_pending=max_pending)
    with parallel_config("threading"):
        assert_equal(run(n_jobs=8, max_pending=max_pending), expected)
        assert_equal(run(n_jobs=3, max_pending=max_pending), expected)


@pytest.mark.parametrize("pre_dispatch", [1, "n_jobs", "all"])
def test_the_length_of_the_queue_does_not_matter(run, expected, pre_dispatch):
    """`pre_dispatch` decides what waits in the backend, not what is proposed."""
    with parallel_config("threading"):
        assert_equal(run(n_jobs=2, pre_dispatch=pre_dispatch), expected)


@pytest.mark.parametrize("n_splits", [3, 5])
def test_the_automatic_lag_is_equal_for_one_and_two_workers(run, n_splits):
    """So `n_jobs` None, 1 and 2 give the same candidates without further ado."""
    expected = run(n_jobs=None, n_splits=n_splits)
    assert_equal(run(n_jobs=1, n_splits=n_splits), expected)
    with parallel_config("threading"):
        assert_equal(run(n_jobs=2, n_splits=n_splits), expected)
