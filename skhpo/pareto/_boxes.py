"""The space that a front does not dominate, in boxes."""

import itertools

import numpy as np
from numpy.typing import ArrayLike

from skhpo.pareto._dominance import nondominated_mask
from skhpo.pareto._vectors import FloatArray, check_reference, check_scores


def nondominated_boxes(
    scores: ArrayLike, reference: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Divide the space above a reference point that no vector dominates.

    Slices between successive values of the last objective are divided by the others,
    recursively: n + 1 boxes with two objectives, of the order of n squared with
    three. The expected improvement of the hypervolume is a sum over such boxes, as
    in Emmerich et al. [1]_.

    .. versionadded:: 0.1

    Parameters
    ----------
    scores : array-like of shape (n, n_objectives)
        The vectors, greater is better.

    reference : array-like of shape (n_objectives,)
        The reference point.

    Returns
    -------
    lower : ndarray of shape (n_boxes, n_objectives), dtype float64
        The lower corners of the boxes.

    upper : ndarray of shape (n_boxes, n_objectives), dtype float64
        The upper corners; the outer boxes reach to infinity.

    Raises
    ------
    ValueError
        If the shapes do not fit, or NaN is among the numbers.

    References
    ----------
    .. [1] M. T. M. Emmerich, A. H. Deutz, J. W. Klinkenberg, "Hypervolume-based
       expected improvement: monotonicity properties and exact computation", 2011.

    Examples
    --------
    >>> from skhpo.pareto import nondominated_boxes
    >>> lower, upper = nondominated_boxes([[1.0, 2.0]], [0.0, 0.0])
    >>> lower
    array([[1., 0.],
           [0., 2.]])
    >>> upper
    array([[inf,  2.],
           [inf, inf]])
    """
    vectors = check_scores(scores)
    origin = check_reference(reference, vectors.shape[1])
    return _divide(vectors[(vectors > origin).all(axis=1)], origin)


def _divide(vectors: FloatArray, origin: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Divide the space above the origin, slice by slice of the last objective."""
    if len(origin) == 1:
        lower = np.maximum(vectors.max(axis=0, initial=-np.inf), origin)[None]
        return lower, np.full_like(lower, np.inf)
    front = vectors[nondominated_mask(vectors)]
    levels = np.concatenate([origin[-1:], np.unique(front[:, -1]), [np.inf]])
    corners = []
    for bottom, top in itertools.pairwise(levels.tolist()):
        lower, upper = _divide(front[front[:, -1] >= top, :-1], origin[:-1])
        ends = np.ones((len(lower), 1))
        corners.append(
            (np.hstack([lower, bottom * ends]), np.hstack([upper, top * ends]))
        )
    lowers, uppers = zip(*corners, strict=True)
    return np.vstack(lowers), np.vstack(uppers)
