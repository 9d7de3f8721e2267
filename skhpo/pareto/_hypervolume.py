"""The volume between a front and a reference point.

One and two objectives have closed forms; three are swept plane by plane, and more
are split into exclusive volumes, recursively.
"""

import numpy as np
from numpy.typing import ArrayLike

from skhpo.pareto._boxes import nondominated_boxes
from skhpo.pareto._dominance import nondominated_mask
from skhpo.pareto._vectors import FloatArray, check_reference, check_scores


def hypervolume(scores: ArrayLike, reference: ArrayLike) -> float:
    """Measure the space that vectors dominate, down to a reference point.

    Exact for any number of objectives: with three by sweeping the third one, as
    Fonseca et al. [1]_, with more by the recursion of While et al. [2]_, whose time
    grows exponentially with the number of objectives.

    .. versionadded:: 0.1

    Parameters
    ----------
    scores : array-like of shape (n, n_objectives)
        The vectors, greater is better. Those that are not greater than the
        reference point in all objectives count for nothing, nor do dominated ones.

    reference : array-like of shape (n_objectives,)
        The reference point.

    Returns
    -------
    volume : float
        The hypervolume, 0.0 without vectors.

    Raises
    ------
    ValueError
        If the shapes do not fit, or NaN is among the numbers.

    References
    ----------
    .. [1] C. M. Fonseca, L. Paquete, M. Lopez-Ibanez, "An improved dimension-sweep
       algorithm for the hypervolume indicator", 2006.

    .. [2] L. While, L. Bradstreet, L. Barone, "A fast way of calculating exact
       hypervolumes", 2012.

    Examples
    --------
    >>> from skhpo.pareto import hypervolume
    >>> hypervolume([[1.0, 3.0], [2.0, 2.0], [3.0, 1.0]], [0.0, 0.0])
    6.0
    """
    vectors = check_scores(scores)
    gains = vectors - check_reference(reference, vectors.shape[1])
    return _volume(_front(gains[(gains > 0.0).all(axis=1)]))


def hypervolume_contributions(scores: ArrayLike, reference: ArrayLike) -> FloatArray:
    """Measure by how much the hypervolume would shrink without each vector.

    .. versionadded:: 0.1

    Parameters
    ----------
    scores : array-like of shape (n, n_objectives)
        The vectors, greater is better.

    reference : array-like of shape (n_objectives,)
        The reference point.

    Returns
    -------
    contributions : ndarray of shape (n,), dtype float64
        The part of each; 0.0 for dominated vectors, and for equal ones.

    Raises
    ------
    ValueError
        If the shapes do not fit, or NaN is among the numbers.

    Examples
    --------
    >>> from skhpo.pareto import hypervolume_contributions
    >>> hypervolume_contributions([[1.0, 3.0], [2.0, 2.0], [3.0, 1.0]], [0.0, 0.0])
    array([1., 1., 1.])
    """
    vectors = check_scores(scores)
    gains = vectors - check_reference(reference, vectors.shape[1])
    gains = np.maximum(gains, 0.0)
    contributions = np.zeros(len(gains))
    for row in np.flatnonzero(nondominated_mask(gains)):
        contributions[row] = _exclusive(gains[row], np.delete(gains, row, axis=0))
    return contributions


def hypervolume_improvement(
    points: ArrayLike, scores: ArrayLike, reference: ArrayLike
) -> FloatArray:
    """Measure by how much the hypervolume would grow with each of some points.

    .. versionadded:: 0.1

    Parameters
    ----------
    points : array-like of shape (n_points, n_objectives)
        The points, each for itself.

    scores : array-like of shape (n, n_objectives)
        The vectors that are there.

    reference : array-like of shape (n_objectives,)
        The reference point.

    Returns
    -------
    improvement : ndarray of shape (n_points,), dtype float64
        The growth, 0.0 for points that are dominated.

    Raises
    ------
    ValueError
        If the shapes do not fit, or NaN is among the numbers.

    Examples
    --------
    >>> from skhpo.pareto import hypervolume_improvement
    >>> front = [[1.0, 3.0], [3.0, 1.0]]
    >>> hypervolume_improvement([[2.0, 2.0], [1.0, 1.0]], front, [0.0, 0.0])
    array([1., 0.])
    """
    candidates, vectors = check_scores(points, "points"), check_scores(scores)
    origin = check_reference(reference, vectors.shape[1])
    if vectors.shape[1] <= 2:
        lower, upper = nondominated_boxes(vectors, origin)
        # (n_points, n_boxes, m): what of each box each point dominates
        sides = np.minimum(candidates[:, None], upper) - lower
        return np.asarray(np.maximum(sides, 0.0).prod(axis=2).sum(axis=1))
    gains = np.maximum(vectors - origin, 0.0)
    return np.array(
        [_exclusive(np.maximum(one - origin, 0.0), gains) for one in candidates]
    )


def _front(gains: FloatArray) -> FloatArray:
    """Return the distinct vectors that nothing dominates."""
    return np.unique(gains[nondominated_mask(gains)], axis=0)


def _volume(front: FloatArray) -> float:
    """Return the hypervolume of distinct nondominated vectors above the origin."""
    if not len(front):
        return 0.0
    match front.shape[1]:
        case 1:
            return float(front[-1, 0])
        case 2:
            return _area(front)
        case 3:
            return _swept_volume(front)
    # The worst of the last objective first: all that follow reach as far in it, so
    # what each has alone is a slice, of a base with an objective less.
    front = front[np.argsort(front[:, -1])]
    base, height = front[:, :-1], front[:, -1]
    return sum(
        float(height[row]) * _exclusive(one, base[row + 1 :])
        for row, one in enumerate(base)
    )


def _area(front: FloatArray) -> float:
    """Return the area; the first objective ascends, so the second one descends."""
    return float(np.diff(front[:, 0], prepend=0.0) @ front[:, 1])


def _swept_volume(front: FloatArray) -> float:
    """Sum the slices between successive values of the third objective."""
    front = front[np.argsort(-front[:, 2], kind="stable")]
    thickness = front[:, 2] - np.append(front[1:, 2], 0.0)
    volume = 0.0
    section = np.empty((0, 2))
    for one, height in zip(front[:, :2], thickness, strict=True):
        section = _inserted(section, one)
        if height > 0.0:
            volume += float(height) * _area(section)
    return volume


def _inserted(section: FloatArray, one: FloatArray) -> FloatArray:
    """Add a vector to a front of two objectives whose first one ascends."""
    if (section >= one).all(axis=1).any():
        return section
    section = section[(section > one).any(axis=1)]
    return np.insert(section, np.searchsorted(section[:, 0], one[0]), one, axis=0)


def _exclusive(one: FloatArray, others: FloatArray) -> float:
    """Return the volume that one vector dominates and the others do not.

    That is all it dominates less what the others dominate of it: the hypervolume of
    the others cut down to it.
    """
    if not one.all():
        return 0.0
    limited = np.minimum(others, one)
    return float(one.prod()) - _volume(_front(limited[limited.all(axis=1)]))
