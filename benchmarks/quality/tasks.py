"""The models to tune, their parameters and the estimators' own values.

Data, ranges and numbers of iterations are such that most evaluations take less than
0.3 s.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from problems import Parameter
from sklearn.base import BaseEstimator
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR

_MOST_STEPS = 20_000  # of libsvm, which takes minutes for some configurations


def _float(name: str, low: float, high: float, **rest: Any) -> Parameter:
    return Parameter(name, "float", low, high, **rest)


def _int(name: str, low: int, high: int, **rest: Any) -> Parameter:
    return Parameter(name, "int", low, high, **rest)


def _choice(name: str, *choices: Any, **rest: Any) -> Parameter:
    return Parameter(name, "categorical", choices=choices, **rest)


def _scaled(*steps: BaseEstimator) -> BaseEstimator:
    return make_pipeline(StandardScaler(), *steps)


def _support_vectors(kind: Any) -> Callable[..., BaseEstimator]:
    return lambda **config: _scaled(kind(max_iter=_MOST_STEPS, **config))


def _neighbors(kind: Any) -> Callable[..., BaseEstimator]:
    return lambda n_components, **config: _scaled(
        PCA(n_components, random_state=0), kind(**config)
    )


def _seeded(kind: Any) -> Callable[..., BaseEstimator]:
    return lambda **config: kind(random_state=0, **config)


def _logistic(n_components: int, class_weight: str, C: float) -> BaseEstimator:
    weight = None if class_weight == "none" else class_weight
    return _scaled(
        PCA(n_components, random_state=0),
        LogisticRegression(C=C, class_weight=weight, max_iter=300),
    )


def _sgd(**config: Any) -> BaseEstimator:
    return _scaled(
        SGDClassifier(
            loss="log_loss",
            penalty="elasticnet",
            max_iter=30,
            random_state=0,
            **{"eta0": 0.01, **config},
        )
    )


def _network(kind: Any) -> Callable[..., BaseEstimator]:
    def make(n_layers: int, n_units: int, **config: Any) -> BaseEstimator:
        layers = (n_units,) * n_layers
        return _scaled(
            kind(hidden_layer_sizes=layers, max_iter=20, random_state=0, **config)
        )

    return make


_KERNEL = [
    _choice("kernel", "linear", "poly", "rbf", "sigmoid"),
    _float("C", 1e-3, 1e3, log=True),
    _float("gamma", 1e-4, 10, log=True, parent=("kernel", ("poly", "rbf", "sigmoid"))),
    _int("degree", 2, 5, parent=("kernel", ("poly",))),
    _float("coef0", 0, 2, parent=("kernel", ("poly", "sigmoid"))),
]
_NEIGHBORS = [
    _int("n_neighbors", 1, 50, log=True),
    _choice("weights", "uniform", "distance"),
    _float("p", 1, 4),
]
_FOREST = [
    _int("n_estimators", 10, 100, log=True),
    _int("max_depth", 1, 20),
    _int("min_samples_split", 2, 20),
    _int("min_samples_leaf", 1, 20),
    _float("max_features", 0.05, 1),
]
_BOOSTING = [
    _int("n_estimators", 10, 100, log=True),
    _float("learning_rate", 0.01, 1, log=True),
    _int("max_depth", 1, 4),
    _int("min_samples_leaf", 1, 20),
    _float("subsample", 0.3, 1),
    _float("max_features", 0.1, 1),
]
_NETWORK = [
    _int("n_layers", 1, 3),
    _int("n_units", 8, 100, log=True),
    _choice("activation", "relu", "tanh", "logistic"),
    _float("alpha", 1e-6, 1, log=True),
    _float("learning_rate_init", 1e-4, 0.1, log=True),
    Parameter("batch_size", "ordinal", choices=(32, 64, 128, 200)),
    _float("beta_1", 0.5, 0.99),
]
# The estimators' own values; for gamma="scale" and the like what they come to, for
# no limit the greatest value of the range.
_NEIGHBORS_OWN = {"n_neighbors": 5, "weights": "uniform", "p": 2.0}
_FOREST_OWN = {
    "n_estimators": 100,
    "max_depth": 20,
    "min_samples_split": 2,
    "min_samples_leaf": 1,
}
_BOOSTING_OWN = {
    "n_estimators": 100,
    "learning_rate": 0.1,
    "max_depth": 3,
    "min_samples_leaf": 1,
    "subsample": 1.0,
    "max_features": 1.0,
}
_NETWORK_OWN = {
    "n_layers": 1,
    "n_units": 100,
    "activation": "relu",
    "alpha": 1e-4,
    "learning_rate_init": 1e-3,
    "batch_size": 200,
    "beta_1": 0.9,
}


@dataclass(frozen=True)
class Task:
    """A model, its parameters with the estimator's own values, data and a metric."""

    family: str
    make: Callable[..., BaseEstimator]
    parameters: list[Parameter]
    own: dict[str, Any]
    data: str
    scoring: str


