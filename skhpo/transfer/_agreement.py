"""How far the order of scores bears out what earlier searches say."""

from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, softmax

FloatArray = NDArray[np.float64]

# q: means that differ by so much, in standard deviations of a whole search, predict
# an order with a probability of 0.84.
_SURE_DIFFERENCE = 0.5
# How likely it is, before anything is known, that an earlier search is of use.
PRIOR_OF_SOME = 0.75
# A weight below it costs time and changes nothing.
_LEAST_WEIGHT = 0.02


def agreement_weights(
    means: FloatArray,
    left_out: FloatArray,
    targets: FloatArray,
    *,
    trust: FloatArray | None = None,
) -> FloatArray:
    """Weigh earlier searches by how well they predict the order of the targets.

    The hypotheses are each search, their average, and none of them. A search is
    as likely as the pairs of observations that it puts in the right order, where a
    pair that it finds far apart counts for more (equations 1 and 2). What competes
    with the searches is the present one: the order that its own observations predict
    of each that is left out. So a search loses its weight when it disagrees, and also
    when the present one knows better by now. That weights follow from the ranking,
    and that they compete with the model of the present search, left out, is taken
    from Feurer, Letham and Bakshy [1]_; no draws are needed here.

    .. versionadded:: 0.1

    Parameters
    ----------
    means : ndarray of shape (n, n_searches), dtype float64
        What the model of each search predicts of the observations, m.

    left_out : ndarray of shape (n,), dtype float64
        What a model of the other observations predicts of each, z.

    targets : ndarray of shape (n,), dtype float64
        The observed targets y.

    trust : ndarray of shape (n_searches,), dtype float64, default=None
        The weights before any target is known, t, their sum at most 1. None: they are
        equal and sum up to 0.75.

    Returns
    -------
    weights : ndarray of shape (n_searches,), dtype float64
        The weights w, not negative; what is missing to 1 is that of no search.

    References
    ----------
    .. [1] M. Feurer, B. Letham, E. Bakshy, "Scalable meta-learning for Bayesian
       optimization using ranking-weighted Gaussian process ensembles", 2018.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.transfer import agreement_weights
    >>> y = np.array([-1.5, -0.5, 0.5, 1.5])
    >>> means = np.column_stack([y, -y])
    >>> agreement_weights(means, np.zeros(4), y).round(1)
    array([0.8, 0. ])
    """
    n, n_searches = means.shape
    if trust is None:
        trust = np.full(n_searches, PRIOR_OF_SOME / n_searches)
    some = float(trust.sum())
    if some == 0.0:
        return np.zeros(n_searches)
    every = np.vstack([np.eye(n_searches), trust / some])
    hypotheses = means @ every.T
    order = np.sign(targets[:, None] - targets)
    pairs = [
        0.5 * _log_likelihood(mean[:, None] - mean, order) for mean in hypotheses.T
    ]
    # What is left out has no say in its own prediction, but in those of the others,
    # so it is compared with what was observed of them.
    pairs.append(0.5 * _log_likelihood(left_out[:, None] - targets, order))
    shares = np.append(n_searches * trust, some) / (n_searches + 1)
    with np.errstate(divide="ignore"):  # what has no trust gets no weight
        logs = np.log(np.append(shares, max(1.0 - some, 0.0)))
    evidence = logs + 2.0 / max(n - 1, 1) * np.array(pairs)
    weights = softmax(evidence)[:-1] @ every
    return cast(FloatArray, np.where(weights < _LEAST_WEIGHT, 0.0, weights))


def _log_likelihood(differences: FloatArray, order: FloatArray) -> float:
    """Return the log-likelihood of all orders; equal targets say nothing."""
    logs = log_ndtr(order * differences / _SURE_DIFFERENCE)
    return float(np.where(order == 0.0, 0.0, logs).sum())
