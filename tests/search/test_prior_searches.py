"""What a search learns from earlier ones, in whatever form they come."""

# ruff: noqa: ARG001 (the signatures are those of scorers)

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

from _fits import SPACE, Parabola, X
from _searches import by_generator
from skhpo.exceptions import JournalError
from skhpo.space import Real

pytestmark = by_generator

PRIOR = {
    "params": [{"x": x, "kind": kind} for x in (0.1, 0.35, 0.9) for kind in "ab"],
    "mean_test_score": np.array([-0.1, -0.2, 0.0, -0.1, -0.5, -0.6]),
}
# So many split scores may be missing that no proposal knows any: then Bayesian search
# asks earlier searches for names, too, and not only its model.
NOTHING_KNOWN = 100
BEST = {"x": 0.35, "kind": "a"}


@pytest.fixture
def run(search_class):
    """Run a search of the parabola that knows of earlier ones."""

    def run(prior_searches, space=SPACE, n_iter=6, **settings):
        return search_class(
            Parabola(x=0.8),
            space,
            n_iter=n_iter,
            cv=2,
            random_state=0,
            prior_searches=prior_searches,
            **{"max_pending": NOTHING_KNOWN, **settings},
        ).fit(X)

    return run


def from_prior(search):
    """Return the candidates that earlier searches named."""
    return [
        entry["params"]
        for entry in search.history_
        if entry["origin"] == "prior search"
    ]


def test_the_best_of_an_earlier_search_comes_early(run):
    """Behind the baseline, and at most two points of the initial design."""
    search = run([PRIOR])
    origins = [entry["origin"] for entry in search.history_]
    assert origins[0] == "baseline"
    assert "prior search" in origins[1:4]
    assert from_prior(search)[0] == pytest.approx(BEST)


def test_earlier_searches_name_a_few_candidates_only(run):
    """The others are those of the search itself, so that it finds something new."""
    search = run([PRIOR, PRIOR], n_iter=12)
    assert 2 <= len(from_prior(search)) <= 4
    assert search.history_[-1]["origin"] != "prior search"


def test_results_may_be_a_data_frame(run):
    """One with the columns of cv_results_."""
    by_frame, by_mapping = run([pd.DataFrame(PRIOR)]), run([PRIOR])
    assert by_frame.cv_results_["params"] == by_mapping.cv_results_["params"]


def test_a_fitted_search_is_an_earlier_search(run):
    """One of scikit-learn as well as one of ours."""
    grid = GridSearchCV(Parabola(), {"x": [0.2, 0.3, 0.9], "kind": ["a", "b"]}, cv=2)
    grid.fit(X)
    for earlier in (grid, run(None)):
        best = dict(earlier.best_params_)
        named = from_prior(run([earlier]))
        assert named[0]["kind"] == best["kind"]
        assert named[0]["x"] == pytest.approx(best["x"], abs=0.2)


def test_equal_seeds_give_equal_candidates(run):
    """Earlier searches are no source of chance."""
    first, second = run([PRIOR, PRIOR], n_iter=8), run([PRIOR, PRIOR], n_iter=8)
    assert first.cv_results_["params"] == second.cv_results_["params"]


def test_no_earlier_search_is_none(run):
    """An empty list changes nothing."""
    assert run([]).cv_results_["params"] == run(None).cv_results_["params"]


def test_parameters_that_the_space_lacks_are_ignored(run):
    """The others say which candidate it was."""
    rows = [{**row, "depth": 3} for row in PRIOR["params"]]
    assert from_prior(run([{**PRIOR, "params": rows}]))[0] == pytest.approx(BEST)


def test_candidates_that_are_not_determined_are_left_out(run):
    """What a row does not say nobody has evaluated."""
    rows = [{"x": row["x"]} for row in PRIOR["params"]]
    with pytest.warns(UserWarning, match=r"Nothing is learned from 'prior_searches\[1"):
        search = run([PRIOR, {**PRIOR, "params": rows}])
    assert from_prior(search)[0] == pytest.approx(BEST)


def test_a_parameter_with_one_value_need_not_be_named(run):
    """Nothing is left open without it."""
    search = run([PRIOR], space={**SPACE, "kind": ["a"]})
    assert from_prior(search)[0] == pytest.approx(BEST)
    rows = [{"x": row["x"]} for row in PRIOR["params"]]
    search = run([{**PRIOR, "params": rows}], space={**SPACE, "kind": ["a"]})
    assert from_prior(search)[0] == pytest.approx(BEST)


def test_candidates_outside_of_the_space_are_left_out(run):
    """The best of the others is named."""
    search = run([PRIOR], space={**SPACE, "x": Real(0.5, 1.0)})
    assert from_prior(search)[0] == pytest.approx({"x": 0.9, "kind": "a"})


def test_a_search_of_which_nothing_is_left_is_warned_of(run):
    """The warning names the entry and its parameters; the search goes on."""
    with pytest.warns(UserWarning, match=r"prior_searches\[0\].*\['depth'\]"):
        search = run([{"params": [{"depth": 3}], "mean_test_score": [1.0]}])
    assert from_prior(search) == []
    with pytest.warns(UserWarning, match=r"prior_searches\[0\]"):
        run([{**PRIOR, "mean_test_score": np.full(6, np.nan)}])


