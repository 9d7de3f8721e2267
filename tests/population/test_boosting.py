"""XGBoost's and LightGBM's own models go on boosting, one round a step."""

import copy
import pickle
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

from _stepwise import TARGET, X, Y, outputs
from skhpo.exceptions import StepwiseTrainingError
from skhpo.population import resolve_trainer
from skhpo.population._registry import RECIPES, find_recipe
from skhpo.population._self_test import find_inert


def xgboost_model(kind: str = "Classifier", **params: Any) -> Any:
    """Return a small model of XGBoost."""
    xgboost = pytest.importorskip("xgboost")
    return getattr(xgboost, f"XGB{kind}")(max_depth=3, n_jobs=1, **params)


def lightgbm_model(kind: str = "Classifier", **params: Any) -> Any:
    """Return a small model of LightGBM."""
    lightgbm = pytest.importorskip("lightgbm")
    return getattr(lightgbm, f"LGBM{kind}")(
        num_leaves=7, min_child_samples=5, n_jobs=1, verbose=-1, **params
    )


MODELS = pytest.mark.parametrize("make", [xgboost_model, lightgbm_model])
SAMPLED = {"subsample": 0.5, "colsample_bytree": 0.5}


def advance(estimator: Any, *steps: int, y: Any = Y, **params: Any) -> Any:
    """Return a model that was trained for some numbers of steps, one after another."""
    trainer = resolve_trainer(estimator, []).trainer
    model = trainer.start(estimator, X, y, seed=0)
    for seed, n_steps in enumerate(steps):
        model = trainer.advance(model, X, y, n_steps, params, seed=seed)
    assert trainer.n_steps_done(model) == sum(steps)
    return model


@MODELS
@pytest.mark.parametrize("kind", ["Classifier", "Regressor"])
def test_rounds_are_those_of_one_fit(make: Any, kind: str) -> None:
    """Boosting in steps makes the model of one fit, and says so of its size."""
    estimator = make(kind, n_estimators=12)
    target = Y if kind == "Classifier" else TARGET
    model = advance(estimator, 3, 4, 5, y=target)
    whole = clone(estimator).fit(X, target)
    assert np.allclose(outputs(model), outputs(whole), atol=1e-5)
    assert model.n_estimators == 12


@MODELS
@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))]
)
def test_copy_of_booster_goes_on_as_the_original(make: Any, copied: Any) -> None:
    """A copy of a model, trained with the same seed, is the same bit for bit."""
    # LightGBM draws rows in every so many rounds only, by default never.
    frequency = {"subsample_freq": 1} if make is lightgbm_model else {}
    estimator = make(**frequency, **SAMPLED)
    trainer = resolve_trainer(estimator, []).trainer
    model = advance(estimator, 3)
    twin = trainer.advance(copied(model), X, Y, 3, {}, seed=7)
    other = trainer.advance(copied(model), X, Y, 3, {}, seed=8)
    model = trainer.advance(model, X, Y, 3, {}, seed=7)
    assert np.array_equal(outputs(twin), outputs(model))
    assert not np.array_equal(outputs(other), outputs(model))


@MODELS
def test_trees_that_exist_stay(make: Any) -> None:
    """A learning rate of almost zero adds nothing to what was learned."""
    model = advance(make(), 5)
    before = outputs(model)
    trainer = resolve_trainer(make(), []).trainer
    model = trainer.advance(model, X, Y, 5, {"learning_rate": 1e-12}, seed=1)
    assert np.allclose(outputs(model), before, atol=1e-6)


VALUES: dict[str, tuple[Any, Any]] = {
    "class_weight": ({0: 1.0, 1: 1.0}, {0: 1.0, 1: 50.0}),
    "colsample_bylevel": (0.2, 1.0),
    "colsample_bynode": (0.2, 1.0),
    "colsample_bytree": (0.2, 1.0),
    "gamma": (0.0, 50.0),
    "learning_rate": (0.01, 0.5),
    "max_delta_step": (0.01, 1.0),
    "max_depth": (1, 5),
    "max_leaves": (2, 8),
    "min_child_samples": (1, 60),
    "min_child_weight": (1e-3, 20.0),
    "min_split_gain": (0.0, 20.0),
    "num_leaves": (2, 20),
    "random_state": (0, 1),
    "reg_alpha": (0.0, 20.0),
    "reg_lambda": (0.0, 100.0),
    "scale_pos_weight": (1.0, 20.0),
    "subsample": (0.3, 1.0),
    "subsample_freq": (0, 1),
}
NEEDS: dict[str, dict[str, Any]] = {
    "lightgbm subsample": {"subsample_freq": 1},
    "lightgbm subsample_freq": {"subsample": 0.5},
    "xgboost max_leaves": {"grow_policy": "lossguide", "tree_method": "hist"},
}


def acts(library: str, name: str) -> bool:
    """Whether a parameter acts in the middle of the training."""
    make = xgboost_model if library == "xgboost" else lightgbm_model
    estimator = make(**NEEDS.get(f"{library} {name}", {}))
    recipe = find_recipe(estimator)
    assert recipe is not None
    return not find_inert(recipe.trainer, estimator, X, Y, {name: VALUES[name]}, seed=0)


def cases(role: str) -> list[tuple[str, str]]:
    """Return the pairs of library and parameter that the table lists in a role."""
    return [
        (recipe.library, name)
        for recipe in RECIPES
        if recipe.library in {"xgboost", "lightgbm"}
        for name in getattr(recipe, role)
    ]


@pytest.mark.parametrize(("library", "name"), cases("mutable"))
def test_mutable_parameter_of_booster_acts(library: str, name: str) -> None:
    """Two values in mid-training make two models."""
    assert acts(library, name)


@pytest.mark.parametrize(("library", "name"), cases("inert"))
def test_inert_parameter_of_booster_does_nothing(library: str, name: str) -> None:
    """Two values in mid-training make one model."""
    assert not acts(library, name)


def test_early_stopping_of_booster_is_refused() -> None:
    """A model that would stop by itself is refused before anything is trained."""
    with pytest.raises(StepwiseTrainingError, match="early_stopping_rounds=None"):
        resolve_trainer(xgboost_model(early_stopping_rounds=3), [])


@pytest.mark.parametrize(
    "name", ["early_stopping_round", "early_stopping_rounds", "n_iter_no_change"]
)
def test_early_stopping_by_any_name_is_refused(name: str) -> None:
    """LightGBM takes it as a keyword that its constructor does not name."""
    with pytest.raises(StepwiseTrainingError, match=f"'{name}'.*Leave {name} out"):
        resolve_trainer(lightgbm_model(**{name: 3}), [])
