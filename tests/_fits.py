"""Estimators whose fits do one thing each: sleep, warn, fail, die, or tell on others.

They live in a module of their own because worker processes must be able to import
them. The score of all is best at ``x = 0.3`` and differs a little between splits.
"""

# ruff: noqa: ARG002 (the signatures are those that scikit-learn calls)

import ctypes
import gc
import os
import pickle
import signal
import tempfile
import threading
import time
import warnings

import numpy as np
from sklearn import get_config
from sklearn.base import BaseEstimator

from skhpo.space import Real

X = np.linspace(0.0, 1.0, 24).reshape(-1, 1)
SPACE = {"x": Real(0.0, 1.0), "kind": ["a", "b"]}


class Parabola(BaseEstimator):
    """Learns nothing; scores by its parameters."""

    def __init__(self, x=0.5, kind="a"):
        self.x = x
        self.kind = kind

    def fit(self, X, y=None):
        """Do what the subclass is for."""
        self.act()
        return self

    def act(self):
        """Do nothing."""

    def score(self, X, y=None):
        """Return a score that depends on the parameters and slightly on the split."""
        return -((self.x - 0.3) ** 2) - 0.1 * (self.kind == "b") + 0.01 * np.mean(X)


class Dawdling(Parabola):
    """Takes up to 5 ms, drawn from no seed at all."""

    def act(self):
        """Sleep."""
        time.sleep(os.urandom(1)[0] / 255 * 0.005)


class Sleeping(Parabola):
    """Takes `seconds`."""

    def __init__(self, x=0.5, kind="a", seconds=0.2):
        super().__init__(x, kind)
        self.seconds = seconds

    def act(self):
        """Sleep."""
        time.sleep(self.seconds)


class Failing(Parabola):
    """Raises for ``x > limit``."""

    def __init__(self, x=0.5, kind="a", limit=0.5):
        super().__init__(x, kind)
        self.limit = limit

    def act(self):
        """Raise the exception of the class above the limit."""
        if self.x > self.limit:
            raise FloatingPointError(f"x is too large: {self.x}")


class OwnWarning(UserWarning):
    """A warning that cannot be made from its text."""

    def __init__(self, *, value):
        super().__init__(f"made of {value}")
        self.lock = threading.Lock()


class CarelessInItsOwnWay(Parabola):
    """Warns of its default with a warning that cannot be pickled."""

    def act(self):
        """Warn at the default."""
        if self.x == 0.5:
            warnings.warn(OwnWarning(value=self.x), stacklevel=1)


class Dying(Failing):
    """Ends the worker process for ``x > limit``."""

    def act(self):
        """End the process without a word above the limit."""
        if self.x > self.limit:
            os._exit(1)


class Hanging(Failing):
    """Does not come to its end for ``x > limit``.

    It sleeps, sleeps on whatever is raised in it, or stays within compiled code without
    letting go of the interpreter. Each time it begins, it adds a file to `log`.
    """

    def __init__(self, x=0.5, kind="a", limit=0.8, how="sleep", log=None):
        super().__init__(x, kind, limit)
        self.how = how
        self.log = log

    def act(self):
        """Hang above the limit."""
        if self.x <= self.limit:
            return
        if self.log is not None:
            tempfile.mkstemp(dir=self.log)
        if self.how == "compiled":
            # Not even a signal gets through, as the sleep would end with it.
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
            ctypes.PyDLL(None).sleep(3600)
        while True:
            try:
                time.sleep(3600)
            except BaseException:
                if self.how == "sleep":
                    raise


class Interrupted(Failing):
    """Is interrupted from the keyboard for ``x > limit``."""

    def act(self):
        """Interrupt above the limit."""
        if self.x > self.limit:
            raise KeyboardInterrupt


class Careless(Parabola):
    """Warns twice, of different things."""

    def act(self):
        """Emit both warnings."""
        warnings.warn("the fit is careless", UserWarning, stacklevel=1)
        warnings.warn("the fit is slow", RuntimeWarning, stacklevel=1)


class Scoring(Parabola):
    """Has `special` as its score for ``x > 0.5``."""

    def __init__(self, x=0.5, kind="a", special=np.nan):
        super().__init__(x, kind)
        self.special = special

    def score(self, X, y=None):
        """Return the special score above one half."""
        return self.special if self.x > 0.5 else super().score(X, y)


class Unpicklable(Parabola):
    """Can be cloned, but not sent to another process."""

    def __reduce__(self):
        """Refuse to travel."""
        raise pickle.PicklingError("this estimator does not travel")


class Configured(Parabola):
    """Scores 1 where the fit met the configuration that the tests set."""

    def act(self):
        """Look at the configuration."""
        config = get_config()
        self.meets_config_ = (
            config["assume_finite"] and config["transform_output"] == "pandas"
        )

    def score(self, X, y=None):
        """Return whether the configuration arrived."""
        return float(self.meets_config_)


class Memmapped(Parabola):
    """Scores 1 where the process holds the data as a memory map."""

    def __init__(self, x=0.5, kind="a", shape=None):
        super().__init__(x, kind)
        self.shape = shape

    def score(self, X, y=None):
        """Look for the map itself: the rows of a split are a copy."""
        return float(
            any(
                isinstance(thing, np.memmap) and thing.shape == self.shape
                for thing in gc.get_objects()
            )
        )


def results_of(search):
    """Return all that must be equal for equal seeds, ready for `assert_equal`."""
    columns = {
        name: np.asarray(column).tolist()
        for name, column in search.cv_results_.items()
        if "time" not in name and not name.startswith("param_")
    }
    return columns | {"origins": [entry["origin"] for entry in search.history_]}


def given(*values, **fixed):
    """Return candidates with these values of ``x``."""
    return [{"x": value, "kind": "a", **fixed} for value in values]
