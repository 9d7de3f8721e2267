"""What one earlier search says."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PriorSearch:
    """The candidates of an earlier search, as points of the present space.

    .. versionadded:: 0.1

    Parameters
    ----------
    points : ndarray of shape (n, n_dims), dtype float64
        Canonical points, n at least 1.

    scores : ndarray of shape (n,), dtype float64
        Their scores, greater is better, at least one of them finite. What is not
        finite has failed and counts as the worst.

    Raises
    ------
    ValueError
        If there is no finite score, or not one score for each point.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.transfer import PriorSearch
    >>> PriorSearch(np.array([[0.1], [0.9]]), np.array([0.5, np.nan])).scores
    array([0.5, 0.5])
    """

    points: FloatArray
    scores: FloatArray

    def __post_init__(self) -> None:
        """Give what failed the worst score."""
        scores = np.array(self.scores, dtype=np.float64)
        is_finite = np.isfinite(scores)
        if scores.shape != self.points.shape[:1] or not is_finite.any():
            raise ValueError(
                "A PriorSearch needs a score for each point, and a finite one among "
                f"them. Got {len(self.points)} points and the scores {scores}; leave "
                "the search out."
            )
        scores[~is_finite] = scores[is_finite].min()
        object.__setattr__(self, "scores", scores)
