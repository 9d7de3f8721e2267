"""What is evaluated first: the baseline, given candidates, earlier results."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import loguniform
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RandomizedSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC

from _fits import Parabola, X
from skhpo import BayesSearchCV
from skhpo.exceptions import SearchSpaceError
from skhpo.space import Integer, Real

SPACE = {"x": Real(0.0, 1.0), "kind": ["a", "b"]}
C = loguniform(1e-3, 1e3)


@pytest.fixture
def params_of(search_class):
    """Run a search of the parabola; return params and origins in their order."""

    def params_of(estimator=None, space=SPACE, data=(X,), n_iter=6, **settings):
        search = search_class(
            Parabola() if estimator is None else estimator,
            space,
            n_iter=n_iter,
            cv=2,
            random_state=0,
            **settings,
        ).fit(*data)
        origins = [entry["origin"] for entry in search.history_]
        return search.cv_results_["params"], origins

    return params_of


def test_the_estimators_own_values_come_first(params_of):
    """They are the baseline, which the result cannot be worse than."""
    params, origins = params_of(Parabola(x=0.125, kind="b"))
    assert params[0] == {"x": 0.125, "kind": "b"}
    assert origins.count("baseline") == 1
    assert origins[0] == "baseline"


def test_a_pipeline_has_a_baseline(params_of):
    """Parameters of steps count like any others."""
    params, origins = params_of(
        make_pipeline(StandardScaler(), SVC(C=2.0)),
        {"svc__C": C, "svc__kernel": ["linear", "rbf"]},
        load_iris(return_X_y=True),
    )
    assert params[0] == {"svc__C": 2.0, "svc__kernel": "rbf"}
    assert origins[0] == "baseline"


def test_each_branch_has_a_baseline(params_of):
    """Branches that swap in a step start from the values of that step."""
    svc, logistic = SVC(C=3.0), LogisticRegression(C=5.0, max_iter=1000)
    params, origins = params_of(
        Pipeline([("scale", StandardScaler()), ("model", SVC())]),
        [
            {"model": [svc], "model__C": C, "model__kernel": ["linear", "rbf"]},
            {"model": [logistic], "model__C": C},
        ],
        load_iris(return_X_y=True),
    )
    assert params[0] == {"model": svc, "model__C": 3.0, "model__kernel": "rbf"}
    assert params[1] == {"model": logistic, "model__C": 5.0}
    assert origins.count("baseline") == 2


def test_a_baseline_holds_the_step_that_the_pipeline_has(params_of):
    """Of the alternatives for a step, the baseline has the current one."""
    current = MinMaxScaler()
    params, origins = params_of(
        Pipeline([("scale", current), ("model", SVC(C=2.0))]),
        {"scale": [StandardScaler(), current, "passthrough"], "model__C": C},
        load_iris(return_X_y=True),
    )
    assert params[0] == {"scale": current, "model__C": 2.0}
    assert origins[0] == "baseline"


def test_values_outside_of_the_space_are_completed(params_of):
    """What the estimator has beyond the bounds is replaced by the design."""
    params, origins = params_of(Parabola(x=7.0, kind="b"))
    assert params[0]["kind"] == "b"
    assert 0.0 <= params[0]["x"] <= 1.0
    assert origins[0] == "partial baseline"


def test_values_of_none_may_be_a_baseline(params_of):
    """None is a value like any other where the space holds it."""
    params, _ = params_of(
        RandomForestClassifier(n_estimators=3, random_state=0),
        {"max_depth": [2, 3, None], "min_samples_leaf": Integer(1, 5)},
        load_iris(return_X_y=True),
    )
    assert params[0] == {"max_depth": None, "min_samples_leaf": 1}


def test_without_any_value_in_the_space_there_is_no_baseline(params_of):
    """Nothing is left of an estimator that lies outside altogether."""
    _, origins = params_of(Parabola(x=7.0, kind="z"))
    assert "baseline" not in origins


def test_none_turns_the_baseline_off(params_of):
    """The search starts with the design."""
    _, origins = params_of(initial_candidates=None)
    assert "baseline" not in origins


def test_an_excluded_baseline_is_left_out(params_of):
    """The constraint holds for the estimator's own values as well."""
    params, origins = params_of(constraint=lambda params: params["kind"] == "b")
    assert {one["kind"] for one in params} == {"b"}
    assert "baseline" not in origins


@pytest.mark.parametrize("form", [list, pd.DataFrame])
def test_given_candidates_come_first_and_in_order(params_of, form):
    """As a list of dicts or as a table, with their values kept exactly."""
    rows = [{"x": 0.1, "kind": "b"}, {"x": 1.0, "kind": "a"}, {"x": 1 / 3, "kind": "a"}]
    params, origins = params_of(initial_candidates=form(rows))
    assert params[:3] == rows
    assert origins[:3] == ["given"] * 3
    assert "baseline" not in origins
    assert {type(one["x"]) for one in params} == {float}


