"""What searches say of themselves, and that they say it of numbers only."""

import dataclasses
import functools
import math

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import KFold, ShuffleSplit

from _climbers import climb
from _inspected import (
    SPACE,
    Hill,
    X,
    Y,
    bayes,
    branched,
    evaluated,
    hill_search,
    two_objectives,
)
from skhpo.inspection import (
    FlatRegion,
    ParameterImportance,
    PopulationExplanation,
    PressedBound,
    explain,
)
from skhpo.refit import OneStandardError
from skhpo.space import Integer, Real


@functools.cache
def explained():
    """The explanation of the search of a hill with its top at a rate of 0.01."""
    return bayes().explain()


def test_what_mattered_is_the_rate():
    """The hill rises by its rate, a little by its kind, and not by its depth."""
    explanation = explained()
    assert explanation.importance.parameters[0] == "rate"
    assert explanation.explained_share > 0.5
    assert "rate" in str(explanation)


def test_the_optimum_is_flat_where_nothing_depends():
    """Depths are all as good; most rates are not."""
    regions = {one.parameter: one for one in explained().flat}
    assert regions["depth"].share > 0.8
    assert regions["rate"].share < 0.5
    assert regions["rate"].low <= 10**-1.9
    assert regions["rate"].high >= 10**-2.1


def test_what_only_interacts_is_named():
    """A parameter without an effect of its own is not passed over."""
    importance = ParameterImportance(
        parameters=("rate", "depth", "kind"),
        importances=np.array([0.4, 0.01, 0.0]),
        low=np.array([0.3, 0.0, 0.0]),
        high=np.array([0.5, 0.02, 0.01]),
        totals=np.array([0.9, 0.6, 0.01]),
        interactions={},
        method="fanova",
        surrogate="gp",
        n_candidates=40,
    )
    explanation = dataclasses.replace(explained(), importance=importance)
    assert "Matters in interactions only: depth.\n" in str(explanation)


def test_one_choice_of_two_is_not_flat():
    """Half of the choices is the best one alone: it is to be kept."""
    regions = {one.parameter: one for one in explained().flat}
    assert regions["kind"].choices == ("plain",)
    (section,) = [one for one in explained().sections() if "flat" in one.title]
    _, kept = section.sentences
    assert "kind in plain" in kept


def test_the_winner_is_the_best_of_the_results():
    """Score and parameters are those of the search."""
    explanation = explained()
    assert explanation.lead.best_score == bayes().best_score_
    assert explanation.best_params == bayes().best_params_
    assert explanation.chosen_behind == 0.0
    assert explanation.n_candidates == 24


def test_the_gain_over_the_baseline_is_told():
    """A search that begins badly says by how much it is better now."""
    search = hill_search()
    search.estimator.rate = 0.9
    explanation = search.fit(X, Y).explain()
    origins = [entry["origin"] for entry in search.history_]
    first = search.history_[origins.index("baseline")]["score"]
    expected = pytest.approx(search.best_score_ - first)
    assert explanation.lead.baseline.difference == expected
    assert explanation.lead.baseline.is_clear
    assert "Gain over the estimator as it was given" in str(explanation)


def test_a_rule_may_have_chosen_another_candidate():
    """By how much that is behind the best is said."""
    search = hill_search(refit=OneStandardError("param_depth", paired=False)).fit(X, Y)
    best = search.cv_results_["mean_test_score"].max()
    chosen = search.cv_results_["mean_test_score"][search.best_index_]
    assert search.explain().chosen_behind == pytest.approx(best - chosen)


def test_a_bound_that_the_best_press_against_is_named():
    """The top lies at 0.01, and the space ends before: wider bounds would hold it."""
    space = {"rate": Real(1e-6, 1e-4, prior="log-uniform"), "depth": Integer(1, 10)}
    explanation = hill_search(space=space).fit(X, Y).explain()
    (bound,) = explanation.pressed
    assert (bound.parameter, bound.side, bound.bound) == ("rate", "upper", 1e-4)
    assert bound.suggested == pytest.approx(1e-3)
    assert "try up to 0.001" in str(explanation)


def test_no_bound_is_named_where_the_top_is_inside():
    """Neither do parameters that do not matter press against theirs."""
    assert explained().pressed == ()


@pytest.mark.parametrize(
    ("space", "expected"),
    [
        (Real(-5.0, 0.01), 2.5),
        (Integer(1, 5), None),
        (Real(0.0, 1.0), None),
    ],
)
def test_suggestions_stay_within_natural_limits(space, expected):
    """A share is not wanted beyond 1, nor a whole number below 1."""
    from skhpo.inspection._bounds import further_out
    from skhpo.space import SearchSpace

    (axis,) = SearchSpace({"x": space}).axes
    side = "lower" if isinstance(space, Integer) else "upper"
    suggested = further_out(axis, side)
    assert suggested == (
        None if expected is None else pytest.approx(expected, rel=0.01)
    )


def test_an_exhausted_hill_needs_no_more_budget():
    """Where the top is found, what is left to gain is less than the noise."""
    outlook = hill_search(n_iter=40).fit(X, Y).explain().outlook
    assert outlook.verdict == "unlikely"
    assert outlook.next_gain <= outlook.noise


