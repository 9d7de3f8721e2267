"""Transformers that leave a trace of each fit, or do what makes sharing a fit hard.

They live in a module of their own because worker processes must be able to import
them.
"""

# ruff: noqa: ARG002 (the signatures are those that scikit-learn calls)

import os
import time
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_random_state


class Recorded(TransformerMixin, BaseEstimator):
    """Scales by a factor, slowly, and adds a line to a file for each fit."""

    def __init__(self, factor=1.0, path=None, seconds=0.02):
        self.factor = factor
        self.path = path
        self.seconds = seconds

    def fit(self, X, y=None, sample_weight=None):
        """Write down the process, the factor and the rows, and take the time."""
        time.sleep(self.seconds)
        if self.path is not None:
            with Path(self.path).open("a") as file:
                file.write(f"{os.getpid()} {self.factor} {np.sum(X):.10f}\n")
        self.mean_ = np.average(X, axis=0, weights=sample_weight)
        return self

    def transform(self, X):
        """Scale."""
        return (X - self.mean_) * self.factor

    def fit_transform(self, X, y=None, sample_weight=None):
        """Give the training rows something that `transform` does not give."""
        return self.fit(X, y, sample_weight).transform(X) + 0.5


class Noisy(Recorded):
    """Adds noise from `random_state`."""

    def __init__(self, factor=1.0, path=None, seconds=0.02, random_state=None):
        super().__init__(factor, path, seconds)
        self.random_state = random_state

    def transform(self, X):
        """Scale and add noise."""
        noise = check_random_state(self.random_state).normal(size=X.shape)
        return super().transform(X) + noise


class SecretlyNoisy(Recorded):
    """Adds noise of which it tells nobody."""

    def transform(self, X):
        """Scale and add noise."""
        return super().transform(X) + np.random.default_rng().normal(size=X.shape)


class Overwriting(Recorded):
    """Changes what it is given."""

    def transform(self, X):
        """Scale in place."""
        X *= self.factor
        return X


class OverwritingLabels(Recorded):
    """Changes the labels that later steps see."""

    def fit(self, X, y=None, sample_weight=None):
        """Turn the first labels around."""
        y[:5] = 1 - y[:5]
        return super().fit(X, y, sample_weight)


class Forgetful(Recorded):
    """Leaves what it has learned out of its pickle."""

    def __getstate__(self):
        """Return the parameters alone."""
        return self.get_params()


class Remembering(Recorded):
    """Transforms by what it has given the training rows."""

    def fit_transform(self, X, y=None, sample_weight=None):
        """Keep what is returned."""
        self.output_ = super().fit_transform(X, y, sample_weight)
        return self.output_

    def transform(self, X):
        """Shift by what has become of the output."""
        shift = self.output_.mean() if hasattr(self, "output_") else 0.0
        return super().transform(X) + shift


class Refusing(Recorded):
    """Cannot be fitted with a factor above 1."""

    def fit(self, X, y=None, sample_weight=None):
        """Raise or fit."""
        if self.factor > 1.0:
            raise FloatingPointError(f"the factor is too large: {self.factor}")
        return super().fit(X, y, sample_weight)


def recorded_fits(path):
    """Return the lines written by `Recorded`."""
    return Path(path).read_text().splitlines() if Path(path).exists() else []
