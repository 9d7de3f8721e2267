"""Which trainer an estimator needs, and the role of each of its parameters."""

from collections.abc import Sequence
from typing import Any, Literal

from skhpo.population._trainer import ResolvedTraining

__all__ = ["resolve_trainer"]


def resolve_trainer(
    estimator: Any,
    param_names: Sequence[str],
    *,
    batch_size: int | Literal["auto"] = "auto",
    mutable: Sequence[str] | None = None,
) -> ResolvedTraining:
    """Return how an estimator is trained step by step, and each parameter's role.

    Raises StepwiseTrainingError (a ValueError).
    """
    raise NotImplementedError
