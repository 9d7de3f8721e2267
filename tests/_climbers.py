"""Estimators that climb step by step: each does one thing more, such as dying.

They live in a module of their own because worker processes must be able to import
them. The rise of a step is largest at ``rate = 0.3``. The first column of `X` is the
number of the row: a model that is scored on a row it was trained on scores -100.
"""

# ruff: noqa: ARG002 (the signatures are those that scikit-learn calls)

import glob
import os
import time
import warnings

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.datasets import make_classification

from skhpo.search import PBTSearchCV
from skhpo.space import Real

X = np.arange(24.0).reshape(-1, 1)
SPACE = {"rate": Real(0.0, 1.0)}


class Climber(RegressorMixin, BaseEstimator):
    """Remembers its steps and all rows it has met."""

    def __init__(self, rate=0.5, kind="a", random_state=None):
        self.rate = rate
        self.kind = kind
        self.random_state = random_state

    def fit(self, X, y=None):
        """Take the first step."""
        return self.partial_fit(X, y)

    def partial_fit(self, X, y=None):
        """Climb, after doing what the subclass is for."""
        self.n_calls_ = getattr(self, "n_calls_", 0) + 1
        self.act()
        rise = 1.0 - (self.rate - 0.3) ** 2
        self.height_ = getattr(self, "height_", 0.0) + rise
        self.trace_ = [*getattr(self, "trace_", []), (self.rate, self.random_state)]
        self.rows_ = getattr(self, "rows_", set()) | set(X[:, 0].tolist())
        return self

    def act(self):
        """Do nothing."""

    def score(self, X, y=None):
        """Return the height, a little different for each split."""
        if self.rows_ & set(X[:, 0].tolist()):
            return -100.0
        return self.height_ + 0.001 * float(np.mean(X))


class Watching(Climber):
    """Writes down how many models are kept while it is trained."""

    def __init__(self, rate=0.5, kind="a", random_state=None, watched="", log=""):
        super().__init__(rate, kind, random_state)
        self.watched = watched
        self.log = log

    def act(self):
        """Count the files."""
        n_models = len(glob.glob(f"{self.watched}/*/*.model"))
        with open(self.log, "a") as file:
            file.write(f"{n_models}\n")


class Dawdling(Climber):
    """Takes up to 5 ms, drawn from no seed at all."""

    def act(self):
        """Sleep."""
        time.sleep(os.urandom(1)[0] / 255 * 0.005)


class Sleeping(Climber):
    """Takes a tenth of a second."""

    def act(self):
        """Sleep."""
        time.sleep(0.1)


class Stumbling(Climber):
    """Raises for a rate above 0.5."""

    def act(self):
        """Raise."""
        if self.rate > 0.5:
            raise FloatingPointError(f"the rate is too large: {self.rate}")


class Exhausted(Climber):
    """Raises in its third step, whatever the rate."""

    def act(self):
        """Raise."""
        if self.n_calls_ == 3:
            raise FloatingPointError("no step is left")


class Diverging(Climber):
    """Scores what is no number for a rate above 0.5."""

    special = np.nan

    def score(self, X, y=None):
        """Return the special score above one half."""
        return self.special if self.rate > 0.5 else super().score(X, y)


class Overflowing(Diverging):
    """Scores infinity for a rate above 0.5."""

    special = np.inf


class Dying(Climber):
    """Ends the worker process for a rate above 0.5."""

    def act(self):
        """End the process without a word."""
        if self.rate > 0.5:
            os._exit(1)


class Interrupted(Climber):
    """Is interrupted from the keyboard in its third step."""

    def act(self):
        """Interrupt."""
        if self.n_calls_ == 3:
            raise KeyboardInterrupt


class Careless(Climber):
    """Warns in every step."""

    def act(self):
        """Warn."""
        warnings.warn("the step is careless", UserWarning, stacklevel=1)


def climb(estimator=None, space=SPACE, **settings):
    """Return a small search over a climber."""
    defaults = {
        "population_size": 6,
        "n_generations": 4,
        "steps_per_generation": 1,
        "mutable": list(space),
        "cv": 3,
        "random_state": 0,
    }
    estimator = Climber() if estimator is None else estimator
    return PBTSearchCV(estimator, space, **(defaults | settings))


def rates(*values):
    """Return candidates with these rates."""
    return [{"rate": value} for value in values]


def story_of(search):
    """Return all that must be equal for equal seeds, ready for `assert_equal`."""
    names = ("generation", "member", "parent", "event", "params", "status", "origin")
    history = [[entry[name] for name in names] for entry in search.history_]
    scores = [entry["split_scores"].tolist() for entry in search.history_]
    return {
        "history": history,
        "scores": scores,
        "schedule": search.best_schedule_,
        "best": search.best_params_,
    }


DATA = make_classification(120, 6, n_informative=4, random_state=0)
