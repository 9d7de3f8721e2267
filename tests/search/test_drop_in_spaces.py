"""Spaces as users have written them for scikit-learn's searches."""
# ruff: noqa: ARG002 (the signatures are those that scikit-learn calls)

import copy

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import loguniform, randint, uniform
from sklearn.base import BaseEstimator
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, ParameterGrid
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skhpo.exceptions import SearchSpaceError
from skhpo.space import Real


class Anything(BaseEstimator):
    """Takes any values, and scores by their representation."""

    def __init__(self, a=0, b=0):
        self.a = a
        self.b = b

    def fit(self, X, y=None):
        """Learn nothing."""
        return self

    def score(self, X, y=None):
        """Return a number that depends on the values alone."""
        return float(len(repr((self.a, self.b))) % 7)


def rows(search):
    """Return candidates and mean scores, in an order that depends on them alone."""
    results = search.cv_results_
    pairs = zip(results["params"], results["mean_test_score"], strict=True)
    return sorted(
        (sorted(f"{name}={value}" for name, value in params.items()), score)
        for params, score in pairs
    )


GRIDS = [
    (LogisticRegression(), {"C": [0.1, 1.0, 10.0], "fit_intercept": [True, False]}),
    (SVC(), {"kernel": ["linear", "rbf"], "C": np.array([0.5, 5.0])}),
    (
        SVC(),
        [
            {"kernel": ["linear"], "C": [1, 10]},
            {"kernel": ["rbf"], "C": [1, 10], "gamma": [0.1, 1.0]},
        ],
    ),
    (DecisionTreeClassifier(random_state=0), {"max_depth": [None, 1, 3]}),
    (DecisionTreeClassifier(random_state=0), {"min_samples_leaf": range(1, 6)}),
    (
        make_pipeline("passthrough", LogisticRegression()),
        {"passthrough": ["passthrough", StandardScaler()]},
    ),
    (LogisticRegression(), {"class_weight": [None, "balanced", {0: 1, 1: 3}]}),
]


@pytest.mark.parametrize(("estimator", "grid"), GRIDS)
def test_a_grid_is_covered_wholly_and_once(
    make_search, classification, estimator, grid
):
    """The rows are those of a grid search, and then the search ends by itself."""
    search = make_search(estimator, grid, n_candidates=50).fit(*classification)
    expected = GridSearchCV(estimator, grid, cv=2).fit(*classification)
    assert search.stop_reason_ == "space exhausted"
    assert rows(search) == rows(expected)
    assert search.best_score_ == expected.best_score_
    assert search.n_fits_ == 2 * len(ParameterGrid(grid))


def test_a_large_grid_is_not_covered(make_search, classification):
    """The budget ends the search where the grid is larger, without a repetition."""
    search = make_search(LogisticRegression(), {"C": list(range(1, 100))})
    search.fit(*classification)
    assert search.stop_reason_ == "n_iter"
    assert len({params["C"] for params in search.cv_results_["params"]}) == 4


def test_branches_that_overlap_are_covered_once(make_search, classification):
    """A candidate that two dicts of a list share is evaluated once."""
    grid = [{"C": [1, 10]}, {"C": [10, 100]}]
    search = make_search(SVC(), grid, n_candidates=9).fit(*classification)
    assert sorted(params["C"] for params in search.cv_results_["params"]) == [
        1,
        10,
        100,
    ]


@pytest.mark.parametrize("space", [{}, [{}], {"C": [2.0]}, {"C": [2.0, 2.0]}])
def test_a_space_of_one_candidate(make_search, classification, space):
    """Without anything to vary there is one candidate, the estimator as it is."""
    search = make_search(LogisticRegression(C=2.0), space).fit(*classification)
    assert len(search.cv_results_["params"]) == 1
    assert search.stop_reason_ == "space exhausted"
    assert search.best_estimator_.C == 2.0


def own_values():
    """Return values of every awkward kind: unhashable, unordered, without equality."""
    return [
        None,
        "text",
        (1, 2),
        (1, 2, 3),
        [1, 2],
        {"key": [1]},
        {1, 2},
        np.arange(3),
        np.eye(2),
        Ridge(),
        DummyClassifier,
        len,
        np.nan,
        True,
        1,
        1.0,
    ]


