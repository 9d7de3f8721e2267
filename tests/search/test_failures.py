"""Fits that raise, warn, die or score nonsense, and what becomes of the search."""

import pickle
import re
import warnings

import numpy as np
import pytest
from joblib import parallel_config
from sklearn.datasets import make_classification
from sklearn.exceptions import FitFailedWarning, NotFittedError
from sklearn.model_selection import GridSearchCV, ShuffleSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.utils.validation import check_is_fitted

from _fits import (
    SPACE,
    Careless,
    CarelessInItsOwnWay,
    Dying,
    Failing,
    Parabola,
    Scoring,
    Unpicklable,
    X,
    given,
)
from _searches import by_generator, by_loop
from skhpo.exceptions import SearchSpaceError

# From Python 3.12 on it warns of what multiprocessing does on Linux.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")

NON_FINITE = "ignore:One or more of the test scores are non-finite:UserWarning"


@pytest.fixture
def search_of(search_class):
    """Return a small search of an estimator."""

    def search_of(estimator, **settings):
        defaults = {"n_iter": 8, "cv": 2, "random_state": 0}
        return search_class(estimator, SPACE, **(defaults | settings))

    return search_of


@pytest.mark.filterwarnings(NON_FINITE)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_fit_that_raises_costs_only_its_candidate(search_of, n_jobs):
    """Its row has NaN scores and the last rank, and the search goes on."""
    search = search_of(
        Failing(), n_jobs=n_jobs, initial_candidates=given(0.1, 0.9, 0.2)
    ).fit(X)
    assert len(search.cv_results_["params"]) == 8
    assert np.isnan(search.cv_results_["split0_test_score"][1])
    assert search.cv_results_["rank_test_score"][1] == max(
        search.cv_results_["rank_test_score"]
    )
    assert search.history_[1]["status"] == "failed"
    assert search.best_params_["x"] <= 0.5


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
def test_failed_fits_get_the_error_score(search_of):
    """A number as `error_score` stands in the place of the scores."""
    search = search_of(
        Failing(), error_score=-7.0, initial_candidates=given(0.1, 0.9)
    ).fit(X)
    assert search.cv_results_["mean_test_score"][1] == -7.0
    assert search.history_[1]["status"] == "failed"


@by_generator
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_design_that_fails_throughout_ends_the_search(search_of, n_jobs):
    """The error is scikit-learn's, shows the traceback, and comes early."""
    search = search_of(Failing(limit=-1.0), n_iter=500, n_jobs=n_jobs)
    with pytest.raises(ValueError, match=r"All the \d+ fits failed") as caught:
        search.fit(X)
    assert "FloatingPointError: x is too large: 0.5" in str(caught.value)
    assert "of the first 2" in str(caught.value)
    assert search.n_fits_ < 30 * search.n_splits_


