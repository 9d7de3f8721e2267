"""The rules for the winner, as `refit` of the searches."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.svm import SVC

from _searches import SEARCH_CLASSES, small_search
from skhpo.refit import OneStandardError, PosteriorMean
from skhpo.space import Real

X, Y = load_iris(return_X_y=True)
SPACE = {"C": Real(1e-2, 1e2, prior="log-uniform")}


@pytest.mark.parametrize("search_class", SEARCH_CLASSES)
@pytest.mark.parametrize("rule", [OneStandardError("param_C"), PosteriorMean()])
def test_search_takes_the_rule(search_class, rule):
    """The search refits the winner; the argument stays as it is."""
    search = small_search(search_class, SVC(), SPACE, refit=rule).fit(X, Y)
    told = PosteriorMean(SPACE) if isinstance(rule, PosteriorMean) else rule
    assert search.best_index_ == told(search.cv_results_)
    assert search.best_params_["C"] == search.best_estimator_.C
    assert search.refit is rule
    assert getattr(rule, "space", None) is None


@pytest.mark.parametrize("search_class", SEARCH_CLASSES)
def test_class_of_a_rule_is_refused_before_anything_is_fitted(search_class):
    """It can be called too, but chooses nothing."""
    search = small_search(search_class, SVC(), SPACE, refit=OneStandardError)
    with pytest.raises(ValueError, match=r"refit=OneStandardError\(...\)"):
        search.fit(X[:, :0], Y)


@pytest.mark.parametrize("search_class", SEARCH_CLASSES)
def test_search_with_a_rule_clones_and_pickles(search_class):
    """A fitted search with a rule keeps the habits of an estimator."""
    search = small_search(search_class, SVC(), SPACE, refit=PosteriorMean())
    fitted = pickle.loads(pickle.dumps(clone(search).fit(X, Y)))
    assert fitted.best_index_ == clone(fitted).fit(X, Y).best_index_


@pytest.mark.parametrize("search_class", SEARCH_CLASSES)
def test_rule_is_told_the_constraint_as_well(search_class):
    """The space that a rule is told is the whole one."""
    told = []

    class Rule:
        def with_space(self, space):
            told.append(space)
            return self

        def __call__(self, cv_results):
            return len(cv_results["params"]) - 1

    def is_small(params):
        return params["C"] < 1.0

    search = small_search(
        search_class,
        SVC(),
        SPACE,
        refit=Rule(),
        constraint=is_small,
        initial_candidates=None,
    )
    assert search.fit(X, Y).best_index_ == 3
    assert told[0].constraint is is_small


def first_and_second(estimator, _X, _y):
    """Score by two metrics that contradict each other."""
    return {"first": estimator.C, "second": -estimator.C}


@pytest.mark.parametrize("search_class", SEARCH_CLASSES)
@pytest.mark.parametrize("metric", ["first", "second", None])
def test_search_maximises_the_metric_of_the_rule(search_class, metric):
    """With several metrics candidates and winner are chosen by the same one."""
    rule = PosteriorMean(metric=metric)
    search = small_search(
        search_class, SVC(), SPACE, refit=rule, scoring=first_and_second
    ).fit(X, Y)
    scores = search.cv_results_[f"mean_test_{metric or 'first'}"]
    assert np.array_equal(scores, [one["score"] for one in search.history_])
