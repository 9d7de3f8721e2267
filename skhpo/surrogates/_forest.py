"""A forest of randomised trees."""

import copy
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn import config_context
from sklearn.tree import ExtraTreeRegressor

from skhpo.surrogates._base import FloatArray, Posterior

_N_TREES = 40
# With leaves of single observations the search was worse in experiments.
_LEAST_SPLIT = 5
_LEAST_VARIANCE = 1e-6


class Forest:
    """Extremely randomised trees, with a variance, after Hutter et al. [1]_.

    The trees are those of Geurts et al. [2]_: every tree sees all observations and
    splits at random thresholds, so the trees differ most where observations are
    far. The variance is that of the trees' means plus the mean variance within
    their leaves.

    .. versionadded:: 0.1

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness of the fits.

    References
    ----------
    .. [1] F. Hutter, H. H. Hoos, K. Leyton-Brown, "Sequential model-based
       optimization for general algorithm configuration", 2011.

    .. [2] P. Geurts, D. Ernst, L. Wehenkel, "Extremely randomized trees", 2006.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates import Forest
    >>> features = np.linspace(0, 1, 30)[:, None]
    >>> model = Forest(np.random.default_rng(0)).fit(features, features[:, 0] ** 2)
    >>> mean, sd = model.predict(np.array([[0.5]]))
    >>> bool(abs(mean[0] - 0.25) < 0.1)
    True
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._seeds: list[int] = []
        self._trees: list[_Tree] = []
        self._features = np.empty((0, 0))
        self._targets = np.empty(0)
        self._noise_scale = np.empty(0)

    def fit(
        self,
        features: FloatArray,
        targets: FloatArray,
        *,
        noise_scale: FloatArray | None = None,
    ) -> Self:
        """Grow all trees anew.

        Parameters
        ----------
        features : ndarray of shape (n, n_features), dtype float64
            One row for each observation, n at least 1.

        targets : ndarray of shape (n,), dtype float64
            The observed targets, mean 0 and standard deviation 1.

        noise_scale : ndarray of shape (n,), dtype float64, default=None
            How many times less each observation weighs than a full one; all ones
            when None.

        Returns
        -------
        self : Forest
            The model itself.
        """
        self._features, self._targets = features, targets
        self._noise_scale = (
            np.ones(len(targets)) if noise_scale is None else noise_scale
        )
        self._seeds = self._rng.integers(2**31, size=_N_TREES).tolist()
        self._grow()
        return self

    def predict(self, features: FloatArray) -> Posterior:
        """Predict the noiseless score.

        Parameters
        ----------
        features : ndarray of shape (n_rows, n_features), dtype float64
            The rows to predict.

        Returns
        -------
        posterior : Posterior
            Mean and standard deviation, ``n_rows`` each.
        """
        rows = _as_rows(features)
        by_tree = [tree.predict(rows) for tree in self._trees]
        means = np.array([mean for mean, _ in by_tree])
        within = np.mean([variance for _, variance in by_tree], axis=0)
        variance = np.maximum(means.var(axis=0) + within, _LEAST_VARIANCE)
        return Posterior(means.mean(axis=0), np.sqrt(variance))

    def condition(self, features: FloatArray) -> Self:
        """Believe that pending rows will score as predicted.

        Parameters
        ----------
        features : ndarray of shape (n_pending, n_features), dtype float64
            Rows whose scores are not known yet.

        Returns
        -------
        conditioned : Forest
            Another model, grown from the same seeds; this one is left as it was.
        """
        conditioned = copy.copy(self)
        conditioned._features = np.vstack([self._features, features])
        believed = self.predict(features).mean
        conditioned._targets = np.concatenate([self._targets, believed])
        conditioned._noise_scale = np.append(self._noise_scale, np.ones(len(features)))
        conditioned._grow()
        return conditioned

    def sample(self, rng: np.random.Generator) -> "TreeDraw":
        """Draw a function from the posterior: one of the trees.

        Parameters
        ----------
        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        draw : PosteriorDraw
            The function.
        """
        return TreeDraw(self._trees[int(rng.integers(len(self._trees)))])

    def _grow(self) -> None:
        """Grow a tree from each seed."""
        rows = _as_rows(self._features)
        # checking the parameters of a small tree takes longer than growing it
        with config_context(skip_parameter_validation=True):
            self._trees = [
                _Tree(rows, self._targets, 1.0 / self._noise_scale, seed)
                for seed in self._seeds
            ]


class TreeDraw:
    """One tree of a forest, as a function drawn from the posterior."""

    is_smooth = False

    def __init__(self, tree: "_Tree") -> None:
        self._tree = tree

    def __call__(self, features: FloatArray) -> FloatArray:
        """Evaluate many rows."""
        return self._tree.predict(_as_rows(features))[0]

    def value_and_gradient(self, row: FloatArray) -> tuple[float, FloatArray]:
        """Evaluate one row; a step function is flat."""
        return float(self(row[None])[0]), np.zeros(len(row))


class _Tree:
    """One tree, with the mean and the variance of each node."""

    def __init__(
        self,
        rows: NDArray[np.float32],
        targets: FloatArray,
        weights: FloatArray,
        seed: int,
    ) -> None:
        tree = ExtraTreeRegressor(
            min_samples_split=_LEAST_SPLIT, max_features=1.0, random_state=seed
        )
        tree.fit(rows, targets, sample_weight=weights, check_input=False)
        self._tree: Any = tree.tree_
        self._mean = self._tree.value[:, 0, 0]
        self._variance = self._tree.impurity

    def predict(self, rows: NDArray[np.float32]) -> tuple[FloatArray, FloatArray]:
        """Return mean and variance of the leaf that each row falls into."""
        leaves = self._tree.apply(rows)
        return self._mean[leaves], self._variance[leaves]


def _as_rows(features: FloatArray) -> NDArray[np.float32]:
    """Return what trees are grown from, with a column where there is none."""
    rows = np.ascontiguousarray(features, dtype=np.float32)
    return rows if rows.shape[1] else np.zeros((len(rows), 1), dtype=np.float32)
