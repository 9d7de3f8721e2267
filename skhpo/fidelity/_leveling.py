"""Makes scores that were reached with unlike amounts of the resource comparable."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
LowerScores = Sequence[tuple[int, float]]

# How many times greater the variance of a score is taken to be a rung below the top,
# and so on with each rung further down.
_NOISE_OF_RUNG = 10.0


def level_scores(
    scores: FloatArray, resources: Sequence[int], lower_scores: Sequence[LowerScores]
) -> tuple[FloatArray, FloatArray]:
    """Shift scores to what they would be with the most of the resource.

    From one rung to the next all are shifted by what the best gained: of the
    candidates that have a score on both, the best score on the higher less the best
    on the lower. What those that climb gain on average would be too much, since poor
    candidates gain the most. Where nobody has a score on both, nothing is shifted.

    .. versionadded:: 0.1

    Parameters
    ----------
    scores : ndarray of shape (n,), dtype float64
        Finite scores, each with the most of the resource that the candidate had.

    resources : sequence of int
        How much that was.

    lower_scores : sequence of sequence of (int, float)
        For each candidate its scores with less, after the amounts, which rise.

    Returns
    -------
    leveled : ndarray of shape (n,), dtype float64
        Scores that can be compared.

    noise_scale : ndarray of shape (n,), dtype float64
        How many times greater the variance of each is than with the most.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.fidelity import level_scores
    >>> scores, noise_scale = level_scores(
    ...     np.array([0.9, 0.5]), [30, 10], [[(10, 0.6)], []]
    ... )
    >>> scores
    array([0.9, 0.8])
    """
    steps = _steps(scores, resources, lower_scores)
    amounts = sorted({*resources, *(amount for step in steps for amount in step)})
    shift, noise_scale = {}, {}
    missing, noise = 0.0, 1.0
    above = None
    for amount in reversed(amounts):
        if above is not None:
            before, after = zip(*steps.get((amount, above), [(0.0, 0.0)]), strict=True)
            missing += max(after) - max(before)
            noise *= _NOISE_OF_RUNG
        shift[amount], noise_scale[amount] = missing, noise
        above = amount
    return (
        scores + np.array([shift[amount] for amount in resources]),
        np.array([noise_scale[amount] for amount in resources]),
    )


def _steps(
    scores: FloatArray, resources: Sequence[int], lower_scores: Sequence[LowerScores]
) -> dict[tuple[int, int], list[tuple[float, float]]]:
    """Return the pairs of scores with each amount and the next one."""
    steps: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for score, resource, lower in zip(scores, resources, lower_scores, strict=True):
        way = [*lower, (resource, float(score))]
        for (less, before), (more, after) in pairwise(way):
            if np.isfinite(after - before):
                steps.setdefault((less, more), []).append((before, after))
    return steps
