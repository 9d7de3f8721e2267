"""The table of estimators holds what it claims, on the scikit-learn that runs here."""

import warnings
from typing import Any

import numpy as np
import pytest
import sklearn.ensemble
import sklearn.linear_model
import sklearn.neural_network
from sklearn.base import is_classifier
from sklearn.datasets import make_classification

from skhpo.population._registry import RECIPES, find_recipe
from skhpo.population._self_test import find_inert

MODULES = (sklearn.ensemble, sklearn.linear_model, sklearn.neural_network)

# Two values of each parameter, an effect of which shows in one step.
VALUES: dict[str, tuple[Any, Any]] = {
    "C": (1e-3, 1e3),
    "alpha": (1e-4, 1.0),
    "batch_size": (10, 60),
    "beta_1": (0.1, 0.95),
    "beta_2": (0.1, 0.999),
    "bootstrap": (True, False),
    "bootstrap_features": (True, False),
    "ccp_alpha": (0.0, 0.5),
    "class_weight": ({0: 1.0, 1: 1.0}, {0: 1.0, 1: 50.0}),
    "epsilon": (1e-8, 0.1),
    "eta0": (0.01, 1.0),
    "l1_ratio": (0.1, 0.9),
    "l2_regularization": (0.0, 100.0),
    "learning_rate": (0.01, 0.5),
    "learning_rate_init": (1e-4, 1e-1),
    "max_depth": (1, 5),
    "max_features": (0.2, 1.0),
    "max_fun": (10, 1000),
    "max_leaf_nodes": (2, 20),
    "max_samples": (0.2, 0.9),
    "min_impurity_decrease": (0.0, 20.0),
    "min_samples_leaf": (1, 40),
    "min_samples_split": (2, 80),
    "min_weight_fraction_leaf": (0.0, 0.4),
    "momentum": (0.0, 0.99),
    "n_iter_no_change": (1, 10),
    "nesterovs_momentum": (True, False),
    "penalty": ("l1", "l2"),
    "power_t": (0.1, 0.9),
    "random_state": (0, 1),
    "scoring": ("loss", None),
    "shuffle": (True, False),
    "subsample": (0.3, 1.0),
    "tol": (1e-9, 1e3),
    "validation_fraction": (0.1, 0.5),
    "warm_start": (True, False),
}
CRITERIA = {True: ("gini", "entropy"), False: ("squared_error", "poisson")}
SGD_LOSSES = {True: ("hinge", "log_loss"), False: ("squared_error", "huber")}

# What another parameter has to be for one to act.
MLP_SGD = {"solver": "sgd", "learning_rate_init": 0.05}
NEEDS: dict[tuple[str, str], dict[str, Any]] = {
    ("MLP", "momentum"): MLP_SGD,
    ("MLP", "nesterovs_momentum"): MLP_SGD,
    ("MLP", "learning_rate"): MLP_SGD,
    ("MLP", "power_t"): MLP_SGD | {"learning_rate": "invscaling"},
    ("MLP", "shuffle"): {"batch_size": 20},
    ("ExtraTreesClassifier", "criterion"): {"max_features": 1.0, "max_depth": 4},
    ("SGD", "l1_ratio"): {"penalty": "elasticnet"},
    ("SGD", "eta0"): {"learning_rate": "constant", "eta0": 0.1},
    ("SGD", "power_t"): {"learning_rate": "invscaling", "eta0": 0.1},
    ("SGD", "epsilon"): {"loss": "huber"},
    ("Perceptron", "alpha"): {"penalty": "l2"},
    ("Perceptron", "l1_ratio"): {"penalty": "elasticnet"},
    ("Perceptron", "penalty"): {"alpha": 0.1},
    ("LogisticRegression", "l1_ratio"): {
        "solver": "saga",
        "penalty": "elasticnet",
        "l1_ratio": 0.5,
    },
    ("HistGradient", "max_features"): {"max_leaf_nodes": 4},
}
SMALL = {
    "MLP": {"hidden_layer_sizes": (5,)},
    "HistGradient": {"min_samples_leaf": 5},
    "RandomForest": {"bootstrap": True},
    "ExtraTrees": {"bootstrap": True},
}


def sklearn_class(name: str) -> Any:
    """Return an estimator class of scikit-learn."""
    return next(getattr(m, name) for m in MODULES if hasattr(m, name))


def cases(role: str) -> list[tuple[str, str]]:
    """Return the pairs of estimator and parameter that the table lists in a role."""
    return [
        (estimator, name)
        for recipe in RECIPES
        if recipe.library == "sklearn"
        for estimator in recipe.estimators
        for name in getattr(recipe, role)
        if name in sklearn_class(estimator)().get_params()
    ]


def matching(table: dict[str, Any], estimator: str) -> Any:
    """Return what a table has under a beginning of the estimator's name."""
    return next((v for k, v in table.items() if estimator.startswith(k)), {})


def settings_for(estimator: str, name: str) -> dict[str, Any]:
    """Return parameters under which a parameter is claimed to act."""
    needs = {start: v for (start, known), v in NEEDS.items() if known == name}
    return matching(SMALL, estimator) | matching(needs, estimator)


def values_for(estimator: Any, name: str) -> tuple[Any, Any]:
    """Return two values of a parameter."""
    classifies = is_classifier(estimator)
    class_name = type(estimator).__name__
    if name == "criterion":
        return CRITERIA[classifies]
    if name == "loss" and class_name.startswith("SGD"):
        return SGD_LOSSES[classifies]
    if name == "learning_rate" and class_name.startswith("MLP"):
        return "constant", "invscaling"
    if name == "learning_rate" and class_name.startswith("SGD"):
        return "constant", "optimal"
    if name == "epsilon" and class_name.startswith("SGD"):
        return 0.01, 2.0
    if name == "beta_2":
        return 0.5, 0.999
    return VALUES[name]


def acts(estimator_name: str, name: str) -> bool:
    """Whether a parameter acts in the middle of the training."""
    cls = sklearn_class(estimator_name)
    X, y = make_classification(120, 6, n_informative=4, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        estimator = cls(**settings_for(estimator_name, name))
        recipe = find_recipe(estimator)
        assert recipe is not None
        if not is_classifier(estimator):
            y = np.exp(X[:, 0] / 2) + y  # Positive, for the losses that need it.
        values = values_for(estimator, name)
        return not find_inert(recipe.trainer, estimator, X, y, {name: values}, seed=0)


@pytest.mark.parametrize(("estimator", "name"), cases("mutable"))
def test_mutable_parameter_acts(estimator: str, name: str) -> None:
    """Two values in mid-training make two models."""
    assert acts(estimator, name)


@pytest.mark.parametrize(("estimator", "name"), cases("inert"))
def test_inert_parameter_does_nothing(estimator: str, name: str) -> None:
    """Two values in mid-training make one model."""
    assert not acts(estimator, name)
