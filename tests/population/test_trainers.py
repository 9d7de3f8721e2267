"""Every trainer trains as its estimator would, reproducibly, from any copy."""

import copy
import pickle
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse
from sklearn.base import clone
from sklearn.ensemble import (
    BaggingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
)
from sklearn.linear_model import Lasso, LogisticRegression, SGDClassifier, SGDRegressor
from sklearn.multioutput import MultiOutputClassifier
from sklearn.neural_network import MLPClassifier, MLPRegressor

from _stepwise import TARGET, Recorder, X, Y, outputs
from skhpo.population import resolve_trainer

ESTIMATORS = [
    MLPClassifier((5,), batch_size=32),
    MLPRegressor(hidden_layer_sizes=(5,), solver="sgd", batch_size=32),
    SGDClassifier(),
    SGDRegressor(),
    HistGradientBoostingClassifier(max_features=0.5, min_samples_leaf=5),
    GradientBoostingRegressor(subsample=0.5, max_features=0.5),
    RandomForestClassifier(),
    BaggingClassifier(),
    LogisticRegression(),
]


def trainer_of(estimator: Any) -> Any:
    """Return the trainer of an estimator."""
    return resolve_trainer(estimator, []).trainer


def started(estimator: Any, n_steps: int = 2, seed: int = 0) -> tuple[Any, Any]:
    """Return a trainer and a model with some steps done."""
    trainer = trainer_of(estimator)
    model = trainer.start(estimator, X, Y, seed=seed, classes=np.unique(Y))
    return trainer, advanced(trainer, model, n_steps, seed=seed)


def advanced(trainer: Any, model: Any, n_steps: int = 2, seed: int = 1) -> Any:
    """Return a model with more steps done."""
    return trainer.advance(model, X, Y, n_steps, {}, seed=seed, classes=np.unique(Y))


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))]
)
def test_copy_goes_on_as_the_original(estimator: Any, copied: Any) -> None:
    """A copy of a model, trained with the same seed, is the same bit for bit."""
    trainer, model = started(estimator)
    trainer = pickle.loads(pickle.dumps(trainer))
    twin = advanced(trainer, copied(model))
    assert np.array_equal(outputs(twin), outputs(advanced(trainer, model)))


@pytest.mark.parametrize("estimator", ESTIMATORS[:-1], ids=lambda e: type(e).__name__)
def test_seed_drives_each_call(estimator: Any) -> None:
    """Copies trained with unlike seeds part, even if random_state is an integer."""
    estimator = clone(estimator).set_params(random_state=3)
    trainer, model = started(estimator)
    twin = advanced(trainer, copy.deepcopy(model), seed=2)
    assert not np.array_equal(outputs(twin), outputs(advanced(trainer, model)))


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: type(e).__name__)
def test_steps_are_counted_on_the_model(estimator: Any) -> None:
    """The number of steps starts at 0, adds up, and is copied with the model."""
    trainer = trainer_of(estimator)
    model = trainer.start(estimator, X, Y, seed=0)
    assert trainer.n_steps_done(model) == 0
    model = copy.deepcopy(advanced(trainer, advanced(trainer, model, 1), 3))
    assert trainer.n_steps_done(model) == 4


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: type(e).__name__)
def test_estimator_is_not_touched(estimator: Any) -> None:
    """Training works on a clone."""
    before = repr(vars(estimator))
    started(estimator)
    assert repr(vars(estimator)) == before


def test_trees_are_those_of_one_fit() -> None:
    """Histogram gradient boosting in steps grows the trees of a fit in one go."""
    estimator = HistGradientBoostingRegressor(early_stopping=False, max_iter=6)
    trainer = trainer_of(estimator)
    model = trainer.start(estimator, X, TARGET, seed=0)
    for seed, n_steps in enumerate([1, 2, 3]):
        model = trainer.advance(model, X, TARGET, n_steps, {}, seed=seed)
    whole = estimator.fit(X, TARGET)
    assert np.allclose(model.predict(X), whole.predict(X), rtol=1e-12)
    assert model.get_params()["max_iter"] == 6
    assert model.get_params()["warm_start"] is False


def test_automatic_early_stopping_is_off() -> None:
    """Gradient boosting with early_stopping='auto' grows all trees on many rows."""
    rng = np.random.default_rng(0)
    rows, noise = rng.normal(size=(10_100, 1)), rng.normal(size=10_100)
    estimator = HistGradientBoostingRegressor(max_leaf_nodes=2, n_iter_no_change=1)
    trainer = trainer_of(estimator)
    model = trainer.start(estimator, rows, noise, seed=0)
    model = trainer.advance(model, rows, noise, 30, {}, seed=0)
    assert model.n_iter_ == 30


def test_perceptron_epoch_is_one_pass() -> None:
    """One step is one pass over all rows, and the optimizer's time goes on."""
    _, model = started(MLPClassifier((5,), batch_size=50), n_steps=4)
    assert len(model.loss_curve_) == 4
    assert model.t_ == 4 * len(X)


def test_schedule_of_gradient_descent_goes_on() -> None:
    """The count of updates, on which the learning rate hangs, is not reset."""
    trainer, model = started(SGDClassifier(), n_steps=2)
    assert advanced(trainer, model, 1).t_ == 3 * len(X) + 1


@pytest.mark.parametrize("estimator", [MLPClassifier((5,)), SGDClassifier()])
def test_split_may_lack_a_class(estimator: Any) -> None:
    """Classes that only other rows have are known to the model."""
    trainer = trainer_of(estimator)
    model = trainer.start(estimator, X, Y, seed=0, classes=np.arange(3))
    model = trainer.advance(model, X, Y, 1, {}, seed=0, classes=np.arange(3))
    assert list(model.classes_) == [0, 1, 2]