def test_a_grid_that_mostly_cannot_be_fitted_is_searched(search_class):
    """A few failures at the beginning say little of the rest."""
    grid = {
        "penalty": ["l1"],
        "loss": ["hinge", "squared_hinge"],
        "dual": [True, False],
        "C": [0.1, 1, 10],
    }
    data = make_classification(60, random_state=0)
    for seed in range(5):
        search = search_class(LinearSVC(max_iter=9999), grid, cv=2, random_state=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            search.fit(*data)
        assert search.best_score_ > 0.5


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_error_score_raise_raises_what_the_fit_raised(search_of, n_jobs):
    """The exception is the fit's own, and a note tells where it came from."""
    search = search_of(Failing(), error_score="raise", n_jobs=n_jobs)
    search.set_params(initial_candidates=given(0.1, 0.9))
    with pytest.raises(FloatingPointError, match=re.escape("too large: 0.9")) as caught:
        search.fit(X)
    assert any("_fits.py" in note for note in caught.value.__notes__)


def test_unknown_parameters_are_refused_before_any_fit(search_class, monkeypatch):
    """The error names the parameter that the estimator lacks."""
    monkeypatch.setattr(Parabola, "act", lambda _: pytest.fail("a fit has begun"))
    for estimator, name in [
        (Parabola(), "smoothness"),
        (make_pipeline(StandardScaler(), SVC()), "svc__smoothness"),
    ]:
        with pytest.raises(SearchSpaceError, match=name):
            search_class(estimator, {name: [1, 2]}).fit(X)


@pytest.mark.parametrize("refit", [True, "precision"])
def test_a_refit_by_no_metric_of_a_callable_ends_with_the_first_fit(search_of, refit):
    """What a callable scores is not known before, and all fits would be too many."""
    n_scored = []

    def two_metrics(estimator, X):
        n_scored.append(1)
        return {"above": estimator.score(X), "below": -1.0}

    search = search_of(Parabola(), scoring=two_metrics, refit=refit)
    with pytest.raises(ValueError, match="refit must be set to a scorer key"):
        search.fit(X)
    assert len(n_scored) == 1


@pytest.mark.parametrize(
    ("estimator", "name", "meant"),
    [
        (SVC(), "gama", "'gamma'"),
        (make_pipeline(StandardScaler(), SVC()), "C", "'svc__C'"),
        (make_pipeline(StandardScaler(), SVC()), "svm__C", "'svc__C'"),
        (SVC, "C", None),
        (SVC(), "smoothness", None),
    ],
)
def test_message_suggests_the_parameter_that_was_meant(
    search_class, estimator, name, meant
):
    """One that lacks the step, or one that is spelt alike."""
    with pytest.raises(SearchSpaceError) as refusal:
        search_class(estimator, {name: [1, 2]}).fit(X)
    if meant is None:
        assert "Did you mean" not in str(refusal.value)
    else:
        message = rf"Did you mean .*{meant}.* instead of '{name}'\?$"
        assert re.search(message, str(refusal.value))


@by_loop
@pytest.mark.filterwarnings(NON_FINITE)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
@pytest.mark.parametrize("backend", ["loky", "multiprocessing"])
def test_a_worker_that_dies_costs_only_its_candidate(search_of, backend):
    """What was in flight besides is run again; the culprit's scores are NaN."""
    search = search_of(
        Dying(limit=0.8),
        n_iter=5,
        cv=ShuffleSplit(n_splits=1, random_state=0),
        initial_candidates=given(0.1, 0.9, 0.2, 0.3, 0.4),
    )
    with parallel_config(backend, n_jobs=2):
        search.fit(X)
    failed = np.isnan(search.cv_results_["mean_test_score"])
    assert failed.tolist() == [False, True, False, False, False]


@by_loop
def test_a_worker_that_dies_raises_if_failures_are_to_raise(search_of):
    """With `error_score="raise"` the error says what the usual causes are."""
    search = search_of(
        Dying(),
        n_iter=2,
        n_jobs=2,
        error_score="raise",
        initial_candidates=given(0.1, 0.9),
    )
    with pytest.raises(RuntimeError, match="memory"):
        search.fit(X)


@pytest.mark.parametrize("backend", ["loky", "multiprocessing"])
def test_an_estimator_that_cannot_travel_is_an_error(search_of, backend):
    """It is no failed fit: no candidate could ever be evaluated."""
    with (
        parallel_config(backend, n_jobs=2),
        pytest.raises(pickle.PicklingError),
    ):
        search_of(Unpicklable()).fit(X)


@pytest.mark.parametrize("backend", ["sequential", "threading", "loky"])
def test_warnings_of_fits_are_shown_once(search_of, backend):
    """Each distinct warning appears once, not once a fit."""
    search = search_of(Careless(), refit=False)
    with (
        parallel_config(backend, n_jobs=2),
        warnings.catch_warnings(record=True) as shown,
    ):
        warnings.simplefilter("always")
        search.fit(X)
    assert sorted(str(warning.message) for warning in shown) == [
        "the fit is careless",
        "the fit is slow",
    ]


@pytest.mark.parametrize("backend", ["sequential", "loky"])
def test_warning_filters_hold_in_the_fits(search_of, backend):
    """A warning that the caller ignores is not shown by workers either."""
    search = search_of(Careless(), refit=False)
    with (
        parallel_config(backend, n_jobs=2),
        warnings.catch_warnings(record=True) as shown,
    ):
        warnings.simplefilter("always")
        warnings.simplefilter("ignore", category=RuntimeWarning)
        search.fit(X)
    assert [str(warning.message) for warning in shown] == ["the fit is careless"]


@pytest.mark.filterwarnings(NON_FINITE)
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_failed_fits_are_summed_up_in_one_warning(search_of, n_jobs):
    """It counts all failed fits of the search."""
    search = search_of(
        Failing(limit=0.8),
        n_iter=4,
        n_jobs=n_jobs,
        initial_candidates=given(0.1, 0.9, 0.2, 0.95),
    )
    with pytest.warns(FitFailedWarning, match="4 fits failed out of a total of 8") as w:
        search.fit(X)
    assert [warning.category for warning in w].count(FitFailedWarning) == 1


def assert_ranked_as_in_grid_search(search_of, special):
    """Compare a search of some candidates with a grid of the same."""
    values = [0.1, 0.9, 0.2, 0.8, 0.3]
    search = search_of(
        Scoring(special=special), n_iter=5, initial_candidates=given(*values)
    ).fit(X)
    grid = GridSearchCV(Scoring(special=special), {"x": values}, cv=2).fit(X)
    for name in ("mean_test_score", "std_test_score", "rank_test_score"):
        np.testing.assert_array_equal(search.cv_results_[name], grid.cv_results_[name])
    assert search.best_params_["x"] == grid.best_params_["x"]


@pytest.mark.filterwarnings(NON_FINITE)
@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
@pytest.mark.parametrize("special", [np.nan, -np.inf])
def test_scores_that_are_no_numbers_rank_as_in_grid_search(search_of, special):
    """They neither stop the search nor change the ranks."""
    assert_ranked_as_in_grid_search(search_of, special)


@by_generator  # in a population a member without a finite score has failed
@pytest.mark.filterwarnings(NON_FINITE)
@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
def test_an_infinite_score_ranks_first_as_in_grid_search(search_of):
    """It does so in scikit-learn."""
    assert_ranked_as_in_grid_search(search_of, np.inf)


@pytest.mark.filterwarnings(NON_FINITE)
@pytest.mark.parametrize("special", [np.nan, np.inf, -np.inf])
def test_the_model_copes_with_scores_that_are_no_numbers(search_of, special):
    """The search goes on to its end and finds the best of the finite scores."""
    search = search_of(Scoring(special=special), n_iter=20).fit(X)
    assert search.stop_reason_ == "n_iter"
    scores = [entry["score"] for entry in search.history_]
    assert np.nanmax(scores) > -0.01


def test_the_warning_about_scores_that_are_no_numbers_comes_once(search_of):
    """Not once for every candidate."""
    with pytest.warns(UserWarning, match="non-finite") as caught:
        search_of(Scoring(), n_iter=6, initial_candidates=given(0.3, 0.9)).fit(X)
    assert len(caught) == 1


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_warning_that_cannot_travel_is_shown_all_the_same(search_of, n_jobs):
    """Its text and the nearest category that is known everywhere do."""
    search = search_of(CarelessInItsOwnWay(), n_jobs=n_jobs, refit=False)
    with pytest.warns(UserWarning, match="made of 0.5") as caught:
        search.fit(X)
    texts = [str(item.message) for item in caught]
    assert texts.count("made of 0.5") == 1


def test_an_interrupted_search_is_not_fitted(search_of):
    """It has its results and the best parameters, but nothing predicts with them."""
    search = search_of(Failing(), error_score="raise")
    search.set_params(initial_candidates=given(0.1, 0.2, 0.9))
    with pytest.raises(FloatingPointError):
        search.fit(X)
    assert search.best_params_ == search.cv_results_["params"][search.best_index_]
    with pytest.raises(NotFittedError):
        check_is_fitted(search)
