"""Shares of variance: what the two kinds of functional ANOVA compute."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BranchVariance:
    """The decomposed variance of a function on one branch.

    Parameters
    ----------
    mean, variance : float
        Of the function.

    columns : tuple of int
        The axes of the branch.

    main : ndarray of shape (n_columns,), dtype float64
        The variance of the mean over all other axes.

    total : ndarray of shape (n_columns,), dtype float64
        The mean variance along the axis, with all its interactions.

    pairs : ndarray of shape (n_columns, n_columns), dtype float64
        The variance of each pair's interaction, in the upper triangle; NaN where it
        was not computed.
    """

    mean: float
    variance: float
    columns: tuple[int, ...]
    main: FloatArray
    total: FloatArray
    pairs: FloatArray


@dataclass(frozen=True, eq=False)
class Shares:
    """The shares of the whole variance, one for each axis of the space.

    Parameters
    ----------
    main, total : ndarray of shape (n_dims,), dtype float64
        By axis alone, and with all its interactions.

    pairs : ndarray of shape (n_dims, n_dims), dtype float64
        By the interaction of two axes, in the upper triangle.
    """

    main: FloatArray
    total: FloatArray
    pairs: FloatArray


def combine(branches: Sequence[BranchVariance], n_dims: int) -> Shares:
    """Put the branches together by the law of total variance.

    The variance between the branches' means is that of the branch; what is within
    them is averaged, so that a parameter that is seldom active counts seldom.
    """
    n = len(branches)
    main, total = np.zeros(n_dims), np.zeros(n_dims)
    pairs = np.zeros((n_dims, n_dims))
    means = np.array([branch.mean for branch in branches])
    between = float(means.var())
    for branch in branches:
        columns = np.array(branch.columns, dtype=np.intp)
        main[columns] += branch.main / n
        total[columns] += branch.total / n
        pairs[np.ix_(columns, columns)] += branch.pairs / n
    if n > 1:
        main[0] = total[0] = between
    whole = between + sum(branch.variance for branch in branches) / n
    # An underflow of the squares leaves nothing to share out.
    if whole <= 0.0:
        return Shares(np.zeros(n_dims), np.zeros(n_dims), np.zeros_like(pairs))
    return Shares(main / whole, total / whole, pairs / whole)
