"""Fits that run away, and what becomes of the search."""

import os

import numpy as np
import pytest
from joblib import parallel_config
from sklearn.exceptions import FitFailedWarning
from sklearn.model_selection import ShuffleSplit

from _fits import SPACE, Hanging, Parabola, X, given
from _searches import by_loop
from skhpo.exceptions import FitTimeoutError

pytestmark = [
    by_loop,
    # From Python 3.12 on it warns of what multiprocessing does on Linux.
    pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:One or more of the test scores:UserWarning"),
]

on_posix = pytest.mark.skipif(os.name != "posix", reason="blocks a POSIX signal")


@pytest.fixture
def search_of(search_class):
    """Return a search of five candidates on one split; above 0.8 fits hang."""

    def search_of(**settings):
        how = settings.pop("how", "sleep")
        defaults = {
            "n_iter": 5,
            "cv": ShuffleSplit(n_splits=1, random_state=0),
            "n_jobs": 2,
            "fit_time_limit": 1.0,
            "initial_candidates": given(0.1, 0.9, 0.2, 0.3, 0.4),
            "refit": False,
        }
        return search_class(Hanging(how=how), SPACE, **(defaults | settings))

    return search_of


@pytest.mark.parametrize(
    ("backend", "how"),
    [
        ("loky", "sleep"),
        ("loky", "stubborn"),
        pytest.param("loky", "compiled", marks=on_posix),
        ("multiprocessing", "sleep"),
        pytest.param("multiprocessing", "compiled", marks=on_posix),
    ],
)
def test_a_fit_that_hangs_costs_only_its_candidate(search_of, tmp_path, backend, how):
    """It is begun once and booked as failed; the other candidates have their scores.

    Whether it sleeps, catches whatever is thrown at it, or holds the interpreter.
    """
    search = search_of(how=how).set_params(estimator__log=str(tmp_path))
    with (
        parallel_config(backend, n_jobs=2),
        pytest.warns(FitFailedWarning, match="'fit_time_limit' of 1.0 seconds"),
    ):
        search.fit(X)
    failed = np.isnan(search.cv_results_["mean_test_score"])
    assert failed.tolist() == [False, True, False, False, False]
    assert [entry["status"] for entry in search.history_].count("failed") == 1
    assert search.cv_results_["mean_fit_time"][1] == 1.0
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("how", ["sleep", "stubborn"])
def test_a_fit_that_hangs_raises_if_failures_are_to_raise(search_of, how):
    """With `error_score="raise"` the error names the limit."""
    search = search_of(error_score="raise", how=how)
    with pytest.raises(FitTimeoutError, match=r"'fit_time_limit' of 1\.0 seconds"):
        search.fit(X)


def test_the_error_score_stands_for_a_fit_that_hangs(search_of):
    """As for any other failed fit."""
    search = search_of(error_score=-7.0)
    with pytest.warns(FitFailedWarning):
        search.fit(X)
    assert search.cv_results_["mean_test_score"][1] == -7.0


@pytest.mark.parametrize("backend", ["sequential", "threading"])
def test_a_limit_that_could_not_hold_is_refused(search_of, monkeypatch, backend):
    """The error says which backends can, and comes before any fit."""
    monkeypatch.setattr(Parabola, "fit", lambda *_: pytest.fail("a fit has begun"))
    with (
        parallel_config(backend, n_jobs=2),
        pytest.raises(ValueError, match=r"'fit_time_limit'.*loky.*Got.*1\.0"),
    ):
        search_of().fit(X)


def test_one_worker_is_no_process(search_of):
    """With a single worker joblib evaluates in the process of the search."""
    with pytest.raises(ValueError, match="Set n_jobs to 2 or more"):
        search_of(n_jobs=1).fit(X)


@pytest.mark.parametrize("value", [0, -1.0, "1 min"])
def test_an_invalid_limit_is_named(search_of, value):
    """The error names the parameter."""
    with pytest.raises(ValueError, match="fit_time_limit"):
        search_of(fit_time_limit=value).fit(X)
