"""Whom to breed from and which child to evaluate, by the distances of points."""

import math

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
# Whatever is nearer than this over the root of the number of candidates is a clone.
_RADIUS = 0.3


class Preselection:
    """Selects by distances: whom to breed from, and which of the children to evaluate.

    Breeding costs next to nothing and an evaluation much, so far more children are
    bred than evaluated. In the manner of Zhang et al. [1]_ their nearest neighbours
    tell which are worth it; a share of the distance to the nearest keeps the
    population from closing in on what it knows. Clones, points closer to another than
    a radius that falls as candidates become many, are cleared away [2]_: on a plateau
    they would take the population over.

    Parameters
    ----------
    space : SearchSpace
        The space of the points.

    References
    ----------
    .. [1] J. Zhang, A. Zhou, K. Tang, G. Zhang, "Preselection via classification: a
       case study on evolutionary multiobjective optimization", 2018.

    .. [2] A. Petrowski, "A clearing procedure as a niching method for genetic
       algorithms", 1996.
    """

    def __init__(self, space: SearchSpace) -> None:
        kinds = np.array([axis.kind for axis in space.axes], dtype=object)
        self._is_choice = kinds == "categorical"
        self._is_modelled = kinds != "sampled"

    def clear(self, points: FloatArray, n_kept: int, n_candidates: int) -> IntArray:
        """Select the best points that are no clones of better ones.

        Parameters
        ----------
        points : ndarray of shape (n, n_dims), dtype float64
            Canonical points, sorted by their scores, the best first.

        n_kept : int
            How many to select.

        n_candidates : int
            How many candidates there are in all, by which the radius shrinks.

        Returns
        -------
        kept : ndarray of shape (n_selected,), dtype intp
            Their rows; fewer than `n_kept` where the others are clones.
        """
        kept: list[int] = []
        nearest = np.full(len(points), np.inf)
        radius = _radius(n_candidates)
        while len(kept) < n_kept and (nearest >= radius).any():
            kept.append(int(np.argmax(nearest >= radius)))
            to_latest = self._distances(points, points[kept[-1:]])[:, 0]
            nearest = np.minimum(nearest, to_latest)
            nearest[kept[-1]] = -np.inf
        return np.array(kept, dtype=np.intp)

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
        is_clone = novelty < _radius(len(points) + len(pending))
        return np.lexsort((-(expected + _NOVELTY * novelty), is_clone))

    def _distances(self, children: FloatArray, points: FloatArray) -> FloatArray:
        """Return the distances between two sets of points."""
        differences = (children[:, None, :] - points[None]) * self._is_modelled
        differences = np.where(
            self._is_choice, _DISTANCE_OF_CHOICES * (differences != 0.0), differences
        )
        return np.asarray(np.sqrt((differences**2).sum(axis=2)), dtype=np.float64)


def _radius(n_candidates: int) -> float:
    """Return the distance below which a point is a clone."""
    return _RADIUS / math.sqrt(max(n_candidates, 1))
