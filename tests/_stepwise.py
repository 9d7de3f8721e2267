"""Helpers and doubles for the tests of training step by step."""

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.datasets import make_classification

X, Y = make_classification(150, 6, n_informative=4, random_state=0)
TARGET = X[:, 0] * X[:, 1] + X[:, 2]


def outputs(model: Any, rows: Any = X) -> np.ndarray:
    """Return what a model says of rows, as precisely as it can."""
    for method in ("predict_proba", "decision_function", "predict"):
        if hasattr(model, method):
            return np.asarray(getattr(model, method)(rows))
    raise AssertionError(model)


class Recorder(RegressorMixin, BaseEstimator):
    """Remembers what ``partial_fit`` is called with, and predicts zeros."""

    def __init__(self, rate: float = 1.0, random_state: int | None = None) -> None:
        self.rate = rate
        self.random_state = random_state

    def partial_fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Write down the call."""
        self.calls_ = [*getattr(self, "calls_", []), (X, y, sample_weight)]
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return zeros."""
        return np.zeros(X.shape[0])


class NeuralNet(ClassifierMixin, BaseEstimator):
    """Stands for skorch's network of this name where skorch is not installed.

    It has what the trainer uses: ``max_epochs`` epochs in a ``partial_fit``, and
    parameters that discard what was learned when they are set.
    """

    def __init__(self, lr: float = 0.1, module__size: int = 3, max_epochs: int = 10):
        self.lr = lr
        self.module__size = module__size
        self.max_epochs = max_epochs

    def set_params(self, **params: Any) -> Self:
        """Set parameters; those of the module build it anew."""
        if any(name.startswith("module__") for name in params):
            self.learned_ = 0.0
        return super().set_params(**params)

    def partial_fit(self, X: Any, y: Any, classes: Any = None) -> Self:
        """Train for `max_epochs` epochs."""
        self.classes_ = np.unique(y) if classes is None else classes
        self.n_features_in_ = X.shape[1]
        self.learned_ = getattr(self, "learned_", 0.0) + self.lr * self.max_epochs
        return self


NeuralNet.__module__ = "skorch.net"
