"""`cv_results_` and what follows from it equal scikit-learn's, candidate by candidate.

A search proposes its candidates; scikit-learn then evaluates the same ones in the
same order, and both must say the same of them.
"""
# ruff: noqa: ARG001 (the signatures are those that scikit-learn calls)

import numpy as np
import pytest
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, f1_score, make_scorer
from sklearn.model_selection import PredefinedSplit
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from _host import (
    assert_same_attributes,
    assert_same_results,
    assert_same_warnings,
    fit_with_warnings,
    host_search,
    without_frames,
)
from skhpo.space import Categorical, Integer, Real

# Train sets of 50, 40 and 30 samples, so that a fit can fail on one of them.
UNEQUAL = PredefinedSplit(np.repeat([0, 1, 2], [10, 20, 30]))
FAILURES = {"fails": ["never", "on few samples", "always"], "max_depth": [1, 2]}


class Failing(DecisionTreeClassifier):
    """A tree that does not always grow."""

    def __init__(self, fails="never", max_depth=None, random_state=0):
        super().__init__(max_depth=max_depth, random_state=random_state)
        self.fails = fails

    def fit(self, X, y, sample_weight=None, check_input=True):
        """Raise where it is told to."""
        if self.fails == "always" or (self.fails != "never" and len(X) < 35):
            raise ValueError(f"fails {self.fails}")
        return super().fit(X, y, sample_weight, check_input)


def one_number(estimator, X, y):
    """Score by accuracy."""
    return accuracy_score(y, estimator.predict(X))


def two_numbers(estimator, X, y):
    """Score by two metrics."""
    predicted = estimator.predict(X)
    return {"f1": f1_score(y, predicted), "acc": accuracy_score(y, predicted)}


def fails_for_deep_trees(estimator, X, y):
    """Score a stump, and raise for anything else."""
    if estimator.max_depth > 1:
        raise RuntimeError("too deep")
    return accuracy_score(y, estimator.predict(X))


def infinite_for_deep_trees(estimator, X, y):
    """Score a stump, and any other tree with infinity."""
    return -np.inf if estimator.max_depth > 1 else 0.5


def last(results):
    """Choose the last candidate."""
    return len(results["params"]) - 1


@pytest.fixture
def compare(make_search, classification):
    """Fit a search, and scikit-learn's to its candidates, and compare all there is."""

    def compare(estimator, space, data=classification, **settings):
        search = make_search(estimator, space, **settings)
        warned = fit_with_warnings(search, *data)
        expected = host_search(search, [one["params"] for one in search.history_])
        assert_same_warnings(warned, fit_with_warnings(expected, *data))
        assert_same_results(search.cv_results_, expected.cv_results_)
        assert_same_attributes(search, expected)
        return search

    return compare


SCORINGS = {
    "default": {},
    "named": {"scoring": "neg_log_loss"},
    "list": {"scoring": ["accuracy", "f1"], "refit": "f1"},
    "tuple": {"scoring": ("roc_auc", "accuracy"), "refit": "accuracy"},
    "dict": {
        "scoring": {"loss": "neg_log_loss", "f": make_scorer(f1_score)},
        "refit": "loss",
    },
    "callable": {"scoring": one_number},
    "callable of several": {"scoring": two_numbers, "refit": "acc"},
    "callable refit": {"refit": last},
    "callable refit of several": {"scoring": ["accuracy", "f1"], "refit": last},
    "several without refit": {"scoring": ["accuracy", "f1"], "refit": False},
    "callable of several without refit": {"scoring": two_numbers, "refit": False},
    "one without refit": {"scoring": "f1", "refit": False},
}


@pytest.mark.parametrize("return_train_score", [False, True])
@pytest.mark.parametrize("scoring", SCORINGS)
def test_every_form_of_scoring(compare, scoring, return_train_score):
    """Columns, ranks and best candidate are the same for all forms of scoring."""
    compare(
        LogisticRegression(),
        {"C": Real(0.01, 100, prior="log-uniform"), "fit_intercept": [True, False]},
        return_train_score=return_train_score,
        **SCORINGS[scoring],
    )


def test_a_model_based_search(compare):
    """The equality does not end with the initial design."""
    search = compare(
        LogisticRegression(),
        {"C": Real(0.01, 100, prior="log-uniform"), "fit_intercept": [True, False]},
        n_candidates=16,
    )
    assert len(search.cv_results_["params"]) == 16


PARAMETERS = {
    "numbers": (Ridge(), {"alpha": Real(0.1, 1), "max_iter": Integer(10, 20)}),
    "integers and floats": (LogisticRegression(), {"C": [1, 2.5, 3]}),
    "none and numbers": (DecisionTreeClassifier(), {"max_depth": [None, 1, 2]}),
    "booleans": (LogisticRegression(), {"fit_intercept": [True, False]}),
    "strings": (SVC(), {"kernel": ["linear", "rbf"], "gamma": ["scale", 0.1]}),
    "objects": (LogisticRegression(), {"class_weight": [None, {0: 1, 1: 2}]}),
    "numbers and booleans": (
        LogisticRegression(),
        {"verbose": Categorical([0, False])},
    ),
    "branches": (
        SVC(),
        [
            {"kernel": ["linear"], "C": Real(0.1, 10)},
            {"kernel": ["rbf"], "C": [1, 2], "gamma": ["scale", 0.5]},
            {"kernel": ["poly"], "degree": [2, 3]},
        ],
    ),
    "empty": (SVC(), {}),
}


