"""A search inside other meta-estimators, and around them."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import BaggingClassifier, StackingClassifier, VotingRegressor
from sklearn.feature_selection import RFE, SelectKBest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import (
    GridSearchCV,
    KFold,
    cross_val_predict,
    cross_val_score,
    cross_validate,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputClassifier, MultiOutputRegressor
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skhpo.space import Real

C = Real(0.01, 100, prior="log-uniform")


@pytest.fixture
def classifier(make_search):
    """A search around a classifier."""
    return make_search(LogisticRegression(), {"C": C})


@pytest.fixture
def regressor(make_search):
    """A search around a regressor."""
    return make_search(Ridge(), {"alpha": C})


def test_search_as_a_step_of_a_pipeline(classifier, classification):
    """The search gets what the steps before it make of the data."""
    X, y = classification
    pipeline = make_pipeline(SelectKBest(k=2), StandardScaler(), classifier).fit(X, y)
    search = pipeline[-1]
    assert search.n_features_in_ == 2
    alone = clone(classifier).fit(pipeline[:-1].transform(X), y)
    assert search.best_params_ == alone.best_params_
    assert_array_equal(pipeline.predict(X), alone.predict(pipeline[:-1].transform(X)))


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_nested_cross_validation(classifier, classification, n_jobs):
    """Each outer split gets a search of its own, on one or on several workers."""
    X, y = classification
    outer = KFold(2, shuffle=True, random_state=0)
    scores = cross_val_score(classifier, X, y, cv=outer, n_jobs=n_jobs)
    expected = [
        clone(classifier).fit(X[train], y[train]).score(X[test], y[test])
        for train, test in outer.split(X)
    ]
    assert_array_equal(scores, expected)


def test_nested_cross_validation_hands_the_searches_out(classifier, classification):
    """`return_estimator` gives fitted searches that saw their part of the data."""
    result = cross_validate(classifier, *classification, cv=3, return_estimator=True)
    assert all(len(search.history_) == 4 for search in result["estimator"])
    assert not hasattr(classifier, "cv_results_")


def test_probabilities_out_of_fold(classifier, classification):
    """`cross_val_predict` finds the delegated method."""
    X, y = classification
    proba = cross_val_predict(classifier, X, y, cv=2, method="predict_proba")
    assert proba.shape == (60, 2)
    np.testing.assert_allclose(proba.sum(axis=1), 1.0)


@pytest.mark.parametrize(
    "build",
    [
        lambda search: StackingClassifier([("search", search)], cv=2),
        lambda search: CalibratedClassifierCV(search, cv=2),
        lambda search: BaggingClassifier(search, n_estimators=2, random_state=0),
        lambda search: OneVsRestClassifier(search),
    ],
    ids=["stacking", "calibration", "bagging", "one-vs-rest"],
)
def test_search_inside_a_meta_classifier(classifier, classification, build):
    """Meta-classifiers take a search for the classifier that it is."""
    X, y = classification
    fitted = build(classifier).fit(X, y)
    assert fitted.predict_proba(X).shape == (60, 2)
    assert fitted.score(X, y) > 0.7


def test_search_chooses_its_features(classifier, classification):
    """Recursive elimination reads the coefficients of the refitted estimator."""
    selector = RFE(
        classifier,
        n_features_to_select=2,
        importance_getter="best_estimator_.coef_",
    ).fit(*classification)
    assert selector.support_.sum() == 2


@pytest.mark.parametrize(
    "build",
    [
        lambda search: TransformedTargetRegressor(search, transformer=MinMaxScaler()),
        lambda search: VotingRegressor([("search", search), ("ridge", Ridge())]),
    ],
    ids=["transformed-target", "voting"],
)
def test_search_inside_a_meta_regressor(regressor, regression, build):
    """Meta-regressors take a search for the regressor that it is."""
    X, y = regression
    assert build(regressor).fit(X, y).score(X, y) > 0.9


def test_one_search_for_each_output(classifier, regressor, classification, regression):
    """Multi-output wrappers fit a search to each column of the target."""
    X, y = classification
    by_label = MultiOutputClassifier(classifier).fit(X, np.c_[y, 1 - y])
    assert [len(one.history_) for one in by_label.estimators_] == [4, 4]
    assert_array_equal(by_label.predict(X)[:, 0], 1 - by_label.predict(X)[:, 1])
    X, y = regression
    by_target = MultiOutputRegressor(regressor).fit(X, np.c_[y, -y])
    assert by_target.predict(X).shape == (60, 2)


def test_outputs_together(make_search, regression):
    """A search around an estimator of several outputs predicts them all."""
    X, y = regression
    search = make_search(Ridge(), {"alpha": C}).fit(X, np.c_[y, 2 * y])
    assert search.predict(X).shape == (60, 2)


@pytest.mark.parametrize(
    ("wrap", "name"),
    [
        (lambda one: TransformedTargetRegressor(one), "regressor__alpha"),
        (lambda one: MultiOutputRegressor(one), "estimator__alpha"),
        (lambda one: make_pipeline(StandardScaler(), one), "ridge__alpha"),
    ],
    ids=["transformed-target", "multi-output", "pipeline"],
)
def test_search_around_a_meta_estimator(make_search, regression, wrap, name):
    """Parameters are found through the wrapper, and the best ones are set."""
    X, y = regression
    search = make_search(wrap(Ridge()), {name: C}).fit(X, np.c_[y, -y])
    assert search.best_estimator_.get_params()[name] == search.best_params_[name]
    assert search.predict(X).shape == (60, 2)


def test_a_search_inside_a_search(make_search, classifier, classification):
    """A search can tune the arguments of another, GridSearchCV those of a search."""
    outer = make_search(classifier, {"estimator__fit_intercept": [True, False]})
    assert "estimator__fit_intercept" in outer.fit(*classification).best_params_
    grid = GridSearchCV(classifier, {"initial_candidates": [None, [{"C": 1.0}]]}, cv=2)
    assert len(grid.fit(*classification).cv_results_["params"]) == 2


def test_steps_are_swapped_by_candidates(make_search, classification):
    """Steps are replaced, by others or by nothing, without a trace on the values."""
    scalers = [StandardScaler(), MinMaxScaler(), "passthrough"]
    models = [LogisticRegression(), KNeighborsClassifier()]
    pipeline = Pipeline([("scaler", None), ("model", DecisionTreeClassifier())])
    search = make_search(
        pipeline, {"scaler": scalers, "model": models}, n_candidates=10
    )
    search.fit(*classification)
    tried = [(one["scaler"], one["model"]) for one in search.cv_results_["params"]]
    assert len(tried) == 6
    assert all(scaler in scalers and model in models for scaler, model in tried)
    assert not hasattr(models[0], "coef_")
    assert not hasattr(scalers[0], "mean_")
    assert type(search.best_estimator_["model"]) is type(search.best_params_["model"])


def test_parameters_follow_the_step_that_is_swapped_in(make_search, classification):
    """Branches give each model its own parameters, masked where they do not belong."""
    search = make_search(
        Pipeline([("scaler", StandardScaler()), ("model", SVC())]),
        [
            {"model": [SVC()], "model__C": C},
            {"model": [KNeighborsClassifier()], "model__n_neighbors": [3, 5, 7]},
        ],
        n_candidates=8,
        error_score="raise",
    ).fit(*classification)
    for params in search.cv_results_["params"]:
        own = "model__C" if isinstance(params["model"], SVC) else "model__n_neighbors"
        assert set(params) == {"model", own}
    kinds = {type(one["model"]) for one in search.cv_results_["params"]}
    assert kinds == {SVC, KNeighborsClassifier}


def test_names_of_transformed_columns(make_search):
    """A search around a transformer of columns knows the names that it makes."""
    pandas = pytest.importorskip("pandas")
    X = pandas.DataFrame({"a": [0.0, 1.0, 2.0, 3.0], "b": [1.0, 0.0, 1.0, 0.0]})
    columns = ColumnTransformer([("scale", StandardScaler(), ["a", "b"])])
    search = make_search(
        columns, {"scale__with_mean": [True, False]}, scoring=lambda *_: 1.0
    ).fit(X)
    names = search.best_estimator_.get_feature_names_out()
    assert list(names) == ["scale__a", "scale__b"]
    assert search.transform(X).shape == (4, 2)