def test_the_constraint_holds_for_earlier_candidates(run):
    """What it excludes is not evaluated again."""
    search = run([PRIOR], constraint=lambda params: params["x"] > 0.5)
    assert all(params["x"] > 0.5 for params in search.cv_results_["params"])


def test_a_journal_tells_what_its_search_does(run, tmp_path):
    """As the search itself does, though only complete candidates count."""
    path = tmp_path / "earlier.jsonl"
    earlier = run(None, journal=path)
    known, alike = run([path], n_iter=12), run([earlier], n_iter=12)
    assert "prior search" in [entry["origin"] for entry in known.history_]
    for one, other in zip(known.history_, alike.history_, strict=True):
        assert one["params"] == other["params"]


def test_a_journal_knows_its_earlier_searches(run, tmp_path):
    """Going on with other ones is refused, since the candidates would be others."""
    path = tmp_path / "search.jsonl"
    run([PRIOR], journal=path)
    other = {**PRIOR, "mean_test_score": -PRIOR["mean_test_score"]}
    with pytest.raises(JournalError, match="differs in prior_searches"):
        run([other], journal=path)
    assert run([PRIOR], journal=path, n_iter=7).n_fits_ == 14


@pytest.mark.parametrize("entry", ["nowhere.jsonl", __file__])
def test_what_is_no_journal_is_refused(run, entry):
    """The error names the entry, or the file and its line."""
    with pytest.raises(
        ValueError, match=r"'prior_searches\[1\]' cannot be|is no journal"
    ):
        run([PRIOR, entry])


@pytest.mark.parametrize("entry", [3, None, [PRIOR]])
def test_what_is_no_search_is_refused(run, entry):
    """The error names the parameter and the entry."""
    with pytest.raises(
        TypeError, match=r"'prior_searches\[1\]' must be a fitted search"
    ):
        run([PRIOR, entry])


def test_a_search_that_is_not_fitted_is_refused(run):
    """The error says what to do."""
    with pytest.raises(ValueError, match=r"'prior_searches\[0\]' is not fitted"):
        run([GridSearchCV(Parabola(), {"x": [0.2]})])


def test_several_searches_come_in_a_list(run):
    """A single one on its own is refused, as any invalid argument."""
    with pytest.raises(ValueError, match="'prior_searches' parameter"):
        run(PRIOR)


@pytest.mark.parametrize(
    "results",
    [
        {"params": PRIOR["params"]},
        {"mean_test_score": PRIOR["mean_test_score"]},
        {"params": PRIOR["params"], "mean_test_accuracy": PRIOR["mean_test_score"]},
    ],
)
def test_results_without_a_column_are_refused(run, results):
    """The error names the columns that are needed and those that are there."""
    with pytest.raises(ValueError, match=r"'params' and 'mean_test_score'.*Got the"):
        run([results])


@pytest.mark.parametrize(
    "results",
    [
        {"params": PRIOR["params"][:2], "mean_test_score": [1.0]},
        {"params": ["x=1"], "mean_test_score": [1.0]},
    ],
)
def test_rows_without_a_dict_or_a_score_are_refused(run, results):
    """The error says what there is."""
    with pytest.raises(ValueError, match="a dict of parameters and a score"):
        run([results])


def test_of_several_metrics_the_one_of_refit_counts(search_class):
    """That of the earlier search, which may be another than that of this one."""
    X, y = make_classification(n_samples=80, weights=[0.8], random_state=0)
    space = {"C": Real(1e-3, 1e3, prior="log-uniform")}
    grid = GridSearchCV(
        LogisticRegression(),
        {"C": [1e-3, 1e-1, 10.0]},
        scoring=["accuracy", "neg_log_loss"],
        refit="neg_log_loss",
        cv=2,
    ).fit(X, y)
    arguments = {"n_iter": 4, "cv": 2, "random_state": 0, "max_pending": 8}
    search = search_class(
        LogisticRegression(), space, prior_searches=[grid], **arguments
    ).fit(X, y)
    assert from_prior(search)[0] == pytest.approx(grid.best_params_)
    with pytest.raises(ValueError, match="the one that 'refit' names"):
        search_class(
            LogisticRegression(), space, prior_searches=[grid.cv_results_], **arguments
        ).fit(X, y)


def test_several_objectives_learn_from_one_score(run):
    """Earlier searches name the first candidates here, too."""
    settings = {"scoring": {"own": _own, "x": _x}, "refit": False}
    search = run([PRIOR], n_iter=8, objectives=["own", "x"], **settings)
    assert from_prior(search)[0] == pytest.approx(BEST)
    assert len(search.cv_results_["params"]) == 8


def _own(estimator, X, y=None):
    """Score as the estimator does."""
    return estimator.score(X)


def _x(estimator, X, y=None):
    """Score by one parameter."""
    return estimator.x


def test_an_earlier_search_leads_to_a_better_score(run):
    """Few candidates do what takes many more without it."""
    xs = np.random.default_rng(0).random(30)
    earlier = {
        "params": [{"x": x, "kind": "a"} for x in xs],
        "mean_test_score": -np.abs(xs - 0.32),
    }
    anew, informed = (
        run(prior, n_iter=5, max_pending="auto").best_score_
        for prior in (None, [earlier])
    )
    assert informed > anew


def test_spaces_of_which_nothing_varies_need_no_earlier_search(run):
    """There is one candidate, whatever was found before."""
    assert len(run([PRIOR], space={"kind": ["a"]}).cv_results_["params"]) == 1
