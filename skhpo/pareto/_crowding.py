"""How much room a vector has among the others of its front."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skhpo.pareto._dominance import nondominated_ranks
from skhpo.pareto._vectors import FloatArray, check_scores


def crowding_distance(scores: ArrayLike) -> FloatArray:
    """Measure the distance of each vector of a front to its neighbours.

    The sum over the objectives of the difference between the next greater and the
    next smaller vector, as a share of the range, after Deb et al. [1]_. Vectors at
    an end of an objective have infinite distance.

    .. versionadded:: 0.1

    Parameters
    ----------
    scores : array-like of shape (n, n_objectives)
        The vectors of one front, all finite.

    Returns
    -------
    distance : ndarray of shape (n,), dtype float64
        The crowding distance.

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
    >>> from skhpo.pareto import crowding_distance
    >>> crowding_distance([[0.0, 4.0], [1.0, 3.0], [2.0, 1.0], [4.0, 0.0]])
    array([ inf, 1.25, 1.5 ,  inf])
    """
    vectors = check_scores(scores)
    return _distances(vectors, np.zeros(len(vectors), dtype=np.intp))


def crowded_order(scores: ArrayLike) -> NDArray[np.intp]:
    """Sort vectors by their front, and within a front the least crowded first.

    This is the crowded comparison of Deb et al. [1]_.

    .. versionadded:: 0.1

    Parameters
    ----------
    scores : array-like of shape (n, n_objectives)
        The vectors, greater is better.

    Returns
    -------
    order : ndarray of shape (n,), dtype intp
        The rows, the best first; of equal ones in their order.

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
    >>> from skhpo.pareto import crowded_order
    >>> crowded_order([[0.0, 0.0], [0.0, 4.0], [1.0, 3.0], [2.0, 1.0], [4.0, 0.0]])
    array([1, 4, 3, 2, 0])
    """
    vectors = check_scores(scores)
    ranks = nondominated_ranks(vectors)
    return np.lexsort((-_distances(vectors, ranks), ranks))


def _distances(vectors: FloatArray, ranks: NDArray[np.intp]) -> FloatArray:
    """Return the crowding distance of each vector within the front of its rank."""
    if not len(vectors):
        return np.empty(0)
    # fronts of one vector or two consist of ends; so does nothing where all are equal
    distance = np.where(np.bincount(ranks)[ranks] <= 2, np.inf, 0.0)
    # halves, since the range of finite numbers may be infinite
    for values in 0.5 * vectors.T:
        rows = np.lexsort((values, ranks))
        ascending, front = values[rows], ranks[rows]
        is_edge = np.concatenate([[True], front[1:] != front[:-1], [True]])
        is_first, is_last = is_edge[:-1], is_edge[1:]
        spread = (ascending[is_last] - ascending[is_first])[front]
        gaps = np.zeros(len(rows))
        gaps[1:-1] = ascending[2:] - ascending[:-2]
        gaps[is_first | is_last] = np.inf
        gaps[spread == 0.0] = 0.0
        distance[rows] += gaps / np.where(spread > 0.0, spread, 1.0)
    return distance
