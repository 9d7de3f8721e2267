"""Several objectives in every search: the front, the choice from it, the errors."""

# ruff: noqa: ARG001 (the signatures are those that scikit-learn calls)

import itertools
import pickle

import numpy as np
import pytest
from scipy.stats import loguniform
from sklearn.base import clone
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

from _fits import Failing, Interrupted, Parabola, X
from _searches import GENERATOR_SEARCH_CLASSES
from skhpo.pareto import hypervolume
from skhpo.search import EvolutionarySearchCV
from skhpo.space import Real

SPACE = {"x": Real(0.0, 1.0)}


def low(estimator, X, y=None):
    """Score best at 0.2."""
    return -((estimator.x - 0.2) ** 2)


def high(estimator, X, y=None):
    """Score best at 0.8."""
    return -((estimator.x - 0.8) ** 2)


def both(estimator, X, y=None):
    """Return both scores."""
    return {"low": low(estimator, X), "high": high(estimator, X)}


SCORING = {"low": low, "high": high}
TWO = {"scoring": SCORING, "objectives": ["low", "high"]}


@pytest.fixture(params=GENERATOR_SEARCH_CLASSES, ids=lambda one: one.__name__)
def search_class(request):
    """Each search class that takes objectives: a population has one."""
    return request.param


@pytest.fixture
def search_two(make_search):
    """A function that makes a search between two scores that disagree."""

    def search(estimator=None, **arguments):
        arguments = {**TWO, "refit": "knee", "n_candidates": 8, **arguments}
        return make_search(estimator or Parabola(), SPACE, **arguments)

    return search


def scores_of(search, *metrics):
    """Return the mean scores of all candidates."""
    return np.column_stack([search.cv_results_[f"mean_test_{one}"] for one in metrics])


def dominates(left, right):
    """Return whether the first vector dominates the second one, by definition."""
    return bool((left >= right).all() and (left > right).any())


def test_the_front_is_what_nothing_dominates(search_two):
    """Its rows are in `cv_results_`, the best in the first objective first."""
    search = search_two(n_candidates=20).fit(X)
    scores = scores_of(search, "low", "high")
    front = search.pareto_front_.tolist()
    for row, one in enumerate(scores):
        is_dominated = any(dominates(other, one) for other in scores)
        assert (row in front) is not is_dominated
    assert (np.diff(scores[front, 0]) <= 0).all()


def test_the_search_works_toward_the_whole_front(search_two):
    """Candidates of the front reach both ends and leave no great gap."""
    search = search_two(n_candidates=40).fit(X)
    found = sorted(search.cv_results_["param_x"][search.pareto_front_].tolist())
    assert found[0] < 0.3
    assert found[-1] > 0.7
    assert max(right - left for left, right in itertools.pairwise(found)) < 0.2


def test_the_hypervolume_has_a_reference_point(search_two):
    """The worst score of each objective among all candidates."""
    search = search_two().fit(X)
    scores = scores_of(search, "low", "high")
    assert search.reference_point_.tolist() == scores.min(axis=0).tolist()
    volume = hypervolume(scores, search.reference_point_)
    assert search.hypervolume_ == pytest.approx(volume)


def test_without_objectives_there_is_no_front(make_search):
    """Several metrics alone are what they are in scikit-learn."""
    search = make_search(Parabola(), SPACE, scoring=SCORING, refit="low").fit(X)
    assert not hasattr(search, "pareto_front_")
    assert not hasattr(search, "hypervolume_")


def test_the_knee_is_between_the_ends(search_two):
    """`best_*` and `score` are those of the knee and of the first objective."""
    search = search_two(n_candidates=30).fit(X)
    assert search.best_params_["x"] == pytest.approx(0.5, abs=0.12)
    assert search.best_index_ in search.pareto_front_
    assert search.best_score_ == search.cv_results_["mean_test_low"][search.best_index_]
    assert search.best_estimator_.x == search.best_params_["x"]
    assert search.score(X) == low(search.best_estimator_, X)


def test_refit_by_one_metric(search_two):
    """The best in that metric is an end of the front."""
    search = search_two(refit="high").fit(X)
    assert search.best_index_ == search.cv_results_["mean_test_high"].argmax()
    assert search.best_index_ == search.pareto_front_[-1]
    assert search.score(X) == high(search.best_estimator_, X)


def test_refit_by_a_callable(search_two):
    """It is handed `cv_results_`, as in scikit-learn."""
    search = search_two(refit=lambda results: len(results["params"]) - 1).fit(X)
    assert search.best_index_ == 7
    assert not hasattr(search, "best_score_")


def test_no_refit(search_two):
    """The front is there, a best candidate is not."""
    search = search_two(refit=False).fit(X)
    assert len(search.pareto_front_)
    assert not hasattr(search, "best_index_")


