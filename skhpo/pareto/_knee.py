"""The compromise of a front."""

import numpy as np
from numpy.typing import ArrayLike

from skhpo.pareto._vectors import FloatArray, check_scores

# Differences of sums below this are rounding errors.
_TOLERANCE = 1e-9


def knee_point(scores: ArrayLike) -> int:
    """Choose the vector of a front where giving up a little gains the most elsewhere.

    Every objective is scaled to 0 for the worst and 1 for the best vector of the
    front. The knee is the vector farthest beyond the plane through the ends of the
    front, after Das [1]_: the one with the greatest sum. A front that bulges nowhere
    beyond its ends has no knee; the vector whose least scaled objective is greatest
    takes its place.

    .. versionadded:: 0.1

    Parameters
    ----------
    scores : array-like of shape (n, n_objectives)
        The vectors of a front, at least one, all finite.

    Returns
    -------
    row : int
        The position of the knee, the first of equal ones.

    Raises
    ------
    ValueError
        If the scores are no such array, or NaN is among them.

    References
    ----------
    .. [1] I. Das, "On characterizing the 'knee' of the Pareto curve based on
       normal-boundary intersection", 1999.

    Examples
    --------
    >>> from skhpo.pareto import knee_point
    >>> knee_point([[0.80, -0.1], [0.94, -0.2], [0.96, -5.0], [0.97, -60.0]])
    2
    """
    front = check_scores(scores)
    if not len(front) or not np.isfinite(front).all():
        raise ValueError(
            "The 'scores' of a front with a knee must be at least one finite vector. "
            f"Got {front!r}."
        )
    scaled = _scale(front[:, front.max(axis=0) > front.min(axis=0)])
    sums = scaled.sum(axis=1)
    is_end = (scaled == 1.0).any(axis=1)
    if sums.max() > sums[is_end].max(initial=-np.inf) + _TOLERANCE:
        return int(sums.argmax())
    return int(scaled.min(axis=1, initial=1.0).argmax())


def _scale(front: FloatArray) -> FloatArray:
    """Scale each objective to 0 for the worst and 1 for the best."""
    # halves, since the range of finite numbers may be infinite
    halves = 0.5 * front
    best, worst = halves.max(axis=0), halves.min(axis=0)
    return np.asarray(1.0 - (best - halves) / (best - worst), dtype=np.float64)
