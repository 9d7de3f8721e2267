"""Multi-fidelity, through a whole search."""

# ruff: noqa: ARG001, ARG002 (the signatures are those that scikit-learn calls)

import tempfile

import numpy as np
import pytest
from joblib import parallel_config
from numpy.testing import assert_allclose, assert_array_equal, assert_equal
from sklearn.base import clone
from sklearn.ensemble import (
    BaggingClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from _fits import SPACE, X, given, results_of
from _resource_fits import CountingForest, Improving, Network
from _searches import by_generator
from skhpo import EvolutionarySearchCV
from skhpo.exceptions import StepwiseTrainingError
from skhpo.refit import OneStandardError, PosteriorMean
from skhpo.space import Real
from skhpo.stopping import Patience

OBJECTIVES = ["r2", "neg_mean_squared_error"]


@pytest.fixture
def fitted(search_class):
    """Return a fitted search of a dozen candidates with 1, 3 and 9 steps."""

    def fitted(estimator=None, **arguments):
        arguments = {
            "n_iter": 12,
            "cv": 3,
            "random_state": 0,
            "resource": "steps",
            "min_resource": 1,
            **arguments,
        }
        return search_class(estimator or Improving(), SPACE, **arguments).fit(X)

    return fitted


@pytest.fixture
def tree_search():
    """Return a search over the depth of trees, not yet fitted."""

    def tree_search(estimator, name="max_depth", **arguments):
        arguments = {"n_iter": 5, "cv": 3, "random_state": 0, **arguments}
        space = {name: [1, 2, 3, 4, 5, 6]}
        return EvolutionarySearchCV(estimator, space, **arguments)

    return tree_search


@by_generator
def test_results_have_the_columns_of_halving(fitted):
    """One row a candidate, with the scores at the most that it had."""
    search = fitted()
    results = search.cv_results_
    assert len(results["params"]) == 12
    assert_array_equal(results["n_resources"], 3 ** results["iter"])
    assert set(results["n_resources"]) == {1, 3, 9}
    assert (results["n_resources"] < 9).sum() >= 6
    for row, params in enumerate(results["params"]):
        steps = results["n_resources"][row]
        expected = Improving(**params, steps=steps).score(X)
        assert results["mean_test_score"][row] == pytest.approx(expected)


@by_generator
def test_without_a_resource_there_are_no_such_columns(fitted):
    """`cv_results_` and `history_` are as ever."""
    search = fitted(resource=None, min_resource="auto")
    assert not {"iter", "n_resources"} & set(search.cv_results_)
    assert "rungs" not in search.history_[0]


@by_generator
def test_more_of_the_resource_ranks_first_and_failed_ones_last(fitted):
    """Within a rung the mean decides."""
    estimator = Improving(error=FloatingPointError("no"), from_x=0.7)
    with pytest.warns(Warning, match="fits failed|non-finite"):
        search = fitted(estimator, error_score=5.0)
    results = search.cv_results_
    failed = np.array([one["status"] == "failed" for one in search.history_])
    assert 0 < failed.sum() < 12
    order = np.argsort(results["rank_test_score"], kind="stable")
    keys = [
        (not failed[row], results["n_resources"][row], results["mean_test_score"][row])
        for row in order
        if not failed[row]
    ]
    assert keys == sorted(keys, reverse=True)
    assert results["rank_test_score"][failed].min() == (~failed).sum() + 1
    assert results["n_resources"][search.best_index_] == 9
    assert search.best_score_ == results["mean_test_score"][order[0]]


@by_generator
def test_the_history_tells_of_every_rung(fitted):
    """Status, resource and the scores with each amount."""
    search = fitted()
    assert search.n_fits_ == 3 * sum(len(one["rungs"]) for one in search.history_)
    for entry, resource in zip(
        search.history_, search.cv_results_["n_resources"], strict=True
    ):
        amounts = [rung["resource"] for rung in entry["rungs"]]
        assert amounts == [1, 3, 9][: len(amounts)]
        assert entry["resource"] == amounts[-1] == resource
        assert entry["status"] == ("complete" if resource == 9 else "discarded")
        assert_array_equal(entry["rungs"][-1]["split_scores"], entry["split_scores"])


@pytest.mark.parametrize("backend", ["threading", "loky"])
@by_generator
def test_two_workers_find_what_one_found(fitted, backend):
    """Who climbs and what is proposed do not depend on timing."""
    expected = results_of(fitted(n_jobs=1))
    with parallel_config(backend):
        assert_equal(results_of(fitted(n_jobs=2)), expected)


@by_generator
def test_the_seed_decides(fitted):
    """Another seed, other candidates."""
    one, two = fitted(), fitted(random_state=1)
    assert one.cv_results_["params"] != two.cv_results_["params"]


@by_generator
def test_the_baseline_has_the_whole_resource(fitted):
    """So the result is never worse than the estimator as it is."""
    search = fitted(Improving(x=0.9))
    assert search.history_[0]["origin"] == "baseline"
    assert search.cv_results_["n_resources"][0] == 9
    assert search.cv_results_["mean_test_score"][0] <= search.best_score_


@by_generator
def test_refit_has_the_whole_resource(fitted):
    """Whatever the estimator was given with."""
    search = fitted(Improving(steps=2), max_resource=9)
    assert search.best_estimator_.steps == 9
    assert "steps" not in search.best_params_
    assert search.best_estimator_.n_rows_ == len(X)


@pytest.mark.parametrize(
    ("estimator", "resource", "name"),
    [
        (RandomForestClassifier(6, random_state=0), "n_estimators", "max_depth"),
        (
            HistGradientBoostingClassifier(
                max_iter=6, random_state=0, min_samples_leaf=4, max_features=0.5
            ),
            "max_iter",
            "max_depth",
        ),
        (
            GradientBoostingClassifier(n_estimators=6, subsample=0.5, random_state=0),
            "n_estimators",
            "max_depth",
        ),
        (
            BaggingClassifier(DecisionTreeClassifier(), 6, random_state=0),
            "n_estimators",
            "estimator__max_depth",
        ),
        (
            make_pipeline(StandardScaler(), RandomForestClassifier(6, random_state=0)),
            "randomforestclassifier__n_estimators",
            "randomforestclassifier__max_depth",
        ),
        (KNeighborsClassifier(9), "n_neighbors", "p"),
    ],
    ids=lambda value: getattr(type(value), "__name__", value),
)
def test_training_on_gives_what_training_from_scratch_gives(
    tree_search, classification, estimator, resource, name
):
    """The scores with each amount are those of one fit with that amount."""
    splits = list(StratifiedKFold(3).split(*classification))
    search = tree_search(estimator, name, cv=splits, resource=resource)
    search.fit(*classification)
    for entry in search.history_:
        for rung in entry["rungs"]:
            scratch = clone(estimator).set_params(
                **entry["params"], **{resource: rung["resource"]}
            )
            expected = cross_val_score(scratch, *classification, cv=splits)
            assert_array_equal(rung["split_scores"], expected)


def test_models_are_trained_on(tree_search, classification):
    """Each tree of a candidate is grown once a split, and never again."""
    search = tree_search(
        CountingForest(9, random_state=0),
        resource="n_estimators",
        min_resource=1,
        refit=False,
    )
    CountingForest.n_grown = 0
    search.fit(*classification)
    resources = search.cv_results_["n_resources"]
    assert CountingForest.n_grown == 3 * resources.sum()


def test_nothing_is_left_behind(tree_search, classification, tmp_path, monkeypatch):
    """The models on disk are gone, also after an interruption."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    forest = CountingForest(9, random_state=0)
    tree_search(forest, resource="n_estimators").fit(*classification)
    assert not list(tmp_path.iterdir())
    seen = []

    def interrupt(estimator, X, y):
        seen.append(len(list(tmp_path.glob("*/*"))))
        if len(seen) == 9:
            raise KeyboardInterrupt
        return 0.5

    search = tree_search(forest, resource="n_estimators", scoring=interrupt)
    with pytest.raises(KeyboardInterrupt):
        search.fit(*classification)
    assert max(seen) > 0
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("estimator", [MLPClassifier((4,)), SGDClassifier()])
@by_generator
def test_epochs_are_a_resource(search_class, classification, estimator):
    """Models are trained epoch by epoch, and so is the one that is refitted."""
    model = make_pipeline(StandardScaler(), estimator)
    name = f"{model.steps[-1][0]}__alpha"

    def fitted():
        return search_class(
            model,
            {name: Real(1e-5, 1e-1, prior="log-uniform")},
            n_iter=4,
            cv=3,
            random_state=0,
            resource="epochs",
            max_resource=8,
        ).fit(*classification)

    search = fitted()
    assert search.cv_results_["n_resources"].max() == 8
    assert search.best_estimator_[-1].t_ > 8
    assert_equal(results_of(fitted()), results_of(search))
    assert_array_equal(
        fitted().predict(classification[0]), search.predict(classification[0])
    )


def test_a_parameter_called_epochs_counts_for_itself(classification):
    """What an estimator calls its epochs is set, however else it could be trained."""
    search = EvolutionarySearchCV(
        Network(),
        {"C": [0.1, 1.0, 10.0]},
        cv=2,
        random_state=0,
        resource="epochs",
        max_resource=6,
    ).fit(*classification)
    assert search.cv_results_["n_resources"].max() == 6
    assert search.best_estimator_.epochs == 6


@by_generator
def test_samples_are_a_resource(search_class, classification):
    """Nested parts of the training rows, stratified, and all of them in the end."""
    X, y = classification
    seen = {}

    def note(estimator, X_test, y_test):
        rows = seen.setdefault(float(X_test[0, 0]), {})
        rows[estimator.tree_.n_node_samples[0]] = estimator.tree_.value[0]
        return 0.5

    search = search_class(
        DecisionTreeClassifier(random_state=0),
        {"max_depth": [2, 3, 4, 5]},
        n_iter=4,
        cv=3,
        random_state=0,
        scoring=note,
        resource="n_samples",
        min_resource=15,
        factor=2,
    ).fit(X, y)
    assert set(search.cv_results_["n_resources"]) <= {15, 30, 60}
    assert len(seen) == 3
    for rows in seen.values():
        assert sorted(rows) == [10, 20, 40]
        for shares in rows.values():
            assert_allclose(np.ravel(shares), [0.5, 0.5], atol=0.11)
    assert search.best_estimator_.tree_.n_node_samples[0] == 60


def test_samples_of_masks_are_those_of_positions(tree_search, classification):
    """A split may be given either way, as scikit-learn has it."""
    splits = list(StratifiedKFold(3).split(*classification))
    rows = np.arange(60)
    masks = [(np.isin(rows, train), np.isin(rows, test)) for train, test in splits]
    tree = DecisionTreeClassifier(random_state=0)
    by_positions, by_masks = (
        tree_search(tree, cv=cv, resource="n_samples", min_resource=15)
        .fit(*classification)
        .cv_results_["mean_test_score"]
        for cv in (splits, masks)
    )
    assert_array_equal(by_masks, by_positions)


@by_generator
def test_an_interrupted_search_has_its_results(search_class):
    """They rank as they would at the end of a search."""
    estimator = Improving(error=KeyboardInterrupt(), from_x=0.25, from_steps=9)
    search = search_class(
        estimator,
        SPACE,
        n_iter=9,
        cv=3,
        random_state=0,
        resource="steps",
        min_resource=1,
        initial_candidates=given(0.1, 0.3),
    )
    with pytest.raises(KeyboardInterrupt):
        search.fit(X)
    assert search.stop_reason_ == "interrupted"
    assert search.cv_results_["n_resources"][:2].tolist() == [9, 3]
    assert search.best_index_ == 0


@by_generator
def test_an_error_of_a_climber_can_end_the_search(fitted):
    """`error_score="raise"` holds on every rung."""
    estimator = Improving(
        error=FloatingPointError("at the top"), from_steps=9, from_x=0
    )
    with pytest.raises(FloatingPointError, match="at the top"):
        fitted(estimator, error_score="raise")


@by_generator
def test_who_fails_at_the_top_does_not_win(fitted):
    """It shows that it failed, and somebody else climbs in its place."""
    estimator = Improving(
        error=FloatingPointError("no"), from_steps=9, from_x=0.25, x=0.3
    )
    with pytest.warns(Warning, match="fits failed|non-finite"):
        search = fitted(estimator, n_iter=20, initial_candidates=given(0.3, 0.1))
    assert search.history_[0]["status"] == "failed"
    assert search.best_params_["x"] < 0.25
    assert search.cv_results_["n_resources"][search.best_index_] == 9


@by_generator
def test_several_metrics_are_ranked_each(search_class, classification):
    """The resource comes first in all of them."""
    search = search_class(
        RandomForestClassifier(9, random_state=0),
        {"max_depth": [1, 2, 3, 4]},
        n_iter=4,
        cv=3,
        random_state=0,
        scoring=["accuracy", "roc_auc"],
        refit="roc_auc",
        return_train_score=True,
        resource="n_estimators",
    ).fit(*classification)
    results = search.cv_results_
    is_top = results["n_resources"] == 9
    assert 0 < is_top.sum() < 4
    for name in ("accuracy", "roc_auc"):
        ranks = results[f"rank_test_{name}"]
        assert ranks[is_top].max() < ranks[~is_top].min()
    assert np.isfinite(results["mean_train_roc_auc"]).all()


@pytest.mark.parametrize("rule", [PosteriorMean(), OneStandardError("param_x")])
@by_generator
def test_refit_rules_choose_among_equals(fitted, rule):
    """A score with less of the resource is no score to compare with."""

    class Worsening(Improving):
        def score(self, X, y=None):
            return -super().score(X)

    search = fitted(Worsening(), refit=rule)
    assert search.cv_results_["n_resources"][search.best_index_] == 9


@by_generator
def test_patience_counts_whole_resources_only(fitted):
    """What is below the top is no improvement."""
    search = fitted(n_iter=40, stop=Patience(8))
    assert search.stop_reason_ == "Patience"
    assert len(search.history_) < 40


@by_generator
def test_verbose_says_how_far_candidates_are(fitted, capsys):
    """A line for each rung, counted by candidate."""
    fitted(n_iter=3, verbose=1)
    text = capsys.readouterr().out
    assert "with 1, 3, 9" in text
    assert "with 3 of 9" in text
    assert "[3/3]" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"resource": "x"}, "one of the parameters that are searched over"),
        ({"resource": "legs"}, "'legs'.*whole numbers are .*'steps'"),
        ({"resource": "note"}, "takes whole numbers.*'note', which is 'none'"),
        ({"resource": "error"}, "'max_resource' parameter can be 'auto' only"),
        ({"resource": 3}, "'resource' parameter"),
        ({"min_resource": 10}, "min_resource=10 and max_resource='auto'.* 10 and 9"),
        ({"min_resource": 1.5}, "'min_resource' parameter.*1.5"),
        ({"max_resource": 0}, "'max_resource' parameter.*0"),
        ({"factor": 1}, "'factor' parameter.*1"),
        ({"resource": "n_samples", "max_resource": 25}, "25 with 24 samples"),
        ({"racing": "auto"}, "'racing' parameter must be None with a 'resource'"),
        (
            {"scoring": OBJECTIVES, "objectives": OBJECTIVES, "refit": False},
            "'objectives' parameter must be None with a 'resource'",
        ),
        ({"stop": "auto"}, "NoImprovementExpected.*use skhpo.stopping.Patience"),
        (
            {"resource": None},
            "'min_resource'.*without a 'resource'. Got min_resource=1",
        ),
        (
            {"resource": None, "min_resource": "auto", "factor": 2},
            "'factor'.*without a 'resource'. Got factor=2",
        ),
    ],
)
@by_generator
def test_what_makes_no_sense_is_refused_before_any_fit(
    fitted, arguments, message, monkeypatch
):
    """The message names the parameter, the value and a way out."""

    def refuse(*arguments, **keywords):
        pytest.fail("something was fitted")

    monkeypatch.setattr(Improving, "fit", refuse)
    with pytest.raises(ValueError, match=f"(?s){message}"):
        fitted(**arguments)


@pytest.mark.parametrize(
    ("resource", "reason"),
    [("model__n_estimators", "Invalid parameter"), ("epochs", "no 'partial_fit'")],
)
def test_a_branch_without_the_resource_is_refused(classification, resource, reason):
    """Its candidates would fail one after another."""
    estimators = {"epochs": SGDClassifier()}
    estimator = estimators.get(resource, RandomForestClassifier(3))
    space = [
        {"model": [estimator]},
        {"model": [KNeighborsClassifier()], "model__n_neighbors": [1, 3]},
    ]
    search = EvolutionarySearchCV(
        Pipeline([("model", estimator)]), space, resource=resource, max_resource=9
    )
    message = f"(?s)'{resource}', but branch 1 .*KNeighbors.*{reason}.*n_samples"
    with pytest.raises(ValueError, match=message):
        search.fit(*classification)


@by_generator
def test_epochs_need_an_estimator_that_knows_them(fitted):
    """Trees are counted by their own parameter."""
    with pytest.raises(StepwiseTrainingError, match="no 'partial_fit'"):
        fitted(resource="epochs", max_resource=9)


def test_nsga2_is_refused():
    """It breeds from whole candidates only."""
    search = EvolutionarySearchCV(
        Improving(), SPACE, algorithm="nsga2", resource="steps"
    )
    with pytest.raises(ValueError, match="must not be 'nsga2' with a 'resource'"):
        search.fit(X)
