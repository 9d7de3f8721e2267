"""What the trainers share: seeds, parameters and the count of steps of a model."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sklearn.base import clone

__all__ = [
    "accepts",
    "add_steps",
    "classes_by_output",
    "count_steps",
    "fresh_clone",
    "set_changed_params",
    "set_seed",
    "split_seed",
]


def split_seed(seed: int, n_seeds: int) -> list[int]:
    """Return independent seeds made of one, each small enough for all libraries."""
    words = np.random.SeedSequence(seed).generate_state(n_seeds)
    return [int(word >> 1) for word in words]


def fresh_clone(estimator: Any, seed: int) -> Any:
    """Return a clone with no steps done, in which nothing is left to chance.

    Integers that the user has given as ``random_state`` of a part stay.
    """
    model = clone(estimator)
    names = [
        name
        for name, value in sorted(model.get_params().items())
        if (name == "random_state" or name.endswith("__random_state"))
        and (value is None or isinstance(value, np.random.RandomState))
    ]
    model.set_params(**dict(zip(names, split_seed(seed, len(names)), strict=True)))
    model._n_steps_done = 0
    return model


def set_seed(model: Any, seed: int) -> None:
    """Set the ``random_state`` of a model, if it has one.

    Estimators start from it in every call: with the same one they would shuffle the
    rows in the same way in each step.
    """
    if "random_state" in model.get_params(deep=False):
        model.set_params(random_state=seed)


def set_changed_params(model: Any, params: Mapping[str, Any]) -> None:
    """Set those parameters that have other values now.

    Setting a structural parameter can discard what was learned, even when its value
    is the old one: neural networks build themselves anew.
    """
    current = model.get_params()
    changed = {
        name: value
        for name, value in params.items()
        if name not in current or not _are_equal(current[name], value)
    }
    if changed:
        model.set_params(**changed)


def _are_equal(first: Any, second: Any) -> bool:
    """Whether two values are the same in type and content."""
    if first is second:
        return True
    if type(first) is not type(second):
        return False
    try:
        return bool(np.all(first == second))
    except (TypeError, ValueError):
        return False


def add_steps(model: Any, n_steps: int) -> None:
    """Count steps on the model itself, where copying and pickling keep them."""
    model._n_steps_done += n_steps


def count_steps(model: Any) -> int:
    """Return the number of steps that a model has been trained for."""
    n_steps: int = model._n_steps_done
    return n_steps


def classes_by_output(y: Any) -> list[Any]:
    """Return the classes of each output of a target."""
    return [np.unique(column) for column in np.asarray(y).T]


def accepts(method: Callable[..., Any], name: str) -> bool:
    """Whether a method has a parameter of this name.

    A method of a subclass may hand all keywords on to that of a base class.
    """
    parameters = inspect.signature(method).parameters
    if name in parameters:
        return True
    if all(one.kind is not one.VAR_KEYWORD for one in parameters.values()):
        return False
    bases = type(getattr(method, "__self__", None)).__mro__
    inherited = [getattr(cls, method.__name__, None) for cls in bases]
    return any(
        name in inspect.signature(one).parameters for one in inherited if callable(one)
    )
