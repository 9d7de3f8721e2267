"""Makes scores that were reached with unlike amounts of the resource comparable."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
LowerScores = Sequence[tuple[int, float]]

# How many times greater the variance of a score is taken to be a rung below the top,
# and so on with each rung further down.
_NOISE_OF_RUNG = 2.0


@dataclass(frozen=True, eq=False)
class LevelScores:
    """Scores as they are expected to be with the most of the resource seen.

    .. versionadded:: 0.1

    Parameters
    ----------
    scores : ndarray of shape (n,), dtype float64
        The scores.

    noise_scale : ndarray of shape (n,), dtype float64
        How many times greater the variance of each is than with the most.
    """

    scores: FloatArray
    noise_scale: FloatArray


def level_scores(
    scores: FloatArray, resources: Sequence[int], lower_scores: Sequence[LowerScores]
) -> LevelScores:
    """Shift scores to what they would be with the most of the resource.

    From one rung to the next all are shifted by the mean gain of the candidates that
    have a score on both; where there is none, by nothing.

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
    leveled : LevelScores
        Scores that can be compared.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.fidelity import level_scores
    >>> level_scores(np.array([0.9, 0.5]), [30, 10], [[(10, 0.6)], []]).scores
    array([0.9, 0.8])
    """
    gains = _gains(scores, resources, lower_scores)
    amounts = sorted({*resources, *(amount for step in gains for amount in step)})
    shift, noise_scale = {}, {}
    missing, noise = 0.0, 1.0
    above = None
    for amount in reversed(amounts):
        if above is not None:
            missing += float(np.mean(gains.get((amount, above), [0.0])))
            noise *= _NOISE_OF_RUNG
        shift[amount], noise_scale[amount] = missing, noise
        above = amount
    return LevelScores(
        scores + np.array([shift[amount] for amount in resources]),
        np.array([noise_scale[amount] for amount in resources]),
    )


def _gains(
    scores: FloatArray, resources: Sequence[int], lower_scores: Sequence[LowerScores]
) -> dict[tuple[int, int], list[float]]:
    """Return what candidates gained from each amount to the next one."""
    gains: dict[tuple[int, int], list[float]] = {}
    for score, resource, lower in zip(scores, resources, lower_scores, strict=True):
        steps = [*lower, (resource, float(score))]
        for (less, before), (more, after) in pairwise(steps):
            if np.isfinite(after - before):
                gains.setdefault((less, more), []).append(after - before)
    return gains
