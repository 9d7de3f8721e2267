"""Fitted searches to look at; each is fitted once for all tests."""

# ruff: noqa: ARG002 (the signatures are those of an estimator)

import functools
from types import SimpleNamespace

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.model_selection import KFold

from skhpo import BayesSearchCV, EvolutionarySearchCV
from skhpo.space import Categorical, Integer, Real

X, Y = np.arange(30.0)[:, None], np.zeros(30)

SPACE = {
    "rate": Real(1e-4, 1.0, prior="log-uniform"),
    "depth": Integer(1, 10),
    "kind": Categorical(["plain", "$fancy_"]),
}


class Hill(RegressorMixin, BaseEstimator):
    """Scores by its parameters and, a little, by the rows: no fit is ever needed."""

    def __init__(self, rate=1e-2, depth=5, kind="plain", noise=0.01):
        self.rate = rate
        self.depth = depth
        self.kind = kind
        self.noise = noise

    def fit(self, X, y):
        """Remember which rows there were."""
        self.first_ = float(X[0, 0])
        return self

    def predict(self, X):
        """Return zeros."""
        return np.zeros(len(X))

    def score(self, X, y):
        """Return the height, with a wobble that rows and parameters decide."""
        wobble = np.sin(37.0 * X.sum() + 11.0 * np.log(self.rate) + self.depth)
        far = (np.log10(self.rate) + 2.0) ** 2
        bonus = 0.1 if self.kind == "plain" else 0.0
        return float(0.9 + bonus - 0.2 * far + self.noise * wobble)


def hill_search(search_class=BayesSearchCV, space=None, **settings):
    """Return a search that has not been fitted."""
    settings = {"n_iter": 24, "cv": KFold(4), "random_state": 0} | settings
    return search_class(Hill(), SPACE if space is None else space, **settings)


@functools.cache
def bayes(seed=0):
    """A search of 24 candidates."""
    return hill_search(random_state=seed).fit(X, Y)


@functools.cache
def branched():
    """A search of a list of dicts."""
    space = [
        {"kind": ["plain"], "rate": SPACE["rate"]},
        {"kind": ["$fancy_"], "depth": SPACE["depth"]},
    ]
    return hill_search(space=space, n_iter=20).fit(X, Y)


@functools.cache
def raced():
    """A search with racing."""
    return hill_search(racing="auto", cv=KFold(6)).fit(X, Y)


@functools.cache
def two_objectives():
    """A search of a front."""
    return hill_search(
        EvolutionarySearchCV,
        scoring=height_and_thrift,
        objectives=["height", "thrift"],
        refit="knee",
    ).fit(X, Y)


def height_and_thrift(estimator, X, y):
    """Score the hill, and how little its rate is."""
    return {"height": estimator.score(X, y), "thrift": -np.log10(estimator.rate)}


def evaluated(space, params, scores):
    """Return what stands for a search that has evaluated candidates on some splits."""
    table = np.asarray(scores, dtype=float).reshape(len(params), -1)
    splits = {f"split{i}_test_score": column for i, column in enumerate(table.T)}
    return SimpleNamespace(
        param_distributions=space,
        refit=True,
        cv_results_={
            "params": params,
            "mean_test_score": table.mean(axis=1),
            **splits,
        },
    )


def sampled(function, names, bounds, n=80, seed=0):
    """Return the same for a function of uniform random numbers."""
    x = np.random.default_rng(seed).uniform(*bounds, (n, len(names)))
    params = [dict(zip(names, row, strict=True)) for row in x.tolist()]
    return evaluated(dict.fromkeys(names, Real(*bounds)), params, function(x))
