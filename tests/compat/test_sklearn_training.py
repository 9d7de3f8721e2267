"""The optimizer of a perceptron follows its parameters and keeps what it learned."""

import copy
from typing import Any

import numpy as np
import pytest
from sklearn.neural_network import MLPRegressor

from _stepwise import TARGET, X, outputs
from skhpo._compat._sklearn_training import update_optimizer
from skhpo.population import resolve_trainer


def trained(**params: Any) -> Any:
    """Return a perceptron after one epoch."""
    model = MLPRegressor(
        hidden_layer_sizes=(4,), random_state=0, batch_size=50, **params
    )
    return model.partial_fit(X, TARGET)


def go_on(model: Any, **params: Any) -> Any:
    """Return a copy of a model after another epoch under other parameters."""
    twin = copy.deepcopy(model).set_params(**params)
    assert update_optimizer(twin)
    return twin.partial_fit(X, TARGET)


def test_nothing_changes_without_a_change() -> None:
    """A perceptron whose optimizer is updated in vain trains as without."""
    for solver in ("adam", "sgd"):
        for schedule in ("constant", "invscaling", "adaptive"):
            model = trained(solver=solver, learning_rate=schedule)
            plain = copy.deepcopy(model).partial_fit(X, TARGET)
            assert np.array_equal(outputs(go_on(model)), outputs(plain))


def test_learning_rate_of_zero_stops_adam() -> None:
    """The learning rate that is set is the one that is used."""
    model = trained()
    assert np.allclose(
        outputs(go_on(model, learning_rate_init=1e-300)), outputs(model), atol=1e-12
    )


def test_adaptive_schedule_keeps_its_place() -> None:
    """A rate that was divided by five is so under the new initial rate too."""
    model = trained(solver="sgd", learning_rate="adaptive", tol=1e9, n_iter_no_change=1)
    for _ in range(3):
        model.partial_fit(X, TARGET)
    divided = model._optimizer.learning_rate / model.learning_rate_init
    model.set_params(learning_rate_init=0.5)
    update_optimizer(model)
    assert divided < 1
    assert model._optimizer.learning_rate == pytest.approx(0.5 * divided)


def test_moments_are_kept() -> None:
    """Adam goes on from its moments and its time."""
    model = trained()
    moments = [moment.copy() for moment in model._optimizer.ms]
    model.set_params(learning_rate_init=0.1, beta_1=0.5)
    update_optimizer(model)
    assert model._optimizer.t == 3
    assert all(map(np.array_equal, model._optimizer.ms, moments))


def test_unknown_optimizer_is_replaced_with_a_warning() -> None:
    """Where the optimizer cannot be updated, a new one is used and the loss told."""
    trainer = resolve_trainer(MLPRegressor(), []).trainer
    model = trainer.start(MLPRegressor(hidden_layer_sizes=(4,)), X, TARGET, seed=0)
    model = trainer.advance(model, X, TARGET, 1, {}, seed=0)
    model._optimizer = object()
    before = outputs(model)
    with pytest.warns(UserWarning, match="moments.* are lost"):
        model = trainer.advance(
            model, X, TARGET, 1, {"learning_rate_init": 0.1}, seed=0
        )
    assert not np.allclose(outputs(model), before)
    assert model.max_iter == 200
    assert trainer.n_steps_done(model) == 2