def test_values_of_any_kind_are_handed_over_as_they_are(make_search, classification):
    """Each value is a candidate, and the results hold the very object."""
    values = own_values()
    search = make_search(Anything(), {"a": values}, n_candidates=50)
    search.fit(*classification)
    tried = [params["a"] for params in search.cv_results_["params"]]
    assert len(tried) == len(values)
    assert all(any(one is value for value in values) for one in tried)
    assert all(any(one is value for one in tried) for value in values)


def test_sequences_as_values(make_search, regression):
    """Tuples, also of one length, are values of their own and stay tuples."""
    shapes = [(5,), (5, 5), (10, 5)]
    search = make_search(Anything(), {"a": shapes, "b": [(1, 2), (3, 4)]})
    search.set_params(n_iter=6).fit(*regression)
    assert {params["a"] for params in search.cv_results_["params"]} == set(shapes)
    assert search.cv_results_["param_a"].dtype == object
    assert search.cv_results_["param_b"].tolist()[0] in [(1, 2), (3, 4)]
    assert search.best_estimator_.a in shapes


def test_two_numbers_are_choices_and_no_range(make_search, classification):
    """A list of two numbers stands for these two."""
    search = make_search(LogisticRegression(), {"C": [0.1, 10.0]}, n_candidates=9)
    search.fit(*classification)
    assert sorted(one["C"] for one in search.cv_results_["params"]) == [0.1, 10.0]


def test_distributions_of_scipy(make_search, classification):
    """Frozen distributions give native values from their support."""
    space = {"C": loguniform(0.01, 1), "max_iter": randint(100, 200), "tol": uniform()}
    search = make_search(LogisticRegression(), space, n_candidates=12)
    for params in search.fit(*classification).cv_results_["params"]:
        assert type(params["C"]) is float
        assert 0.01 <= params["C"] <= 1
        assert type(params["max_iter"]) is int
        assert 100 <= params["max_iter"] < 200
        assert 0 <= params["tol"] <= 1


def test_masks_show_where_a_parameter_is_inactive(make_search, classification):
    """What a branch lacks is masked in its column and missing in its params."""
    space = [
        {"kernel": ["linear"], "C": Real(0.1, 10)},
        {"kernel": ["rbf"], "gamma": [0.1, 1.0]},
    ]
    results = make_search(SVC(), space, n_candidates=8).fit(*classification).cv_results_
    for row, params in enumerate(results["params"]):
        assert np.ma.is_masked(results["param_C"][row]) == ("C" not in params)
        assert np.ma.is_masked(results["param_gamma"][row]) == ("gamma" not in params)
        assert (params["kernel"] == "linear") == ("C" in params)


def test_fit_does_not_change_the_space(make_search, classification):
    """Neither the containers nor the values in them are touched."""
    space = [
        {"a": [3, 1, 2], "b": np.array([1.0, 2.0])},
        {"a": [[1], [2]], "b": [LogisticRegression(), {"key": [1]}]},
    ]
    before = copy.deepcopy(space)
    make_search(Anything(), space, n_candidates=20).fit(*classification)
    assert space[0]["a"] == before[0]["a"]
    assert_allclose(space[0]["b"], before[0]["b"])
    assert space[1]["a"] == before[1]["a"]
    assert repr(space[1]["b"]) == repr(before[1]["b"])


def test_estimators_as_values_are_cloned_for_each_fit(make_search, classification):
    """What is fitted is a copy, also in the refit."""
    scalers = [StandardScaler(), StandardScaler(with_mean=False)]
    pipeline = make_pipeline("passthrough", LogisticRegression())
    search = make_search(pipeline, {"passthrough": scalers}).fit(*classification)
    assert not any(hasattr(scaler, "mean_") for scaler in scalers)
    assert search.best_params_["passthrough"] in scalers
    assert search.best_estimator_["passthrough"] not in scalers


@pytest.mark.parametrize(
    ("space", "match"),
    [
        ({"C": 1.0}, "'C'"),
        ({"C": "text"}, "'C'"),
        ({"C": []}, "'C'"),
        ({"no_such_parameter": [1, 2]}, "no_such_parameter"),
        ([{"C": [1.0]}, {"no_such_parameter": [1]}], "no_such_parameter"),
        ([], "empty"),
        ([3], "3"),
    ],
)
def test_a_malformed_space_is_refused_before_any_fit(
    make_search, classification, space, match
):
    """The error names the parameter, and is the ValueError that users catch."""
    search = make_search(LogisticRegression(), space)
    with pytest.raises(SearchSpaceError, match=match) as caught:
        search.fit(*classification)
    assert isinstance(caught.value, ValueError)
    assert not hasattr(search, "cv_results_")