def test_a_search_cut_off_early_may_gain():
    """Where only the foot of a slope was tried, much is left to gain."""
    values = np.linspace(0.0, 0.4, 16).tolist()
    scores = [[v - 0.001, v, v + 0.001] for v in values]
    search = evaluated({"x": Real(0.0, 1.0)}, [{"x": v} for v in values], scores)
    outlook = explain(search).outlook
    assert outlook.possible_gain > 0.2
    assert outlook.verdict == "likely"


class Steep(Hill):
    """Cannot be fitted at great depths."""

    def fit(self, X, y):
        """Raise where it is deep."""
        if self.depth > 6:
            raise ValueError("too steep")
        return super().fit(X, y)


@pytest.mark.filterwarnings(
    "ignore::sklearn.exceptions.FitFailedWarning", "ignore:One or more of the test"
)
def test_failed_candidates_are_counted():
    """They are not among the candidates that the winner is compared with."""
    search = hill_search()
    search.estimator = Steep()
    search.fit(X, Y)
    explanation = search.explain()
    statuses = [entry["status"] for entry in search.history_]
    assert explanation.n_failed == statuses.count("failed") > 0
    assert explanation.n_complete == statuses.count("complete")
    assert "failed." in str(explanation)


def test_few_candidates_say_that_they_cannot_tell():
    """No model is made of ten, and no sentence rests on one."""
    explanation = hill_search(n_iter=10).fit(X, Y).explain()
    assert explanation.importance is None
    assert explanation.outlook is None
    assert explanation.flat == ()
    assert explanation.pressed == ()
    assert "needs 15 candidates with a score" in explanation.unknown[0]
    assert "What mattered\n" not in str(explanation)


def test_few_splits_say_that_they_cannot_tell():
    """Two splits are no measure of noise."""
    explanation = hill_search(cv=KFold(2), n_iter=6).fit(X, Y).explain()
    assert explanation.lead.n_close == -1
    assert math.isnan(explanation.lead.curse.estimate)
    assert any("needs 3 splits, and there are 2" in one for one in explanation.unknown)


def test_a_single_split_is_no_measure_of_noise():
    """Everything that would be held against it is left open."""
    cv = ShuffleSplit(1, random_state=0)
    explanation = hill_search(cv=cv).fit(X, Y).explain()
    assert explanation.outlook is None
    assert explanation.flat == ()
    assert any("a single split" in one for one in explanation.unknown)


def test_scores_that_no_model_predicts_are_not_explained():
    """Noise has no parameters that matter."""
    explanation = hill_search(space={"depth": range(1, 101)}).fit(X, Y).explain()
    assert explanation.importance is None
    assert explanation.explained_share < 0.2
    assert any("which is too little" in one for one in explanation.unknown)


def test_a_list_of_dicts_is_explained():
    """The choice of the branch is among what mattered, not among what is flat."""
    explanation = branched().explain()
    assert "branch" not in {one.parameter for one in explanation.flat}
    assert str(explanation)


def test_one_of_several_objectives_is_explained():
    """The first one, or the one that is asked for."""
    assert two_objectives().explain().metric == "height"
    text = " ".join(str(two_objectives().explain()).split())
    assert "2 objectives: height, thrift. What follows is about height alone" in text
    assert "explain(metric='thrift')" in text
    assert "Several objectives" not in str(bayes().explain())
    thrift = two_objectives().explain(metric="thrift")
    assert thrift.metric == "thrift"
    rates = [entry["params"]["rate"] for entry in two_objectives().history_]
    assert thrift.best_params["rate"] == pytest.approx(min(rates))


def test_a_population_is_explained_by_what_it_has():
    """Lead and schedule, but no importances."""
    search = climb().fit(np.arange(24.0).reshape(-1, 1))
    explanation = search.explain()
    assert isinstance(explanation, PopulationExplanation)
    assert explanation.best_scores[-1] == pytest.approx(search.best_score_)
    assert explanation.ranges["rate"][3] == search.best_params_["rate"]
    assert explanation.late_gain > 0.0
    assert "no score belongs to parameters alone" in str(explanation)


def test_the_same_seed_gives_the_same_words():
    """Nothing is random but by the seed."""
    assert str(bayes().explain()) == str(explained())


def test_every_number_in_words_is_an_attribute():
    """What the sentences of a made-up explanation say are the numbers it was given."""
    flat = (FlatRegion("depth", 1, 7, (), 0.6),)
    pressed = (PressedBound("rate", "lower", 1e-4, 1e-6, 0.8, 5, 0.001, 0.97),)
    made_up = dataclasses.replace(explained(), flat=flat, pressed=pressed)
    text = " ".join(str(made_up).split())
    assert "depth from 1 to 7 (60% of the space)" in text
    assert "its lower bound of 0.0001: try down to 1e-06 (4 of the best 5" in text


def test_what_is_not_fitted_cannot_be_explained():
    """The message says what to call first."""
    with pytest.raises(NotFittedError, match="call its 'fit' first"):
        hill_search().explain()


def test_unknown_metrics_are_refused():
    """The message names those that there are."""
    with pytest.raises(ValueError, match=r"'metric' must be one of.*'recall'"):
        bayes().explain(metric="recall")


def test_the_space_of_the_tests_is_the_one_explained():
    """Each parameter that varies has an importance."""
    assert set(explained().importance.parameters) == set(SPACE)
