"""Which of many children to evaluate, by what their nearest relatives scored."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from skhpo.space import SearchSpace

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

_N_NEIGHBOURS = 5
# The distance of two choices, where the distance of two numbers is at most 1.
_DISTANCE_OF_CHOICES = 0.3
_NOVELTY = 0.5
_LEAST_DISTANCE = 1e-3


class Preselection:
    """Sorts children by what their nearest neighbours scored and how new they are.

    Breeding costs next to nothing and an evaluation much, so far more children are
    bred than evaluated. In the manner of Zhang et al. [1]_ their nearest neighbours
    tell which are worth it; a share of the distance to the nearest keeps the
    population from closing in on what it knows.

    Parameters
    ----------
    space : SearchSpace
        The space of the points.

    References
    ----------
    .. [1] J. Zhang, A. Zhou, K. Tang, G. Zhang, "Preselection via classification: a
       case study on evolutionary multiobjective optimization", 2018.
    """

    def __init__(self, space: SearchSpace) -> None:
        kinds = np.array([axis.kind for axis in space.axes], dtype=object)
        self._is_choice = kinds == "categorical"
        self._is_modelled = kinds != "sampled"

    def sort(
        self,
        children: FloatArray,
        points: FloatArray,
        scores: FloatArray,
        pending: FloatArray,
    ) -> IntArray:
        """Sort children, the most promising first.

        Parameters
        ----------
        children : ndarray of shape (n_children, n_dims), dtype float64
            Canonical points.

        points : ndarray of shape (n, n_dims), dtype float64
            Points that have a score, at least one.

        scores : ndarray of shape (n,), dtype float64
            Their scores.

        pending : ndarray of shape (n_pending, n_dims), dtype float64
            Points whose scores are still to come.

        Returns
        -------
        order : ndarray of shape (n_children,), dtype intp
            Rows of `children`.
        """
        distances = self._distances(children, points)
        n_neighbours = min(_N_NEIGHBOURS, len(points))
        nearest = np.argpartition(distances, n_neighbours - 1, axis=1)[:, :n_neighbours]
        near = np.take_along_axis(distances, nearest, axis=1)
        ranks = rankdata(scores) / len(scores)
        weights = (near + _LEAST_DISTANCE) ** -2.0
        expected = (weights * ranks[nearest]).sum(axis=1) / weights.sum(axis=1)
        novelty = near.min(axis=1)
        if len(pending):
            of_pending = self._distances(children, pending).min(axis=1)
            novelty = np.minimum(novelty, of_pending)
        return np.argsort(-(expected + _NOVELTY * novelty), kind="stable")

    def _distances(self, children: FloatArray, points: FloatArray) -> FloatArray:
        """Return the distances between two sets of points."""
        differences = (children[:, None, :] - points[None]) * self._is_modelled
        differences = np.where(
            self._is_choice, _DISTANCE_OF_CHOICES * (differences != 0.0), differences
        )
        return np.asarray(np.sqrt((differences**2).sum(axis=2)), dtype=np.float64)
