"""Points of the unit cube as features of a surrogate model."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skhpo.space._axis import Axis


class FeatureMap:
    """Maps canonical points to what a surrogate model sees.

    A continuous axis is one feature, its coordinate. An ordered one is one too:
    the level's position from 0 to 1, or the coordinate where the cells are not
    equal. A categorical axis is a block of one feature a level, ``1 / sqrt(2)``
    at the level and 0 elsewhere, so that two levels lie 1 apart. A sampled axis has
    no feature.

    .. versionadded:: 0.1

    Parameters
    ----------
    axes : sequence of Axis
        The axes of a :class:`SearchSpace`.

    Attributes
    ----------
    n_features : int
        The number of features.

    n_groups : int
        The number of groups: axes that are not sampled.

    groups : ndarray of shape (n_features,), dtype int64
        The group of each feature. Features of one group share a lengthscale.

    group_axes : ndarray of shape (n_groups,), dtype int64
        The position of each group's axis among `axes`.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.space import FeatureMap, SearchSpace
    >>> space = SearchSpace({"depth": [1, 2, 4], "criterion": ["gini", "entropy"]})
    >>> features = FeatureMap(space.axes)
    >>> points = space.canonicalize([[0.5, 0.1], [0.9, 0.9]])
    >>> features.transform(points, space.active(points)).round(3)
    array([[0.5  , 0.707, 0.   ],
           [1.   , 0.   , 0.707]])
    >>> features.groups
    array([0, 1, 1])
    """

    def __init__(self, axes: Sequence[Axis]) -> None:
        modelled = [i for i, axis in enumerate(axes) if axis.kind != "sampled"]
        widths = [_width(axes[i]) for i in modelled]
        starts = np.concatenate([[0], np.cumsum(widths)]).astype(np.int64)
        self.group_axes = np.array(modelled, dtype=np.int64)
        self.groups = np.repeat(np.arange(len(modelled)), widths).astype(np.int64)
        self.n_groups = len(modelled)
        self.n_features = int(starts[-1])
        numeric = [g for g, i in enumerate(modelled) if axes[i].kind != "categorical"]
        blocks = [g for g, i in enumerate(modelled) if axes[i].kind == "categorical"]
        self._numeric = self.group_axes[numeric]
        self._numeric_features = starts[numeric]
        self._categorical = self.group_axes[blocks]
        self._block_starts = starts[blocks]
        self._n_levels = np.array([widths[g] for g in blocks], dtype=np.float64)
        self._prepare_scales(axes)

    def transform(self, points: ArrayLike, active: ArrayLike) -> NDArray[np.float64]:
        """Give the features of canonical points.

        Parameters
        ----------
        points : array-like of shape (n, n_dims)
            Canonical points.

        active : array-like of shape (n, n_dims), dtype bool
            Which axes play a part. An inactive numeric axis gives 0.5, an inactive
            categorical one its level 0.

        Returns
        -------
        features : ndarray of shape (n, n_features), dtype float64
            The features.
        """
        points = np.asarray(points, dtype=np.float64)
        active = np.asarray(active, dtype=bool)
        features = np.zeros((len(points), self.n_features))
        numeric = points[:, self._numeric] * self._scale + self._shift
        numeric[~active[:, self._numeric]] = 0.5
        features[:, self._numeric_features] = numeric
        if self._categorical.size:
            codes = (points[:, self._categorical] * self._n_levels).astype(np.int64)
            codes = np.where(active[:, self._categorical], codes, 0)
            rows = np.arange(len(points))[:, np.newaxis]
            features[rows, self._block_starts + codes] = math.sqrt(0.5)
        return features

    def _prepare_scales(self, axes: Sequence[Axis]) -> None:
        """Stretch ordered axes, so that the centres of the end cells are 0 and 1."""
        self._scale = np.ones(self._numeric.size)
        self._shift = np.zeros(self._numeric.size)
        for position, column in enumerate(self._numeric):
            n_levels = axes[column].n_levels
            if axes[column].has_equal_cells and n_levels is not None:
                self._scale[position] = n_levels / (n_levels - 1)
                self._shift[position] = -0.5 / (n_levels - 1)


def _width(axis: Axis) -> int:
    """Count the features of an axis."""
    if axis.kind != "categorical":
        return 1
    assert axis.n_levels is not None
    return axis.n_levels
