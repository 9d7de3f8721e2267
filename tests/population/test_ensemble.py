"""Several models as one."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.datasets import make_classification, make_multilabel_classification
from sklearn.linear_model import Perceptron, Ridge, SGDClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from skhpo.population import SplitEnsemble

X, Y = make_classification(90, 6, n_informative=4, n_classes=3, random_state=0)
NAMES = np.array(["one", "three", "two"])[Y]


class Voter(KNeighborsClassifier):
    """Has neither probabilities nor a decision function."""

    predict_proba = property()


def ensemble(estimator, y=NAMES, n_models=3):
    """Return models of different halves of the data."""
    parts = [np.arange(90) % n_models != part for part in range(n_models)]
    return SplitEnsemble([clone(estimator).fit(X[part], y[part]) for part in parts])


def test_probabilities_are_averaged():
    """The class with the greatest mean wins."""
    models = ensemble(KNeighborsClassifier())
    mean = np.mean([model.predict_proba(X) for model in models.models], axis=0)
    assert_array_equal(models.predict_proba(X), mean)
    assert_array_equal(models.predict(X), models.classes_[mean.argmax(axis=1)])
    assert_array_equal(np.exp(models.predict_log_proba(X)).round(9), mean.round(9))
    assert not hasattr(models, "decision_function")


@pytest.mark.parametrize("y", [NAMES, Y == 0], ids=["several", "binary"])
def test_decisions_are_averaged_without_probabilities(y):
    """Predictions follow them."""
    models = ensemble(Perceptron(random_state=0), y)
    mean = np.mean([model.decision_function(X) for model in models.models], axis=0)
    assert_array_equal(models.decision_function(X), mean)
    chosen = (mean > 0).astype(int) if mean.ndim == 1 else mean.argmax(axis=1)
    assert_array_equal(models.predict(X), models.classes_[chosen])
    assert not hasattr(models, "predict_proba")


def test_models_vote_where_they_have_nothing_else():
    """Most votes win."""
    models = ensemble(Voter())
    votes = np.array([model.predict(X) for model in models.models])
    clear = [len(set(row)) < 3 for row in votes.T]
    expected = [max(set(row), key=list(row).count) for row in votes.T]
    assert_array_equal(models.predict(X)[clear], np.array(expected)[clear])


def test_votes_on_several_labels():
    """Each label is voted on alone."""
    _, labels = make_multilabel_classification(90, 6, n_classes=3, random_state=0)
    models = ensemble(DecisionTreeClassifier(max_depth=3), labels)
    votes = np.sum([model.predict(X) for model in models.models], axis=0)
    assert_array_equal(models.predict(X), votes >= 2)


def test_regressors_are_averaged():
    """Scored by R squared."""
    models = ensemble(Ridge(), Y.astype(float))
    mean = np.mean([model.predict(X) for model in models.models], axis=0)
    assert_array_equal(models.predict(X), mean)
    assert is_regressor(models)
    assert not is_classifier(models)
    assert 0.0 < models.score(X, Y) < 1.0


def test_it_stays_trained():
    """Neither `fit` nor `clone` changes it."""
    models = ensemble(SGDClassifier(random_state=0))
    assert is_classifier(models)
    assert models.n_features_in_ == 6
    before = models.predict(X)
    assert_array_equal(clone(models).fit(X[:5], NAMES[:5]).predict(X), before)
    assert models.score(X, NAMES) == np.mean(before == NAMES)


@pytest.mark.parametrize(
    "y", [np.repeat([0, 1, 2, 3], 20), np.repeat(list("abcd"), 20)]
)
def test_models_need_not_know_the_same_classes(y):
    """Each lacks another one; columns stand for the classes all the same."""
    rows = np.arange(80.0)[:, None]
    classes = np.unique(y)
    models = SplitEnsemble(
        [
            DecisionTreeClassifier(random_state=0).fit(rows[y != lost], y[y != lost])
            for lost in classes
        ]
    )
    assert_array_equal(models.classes_, classes)
    proba = models.predict_proba(rows)
    assert proba.shape == (80, 4)
    assert_array_equal(proba.sum(axis=1).round(9), np.ones(80))
    assert_array_equal(models.predict(rows), y)


def test_models_of_unlike_classes_vote_without_probabilities():
    """Their decision functions have columns that do not match."""
    models = SplitEnsemble(
        [
            Perceptron(random_state=0).fit(X[lost != Y], NAMES[lost != Y])
            for lost in (0, 1)
        ]
    )
    assert not hasattr(models, "decision_function")
    assert_array_equal(models.classes_, np.unique(NAMES))
    assert set(models.predict(X)) <= set(NAMES)


def test_probabilities_of_several_outputs_are_a_list():
    """As forests return them, whose outputs may have different classes."""
    y = np.column_stack([Y, Y == 0])
    models = ensemble(DecisionTreeClassifier(max_depth=2, random_state=0), y)
    first, second = models.predict_proba(X)
    assert (first.shape, second.shape) == ((90, 3), (90, 2))
    mean = np.mean([model.predict_proba(X)[0] for model in models.models], axis=0)
    assert_array_equal(first.round(9), mean.round(9))
    assert len(models.predict_log_proba(X)) == 2
