"""Nondominated sorting."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skhpo.pareto._vectors import FloatArray, check_scores

BoolArray = NDArray[np.bool_]

# Up to so many vectors, comparing all pairs once is faster than finding front after
# front; the table of pairs then takes 4 MB.
_MOST_IN_A_TABLE = 2000


def nondominated_mask(scores: ArrayLike) -> BoolArray:
    """Tell which vectors no other one dominates.

    .. versionadded:: 0.1

    Parameters
    ----------
    scores : array-like of shape (n, n_objectives)
        The vectors, greater is better.

    Returns
    -------
    mask : ndarray of shape (n,), dtype bool
        Which of them make up the front; of equal vectors all or none.

    Raises
    ------
    ValueError
        If the scores are no such array, or NaN is among them.

    Examples
    --------
    >>> from skhpo.pareto import nondominated_mask
    >>> nondominated_mask([[1.0, 3.0], [2.0, 2.0], [1.0, 2.0], [3.0, 1.0]])
    array([ True,  True, False,  True])
    """
    distinct, position = np.unique(check_scores(scores), axis=0, return_inverse=True)
    # the last row is lexicographically greatest: nothing behind it dominates a row
    mask = _mask_of_ascending(distinct)
    return np.asarray(mask[position.ravel()], dtype=bool)


def nondominated_ranks(scores: ArrayLike) -> NDArray[np.intp]:
    """Rank by fronts: 0 for the first one, 1 for the front behind it, and so on.

    This is the fast nondominated sorting of Deb et al. [1]_.

    .. versionadded:: 0.1

    Parameters
    ----------
    scores : array-like of shape (n, n_objectives)
        The vectors, greater is better.

    Returns
    -------
    ranks : ndarray of shape (n,), dtype intp
        The front of each vector.

    Raises
    ------
    ValueError
        If the scores are no such array, or NaN is among them.

    References
    ----------
    .. [1] K. Deb, A. Pratap, S. Agarwal, T. Meyarivan, "A fast and elitist
       multiobjective genetic algorithm: NSGA-II", 2002.

    Examples
    --------
    >>> from skhpo.pareto import nondominated_ranks
    >>> nondominated_ranks([[1.0, 3.0], [2.0, 2.0], [1.0, 2.0], [3.0, 1.0]])
    array([0, 0, 1, 0])
    """
    vectors = check_scores(scores)
    if len(vectors) <= _MOST_IN_A_TABLE:
        return _ranks_by_table(vectors)
    return _ranks_by_fronts(vectors)


def dominates(left: FloatArray, right: FloatArray) -> BoolArray:
    """Tell for each pair whether the left vector dominates; shape (n_left, n_right)."""
    shape = (len(left), len(right))
    is_nowhere_less, is_somewhere_greater = np.ones(shape, bool), np.zeros(shape, bool)
    for one, other in zip(left.T, right.T, strict=True):
        is_nowhere_less &= one[:, None] >= other
        is_somewhere_greater |= one[:, None] > other
    return is_nowhere_less & is_somewhere_greater


def _mask_of_ascending(distinct: FloatArray) -> BoolArray:
    """Return the mask of distinct vectors in ascending lexicographic order."""
    mask = np.zeros(len(distinct), dtype=bool)
    if distinct.shape[1] <= 2:
        # From the last vector on the first objective falls, so what matters is
        # whether the last objective reaches a new maximum.
        last = distinct[::-1, -1]
        mask[::-1] = (
            last
            > np.concatenate([[-np.inf], np.maximum.accumulate(last[:-1])])[: len(last)]
        )
        mask[-1:] = True
        if distinct.shape[1] == 1:
            mask[:-1] = False
        return mask
    rows = np.arange(len(distinct))[::-1]
    position = 0
    while position < len(rows):
        # whoever is left before `position` is on the front, and so is this one
        pivot = distinct[rows[position]]
        is_left = (distinct[rows] > pivot).any(axis=1)
        is_left[position] = True
        position = int(is_left[: position + 1].sum())
        rows = rows[is_left]
    mask[rows] = True
    return mask


def _ranks_by_table(vectors: FloatArray) -> NDArray[np.intp]:
    """Take front after front off a table of who dominates whom."""
    table = dominates(vectors, vectors)
    n_above = table.sum(axis=0)
    ranks = np.zeros(len(vectors), dtype=np.intp)
    front = np.flatnonzero(n_above == 0)
    rank = 0
    while len(front):
        ranks[front] = rank
        n_above -= table[front].sum(axis=0)
        n_above[front] = -1
        front = np.flatnonzero(n_above == 0)
        rank += 1
    return ranks


def _ranks_by_fronts(vectors: FloatArray) -> NDArray[np.intp]:
    """Find the front of what is left, again and again."""
    ranks = np.zeros(len(vectors), dtype=np.intp)
    left = np.arange(len(vectors))
    rank = 0
    while len(left):
        is_front = nondominated_mask(vectors[left])
        ranks[left[is_front]] = rank
        left = left[~is_front]
        rank += 1
    return ranks