TASKS = {
    "svc_digits": Task(
        "support vectors",
        _support_vectors(SVC),
        _KERNEL,
        {"kernel": "rbf", "C": 1.0, "gamma": 1 / 64},
        "digits",
        "accuracy",
    ),
    "svc_breast_cancer": Task(
        "support vectors",
        _support_vectors(SVC),
        [*_KERNEL, _choice("shrinking", True, False)],
        {"kernel": "rbf", "C": 1.0, "gamma": 1 / 30, "shrinking": True},
        "breast_cancer",
        "roc_auc",
    ),
    "svr_diabetes": Task(
        "support vectors",
        _support_vectors(SVR),
        [*_KERNEL, _float("epsilon", 1e-3, 1, log=True)],
        {"kernel": "rbf", "C": 1.0, "gamma": 0.1, "epsilon": 0.1},
        "diabetes",
        "r2",
    ),
    "knn_digits": Task(
        "neighbors",
        _neighbors(KNeighborsClassifier),
        [*_NEIGHBORS, _int("n_components", 2, 60)],
        {**_NEIGHBORS_OWN, "n_components": 60},
        "digits",
        "accuracy",
    ),
    "knn_diabetes": Task(
        "neighbors",
        _neighbors(KNeighborsRegressor),
        [*_NEIGHBORS, _int("n_components", 1, 10)],
        {**_NEIGHBORS_OWN, "n_components": 10},
        "diabetes",
        "r2",
    ),
    "logistic_breast_cancer": Task(
        "linear",
        _logistic,
        [
            _float("C", 1e-4, 1e4, log=True),
            _int("n_components", 1, 30),
            _choice("class_weight", "none", "balanced"),
        ],
        {"C": 1.0, "n_components": 30, "class_weight": "none"},
        "breast_cancer",
        "neg_log_loss",
    ),
    "sgd_digits": Task(
        "linear",
        _sgd,
        [
            _choice("learning_rate", "constant", "invscaling", "optimal"),
            _float("alpha", 1e-6, 0.1, log=True),
            _float("l1_ratio", 0, 1),
            _choice("average", False, True),
            _float(
                "eta0",
                1e-4,
                1,
                log=True,
                parent=("learning_rate", ("constant", "invscaling")),
            ),
            _float("power_t", 0.1, 0.9, parent=("learning_rate", ("invscaling",))),
        ],
        {
            "learning_rate": "optimal",
            "alpha": 1e-4,
            "l1_ratio": 0.15,
            "average": False,
        },
        "digits",
        "neg_log_loss",
    ),
    "forest_wine": Task(
        "forest",
        _seeded(RandomForestClassifier),
        [*_FOREST, _choice("criterion", "gini", "entropy")],
        {**_FOREST_OWN, "max_features": 1 / math.sqrt(13), "criterion": "gini"},
        "wine",
        "neg_log_loss",
    ),
    "forest_diabetes": Task(
        "forest",
        _seeded(RandomForestRegressor),
        _FOREST,
        {**_FOREST_OWN, "max_features": 1.0},
        "diabetes",
        "r2",
    ),
    "boosting_wine": Task(
        "boosting",
        _seeded(GradientBoostingClassifier),
        _BOOSTING,
        _BOOSTING_OWN,
        "wine",
        "neg_log_loss",
    ),
    "boosting_diabetes": Task(
        "boosting",
        _seeded(GradientBoostingRegressor),
        [*_BOOSTING, _choice("loss", "squared_error", "absolute_error", "huber")],
        {**_BOOSTING_OWN, "loss": "squared_error"},
        "diabetes",
        "r2",
    ),
    "mlp_digits": Task(
        "network",
        _network(MLPClassifier),
        _NETWORK,
        _NETWORK_OWN,
        "digits",
        "neg_log_loss",
    ),
    "mlp_diabetes": Task(
        "network",
        _network(MLPRegressor),
        _NETWORK,
        _NETWORK_OWN,
        "diabetes",
        "r2",
    ),
}
