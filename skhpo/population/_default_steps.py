"""How long a generation lasts if nobody says so."""

import numbers
from typing import Any

from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline

# What estimators call the length of their training.
_LENGTHS = ("max_iter", "n_estimators", "max_epochs", "epochs", "num_boost_round")
# Some limits are there never to be reached, such as max_iter=1000 of SGDClassifier.
_LONGEST_TRAINING = 200
_USUAL_TRAINING = 100


def default_n_steps(estimator: BaseEstimator, n_generations: int) -> int:
    """Return how many steps make a generation, from the estimator's own length.

    Parameters
    ----------
    estimator : estimator object
        The estimator, or a pipeline that ends with it.

    n_generations : int
        Number of generations.

    Returns
    -------
    int
        The estimator's own number of iterations or trees, no more than 200, or 100
        where it has none, divided by the number of generations; at least 1.
    """
    length = min(_own_length(estimator), _LONGEST_TRAINING)
    return max(1, round(length / n_generations))


def _own_length(estimator: Any) -> int:
    """Return for how long an estimator trains."""
    if isinstance(estimator, Pipeline):
        estimator = estimator.steps[-1][1]
    params = (
        estimator.get_params(deep=False) if hasattr(estimator, "get_params") else {}
    )
    for name in _LENGTHS:
        if isinstance(params.get(name), numbers.Integral) and params[name] > 0:
            return int(params[name])
    return _USUAL_TRAINING