@pytest.mark.parametrize("parameters", PARAMETERS)
def test_every_kind_of_parameter(compare, parameters):
    """Dtypes and masks of the parameter columns are the same."""
    estimator, space = PARAMETERS[parameters]
    if hasattr(estimator, "random_state"):
        estimator.set_params(random_state=0)
    compare(estimator, space, n_candidates=12)


@pytest.mark.parametrize("shapes", [[(5,), (5, 5)], [(1, 2), (3, 4)], [[1], [2, 3]]])
def test_sequences_as_parameters(compare, shapes):
    """Sequences of one or several lengths make a column of objects."""

    class Shaped(KNeighborsClassifier):
        def __init__(self, shape=()):
            super().__init__()
            self.shape = shape

    search = compare(Shaped(), {"shape": shapes})
    assert search.cv_results_["param_shape"].dtype == object


@pytest.mark.parametrize("error_score", [np.nan, -1, 0.25])
@pytest.mark.parametrize("return_train_score", [False, True])
@pytest.mark.parametrize(
    "scoring",
    [
        {},
        {"scoring": ["f1", "accuracy"], "refit": "accuracy"},
        {"scoring": two_numbers, "refit": "f1"},
    ],
    ids=["one", "several", "callable of several"],
)
def test_failed_fits(compare, scoring, return_train_score, error_score):
    """Error scores, ranks, and the warnings for the whole search are the same.

    The first candidate is the estimator as it is, so the very first fit fails.
    """
    compare(
        Failing(fails="always"),
        FAILURES,
        n_candidates=9,
        cv=UNEQUAL,
        error_score=error_score,
        return_train_score=return_train_score,
        **scoring,
    )


@pytest.mark.parametrize(
    "scoring",
    [
        {"scoring": fails_for_deep_trees},
        {"scoring": {"a": fails_for_deep_trees, "b": "f1"}, "refit": "b"},
        {"scoring": {"a": fails_for_deep_trees, "b": "f1"}, "refit": "a"},
        {"scoring": infinite_for_deep_trees, "return_train_score": True},
    ],
    ids=["one", "several", "several, refit by it", "infinite"],
)
@pytest.mark.parametrize("error_score", [np.nan, -1])
def test_failed_scorers(compare, scoring, error_score):
    """A scorer that raises costs the same, and is told in the same words."""
    compare(Failing(), FAILURES, n_candidates=9, error_score=error_score, **scoring)


def test_failures_are_warned_of_once(make_search, classification):
    """One warning counts the failed fits of the whole search."""
    search = make_search(Failing(), FAILURES, n_candidates=9, cv=UNEQUAL)
    failed, *others = fit_with_warnings(search, *classification)
    assert failed[0] is FitFailedWarning
    assert "8 fits failed out of a total of 18" in failed[1]
    assert [category for category, _ in others] == [UserWarning]


def error_of(search, data):
    """Return type and message of the error that `fit` must raise."""
    try:
        search.fit(*data)
    except Exception as error:
        return type(error), without_frames(str(error))
    raise AssertionError(f"{search!r} was fitted without an error")


@pytest.mark.parametrize(
    "settings",
    [
        {"scoring": ["f1", "accuracy"]},
        {"scoring": ["f1", "accuracy"], "refit": "recall"},
        {"scoring": two_numbers},
        {"scoring": two_numbers, "refit": "recall"},
        {"scoring": {"a": "no such metric"}, "refit": "a"},
        {"scoring": []},
        {"scoring": lambda *_: "text"},
        {"scoring": lambda *_: {"a": "text"}, "refit": "a"},
        {"refit": lambda _: 1.5},
        {"refit": lambda _: 100},
        {"refit": lambda _: -1},
        {"error_score": "raise"},
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
@pytest.mark.filterwarnings("ignore:One or more of the test scores:UserWarning")
def test_errors_are_the_same(make_search, classification, settings):
    """What scikit-learn refuses is refused in its words, and no later."""
    search = make_search(Failing(), {"fails": ["never", "always"]}, **settings)
    expected = host_search(search, [{"fails": "never"}, {"fails": "always"}])
    assert error_of(search, classification) == error_of(expected, classification)


def test_nothing_but_failures_is_an_error(make_search, classification):
    """When no fit succeeds the error quotes the reason, as scikit-learn's does."""
    search = make_search(Failing(), {"fails": ["always"], "max_depth": [1, 2]})
    with pytest.raises(ValueError, match="All the 4 fits failed") as caught:
        search.fit(*classification)
    assert "ValueError: fails always" in str(caught.value)


def test_the_best_index_is_the_first_of_equals(make_search, classification):
    """Among candidates of equal score the one that came first is the best."""
    search = make_search(
        LogisticRegression(), {"C": Real(0.1, 10)}, scoring=lambda *_: 1.0
    ).fit(*classification)
    assert search.best_index_ == 0
    assert search.cv_results_["rank_test_score"].tolist() == [1, 1, 1, 1]