def test_the_same_seed_gives_the_same_front(search_two):
    """For scores that do not depend on timing; clones and copies included."""
    search = search_two(n_candidates=12)
    expected = search.fit(X).cv_results_["params"]
    assert clone(search).fit(X).cv_results_["params"] == expected
    copied = pickle.loads(pickle.dumps(search))
    assert copied.pareto_front_.tolist() == search.pareto_front_.tolist()
    assert copied.score(X) == search.score(X)


def test_times_are_objectives(make_search):
    """With a single metric, `refit=True` takes the best of it, as without them."""
    objectives = ["score", "neg_fit_time", "neg_score_time"]
    search = make_search(Parabola(), SPACE, objectives=objectives, n_candidates=6).fit(
        X
    )
    results = search.cv_results_
    scores = np.column_stack(
        [
            results["mean_test_score"],
            -results["mean_fit_time"],
            -results["mean_score_time"],
        ]
    )
    assert search.best_index_ == results["mean_test_score"].argmax()
    assert search.best_index_ == search.pareto_front_[0]
    np.testing.assert_allclose(search.reference_point_, scores.min(axis=0))


@pytest.mark.parametrize(
    ("scoring", "objectives", "metrics"),
    [
        (None, ["accuracy", "neg_fit_time"], ["score"]),
        ("accuracy", ["accuracy", "neg_fit_time"], ["score"]),
        (None, ["accuracy", "neg_log_loss"], ["accuracy", "neg_log_loss"]),
        (
            "accuracy",
            ["neg_log_loss", "roc_auc"],
            ["accuracy", "neg_log_loss", "roc_auc"],
        ),
        (("roc_auc", "accuracy"), ["accuracy", "roc_auc"], ["roc_auc", "accuracy"]),
    ],
)
def test_scorers_that_are_objectives_are_scored(
    make_search, classification, scoring, objectives, metrics
):
    """They are added where `scoring` is None or a name; the rest is scikit-learn's."""
    search = make_search(
        LogisticRegression(),
        {"C": loguniform(1e-3, 1e3)},
        scoring=scoring,
        objectives=objectives,
        refit="knee",
    ).fit(*classification)
    prefix = "mean_test_"
    found = [key.removeprefix(prefix) for key in search.cv_results_ if prefix in key]
    assert found == metrics
    assert np.isfinite(search.score(*classification))


def test_metrics_of_a_callable_are_objectives(search_two):
    """What it returns is known only when it has been called."""
    search = search_two(scoring=both).fit(X)
    assert search.multimetric_
    assert search.best_index_ in search.pareto_front_
    assert search.score(X) == low(search.best_estimator_, X)


def test_candidates_with_failed_fits_are_not_on_the_front(search_two):
    """However fast they failed, and whatever `error_score` gives them."""
    search = search_two(
        Failing(),
        scoring=None,
        objectives=["score", "neg_fit_time"],
        error_score=99.0,
        initial_candidates=[{"x": 0.9}, {"x": 0.1}],
    )
    with pytest.warns(FitFailedWarning, match="fits failed"):
        search.fit(X)
    assert 0 not in search.pareto_front_
    assert search.history_[0]["status"] == "failed"
    assert (search.cv_results_["param_x"][search.pareto_front_] <= 0.5).all()


def test_scores_of_which_one_is_missing_do_not_count(search_two):
    """A candidate without one of its scores is neither on the front nor a failure."""

    def undefined_below(estimator, X, y=None):
        return np.nan if estimator.x < 0.4 else high(estimator, X)

    search = search_two(
        scoring={"low": low, "high": undefined_below},
        initial_candidates=[{"x": 0.1}, {"x": 0.5}],
    )
    with pytest.warns(UserWarning, match="non-finite"):
        search.fit(X)
    assert 0 not in search.pareto_front_
    assert (search.cv_results_["param_x"][search.pareto_front_] >= 0.4).all()


def test_all_scores_missing_leave_an_empty_front(search_two):
    """There is nothing to choose, so the first candidate is taken, as elsewhere."""

    def undefined(estimator, X, y=None):
        return np.nan

    search = search_two(scoring={"low": low, "high": undefined})
    with pytest.warns(UserWarning, match="non-finite"):
        search.fit(X)
    assert search.pareto_front_.size == 0
    assert search.hypervolume_ == 0.0
    assert search.best_index_ == 0


def test_all_fits_failing_is_an_error(search_two):
    """As with one objective."""
    search = search_two(Failing(limit=-1.0))
    with pytest.raises(ValueError, match="All the 16 fits failed"):
        search.fit(X)


def test_an_interrupted_search_keeps_its_front(search_two):
    """The complete candidates, the front among them and its knee are there."""
    candidates = [{"x": value} for value in (0.1, 0.3, 0.4, 0.9)]
    search = search_two(Interrupted(), initial_candidates=candidates, max_pending=0)
    with pytest.raises(KeyboardInterrupt):
        search.fit(X)
    assert search.pareto_front_.tolist() == [1, 2]
    assert search.best_index_ in (1, 2)
    assert search.stop_reason_ == "interrupted"


