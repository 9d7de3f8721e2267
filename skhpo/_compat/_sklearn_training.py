"""The border to scikit-learn for training step by step: rows, optimizers, seeds.

What is reached for here is private, so each function looks before it touches and
says whether it could do what it is for; none of them breaks a model.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import _check_method_params

__all__ = ["reseed_tree_growth", "take_fit_params", "take_rows", "update_optimizer"]

# Parameter of the multilayer perceptron -> attribute of its optimizer.
_SGD_ATTRIBUTES = {
    "momentum": "momentum",
    "nesterovs_momentum": "nesterov",
    "power_t": "power_t",
}
_ADAM_ATTRIBUTES = {"beta_1": "beta_1", "beta_2": "beta_2", "epsilon": "epsilon"}


def take_rows(X: Any, rows: Any) -> Any:
    """Return rows of an array, a sparse matrix, a data frame or a list."""
    return _safe_indexing(X, rows)


def take_fit_params(X: Any, params: Mapping[str, Any], rows: Any) -> dict[str, Any]:
    """Return fit parameters, with rows taken of those that have one for each of X."""
    return _check_method_params(X, dict(params), rows)  # type: ignore[no-any-return]


def update_optimizer(model: Any) -> bool:
    """Hand the parameters of a multilayer perceptron down to its optimizer.

    ``partial_fit`` makes an optimizer at the first call and reads the learning rate,
    the momentum and the like from it ever after. What the optimizer has learned (the
    moments of Adam, the velocities, where the schedule stands) is kept.

    Parameters
    ----------
    model : MLPClassifier or MLPRegressor
        A perceptron that has been trained, or not yet.

    Returns
    -------
    is_updated : bool
        False if this scikit-learn keeps its optimizer in another way. The model is
        untouched then.
    """
    if not hasattr(model, "coefs_"):
        return True  # The first step makes an optimizer with these parameters.
    optimizer = getattr(model, "_optimizer", None)
    attributes = _SGD_ATTRIBUTES if model.solver == "sgd" else _ADAM_ATTRIBUTES
    needed = {"learning_rate", "learning_rate_init", *attributes.values()}
    if model.solver == "sgd":
        needed.add("lr_schedule")
    if not all(hasattr(optimizer, name) for name in needed):
        return False
    for name, attribute in attributes.items():
        setattr(optimizer, attribute, getattr(model, name))
    _update_learning_rate(model, optimizer)
    return True


def _update_learning_rate(model: Any, optimizer: Any) -> None:
    """Set the learning rate, at the place that the schedule has come to."""
    rate = float(model.learning_rate_init)
    schedule = model.learning_rate
    # Adam computes its rate anew in every update, from `learning_rate_init`.
    if model.solver == "sgd" and schedule == "invscaling":
        optimizer.learning_rate = rate / (model.t_ + 1) ** model.power_t
    elif model.solver == "sgd" and schedule == optimizer.lr_schedule == "adaptive":
        optimizer.learning_rate *= rate / optimizer.learning_rate_init
    else:
        optimizer.learning_rate = rate
    optimizer.learning_rate_init = rate
    if model.solver == "sgd":
        optimizer.lr_schedule = schedule


def reseed_tree_growth(model: Any, seed: int) -> None:
    """Give a boosting model that was begun another stream of random numbers.

    Without, two copies of one model would draw the same rows and features from then
    on. The seed of the binning stays: the trees that exist depend on it.
    """
    if isinstance(getattr(model, "_rng", None), np.random.RandomState):
        model._rng = np.random.RandomState(seed)
    if isinstance(getattr(model, "_feature_subsample_rng", None), np.random.Generator):
        model._feature_subsample_rng = np.random.default_rng(seed)