@pytest.mark.parametrize(
    "estimator", [MLPClassifier((5,)), MLPRegressor(hidden_layer_sizes=(5,))]
)
def test_several_outputs(estimator: Any) -> None:
    """Targets of several outputs are trained, classes left to the estimator."""
    targets = np.column_stack([Y, 1 - Y, Y])
    trainer = trainer_of(estimator)
    model = trainer.start(estimator, X, targets, seed=0)
    for seed in range(2):
        model = trainer.advance(model, X, targets, 1, {}, seed=seed)
    assert model.predict(X).shape == targets.shape


@pytest.mark.parametrize("make", [sparse.csr_matrix, pd.DataFrame, np.asarray])
@pytest.mark.parametrize("batch_size", ["auto", 40])
def test_kinds_of_rows(make: Any, batch_size: Any) -> None:
    """Sparse matrices and data frames are trained like arrays."""
    rows, labels = make(X), X[:, 0] > 0
    trainer = resolve_trainer(SGDClassifier(), [], batch_size=batch_size).trainer
    model = trainer.start(SGDClassifier(), rows, labels, seed=0)
    model = trainer.advance(model, rows, labels, 5, {}, seed=0)
    assert model.score(rows, labels) > 0.9


@pytest.mark.parametrize(
    "estimator",
    [LogisticRegression(), RandomForestClassifier(class_weight="balanced")],
    ids=lambda e: type(e).__name__,
)
def test_no_flood_of_warnings(estimator: Any) -> None:
    """Neither interrupted solvers nor weights that are balanced once more warn."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trainer, model = started(estimator, n_steps=1)
        advanced(trainer, model, 1)


def test_iterations_go_on_where_they_were() -> None:
    """A linear model arrives in steps where it arrives in one fit."""
    trainer = trainer_of(Lasso())
    model = trainer.start(Lasso(), X, TARGET, seed=0)
    for seed in range(30):
        model = trainer.advance(model, X, TARGET, 2, {"alpha": 0.1}, seed=seed)
    assert np.allclose(model.coef_, Lasso(alpha=0.1).fit(X, TARGET).coef_, atol=1e-3)


def recorded(batch_size: Any = "auto", n_rows: int = 450, **data: Any) -> list[Any]:
    """Return the calls of one epoch of an estimator that the table does not have."""
    rows = np.arange(n_rows)[:, None]
    trainer = resolve_trainer(
        Recorder(), ["rate"], batch_size=batch_size, mutable=["rate"]
    ).trainer
    model = trainer.start(Recorder(), rows, rows[:, 0], seed=0)
    model = trainer.advance(model, rows, rows[:, 0], 1, {"rate": 2.0}, seed=5, **data)
    assert model.rate == 2.0
    return list(model.calls_)


@pytest.mark.parametrize(
    ("batch_size", "limit"), [("auto", 200), (64, 64), (1000, 450)]
)
def test_epoch_of_batches(batch_size: Any, limit: int) -> None:
    """An epoch hands over every row once, shuffled, in batches of at most the size."""
    calls = recorded(batch_size)
    rows = np.concatenate([call[0][:, 0] for call in calls])
    assert sorted(rows) == list(range(450))
    assert list(rows) != list(range(450))
    assert max(len(call[0]) for call in calls) <= limit
    assert all(np.array_equal(call[0][:, 0], call[1]) for call in calls)


def test_sample_weight_follows_the_batches() -> None:
    """Weights are sliced with the rows that they belong to."""
    for rows, _, weight in recorded(fit_params={"sample_weight": np.arange(450) * 2}):
        assert np.array_equal(rows[:, 0] * 2, weight)


def test_sample_weight_reaches_a_whole_pass() -> None:
    """Rows of no weight do not count."""
    weight = (Y == 0).astype(float)
    trainer = trainer_of(SGDClassifier())
    model = trainer.start(SGDClassifier(), X, Y, seed=0)
    model = trainer.advance(
        model, X, Y, 3, {}, seed=0, fit_params={"sample_weight": weight}
    )
    assert set(model.predict(X)) == {0}


def test_failure_is_passed_on() -> None:
    """What the estimator raises, the trainer raises."""
    trainer, model = started(MLPRegressor(hidden_layer_sizes=(5,), solver="sgd"), 1)
    with (
        warnings.catch_warnings(action="ignore"),
        pytest.raises(ValueError, match="non-finite"),
    ):
        trainer.advance(model, X, Y, 9, {"learning_rate_init": 1e200}, seed=0)


class Forwarding(SGDClassifier):
    """Hands all keywords on to the class that it extends."""

    def partial_fit(self, X: Any, y: Any, **keywords: Any) -> Any:
        """Do as the base class does."""
        return super().partial_fit(X, y, **keywords)


def test_classes_reach_a_partial_fit_that_forwards_keywords() -> None:
    """Its own signature does not name them."""
    _, model = started(Forwarding())
    assert_array_equal(model.classes_, np.unique(Y))


def test_each_output_has_classes_of_its_own() -> None:
    """As `MultiOutputClassifier` wants them."""
    y = np.column_stack([Y, Y + 5])
    names = ["estimator__alpha"]
    trainer = resolve_trainer(
        MultiOutputClassifier(SGDClassifier()), names, mutable=names
    ).trainer
    model = trainer.start(MultiOutputClassifier(SGDClassifier()), X, y, seed=0)
    model = trainer.advance(model, X, y, 1, {"estimator__alpha": 0.1}, seed=0)
    assert [list(one.classes_) for one in model.estimators_] == [[0, 1], [5, 6]]
