"""The cheapest candidate within one standard error of the best."""

import math
import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.tree import DecisionTreeClassifier

from skhpo.refit import OneStandardError


def results(scores, params, metric="score", **columns):
    """Return the part of `cv_results_` that a rule reads."""
    scores = np.array(scores, dtype=float)
    table = {f"split{i}_test_{metric}": column for i, column in enumerate(scores.T)}
    names = {name for one in params for name in one}
    for name in sorted(names):
        mask = [name not in one for one in params]
        values = np.array([one.get(name, 0) for one in params], dtype=object)
        table[f"param_{name}"] = np.ma.array(values, mask=mask)
    return {
        **table,
        f"mean_test_{metric}": scores.mean(axis=1),
        "params": params,
        **columns,
    }


# Candidate 2 is best; 1 is a little worse on two splits and better on one, 0 is
# far behind on all of them.
SCORES = [[0.2, 0.3, 0.1], [0.8, 0.95, 0.68], [0.82, 0.94, 0.7]]
PARAMS = [{"C": 1}, {"C": 10}, {"C": 100}]


def test_cheapest_of_the_near_ones_wins():
    """A candidate within the error wins by its cost, one beyond it does not."""
    cheaper = [*SCORES[:2], [0.82, 0.94, 0.69]]
    assert OneStandardError("param_C", paired=False)(results(cheaper, PARAMS)) == 1


def test_paired_error_leaves_out_what_the_splits_share():
    """A candidate a little behind on each split is near only if splits are noise."""
    table = results([[0.10, 0.49, 0.89], [0.11, 0.50, 0.91]], PARAMS[:2])
    assert OneStandardError("param_C", paired=False)(table) == 0
    assert OneStandardError("param_C")(table) == 1


def test_paired_error_is_that_of_the_differences():
    """The bound is the standard deviation of the differences over root K."""
    # Differences of 0.3, 0 and 0: mean 0.1, error sqrt(0.03) / sqrt(3) = 0.1.
    near = results([[0.5, 0.5, 0.5], [0.7999, 0.5, 0.5]], PARAMS[:2])
    assert near["mean_test_score"][1] - near["mean_test_score"][0] < 0.1
    assert OneStandardError("param_C")(near) == 0
    # 0.3, 0.01 and 0: mean 0.1033, error 0.0984.
    far = results([[0.5, 0.5, 0.5], [0.8, 0.51, 0.5]], PARAMS[:2])
    assert OneStandardError("param_C")(far) == 1


def test_hopeless_split_is_no_excuse():
    """One split that went wrong does not make a candidate near by its spread."""
    table = results([[0.81, 0.81, -900], [0.8, 0.8, 0.8]], PARAMS[:2])
    assert OneStandardError("param_C")(table) == 1


def test_greater_may_be_cheaper():
    """The direction of the cost can be turned."""
    table = results([[0.5, 0.6], [0.5, 0.6], [0.5, 0.6]], PARAMS)
    assert OneStandardError("param_C", greater_is_cheaper=True)(table) == 2


def test_better_mean_decides_between_equal_costs():
    """Of equally cheap near candidates the better one wins, then the earlier."""
    scores = [[0.5, 0.72], [0.52, 0.7], [0.5, 0.74], [0.5, 0.74]]
    table = results(scores, [{"C": 1}] * 4)
    assert OneStandardError("param_C")(table) == 2


def test_cost_may_be_any_column():
    """Fit times serve as well as parameters."""
    table = results([[0.5, 0.6]] * 3, PARAMS, mean_fit_time=np.array([3.0, 1.0, 2.0]))
    assert OneStandardError("mean_fit_time")(table) == 1


def test_cost_may_be_a_function_of_the_params():
    """A callable is given the params dict of each candidate."""
    params = [{"depth": None}, {"depth": 3}, {"depth": 2}]

    def cost(one):
        return math.inf if one["depth"] is None else one["depth"]

    assert OneStandardError(cost)(results([[0.5, 0.6]] * 3, params)) == 2


