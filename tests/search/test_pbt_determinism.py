"""The same seed gives the same lineages, whatever the timing and the workers."""

import pytest
from joblib import parallel_config
from numpy.testing import assert_array_equal, assert_equal
from sklearn.linear_model import SGDClassifier

from _climbers import DATA, Climber, Dawdling, X, climb, story_of
from skhpo import PBTSearchCV
from skhpo.space import Real

# From Python 3.12 on it warns of what multiprocessing does on Linux.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")

EXPLORES = ["perturb", "resample", "pb2"]


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


def run(estimator=None, **settings):
    """Return the story of a search."""
    estimator = Dawdling() if estimator is None else estimator
    return story_of(climb(estimator, **settings).fit(X))


@pytest.mark.parametrize("explore", EXPLORES)
def test_one_worker_repeats_itself(explore):
    """Another seed tells another story."""
    expected = run(explore=explore)
    assert_equal(run(explore=explore), expected)
    assert run(explore=explore, random_state=1) != expected


@pytest.mark.parametrize("backend", ["threading", "loky", "multiprocessing"])
@pytest.mark.parametrize("explore", ["perturb", "pb2"])
def test_workers_repeat_what_one_found(explore, backend):
    """Steps that finish in random order change nothing."""
    expected = run(explore=explore)
    with parallel_config(backend, n_jobs=2):
        assert_equal(run(explore=explore), expected)


@pytest.mark.parametrize("n_jobs", [3, 8])
@pytest.mark.parametrize("exploit", ["truncation", "tournament", "t-test"])
def test_the_number_of_workers_does_not_matter(exploit, n_jobs):
    """Nor does what each of them does."""
    with parallel_config("threading", n_jobs=n_jobs):
        found = run(exploit=exploit)
    assert_equal(found, run(exploit=exploit))


@pytest.mark.usefixtures("dask_client")
def test_dask_repeats_what_one_worker_found(tmp_path):
    """Workers of a cluster find the models in a folder that all of them see."""
    expected = run(checkpoint_dir=tmp_path)
    with parallel_config("dask"):
        assert_equal(run(checkpoint_dir=tmp_path), expected)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_models_are_the_same_to_the_last_bit(backend):
    """Whether they were kept in memory or on disk, in the ensemble and in the refit."""
    searches = []
    for name, n_jobs in (("sequential", 1), (backend, 2)):
        for refit in (True, "ensemble"):
            search = PBTSearchCV(
                SGDClassifier(loss="log_loss"),
                {"alpha": Real(1e-6, 1e-1, prior="log-uniform")},
                population_size=4,
                n_generations=3,
                steps_per_generation=2,
                cv=2,
                refit=refit,
                random_state=0,
            )
            with parallel_config(name, n_jobs=n_jobs):
                searches.append(search.fit(*DATA))
    here, here_ensemble, there, there_ensemble = searches
    assert_array_equal(here.best_estimator_.coef_, there.best_estimator_.coef_)
    for one, other in zip(
        here_ensemble.best_estimator_.models,
        there_ensemble.best_estimator_.models,
        strict=True,
    ):
        assert_array_equal(one.coef_, other.coef_)


def test_every_piece_of_training_has_a_seed_of_its_own():
    """Members, splits and generations do not share random numbers."""
    search = climb(Climber(), n_generations=5).fit(X)
    seeds = {}
    for schedule in search.cv_results_["schedule"]:
        for record in schedule:
            place = record["generation"], record["member"]
            seeds[place] = (*record["split_seeds"], record["seed"])
    drawn = [seed for several in seeds.values() for seed in several]
    assert len(set(drawn)) == len(drawn) > 30
