"""Training by ``partial_fit``: one step is one epoch."""

import contextlib
import sys
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.multioutput import MultiOutputClassifier
from sklearn.utils.multiclass import unique_labels

from skhpo._compat._ignored_warnings import NOT_CONVERGED, ignoring
from skhpo._compat._sklearn_training import (
    take_fit_params,
    take_rows,
    update_optimizer,
)
from skhpo.exceptions import StepwiseTrainingError
from skhpo.population._model import (
    accepts,
    add_steps,
    classes_by_output,
    count_steps,
    fresh_clone,
    set_changed_params,
    set_seed,
    split_seed,
)

__all__ = ["PartialFitTrainer", "PerceptronTrainer", "TorchTrainer"]


@dataclass(frozen=True)
class PartialFitTrainer:
    """Trains epoch by epoch with ``partial_fit``.

    Parameters
    ----------
    batch_size : int or None
        The rows are shuffled and handed over in batches of this size; None hands all
        of them over in one call, for estimators that go through them once in batches
        of their own.
    """

    batch_size: int | None
    unit: str = "epochs"

    def start(
        self,
        estimator: Any,
        X: Any,
        y: Any,
        *,
        seed: int,
        classes: Any = None,
        fit_params: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return a fresh model."""
        del X, y, classes, fit_params  # Nothing is fitted before the first step.
        model = fresh_clone(estimator, seed)
        if not hasattr(model, "partial_fit"):
            raise StepwiseTrainingError(
                f"{type(model).__name__} has no 'partial_fit' with these parameters. "
                f"Got {model!r}. Choose parameters with which it can be trained step "
                "by step."
            )
        return model

    def advance(
        self,
        model: Any,
        X: Any,
        y: Any,
        n_steps: int,
        params: Mapping[str, Any],
        *,
        seed: int,
        classes: Any = None,
        fit_params: Mapping[str, Any] | None = None,
    ) -> Any:
        """Train for more epochs."""
        set_changed_params(model, params)
        arguments: dict[str, Any] = {}
        if accepts(model.partial_fit, "classes") and is_classifier(model):
            if classes is None and isinstance(model, MultiOutputClassifier):
                classes = classes_by_output(y)
            arguments["classes"] = unique_labels(y) if classes is None else classes
        for step_seed in split_seed(seed, n_steps):
            set_seed(model, step_seed)
            self._train_epoch(model, X, y, step_seed, fit_params or {}, arguments)
        add_steps(model, n_steps)
        return model

    def n_steps_done(self, model: Any) -> int:
        """Return the number of epochs done."""
        return count_steps(model)

    def _train_epoch(
        self,
        model: Any,
        X: Any,
        y: Any,
        seed: int,
        fit_params: Mapping[str, Any],
        arguments: Mapping[str, Any],
    ) -> None:
        """Go through all rows once."""
        if self.batch_size is None:
            model.partial_fit(X, y, **fit_params, **arguments)
            return
        for rows in _batches(X, self.batch_size, np.random.default_rng(seed)):
            model.partial_fit(
                take_rows(X, rows),
                None if y is None else take_rows(y, rows),
                **take_fit_params(X, fit_params, rows),
                **arguments,
            )


class PerceptronTrainer(PartialFitTrainer):
    """Trains scikit-learn's multilayer perceptrons, whose optimizer has to be told."""

    def _train_epoch(
        self,
        model: Any,
        X: Any,
        y: Any,
        seed: int,
        fit_params: Mapping[str, Any],
        arguments: Mapping[str, Any],
    ) -> None:
        """Go through all rows once, under the parameters that hold now."""
        if update_optimizer(model):
            super()._train_epoch(model, X, y, seed, fit_params, arguments)
            return
        warnings.warn(
            "This release of scikit-learn keeps the optimizer of "
            f"{type(model).__name__} in a way that skhpo does not know. Each epoch "
            "begins with a new optimizer: its moments, velocities and learning rate "
            "schedule are lost from one to the next.",
            UserWarning,
            stacklevel=2,
        )
        settings = {"warm_start": model.warm_start, "max_iter": model.max_iter}
        model.set_params(warm_start=True, max_iter=1)
        with ignoring(NOT_CONVERGED):
            model.fit(X, y, **fit_params)
        model.set_params(**settings)


class TorchTrainer(PartialFitTrainer):
    """Trains skorch's networks, which draw from PyTorch's global random numbers."""

    def start(
        self,
        estimator: Any,
        X: Any,
        y: Any,
        *,
        seed: int,
        classes: Any = None,
        fit_params: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return a fresh network of which one call is one epoch."""
        model = super().start(
            estimator, X, y, seed=seed, classes=classes, fit_params=fit_params
        )
        return model.set_params(max_epochs=1)

    def _train_epoch(
        self,
        model: Any,
        X: Any,
        y: Any,
        seed: int,
        fit_params: Mapping[str, Any],
        arguments: Mapping[str, Any],
    ) -> None:
        """Go through all rows once, with random numbers of our own."""
        with _torch_seeded(seed):
            super()._train_epoch(model, X, y, seed, fit_params, arguments)


def _batches(
    X: Any, batch_size: int, generator: np.random.Generator
) -> Iterator[np.ndarray]:
    """Yield the shuffled row numbers in batches, all of about one size.

    Evenly, since a short rest could be a single row, and some estimators need more.
    """
    n_rows = X.shape[0] if hasattr(X, "shape") else len(X)
    order = generator.permutation(n_rows)
    yield from np.array_split(order, -(-n_rows // batch_size))


@contextlib.contextmanager
def _torch_seeded(seed: int) -> Iterator[None]:
    """Seed PyTorch for a while, and leave its random numbers as they were."""
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        yield
