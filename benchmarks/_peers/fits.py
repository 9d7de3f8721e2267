"""Estimators that take a known time, and how well it was used.

They need scikit-learn only, so that every interpreter can import them.
"""

# ruff: noqa: ARG002 (the signatures are those that scikit-learn calls)

import hashlib
import heapq
import time

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.model_selection import KFold


class ExponentialSleep(BaseEstimator):
    """Sleeps for an exponentially distributed time, fixed by parameter and split.

    So a candidate on a split takes equally long whoever evaluates it.
    """

    def __init__(self, x=0.5, y=0.5, mean=0.05):
        self.x = x
        self.y = y
        self.mean = mean

    def fit(self, X, y=None):
        time.sleep(self.duration(X))
        return self

    def duration(self, X):
        """Return the seconds that a fit takes."""
        key = f"{self.x:.9f} {self.y:.9f} {float(X.sum()):.6f}"
        digest = hashlib.blake2b(key.encode(), digest_size=8).digest()
        rng = np.random.default_rng(int.from_bytes(digest, "big"))
        return float(rng.exponential(self.mean))

    def score(self, X, y=None):
        return -((self.x - 0.3) ** 2) - (self.y - 0.6) ** 2 + 0.01 * float(X.mean())


class BusyFit(BaseEstimator):
    """Keeps a core busy for `seconds`."""

    def __init__(self, x=0.5, seconds=0.001):
        self.x = x
        self.seconds = seconds

    def fit(self, X, y=None):
        end = time.perf_counter() + self.seconds
        while time.perf_counter() < end:
            pass
        return self

    def score(self, X, y=None):
        return self.x


def data():
    """Return 100 rows that make the splits differ."""
    return np.random.default_rng(0).normal(size=(100, 1))


def busy_figures(candidates, mean, n_splits, n_workers, wall):
    """Return the busy share of the workers, and the same as a share of the ideal.

    The ideal is what a list of the same fits would take if none had to wait for a
    proposal and nothing but the fits took time.
    """
    X = data()
    durations = [
        ExponentialSleep(mean=mean, **params).duration(X[train])
        for params in candidates
        for train, _ in KFold(n_splits).split(X)
    ]
    free_at = [0.0] * n_workers
    for duration in durations:
        heapq.heapreplace(free_at, free_at[0] + duration)
    return {
        "wall": wall,
        "busy": sum(durations) / (n_workers * wall),
        "of_ideal": max(free_at) / wall,
    }
