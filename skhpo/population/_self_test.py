"""Tries out, at the start of a search, whether a change in mid-training acts."""

import copy
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from skhpo.exceptions import InertParameterWarning
from skhpo.population._model import split_seed
from skhpo.population._trainer import Trainer

__all__ = ["check_parameters_act", "find_inert"]

_OUTPUTS = ("decision_function", "predict_proba", "transform", "predict")


def check_parameters_act(
    trainer: Trainer,
    estimator: Any,
    X: Any,
    y: Any,
    values: Mapping[str, tuple[Any, Any]],
    *,
    seed: int,
    classes: Any = None,
    fit_params: Mapping[str, Any] | None = None,
) -> None:
    """Warn of each parameter that has no effect when changed in mid-training.

    For each parameter two copies of one model, trained for one step, are trained for
    another under two values. A parameter may act under certain values of others only
    (``momentum`` of a perceptron, with ``solver="sgd"``) or on larger data; so this is
    a warning, no error.

    .. versionadded:: 0.1

    Parameters
    ----------
    trainer : Trainer
        What trains the estimator.

    estimator : estimator object
        What is trained, with the values of the other parameters; it is not touched.

    X : array-like of shape (n_samples, n_features)
        Rows to train on.

    y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        Their targets.

    values : dict of str -> tuple of (low, high)
        For each parameter two values that should make a difference, best the ends of
        its range.

    seed : int
        Seed of the training.

    classes : ndarray of shape (n_classes,), default=None
        The classes in the whole of the data.

    fit_params : dict, default=None
        What is passed to ``fit``, sliced to the rows.

    Warns
    -----
    InertParameterWarning
        Once for all parameters that made no difference.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import SGDClassifier
    >>> from skhpo.population import check_parameters_act, resolve_trainer
    >>> X, y = load_iris(return_X_y=True)
    >>> trainer = resolve_trainer(SGDClassifier(), ["alpha"]).trainer
    >>> check_parameters_act(
    ...     trainer, SGDClassifier(), X, y, {"alpha": (1e-6, 1e-1)}, seed=0
    ... )
    """
    without_effect = find_inert(
        trainer,
        estimator,
        X,
        y,
        values,
        seed=seed,
        classes=classes,
        fit_params=fit_params,
    )
    if without_effect:
        shown = {name: values[name] for name in without_effect}
        warnings.warn(
            f"Changing these parameters of {type(estimator).__name__} in mid-training "
            "made no difference in one step, so the search over them may be in vain. "
            f"Got {shown}. Look whether they need another value of another parameter, "
            "or leave them out.",
            InertParameterWarning,
            stacklevel=2,
        )


def find_inert(
    trainer: Trainer,
    estimator: Any,
    X: Any,
    y: Any,
    values: Mapping[str, tuple[Any, Any]],
    *,
    seed: int,
    classes: Any = None,
    fit_params: Mapping[str, Any] | None = None,
) -> list[str]:
    """Return the parameters of which two values lead one model to the same outputs.

    A failure under one of the values is an effect; under both it says nothing, and
    counts as one: the training itself will tell.
    """
    seeds = split_seed(seed, 3)
    data = {"classes": classes, "fit_params": fit_params}

    def outputs_under(name: str, value: Any) -> list[Any]:
        twin = copy.deepcopy(model)
        twin = trainer.advance(twin, X, y, 1, {name: value}, seed=seeds[2], **data)
        return _outputs(twin, X)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = trainer.start(estimator, X, y, seed=seeds[0], **data)
        model = trainer.advance(model, X, y, 1, {}, seed=seeds[1], **data)
        inert = []
        for name, (low, high) in values.items():
            try:
                first, second = outputs_under(name, low), outputs_under(name, high)
            except Exception:
                continue
            if _are_equal(first, second):
                inert.append(name)
    return inert


def _outputs(model: Any, X: Any) -> list[Any]:
    """Return all that a model says of some rows."""
    return [getattr(model, name)(X) for name in _OUTPUTS if hasattr(model, name)]


def _are_equal(first: list[Any], second: list[Any]) -> bool:
    """Whether two models say the same, and say anything."""
    return bool(first) and all(
        np.array_equal(before, after)
        for before, after in zip(first, second, strict=False)
    )
