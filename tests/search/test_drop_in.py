"""A search is an estimator: cloned, pickled, inspected and used like any other."""

import io
import pickle

import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KernelDensity
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC, LinearSVC

from skhpo.space import Real

SPACE = {"C": Real(0.01, 100, prior="log-uniform")}
METHODS = (
    "decision_function",
    "inverse_transform",
    "predict",
    "predict_log_proba",
    "predict_proba",
    "score_samples",
    "transform",
)


@pytest.mark.parametrize(
    ("estimator", "space"),
    [
        (LogisticRegression(), {"C": [1.0]}),
        (LinearSVC(), {"C": [1.0]}),
        (SVC(), {"probability": [False]}),
        (Ridge(), {"alpha": [1.0]}),
        (MinMaxScaler(), {"clip": [False]}),
        (KernelDensity(), {"bandwidth": [1.0]}),
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.filterwarnings("ignore:The `probability` parameter:FutureWarning")
def test_methods_exist_exactly_where_the_estimator_has_them(
    make_search, classification, estimator, space
):
    """Before and after `fit`, `hasattr` answers for the search as for the estimator."""
    search = make_search(estimator, space, scoring=lambda *_: 1.0)
    expected = [name for name in METHODS if hasattr(estimator, name)]
    assert [name for name in METHODS if hasattr(search, name)] == expected
    search.fit(*classification)
    assert [name for name in METHODS if hasattr(search, name)] == expected


def test_methods_are_those_of_the_refitted_estimator(make_search, classification):
    """What the search predicts and scores is what `best_estimator_` does."""
    X, y = classification
    search = make_search(LogisticRegression(), SPACE).fit(X, y)
    best = search.best_estimator_
    assert_array_equal(search.predict(X), best.predict(X))
    assert_array_equal(search.predict_proba(X), best.predict_proba(X))
    assert_array_equal(search.decision_function(X), best.decision_function(X))
    assert_array_equal(search.classes_, best.classes_)
    assert search.n_features_in_ == best.n_features_in_
    assert search.score(X, y) == best.score(X, y)
    assert search.best_params_["C"] == best.C


def test_the_score_method_uses_the_scoring(make_search, classification):
    """`score` applies the scorer that ranked the candidates."""
    X, y = classification
    search = make_search(LogisticRegression(), SPACE, scoring="neg_log_loss").fit(X, y)
    assert search.score(X, y) == search.scorer_(search.best_estimator_, X, y) < 0


def test_without_refit_there_are_results_but_no_estimator(make_search, classification):
    """`refit=False` gives the best parameters, and nothing that needs a refit."""
    search = make_search(LogisticRegression(), SPACE, refit=False).fit(*classification)
    assert search.best_params_ == search.cv_results_["params"][search.best_index_]
    assert search.best_score_ == search.cv_results_["mean_test_score"].max()
    assert not hasattr(search, "best_estimator_")
    assert not hasattr(search, "refit_time_")
    assert not hasattr(search, "classes_")
    assert not hasattr(search, "predict")
    with pytest.raises(AttributeError, match="refit=False"):
        search.score(*classification)


def test_an_unfitted_search_says_so(make_search, classification):
    """Using it before `fit` raises scikit-learn's error."""
    search = make_search(LogisticRegression(), SPACE)
    with pytest.raises(NotFittedError):
        search.predict(classification[0])
    assert not hasattr(search, "n_features_in_")


@pytest.mark.parametrize(
    ("estimator", "classifies", "regresses"),
    [
        (LogisticRegression(), True, False),
        (make_pipeline(StandardScaler(), SVC()), True, False),
        (Ridge(), False, True),
        (KernelDensity(), False, False),
    ],
    ids=["classifier", "pipeline", "regressor", "density"],
)
def test_a_search_is_of_the_kind_of_its_estimator(
    make_search, estimator, classifies, regresses
):
    """`is_classifier` and `is_regressor` see through the search."""
    search = make_search(estimator, {})
    assert (is_classifier(search), is_regressor(search)) == (classifies, regresses)


def test_fitting_twice_starts_afresh(make_search, classification, regression):
    """The second fit gives what a first one would, whatever the first one left."""
    search = make_search(DummyClassifier(), {"strategy": ["prior", "uniform"]})
    search.fit(*classification)
    search.set_params(estimator=Ridge(), param_distributions={"alpha": [0.1, 1.0, 5.0]})
    search.fit(*regression)
    fresh = clone(search).fit(*regression)
    assert vars(search).keys() == vars(fresh).keys()
    assert search.cv_results_["params"] == fresh.cv_results_["params"]
    assert search.best_score_ == fresh.best_score_
    assert len(search.history_) == len(fresh.history_) == 3
    assert not hasattr(search, "classes_")


def test_an_attribute_of_an_earlier_fit_does_not_survive(make_search, classification):
    """Refitting without refit takes the old best estimator away."""
    search = make_search(LogisticRegression(), SPACE).fit(*classification)
    search.set_params(refit=False).fit(*classification)
    assert not hasattr(search, "best_estimator_")
    assert not hasattr(search, "refit_time_")


def test_the_same_seed_gives_the_same_search(make_search, classification):
    """A model-based search repeats itself, and a generator object moves on."""
    search = make_search(LogisticRegression(), SPACE, n_candidates=12)
    first = clone(search).fit(*classification).cv_results_["params"]
    assert clone(search).fit(*classification).cv_results_["params"] == first
    search.set_params(random_state=np.random.RandomState(0))
    first = search.fit(*classification).cv_results_["params"]
    assert search.fit(*classification).cv_results_["params"] != first


def test_a_clone_is_unfitted_and_equal(make_search, classification):
    """`clone` copies parameters, the space among them, and no results."""
    search = make_search(LogisticRegression(), SPACE, scoring="accuracy")
    search.fit(*classification)
    copied = clone(search)
    assert not hasattr(copied, "cv_results_")
    assert copied.param_distributions == SPACE
    assert repr(copied) == repr(search)
    again = copied.fit(*classification)
    assert again.cv_results_["params"] == search.cv_results_["params"]


@pytest.mark.parametrize("store", [pickle, joblib], ids=["pickle", "joblib"])
def test_a_search_can_be_stored_before_and_after_fit(
    make_search, classification, store
):
    """A stored search fits as the original does, and a stored fit predicts as it."""

    def copy(search):
        file = io.BytesIO()
        store.dump(search, file)
        file.seek(0)
        return store.load(file)

    X, y = classification
    search = make_search(LogisticRegression(), SPACE)
    early = copy(search).fit(X, y)
    late = copy(search.fit(X, y))
    assert early.cv_results_["params"] == search.cv_results_["params"]
    assert late.cv_results_["params"] == search.cv_results_["params"]
    assert late.history_[0]["params"] == search.history_[0]["params"]
    assert_array_equal(late.predict(X), search.predict(X))


def test_the_html_shows_the_wrapped_estimator(make_search, classification):
    """The notebook representation names search and estimator, fitted or not."""
    search = make_search(LogisticRegression(), SPACE)
    for _ in range(2):
        html = search._repr_html_()
        assert type(search).__name__ in html
        assert "LogisticRegression" in html
        search.fit(*classification)


def test_parameters_of_the_estimator_can_be_set_through_the_search(
    make_search, classification
):
    """`set_params` reaches the nested estimator, and the fits obey."""
    search = make_search(make_pipeline(StandardScaler(), LogisticRegression()), {})
    search.set_params(
        estimator__logisticregression__C=7.0,
        param_distributions={"logisticregression__fit_intercept": [False]},
    )
    search.fit(*classification)
    assert search.best_estimator_[-1].C == 7.0
    assert search.best_estimator_[-1].intercept_ == 0.0
    assert search.get_params()["estimator__logisticregression__C"] == 7.0


def test_fit_changes_no_parameter(make_search, classification):
    """The search keeps the very objects that it was given, unfitted and unchanged."""
    estimator = LogisticRegression()
    space = {"C": [0.1, 1.0], "class_weight": [None, {0: 1, 1: 2}]}
    search = make_search(estimator, space)
    before = repr(search)
    search.fit(*classification)
    assert search.estimator is estimator
    assert search.param_distributions is space
    assert space == {"C": [0.1, 1.0], "class_weight": [None, {0: 1, 1: 2}]}
    assert not hasattr(estimator, "coef_")
    assert repr(search) == before


def test_invalid_arguments_are_refused_by_fit_alone(make_search, classification):
    """The constructor stores whatever it is given; `fit` names what is wrong."""
    search = make_search(LogisticRegression(), "C", n_candidates=0)
    with pytest.raises(ValueError, match=r"The '.*' parameter of \w+ must be"):
        search.fit(*classification)


def test_all_attributes_of_a_grid_search_are_there(make_search, classification):
    """Whoever reads a fitted GridSearchCV can read a search as well."""
    grid = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2)
    grid.fit(*classification)
    search = make_search(LogisticRegression(), {"C": [0.1, 1.0]}).fit(*classification)
    expected = {name for name in dir(grid) if name.endswith("_") and name[0] != "_"}
    assert expected - set(dir(search)) == set()
    assert search.n_splits_ == grid.n_splits_
    assert search.multimetric_ == grid.multimetric_
    assert search.best_score_ == grid.best_score_
    assert type(search.scorer_) is type(grid.scorer_)