def test_failed_candidates_never_win():
    """A candidate with a missing or infinite split score is not considered."""
    scores = [[np.nan, 0.9], [-np.inf, 0.9], [0.5, 0.6]]
    assert OneStandardError("param_C")(results(scores, PARAMS)) == 2


def test_nothing_complete_is_an_error():
    """Without a complete candidate there is no winner."""
    with pytest.raises(ValueError, match="None of the 1 candidates"):
        OneStandardError("param_C")(results([[np.nan, 0.9]], PARAMS[:1]))


def test_candidate_without_the_parameter_is_passed_over():
    """A masked cost does not compare, however near the candidate is."""
    params = [{"trees": 1}, {"C": 5}, {"C": 10}]
    assert OneStandardError("param_C")(results([[0.5, 0.6]] * 3, params)) == 0
    scores = [[0.5, 0.6], [0.5, 0.61], [0.51, 0.61]]
    assert OneStandardError("param_C")(results(scores, params)) == 1


@pytest.mark.parametrize("missing", [None, math.nan])
def test_missing_cost_is_passed_over(missing):
    """None and NaN are no costs."""
    params = [{"C": 2}, {"C": missing}, {"C": 1}]
    assert OneStandardError("param_C")(results([[0.5, 0.6]] * 3, params)) == 2


def test_metric_is_named_or_the_first():
    """With several metrics the named one counts, and the first without a name."""
    table = results([[0.9, 0.9], [0.1, 0.1]], PARAMS[:2], "a") | results(
        [[0.1, 0.1], [0.9, 0.9]], PARAMS[:2], "b"
    )
    assert OneStandardError("param_C")(table) == 0
    assert OneStandardError("param_C", metric="b")(table) == 1


def test_metric_of_another_name_is_not_mixed_in():
    """Metrics whose names contain each other are kept apart."""
    table = results([[0.9, 0.9], [0.1, 0.1]], PARAMS[:2], "f1") | results(
        [[0.1, 0.1], [0.9, 0.9]], PARAMS[:2], "split_test_f1"
    )
    assert OneStandardError("param_C", metric="f1")(table) == 0


def test_unknown_metric_is_named():
    """The error says which metrics there are."""
    with pytest.raises(ValueError, match=r"\['score'\]. Got 'auc'"):
        OneStandardError("param_C", metric="auc")(results(SCORES, PARAMS))


def test_unknown_column_is_named():
    """The error says which columns there are."""
    with pytest.raises(ValueError, match=r"Got 'C'; columns .*'param_C'"):
        OneStandardError("C")(results(SCORES, PARAMS))


def test_costs_without_order_are_refused():
    """Costs of different kinds ask for a function."""
    params = [{"C": 1}, {"C": "scale"}]
    with pytest.raises(TypeError, match="pass a function"):
        OneStandardError("param_C")(results([[0.5, 0.6]] * 2, params))


def test_one_split_has_no_error():
    """With a single split only equal candidates are near."""
    table = results([[0.5], [0.6], [0.6]], [{"C": 1}, {"C": 3}, {"C": 2}])
    assert OneStandardError("param_C")(table) == 2


def test_serves_grid_search():
    """scikit-learn's own searches take it, clone it and keep what they show of it."""
    X, y = load_iris(return_X_y=True)
    rule = OneStandardError("param_max_depth", paired=False)
    search = GridSearchCV(
        DecisionTreeClassifier(random_state=0), {"max_depth": [8, 4, 3, 1]}, refit=rule
    )
    search = clone(search).fit(X, y)
    assert search.best_params_ == {"max_depth": 3}
    assert search.best_index_ == rule(search.cv_results_)


def test_is_a_value():
    """The rule is equal by content, pickles, and prints as what makes it."""
    rule = OneStandardError("param_C", greater_is_cheaper=True)
    assert pickle.loads(pickle.dumps(rule)) == rule == eval(repr(rule))
