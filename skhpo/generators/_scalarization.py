"""From several objectives to one."""

import numpy as np
from numpy.typing import NDArray

from skhpo.surrogates import transform_targets

FloatArray = NDArray[np.float64]

# rho of the paper: how much the sum counts beside the worst objective
_SUM_SHARE = 0.05


def scalarize(scores: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Weigh several objectives at random, as ParEGO does (Knowles, 2006).

    Each objective is made normal and scaled to a deficit between 0 for the best score
    and 1 for the worst. The score is the negative of the augmented Tchebycheff
    function: the greatest weighted deficit and a small share of their sum. Its
    maximum is nondominated for any weights. For some of them it is any vector of the
    front, bulging or hollow, that does not give up very much for very little.

    Parameters
    ----------
    scores : ndarray of shape (n, n_objectives), dtype float64
        Finite scores, greater is better.

    rng : numpy.random.Generator
        Source of the weights, uniform among those that sum to 1.

    Returns
    -------
    scalars : ndarray of shape (n,), dtype float64
        One score for each vector, greater is better.
    """
    targets = np.column_stack([transform_targets(column) for column in scores.T])
    spread = np.ptp(targets, axis=0)
    deficits = targets.max(axis=0) - targets
    deficits /= np.where(spread > 0.0, spread, 1.0)
    weighted = rng.dirichlet(np.ones(scores.shape[1])) * deficits
    scalars = -weighted.max(axis=1) - _SUM_SHARE * weighted.sum(axis=1)
    return np.asarray(scalars, dtype=np.float64)
