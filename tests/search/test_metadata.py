"""Weights, groups and other metadata go where scikit-learn's own searches send them."""
# ruff: noqa: ARG002 (the signatures are those that scikit-learn calls)

import numpy as np
import pytest
from sklearn import config_context
from sklearn.base import BaseEstimator, clone
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, get_scorer
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_validate
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from _host import (
    assert_same_results,
    assert_same_warnings,
    fit_with_warnings,
    host_search,
)
from skhpo.space import Real

SPACE = {"C": Real(0.01, 100, prior="log-uniform")}


@pytest.fixture
def routing():
    """Metadata routing for the time of a test."""
    with config_context(enable_metadata_routing=True):
        yield


@pytest.fixture
def weights():
    """Weights that leave little of one half of the samples."""
    return np.where(np.arange(60) % 2, 0.05, 1.0)


@pytest.fixture
def compare(classification):
    """Fit a search and the host's with metadata, and compare results and warnings."""

    def compare(search, **metadata):
        warned = fit_with_warnings(search, *classification, **metadata)
        candidates = [record["params"] for record in search.history_]
        expected = host_search(search, candidates)
        said = fit_with_warnings(expected, *classification, **metadata)
        assert_same_warnings(warned, said)
        assert_same_results(search.cv_results_, expected.cv_results_)
        return search

    return compare


class Labelled(BaseEstimator):
    """Demands that each row comes with its own metadata, in `fit` and in `score`."""

    def __init__(self, a=0):
        self.a = a

    def fit(self, X, y=None, row=None, whole=None):
        """Compare the metadata of the rows with the rows."""
        np.testing.assert_array_equal(X[:, 0], row)
        assert whole == "not of the length of X"
        return self

    def score(self, X, y=None, row=None):
        """Compare the metadata of the rows with the rows, where there are any."""
        if row is not None:
            np.testing.assert_array_equal(X[:, 0], row)
        return 0.0 if row is None else 1.0


def unweighted(estimator, X, y):
    """Score without an argument for weights."""
    return accuracy_score(y, estimator.predict(X))


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"scoring": "accuracy"},
        {"scoring": ["accuracy", "neg_log_loss"], "refit": "accuracy"},
        {"scoring": unweighted},
        {"scoring": "accuracy", "return_train_score": True},
    ],
    ids=str,
)
def test_weights_without_routing(make_search, compare, weights, settings):
    """Weights count in the fits, and in the scores as far as the host has it so."""
    search = make_search(LogisticRegression(), SPACE, **settings)
    compare(search, sample_weight=weights)


def test_weights_make_a_difference(make_search, classification, weights):
    """Weighted and unweighted searches refit to different coefficients."""
    search = make_search(LogisticRegression(), {"C": [1.0]})
    plain = clone(search).fit(*classification).best_estimator_.coef_
    weighted = search.fit(*classification, sample_weight=weights).best_estimator_.coef_
    expected = LogisticRegression().fit(*classification, sample_weight=weights).coef_
    np.testing.assert_allclose(weighted, expected)
    assert not np.allclose(weighted, plain, rtol=0.05)


def test_metadata_are_split_with_the_rows(make_search):
    """What has the length of `X` is cut like `X`; anything else is passed whole."""
    X = np.arange(60.0).reshape(-1, 1)
    search = make_search(Labelled(), {"a": [0, 1]}, error_score="raise")
    search.fit(X, row=np.arange(60.0), whole="not of the length of X")
    assert search.best_score_ == 0.0


@pytest.mark.usefixtures("routing")
def test_metadata_are_split_for_scorers_too(make_search):
    """With routing the scorer gets the metadata of its rows as well."""
    X = np.arange(60.0).reshape(-1, 1)
    estimator = Labelled().set_fit_request(row=True, whole=True)
    estimator.set_score_request(row=True)
    search = make_search(estimator, {"a": [0, 1]}, error_score="raise")
    search.fit(X, row=np.arange(60.0), whole="not of the length of X")
    assert search.best_score_ == 1.0


@pytest.mark.parametrize(
    ("in_fit", "in_score"), [(True, True), (True, False), (False, True)]
)
@pytest.mark.usefixtures("routing")
def test_weights_with_routing(
    make_search, classification, compare, weights, in_fit, in_score
):
    """Each consumer gets the weights if it asked for them, and only then."""
    estimator = LogisticRegression().set_fit_request(sample_weight=in_fit)
    scorer = get_scorer("neg_log_loss").set_score_request(sample_weight=in_score)
    search = make_search(estimator, SPACE, scoring=scorer)
    results = compare(search, sample_weight=weights).cv_results_
    plain = host_search(search, results["params"]).fit(*classification).cv_results_
    assert not np.allclose(results["mean_test_score"], plain["mean_test_score"])


@pytest.mark.parametrize("asks", [True, False])
@pytest.mark.usefixtures("routing")
def test_several_scorers_with_routing(make_search, compare, weights, asks):
    """Scorers of one search may ask for different metadata."""
    scoring = {
        "one": get_scorer("accuracy").set_score_request(sample_weight=asks),
        "other": get_scorer("accuracy").set_score_request(sample_weight=False),
    }
    estimator = LogisticRegression().set_fit_request(sample_weight=True)
    search = make_search(estimator, SPACE, scoring=scoring, refit="other")
    results = compare(search, sample_weight=weights).cv_results_
    same = np.array_equal(results["mean_test_one"], results["mean_test_other"])
    assert same != asks


