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
    n = len(vectors)
    distance = np.zeros(n)
    if n <= 2:
        return distance + np.inf
    order = np.argsort(vectors, axis=0, kind="stable")
    ascending = np.take_along_axis(vectors, order, axis=0)
    # halves, since the range of finite numbers may be infinite
    spread = 0.5 * ascending[-1] - 0.5 * ascending[0]
    gaps = 0.5 * ascending[2:] - 0.5 * ascending[:-2]
    for objective in np.flatnonzero(spread > 0.0):
        rows = order[:, objective]
        distance[rows[1:-1]] += gaps[:, objective] / spread[objective]
        distance[rows[[0, -1]]] = np.inf
    return distance


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
    distance = np.empty(len(vectors))
    for rank in range(int(ranks.max(initial=-1)) + 1):
        rows = np.flatnonzero(ranks == rank)
        distance[rows] = crowding_distance(vectors[rows])
    return np.asarray(np.lexsort((-distance, ranks)), dtype=np.intp)