def test_the_history_has_a_score_for_each_objective(search_two):
    """An array for each candidate, and a table of its splits."""
    search = search_two(cv=3).fit(X)
    entry = search.history_[2]
    assert entry["split_scores"].shape == (3, 2)
    np.testing.assert_allclose(entry["score"], entry["split_scores"].mean(axis=0))
    np.testing.assert_allclose(entry["score"], scores_of(search, "low", "high")[2])


def test_verbose_tells_how_large_the_front_is(search_two, capsys):
    """Instead of the best score, which does not exist."""
    search = search_two(verbose=1).fit(X)
    last = capsys.readouterr().out.splitlines()[-1]
    assert f"{len(search.pareto_front_)} on the front" in last


WRONG = [
    ({"objectives": ["low", "hihg"]}, r"'hihg'.*'scoring' has \['high', 'low'\]"),
    ({"objectives": ["low", "low"]}, "'objectives' must be different"),
    ({"objectives": ["low"]}, "'objectives' must be two or more"),
    ({"objectives": ["low", 3]}, "'objectives' must be names"),
    ({"objectives": "low"}, "'objectives' parameter"),
    ({"scoring": None, "objectives": ["low", "neg_fit_time"]}, "Got 'low'"),
    ({"scoring": low, "objectives": ["high", "neg_fit_time"]}, "Got 'high'"),
    ({"scoring": both, "objectives": ["low", "score"]}, r"'score'.*returned \['high'"),
    (
        {"scoring": None, "objectives": ["score", "roc_auc"]},
        "name a scorer instead",
    ),
    ({"refit": True}, r"'refit' must say.*Got True; give 'knee'"),
    ({"refit": "neg_fit_time"}, "'refit' must say"),
    (
        {
            "scoring": "r2",
            "objectives": ["r2", "neg_fit_time"],
            "refit": "neg_fit_time",
        },
        r"'refit' must say.*Got 'neg_fit_time'; give 'knee', one of \['r2'\]",
    ),
    ({"objectives": None}, r"refit='knee'.*Got objectives=None"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG)
def test_objectives_that_make_no_sense_are_refused(search_two, arguments, message):
    """At `fit`, with the parameter, its value and a way out."""
    with pytest.raises(ValueError, match=message):
        search_two(**arguments).fit(X)


def test_a_metric_may_be_called_knee(make_search):
    """Without objectives the name is as good as any other."""
    search = make_search(Parabola(), SPACE, scoring={"knee": low}, refit="knee").fit(X)
    assert search.best_score_ == search.cv_results_["mean_test_knee"].max()


@pytest.mark.parametrize("algorithm", ["genetic", "differential", "cmaes"])
def test_algorithms_with_one_objective_say_who_takes_several(algorithm):
    """The error names the one that does."""
    search = EvolutionarySearchCV(
        Parabola(), SPACE, algorithm=algorithm, refit="knee", **TWO
    )
    with pytest.raises(ValueError, match="use 'nsga2' or 'auto'"):
        search.fit(X)


def test_the_evolutionary_search_breeds_by_nsga2():
    """That is what ``"auto"`` stands for with several objectives."""
    search = EvolutionarySearchCV(
        Parabola(),
        SPACE,
        n_iter=8,
        population_size=4,
        cv=2,
        random_state=0,
        refit=False,
        **TWO,
    ).fit(X)
    expected = clone(search).set_params(algorithm="nsga2").fit(X)
    assert search.cv_results_["params"] == expected.cv_results_["params"]
    bred = {entry["origin"] for entry in search.history_[4:]}
    assert bred <= {"crossover", "mutation"}


def test_a_grid_search_of_the_same_candidates_has_the_same_results(make_search):
    """Objectives change what is proposed, not how it is scored."""
    grid = {"x": [0.1, 0.5, 0.9]}
    search = make_search(Parabola(), grid, **TWO, refit="low").fit(X)
    expected = GridSearchCV(Parabola(), grid, scoring=SCORING, refit="low", cv=2).fit(X)
    order = np.argsort(search.cv_results_["param_x"].astype(float))
    for key in ("mean_test_low", "std_test_high", "rank_test_high"):
        found = search.cv_results_[key][order]
        np.testing.assert_array_equal(found, expected.cv_results_[key])


def test_the_knee_of_a_metric_called_score(search_two):
    """It is one metric of several, not all of them."""
    plain = search_two(n_candidates=20).fit(X)
    scoring = {"score": low, "high": high}
    named = search_two(n_candidates=20, scoring=scoring, objectives=[*scoring]).fit(X)
    assert len(plain.pareto_front_) > 2
    assert named.best_index_ == plain.best_index_
