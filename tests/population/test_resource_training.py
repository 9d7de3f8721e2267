"""Training with more and more of a resource, from checkpoints or without."""

# ruff: noqa: ARG002 (the signatures are those of the store)

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.ensemble import (
    BaggingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from _stepwise import X, Y, outputs
from skhpo.exceptions import StepwiseTrainingError
from skhpo.population._checkpoints import MemoryCheckpoints
from skhpo.population._resource_training import (
    ResourcePiece,
    ResourceTraining,
    train_with_epochs,
    trainer_of_resource,
)

AMOUNTS = (2, 4, 7)


def train(estimator, resource, checkpoints, *, rungs=range(3), params=None):
    """Train with each amount in turn and return the model of the last."""
    for rung in rungs:
        piece = ResourcePiece(
            candidate=5,
            split=1,
            params=params or {},
            resources=AMOUNTS[: rung + 1],
            seeds=tuple(range(10, 12 + rung)),
            is_whole=rung == 2,
        )
        training = ResourceTraining(
            estimator, resource, checkpoints, np.unique(Y), piece
        )
        model = clone(training).set_params(piece=piece).fit(X, Y).model_
    return model


@pytest.mark.parametrize(
    ("estimator", "resource"),
    [
        (MLPClassifier((4,)), "epochs"),
        (MLPClassifier((4,)), "max_iter"),
        (SGDClassifier(), "max_iter"),
        (RandomForestClassifier(), "n_estimators"),
        (
            make_pipeline(StandardScaler(), RandomForestClassifier()),
            "randomforestclassifier__n_estimators",
        ),
        (HistGradientBoostingClassifier(min_samples_leaf=5), "max_iter"),
    ],
    ids=lambda value: getattr(type(value), "__name__", value),
)
def test_without_checkpoints_the_model_is_the_same(estimator, resource):
    """One that is not found is trained anew, the same way, bit for bit."""
    expected = outputs(train(estimator, resource, MemoryCheckpoints()))
    lost = train(estimator, resource, None, rungs=[2])
    assert np.array_equal(outputs(lost), expected)


def test_models_are_left_for_more_only():
    """That with the whole resource is of no use to anybody."""
    checkpoints = MemoryCheckpoints()
    train(MLPClassifier((4,)), "epochs", checkpoints)
    for rung in (0, 1):
        assert checkpoints.load((rung, 5, 1)).t_ == AMOUNTS[rung] * len(X)
    with pytest.raises(KeyError):
        checkpoints.load((2, 5, 1))


def test_what_cannot_be_pickled_is_trained_all_the_same():
    """The checkpoint is left out."""

    class Refusing(MemoryCheckpoints):
        def save(self, place, model):
            raise TypeError("cannot be pickled")

    model = train(RandomForestClassifier(random_state=0), "n_estimators", Refusing())
    assert len(model.estimators_) == AMOUNTS[-1]


@pytest.mark.parametrize(
    ("estimator", "resource"),
    [
        (LogisticRegression(), "max_iter"),
        (HistGradientBoostingClassifier(early_stopping=True), "max_iter"),
        (BaggingClassifier(oob_score=True), "n_estimators"),
        (MLPClassifier(solver="lbfgs"), "max_iter"),
        (RandomForestClassifier(), "max_depth"),
        (MLPClassifier(), "batch_size"),
        (make_pipeline(StandardScaler(), MLPClassifier()), "max_iter"),
    ],
)
def test_what_is_trained_from_scratch(estimator, resource):
    """No trainer for solvers, early stopping, and parameters that count no steps."""
    assert trainer_of_resource(estimator, resource) is None


def test_only_the_whole_resource_warns_of_convergence():
    """That less of it does not converge is the point."""
    model = LogisticRegression(tol=1e-12)
    train(model, "max_iter", None, rungs=[0, 1])
    with pytest.warns(ConvergenceWarning):
        train(model, "max_iter", None, rungs=[2])


def test_trees_are_no_epochs():
    """The message names what to do."""
    with pytest.raises(
        StepwiseTrainingError, match="not trained in epochs but in trees"
    ):
        trainer_of_resource(HistGradientBoostingClassifier(), "epochs")


def test_parameters_decide_how_it_is_trained():
    """A candidate's own values count, not those of the estimator."""
    model = train(
        HistGradientBoostingClassifier(random_state=0, early_stopping=True),
        "max_iter",
        MemoryCheckpoints(),
        params={"early_stopping": False},
    )
    assert model.n_iter_ == AMOUNTS[-1]


def test_training_with_epochs_is_repeatable():
    """The seed decides, also where the estimator has none."""
    arguments = {"seed": 3, "classes": np.unique(Y), "fit_params": {}}
    models = [
        train_with_epochs(SGDClassifier(), 4, X, Y, **arguments) for _ in range(2)
    ]
    assert models[0].t_ == 4 * len(X) + 1
    assert np.array_equal(outputs(models[0]), outputs(models[1]))
