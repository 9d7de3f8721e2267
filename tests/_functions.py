"""Classic functions to maximise, and a search of them, for tests of generators."""

import numpy as np

from skhpo.space import Categorical, Integer, Ordinal, Real, SearchSpace
from skhpo.trials import Trial, TrialStatus


def cube(n_dims):
    """Return a space of real numbers in the unit interval."""
    return SearchSpace({f"x{i}": Real(0.0, 1.0) for i in range(n_dims)})


def mixed():
    """Return a space with numbers, whole numbers, levels and choices."""
    return SearchSpace(
        {
            "x0": Real(0.0, 1.0),
            "x1": Real(0.0, 1.0),
            "whole": Integer(0, 20),
            "level": Ordinal([1, 2, 4, 8]),
            "kind": Categorical([*"abcde"]),
        }
    )


def sphere(params):
    """Return the negative squared distance from 0.6 in all coordinates."""
    return -float(sum((value - 0.6) ** 2 for value in params.values()))


def rosenbrock(params):
    """Return the negative Rosenbrock function on [-2, 2], the maximum is at 0.75."""
    x = 4.0 * np.array([*params.values()]) - 2.0
    return -float((100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2).sum())


def rastrigin(params):
    """Return the negative Rastrigin function, the maximum is at 0.6."""
    x = 10.24 * (np.array([*params.values()]) - 0.6)
    return -float((x**2 - 10.0 * np.cos(2.0 * np.pi * x) + 10.0).sum())


def mixed_sphere(params):
    """Return a score of the mixed space, 0 where every parameter is right."""
    numbers = (params["x0"] - 0.6) ** 2 + (params["x1"] - 0.3) ** 2
    steps = abs(params["whole"] - 13) / 20 + abs(np.log2(params["level"]) - 2) / 3
    return -float(numbers + steps + 0.5 * (params["kind"] != "c"))


def search(generator, function, n, lag=0):
    """Return the scores of a search; the last `lag` are not told yet at each ask."""
    scores, pending = [], []
    for _ in range(n):
        candidate = generator.ask()
        scores.append(function(candidate.params))
        pending.append(Trial(candidate, np.array(scores[-1:]), TrialStatus.COMPLETE))
        while len(pending) > lag:
            generator.tell(pending.pop(0))
    return np.array(scores)


def search_with_discarded(generator, function, n):
    """Search with an easy split and a hard one, which only the better ones reach."""
    scores = []
    for _ in range(n):
        candidate = generator.ask()
        scores.append(function(candidate.params))
        splits, status = scores[-1] + np.array([1.0, -1.0]), TrialStatus.COMPLETE
        if scores[-1] < np.quantile(scores, 0.7):
            splits[1], status = np.nan, TrialStatus.DISCARDED
        generator.tell(Trial(candidate, splits, status))
    return np.array(scores)