@pytest.mark.usefixtures("routing")
def test_the_score_method_routes(make_search, classification, weights):
    """`score` passes on what the scorer asked for."""
    X, y = classification
    scorer = get_scorer("neg_log_loss").set_score_request(sample_weight=True)
    estimator = LogisticRegression().set_fit_request(sample_weight=True)
    search = make_search(estimator, SPACE, scoring=scorer)
    search.fit(X, y, sample_weight=weights)
    expected = scorer(search.best_estimator_, X, y, sample_weight=weights)
    assert search.score(X, y, sample_weight=weights) == expected != search.score(X, y)


def test_the_score_method_takes_no_metadata_without_routing(
    make_search, classification, weights
):
    """Without routing `score` refuses them, as GridSearchCV does."""
    search = make_search(LogisticRegression(), SPACE).fit(*classification)
    with pytest.raises(ValueError, match="only supported if enable_metadata_routing"):
        search.score(*classification, sample_weight=weights)


@pytest.mark.usefixtures("routing")
def test_metadata_that_nobody_decided_on_are_refused(
    make_search, classification, weights
):
    """A consumer that could take the weights must say whether it wants them."""
    search = make_search(LogisticRegression(), SPACE)
    with pytest.raises(UnsetMetadataPassedError, match=r"set_fit_request"):
        search.fit(*classification, sample_weight=weights)
    assert not hasattr(search, "cv_results_")


@pytest.mark.usefixtures("routing")
def test_metadata_that_nobody_takes_are_refused(make_search, classification):
    """What no consumer knows is an error, before anything is fitted."""
    search = make_search(LogisticRegression(), SPACE)
    with pytest.raises(TypeError, match="unexpected argument"):
        search.fit(*classification, nonsense=1)


def test_metadata_of_the_wrong_length_fail_the_fits(make_search, classification):
    """Weights that do not match the rows reach the estimator, which refuses them."""
    search = make_search(LogisticRegression(), SPACE, error_score="raise")
    with pytest.raises(ValueError, match="sample_weight"):
        search.fit(*classification, sample_weight=np.ones(7))


@pytest.mark.parametrize("enabled", [False, True], ids=["without", "with"])
def test_groups(make_search, compare, groups, enabled):
    """Groups reach the splitter, without and with routing."""
    with config_context(enable_metadata_routing=enabled):
        search = make_search(LogisticRegression(), SPACE, cv=GroupKFold(3))
        assert compare(search, groups=groups).n_splits_ == 3


@pytest.mark.usefixtures("routing")
def test_groups_and_weights_together(make_search, compare, groups, weights):
    """Splitter, estimator and scorer share what `fit` is given."""
    search = make_search(
        LogisticRegression().set_fit_request(sample_weight=True),
        SPACE,
        scoring=get_scorer("neg_log_loss").set_score_request(sample_weight=True),
        cv=GroupKFold(3),
    )
    compare(search, groups=groups, sample_weight=weights)


def test_parameters_of_steps(make_search, compare, weights):
    """Without routing a pipeline takes the fit parameters of its steps by name."""
    pipeline = make_pipeline(StandardScaler(), LogisticRegression())
    search = make_search(pipeline, {"logisticregression__C": SPACE["C"]})
    compare(search, logisticregression__sample_weight=weights)


@pytest.mark.usefixtures("routing")
def test_a_search_routes_inside_other_estimators(
    make_search, classification, weights, groups
):
    """Nested cross-validation hands groups to both loops and weights to the fits."""
    estimator = LogisticRegression().set_fit_request(sample_weight=True)
    estimator.set_score_request(sample_weight=False)
    search = make_search(estimator, {"C": [0.1, 1.0]}, cv=GroupKFold(2))
    grid = GridSearchCV(estimator, {"C": [0.1, 1.0]}, cv=GroupKFold(2))
    ours, theirs = (
        cross_validate(
            one,
            *classification,
            cv=GroupKFold(3),
            params={"sample_weight": weights, "groups": groups},
        )["test_score"]
        for one in (search, grid)
    )
    np.testing.assert_array_equal(ours, theirs)


def test_weights_that_the_estimator_does_not_take(make_search, classification, weights):
    """An estimator without weights fails as it does in a grid search."""
    search = make_search(KNeighborsClassifier(), {"n_neighbors": [3, 5]})
    search.set_params(error_score="raise")
    with pytest.raises(TypeError, match="unexpected keyword argument 'sample_weight'"):
        search.fit(*classification, sample_weight=weights)


@pytest.mark.usefixtures("routing")
def test_the_router_describes_all_consumers(make_search):
    """`get_metadata_routing` names estimator, scorer and splitter."""
    router = make_search(SVC(), SPACE, cv=GroupKFold(2)).get_metadata_routing()
    consumed = router.consumes("fit", ["sample_weight", "groups"])
    assert consumed == {"groups"}