@pytest.mark.parametrize("form", [list, pd.DataFrame])
def test_partial_candidates_are_completed(params_of, form):
    """What a dict or a row of a table leaves open is up to the design."""
    params, _ = params_of(initial_candidates=form([{"x": 0.25}, {"kind": "b"}]))
    assert params[0]["x"] == 0.25
    assert params[0]["kind"] in SPACE["kind"]
    assert params[1]["kind"] == "b"
    assert 0.0 <= params[1]["x"] <= 1.0


def test_integers_of_a_table_reach_the_estimator_as_integers(params_of):
    """A column with gaps holds floats in pandas; the estimator gets an int."""
    table = pd.DataFrame({"min_samples_leaf": [2, 5, None], "max_depth": [4, None, 3]})
    params, _ = params_of(
        RandomForestClassifier(n_estimators=2, random_state=0),
        {"min_samples_leaf": Integer(1, 5), "max_depth": Integer(1, 9)},
        load_iris(return_X_y=True),
        initial_candidates=table,
    )
    assert params[0] == {"min_samples_leaf": 2, "max_depth": 4}
    assert {type(value) for one in params for value in one.values()} == {int}


def test_values_are_kept_as_they_were_given(params_of):
    """A bound of a log-uniform range is not off by a rounding error."""
    values = [1e-3, 1.0, 0.1, 1e3]
    params, _ = params_of(
        SVC(),
        {"C": C},
        load_iris(return_X_y=True),
        initial_candidates=[{"C": value} for value in values],
    )
    assert [one["C"] for one in params[:4]] == values


def test_equal_candidates_are_evaluated_once(params_of):
    """A repetition among the given ones is dropped."""
    given = [{"x": 0.5, "kind": "a"}, {"x": 0.5, "kind": "a"}, {"x": 0.6, "kind": "a"}]
    params, origins = params_of(initial_candidates=given)
    assert [one["x"] for one in params[:2]] == [0.5, 0.6]
    assert origins.count("given") == 2


def test_the_best_of_an_earlier_search_come_first(params_of):
    """Of another search's `cv_results_` the best quarter of the budget is tried."""
    earlier = RandomizedSearchCV(
        Parabola(),
        {"x": np.linspace(0, 1, 21), "kind": ["a", "b"]},
        cv=2,
        n_iter=20,
        random_state=0,
    ).fit(X)
    params, origins = params_of(initial_candidates=earlier.cv_results_, n_iter=8)
    best = np.argsort(earlier.cv_results_["rank_test_score"], kind="stable")[:2]
    assert params[:2] == [earlier.cv_results_["params"][row] for row in best]
    assert origins.count("given") == 2


def test_an_earlier_search_may_come_as_a_table(params_of):
    """`pd.DataFrame(search.cv_results_)` is what people store."""
    earlier = RandomizedSearchCV(
        Parabola(), {"x": [0.1, 0.2, 0.3]}, cv=2, n_iter=3, random_state=0
    ).fit(X)
    params, _ = params_of(initial_candidates=pd.DataFrame(earlier.cv_results_))
    assert params[0]["x"] == 0.3


def two_metrics(estimator, X, y=None):  # noqa: ARG001
    """Return metrics that disagree."""
    return {"a": -estimator.x, "b": estimator.x}


def test_an_earlier_search_may_come_as_it_is(params_of, tmp_path):
    """Fitted, of which the metric of `refit` counts, or as its journal."""
    path = tmp_path / "earlier.jsonl"
    earlier = BayesSearchCV(
        Parabola(), SPACE, n_iter=6, cv=2, scoring=two_metrics, refit="b", journal=path
    ).fit(X)
    for given in (earlier, path, str(path)):
        params, origins = params_of(initial_candidates=given)
        assert (params[0], origins[0]) == (earlier.best_params_, "given")


@pytest.mark.parametrize("given", ["defaults", "no.jsonl", 3, RandomizedSearchCV])
def test_what_says_nothing_of_candidates_is_refused(params_of, given):
    """Also the name of a journal that does not exist."""
    with pytest.raises(SearchSpaceError, match="must be 'default', None, a list"):
        params_of(initial_candidates=given)


def test_earlier_results_outside_of_the_space_are_left_out(params_of):
    """A warning says how many."""
    earlier = {
        "params": [{"x": 5.0, "kind": "a"}, {"x": 0.2, "kind": "a"}, {"y": 1}],
        "rank_test_score": np.array([1, 2, 3]),
    }
    with pytest.warns(UserWarning, match="2 of 3 candidates in 'initial_candidates'"):
        params, _ = params_of(initial_candidates=earlier)
    assert params[0] == {"x": 0.2, "kind": "a"}


@pytest.mark.parametrize(
    ("candidate", "named"),
    [
        ({"x": 5.0, "kind": "a"}, "'x'"),
        ({"x": 0.5, "kind": "c"}, "'kind'"),
        ({"x": 0.5, "smoothness": 1}, "'smoothness'"),
        ({"x": None}, "'x'"),
    ],
)
def test_given_candidates_outside_of_the_space_are_refused(params_of, candidate, named):
    """The error names the candidate's position and the parameter."""
    with pytest.raises(SearchSpaceError, match=f"Candidate 1 of .*{named}"):
        params_of(initial_candidates=[{"x": 0.5, "kind": "a"}, candidate])
