"""A test at the start of a search: does a change in mid-training change anything?"""

from collections.abc import Mapping
from typing import Any

from skhpo.population._trainer import Trainer

__all__ = ["check_parameters_act"]


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
    """Warn (InertParameterWarning) of parameters that do nothing in mid-training.

    `values` has, for each mutable parameter, two values that should differ in effect.
    """
    raise NotImplementedError
