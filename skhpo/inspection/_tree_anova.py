"""Functional ANOVA of regression trees, exactly.

A tree is constant on boxes that divide the cube. With the value v_l of each box and
the share p_la that it takes of axis a, the mean over all axes but those in S has the
second moment ``sum_lm v_l v_m prod_{a in S} o_alm prod_{a not in S} p_la p_ma``, where
o_alm is what the boxes l and m share of axis a. All variances follow from that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestRegressor

from skhpo.inspection._branches import BranchAxes, branches_of
from skhpo.inspection._decomposition import BranchVariance, Shares, combine
from skhpo.space import SearchSpace

FloatArray = NDArray[np.float64]

_N_TREES = 64
# Boxes are compared pair by pair.
_MOST_LEAVES = 400


@dataclass(frozen=True, eq=False)
class Layout:
    """Which features of a tree belong to which axis: one, or one a level."""

    space: SearchSpace
    starts: dict[int, int]
    n_features: int

    @classmethod
    def of(cls, space: SearchSpace) -> "Layout":
        """Lay the axes out one after the other."""
        starts, width = {}, 0
        for column, axis in enumerate(space.axes):
            if axis.kind == "sampled":
                continue
            starts[column] = width
            width += axis.n_levels or 1 if axis.kind == "categorical" else 1
        return cls(space, starts, width)

    def width(self, column: int) -> int:
        """Return the number of features of an axis."""
        axis = self.space.axes[column]
        return axis.n_levels or 1 if axis.kind == "categorical" else 1

    def features(self, points: FloatArray) -> FloatArray:
        """Return the features of canonical points."""
        features = np.zeros((len(points), self.n_features))
        for column, start in self.starts.items():
            axis = self.space.axes[column]
            if axis.kind == "categorical":
                levels = axis.to_level(points[:, column])
                features[np.arange(len(points)), start + levels] = 1.0
            else:
                features[:, start] = points[:, column]
        return features


def forest_shares(
    space: SearchSpace,
    points: FloatArray,
    scores: FloatArray,
    rng: np.random.Generator,
) -> list[Shares]:
    """Return the shares of variance by each tree of a random forest.

    Parameters
    ----------
    space : SearchSpace
        The space.

    points : ndarray of shape (n, n_dims), dtype float64
        The canonical points of the candidates.

    scores : ndarray of shape (n,), dtype float64
        Their scores.

    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    list of Shares
        One for each tree, which has seen a bootstrap sample of the candidates.
    """
    layout = Layout.of(space)
    forest = RandomForestRegressor(
        n_estimators=_N_TREES,
        max_leaf_nodes=_MOST_LEAVES,
        random_state=int(rng.integers(2**31)),
    )
    forest.fit(layout.features(points), scores)
    branches = branches_of(space)
    return [
        combine(decompose(tree.tree_, layout, branches), space.n_dims)
        for tree in forest.estimators_
    ]


def decompose(
    tree: Any, layout: Layout, branches: Sequence[BranchAxes]
) -> list[BranchVariance]:
    """Decompose the variance of a tree on every branch."""
    lower, upper, values = _boxes(tree, layout.n_features)
    # Squares of large scores with small differences would cancel out.
    values = values - values.mean()
    return [_on_branch(branch, layout, lower, upper, values) for branch in branches]


def _boxes(tree: Any, n_features: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the lower and upper ends of the leaves, and their values."""
    lower = np.full((tree.node_count, n_features), -np.inf)
    upper = np.full((tree.node_count, n_features), np.inf)
    # Children have greater numbers than their parent.
    for node in range(tree.node_count):
        left, right = tree.children_left[node], tree.children_right[node]
        if left == right:
            continue
        feature, threshold = tree.feature[node], tree.threshold[node]
        for child in (left, right):
            lower[child], upper[child] = lower[node], upper[node]
        upper[left, feature] = threshold
        lower[right, feature] = threshold
    is_leaf = tree.children_left == tree.children_right
    return lower[is_leaf], upper[is_leaf], tree.value[is_leaf, 0, 0]


def _on_branch(
    branch: BranchAxes,
    layout: Layout,
    lower: FloatArray,
    upper: FloatArray,
    values: FloatArray,
) -> BranchVariance:
    """Decompose the variance on one branch."""
    at = layout.features(branch.base[None])[0]
    holds = (lower < at) & (at <= upper)
    for column in branch.columns:
        start = layout.starts[column]
        holds[:, start : start + layout.width(column)] = True
    rows = np.flatnonzero(holds.all(axis=1))
    sizes, overlaps = [], []
    for column in branch.columns:
        start = layout.starts[column]
        block = slice(start, start + layout.width(column))
        size, overlap = _overlaps(
            layout.space.axes[column], lower[rows, block], upper[rows, block]
        )
        sizes.append(size)
        overlaps.append(overlap)
    return _variances(branch.columns, sizes, overlaps, values[rows])


def _overlaps(
    axis: Any, lower: FloatArray, upper: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return which share of an axis each box takes, and each two have in common."""
    if axis.kind == "categorical":
        levels = np.eye(axis.n_levels)
        inside = (lower[:, None] < levels) & (levels <= upper[:, None])
        allowed = np.asarray(inside.all(axis=2), dtype=np.float64)
        return allowed.mean(axis=1), allowed @ allowed.T / axis.n_levels
    start, end = _mass(axis, lower[:, 0]), _mass(axis, upper[:, 0])
    common = np.minimum(end[:, None], end) - np.maximum(start[:, None], start)
    return end - start, np.maximum(common, 0.0)


def _mass(axis: Any, thresholds: FloatArray) -> FloatArray:
    """Return which share of the axis lies below thresholds."""
    clipped = np.clip(thresholds, 0.0, 1.0)
    if not axis.has_equal_cells:
        return clipped
    # A cell belongs where its centre does.
    return np.asarray(np.floor(clipped * axis.n_levels + 0.5) / axis.n_levels)


def _variances(
    columns: tuple[int, ...],
    sizes: Sequence[FloatArray],
    overlaps: Sequence[FloatArray],
    values: FloatArray,
) -> BranchVariance:
    """Return all variances of a function that is constant on boxes."""
    n = len(columns)
    share: FloatArray = np.ones(len(values))
    for size in sizes:
        share = share * size
    rows = np.flatnonzero(share > 0.0)
    share, values = share[rows], values[rows]
    mean = float(share @ values)
    variance = float(share @ (values - mean) ** 2)
    centred = values - mean
    weighted = np.outer(share * centred, share * centred)
    ratios = [
        overlap[np.ix_(rows, rows)] / np.outer(size[rows], size[rows])
        for size, overlap in zip(sizes, overlaps, strict=True)
    ]
    main = np.array([float((weighted * ratio).sum()) for ratio in ratios])
    # What is left after the mean along an axis has everything but its effects.
    total = np.array(
        [
            variance - float((weighted * _product(ratios, leave_out=i)).sum())
            for i in range(n)
        ]
    )
    pairs = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1, n):
            both = float((weighted * ratios[i] * ratios[j]).sum())
            pairs[i, j] = max(both - main[i] - main[j], 0.0)
    return BranchVariance(
        mean,
        variance,
        columns,
        np.maximum(main, 0.0),
        np.maximum(total, 0.0),
        pairs,
    )


def _product(ratios: Sequence[FloatArray], leave_out: int) -> FloatArray | float:
    """Multiply all but one."""
    product: FloatArray | float = 1.0
    for i, ratio in enumerate(ratios):
        if i != leave_out:
            product = product * ratio
    return product
