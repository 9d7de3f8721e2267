"""Stopping rules, through a whole search."""

import pytest
from joblib import parallel_config
from numpy.testing import assert_equal
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.model_selection import ShuffleSplit
from sklearn.neighbors import KNeighborsClassifier

from _fits import SPACE, Dawdling, Failing, Parabola, Sleeping, X, given, results_of
from _searches import by_generator
from skhpo.stopping import NoImprovementExpected, Patience, TargetScore

pytestmark = by_generator

DATA = make_classification(80, random_state=0)


class AfterTwelve:
    """A rule of one's own, which keeps what it was shown."""

    shown = ()

    def should_stop(self, trials):
        """Stop after twelve candidates."""
        type(self).shown = trials
        return len(trials) >= 12


@pytest.fixture
def search_of(search_class):
    """Return a search that starts at the optimum."""

    def search_of(estimator=None, **settings):
        defaults = {
            "n_iter": 60,
            "cv": 2,
            "random_state": 0,
            "max_pending": 3,
            "initial_candidates": given(0.3),
        }
        estimator = Parabola() if estimator is None else estimator
        return search_class(estimator, SPACE, **(defaults | settings))

    return search_of


def test_a_rule_ends_the_search_whatever_the_timing(search_of):
    """The same candidates with three workers whose fits take random times."""
    search = search_of(stop=Patience(10)).fit(X)
    assert search.stop_reason_ == "Patience"
    # Candidate 0 is the best there is, and the last ones were on their way.
    assert 11 <= len(search.history_) <= 11 + 3
    with parallel_config("threading", n_jobs=3):
        again = search_of(Dawdling(), stop=Patience(10)).fit(X)
    assert again.stop_reason_ == "Patience"
    assert_equal(results_of(again), results_of(search))


def test_a_stopped_search_is_the_beginning_of_the_whole_one(search_of):
    """A rule changes nothing of what is proposed, and what was proposed is complete."""
    whole = search_of(n_iter=20).fit(X)
    part = search_of(n_iter=20, stop=Patience(8)).fit(X)
    n = len(part.history_)
    assert n < 20
    assert part.cv_results_["params"] == whole.cv_results_["params"][:n]
    assert all(entry["status"] == "complete" for entry in part.history_)


def test_improvements_keep_the_search_going(search_of):
    """With patience for the whole budget it goes on to its end."""
    search = search_of(n_iter=15, stop=Patience(15)).fit(X)
    assert search.stop_reason_ == "n_iter"
    assert len(search.history_) == 15


def test_the_first_of_several_rules_ends_the_search(search_of):
    """And gives it its name."""
    rules = [Patience(30), TargetScore(-0.001)]
    search = search_of(stop=rules, initial_candidates=given(0.3)).fit(X)
    assert search.stop_reason_ == "TargetScore"
    assert len(search.history_) < 12


def test_a_rule_of_ones_own(search_of):
    """It sees what has been told, and its class names the end."""
    search = search_of(stop=AfterTwelve()).fit(X)
    assert search.stop_reason_ == "AfterTwelve"
    assert 12 <= len(search.history_) <= 14
    assert [trial.candidate.index for trial in AfterTwelve.shown] == list(range(12))


def test_auto_ends_a_search_whose_gains_are_noise(search_class):
    """The choice of a neighbourhood on 80 samples; the same with two workers."""
    search = search_class(
        KNeighborsClassifier(),
        {"n_neighbors": range(1, 50), "p": [1, 2]},
        n_iter=60,
        random_state=0,
        stop="auto",
    )
    searches = [clone(search).set_params(n_jobs=n).fit(*DATA) for n in (1, 2)]
    for one in searches:
        assert one.stop_reason_ == "NoImprovementExpected"
        assert 20 <= len(one.history_) <= 40
    assert_equal(*map(results_of, searches))


@pytest.mark.parametrize("stop", [Patience(12), "auto", TargetScore(2.0)])
def test_rules_and_racing_go_together(search_class, stop):
    """Discarded candidates are told too, and timing still does not matter."""
    search = search_class(
        KNeighborsClassifier(),
        {"n_neighbors": range(1, 50), "p": [1, 2]},
        n_iter=40,
        random_state=0,
        racing="auto",
        stop=stop,
        max_pending=3,
        refit=False,
    )
    runs = []
    for n_workers in (1, 3):
        with parallel_config("threading", n_jobs=n_workers):
            runs.append(clone(search).fit(*DATA))
    assert_equal(*map(results_of, runs))
    assert runs[0].stop_reason_ == runs[1].stop_reason_
    if stop != TargetScore(2.0):
        rule = NoImprovementExpected() if stop == "auto" else stop
        assert runs[0].stop_reason_ == type(rule).__name__


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
@pytest.mark.filterwarnings("ignore:One or more of the test scores:UserWarning")
def test_failures_count_as_candidates_without_an_improvement(search_of):
    """Above one half every fit fails."""
    search = search_of(Failing(), stop=Patience(10)).fit(X)
    assert search.stop_reason_ == "Patience"


def test_patience_watches_the_front_of_several_objectives(search_class):
    """Two metrics that are the same make a front of one."""
    search = search_class(
        KNeighborsClassifier(),
        {"n_neighbors": range(1, 40)},
        n_iter=39,
        scoring=["accuracy", "balanced_accuracy"],
        objectives=["accuracy", "balanced_accuracy"],
        refit="knee",
        random_state=0,
        stop=Patience(10),
    ).fit(*DATA)
    assert search.stop_reason_ == "Patience"
    assert len(search.history_) < 39


@pytest.mark.parametrize("stop", ["auto", TargetScore(0.9), [Patience(5), "auto"]])
def test_a_rule_for_one_objective_is_refused_with_several(search_of, stop):
    """The error comes before any fit and names the rule that will do."""
    search = search_of(stop=stop, objectives=["score", "neg_fit_time"], refit="knee")
    with pytest.raises(ValueError, match=r"'stop'.*2 objectives; use .*Patience"):
        search.fit(X)


def test_auto_needs_more_than_one_split(search_of):
    """With one the noise is unknown, and the error says so."""
    search = search_of(stop="auto", cv=ShuffleSplit(1, random_state=0))
    with pytest.raises(ValueError, match=r"'stop'.*1 split; use more splits"):
        search.fit(X)


@pytest.mark.parametrize(
    "stop", ["soon", 20, True, Patience, AfterTwelve, [20], [Patience(3), None], "gp"]
)
def test_an_invalid_stop_is_named(search_of, monkeypatch, stop):
    """The error names the argument and comes before any fit."""
    monkeypatch.setattr(Parabola, "act", lambda _: pytest.fail("a fit has begun"))
    with pytest.raises(ValueError, match="'stop'"):
        search_of(stop=stop).fit(X)


def test_a_rule_is_no_state_of_the_search(search_of):
    """It can be cloned, and a second fit is like the first."""
    search = search_of(stop=[Patience(6), "auto"])
    first = results_of(search.fit(X))
    assert_equal(results_of(search.fit(X)), first)
    assert_equal(results_of(clone(search).fit(X)), first)
    assert clone(search).stop == [Patience(6), "auto"]


def test_no_fit_starts_that_would_not_be_done_by_the_time_limit(search_of):
    """Half a second each: when one second of 1.2 is over, there is no time for it."""
    search = search_of(
        Sleeping(seconds=0.5), cv=ShuffleSplit(1, random_state=0), time_limit=1.2
    ).set_params(max_pending=0)
    search.fit(X)
    assert search.stop_reason_ == "time limit"
    assert 1 <= search.n_fits_ <= 2
