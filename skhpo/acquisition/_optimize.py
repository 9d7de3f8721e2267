"""The search for the most promising points of a search space."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from skhpo.acquisition._base import AcquisitionFunction
from skhpo.acquisition._mutation import Mutation
from skhpo.space import FeatureMap, SearchSpace

FloatArray = NDArray[np.float64]

_N_UNIFORM = 500
# Mutants of the observed points that the model thinks best: how many of the
# points, how many mutants, and their scale.
_ELITE_MUTANTS = ((5, 200, 0.5), (2, 100, 0.1))
_N_ROUNDS, _N_PARENTS, _N_MUTANTS = 5, 8, 200
_FIRST_SCALE, _SCALE_DECAY = 0.3, 0.6
_N_POLISHED = 3
# Squared distance below which two points climb the same hill.
_SAME_HILL = 1e-3
# A space of no more points than this is looked at in full.
_SMALL_SPACE = 1000


class AcquisitionOptimizer:
    """Maximiser of an acquisition function over a search space.

    A pool of uniform points and of mutants of the best observed ones; five
    rounds of mutants of the best of the pool; where there are gradients, ascent on
    the active continuous coordinates of the best three, after Hutter et al. [1]_
    and Snoek et al. [2]_. Small finite spaces are enumerated instead.

    .. versionadded:: 0.1

    Parameters
    ----------
    space : SearchSpace
        The space to search.

    feature_map : FeatureMap
        From points to the features that the acquisition function takes.

    References
    ----------
    .. [1] F. Hutter, H. H. Hoos, K. Leyton-Brown, "Sequential model-based
       optimization for general algorithm configuration", 2011.

    .. [2] J. Snoek, H. Larochelle, R. P. Adams, "Practical Bayesian optimization
       of machine learning algorithms", 2012.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.acquisition import AcquisitionOptimizer, LogExpectedImprovement
    >>> from skhpo.space import FeatureMap, Real, SearchSpace
    >>> from skhpo.surrogates import GaussianProcess
    >>> space = SearchSpace({"C": Real(0.0, 1.0)})
    >>> features, targets = np.array([[0.0], [1.0]]), np.array([-1.0, 1.0])
    >>> model = GaussianProcess(np.array([0])).fit(features, targets)
    >>> optimizer = AcquisitionOptimizer(space, FeatureMap(space.axes))
    >>> points = optimizer.maximize(
    ...     LogExpectedImprovement(model, 1.0),
    ...     elites=features,
    ...     is_eligible=lambda point: True,
    ...     rng=np.random.default_rng(0),
    ... )
    >>> bool(points[0, 0] > 0.5)
    True
    """

    def __init__(self, space: SearchSpace, feature_map: FeatureMap) -> None:
        self.space = space
        self.feature_map = feature_map
        self.mutation = Mutation(space)
        self._is_sampled = np.array(
            [axis.kind == "sampled" for axis in space.axes], dtype=bool
        )
        self._feature_of = _continuous_features(space, feature_map)
        self._every_point: FloatArray | None = None

    def maximize(
        self,
        acquisition: AcquisitionFunction,
        *,
        elites: FloatArray,
        is_eligible: Callable[[FloatArray], bool],
        rng: np.random.Generator,
    ) -> FloatArray:
        """Rank points by the acquisition function.

        Parameters
        ----------
        acquisition : AcquisitionFunction
            How promising features are.

        elites : ndarray of shape (n_elites, n_dims), dtype float64
            The observed points that the model thinks best, the best first.

        is_eligible : callable
            Whether a point may be proposed; only eligible points breed.

        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        points : ndarray of shape (n_points, n_dims), dtype float64
            Canonical points, the most promising first; not only eligible ones.
        """
        if self.space.cardinality <= _SMALL_SPACE:
            points = self._enumerate()
            return points[_order(self._evaluate(acquisition, points))]
        points = self._pool(elites, rng)
        values = self._evaluate(acquisition, points)
        for n_round in range(_N_ROUNDS):
            parents = self._best(points, values, _N_PARENTS, 0.0, is_eligible)
            if not len(parents):
                break
            scale = _FIRST_SCALE * _SCALE_DECAY**n_round
            mutants = self._mutate(parents, _N_MUTANTS, scale, rng)
            points = np.vstack([points, mutants])
            values = np.append(values, self._evaluate(acquisition, mutants))
        if not acquisition.is_smooth:
            return points[_order(values)]
        starts = self._best(points, values, _N_POLISHED, _SAME_HILL, is_eligible)
        if len(starts):
            polished = np.vstack([self._polish(acquisition, row) for row in starts])
            points = np.vstack([polished, points])
            values = np.append(self._evaluate(acquisition, polished), values)
        return points[_order(values)]

    def _enumerate(self) -> FloatArray:
        """Return every point of a small space."""
        if self._every_point is None:
            points = list(self.space.enumerate())
            self._every_point = np.array(points).reshape(-1, self.space.n_dims)
        return self._every_point

    def _evaluate(
        self, acquisition: AcquisitionFunction, points: FloatArray
    ) -> FloatArray:
        """Apply the acquisition function to points."""
        active = self.space.active(points)
        return acquisition(self.feature_map.transform(points, active))

    def _pool(self, elites: FloatArray, rng: np.random.Generator) -> FloatArray:
        """Draw uniform points and mutants of the elites."""
        uniform = rng.random((_N_UNIFORM, self.space.n_dims))
        parts = [self.space.canonicalize(uniform)]
        if len(elites):
            parts += [
                self._mutate(elites[:n_elites], n_mutants, scale, rng)
                for n_elites, n_mutants, scale in _ELITE_MUTANTS
            ]
        return np.vstack(parts)

    def _mutate(
        self,
        parents: FloatArray,
        n_mutants: int,
        scale: float,
        rng: np.random.Generator,
    ) -> FloatArray:
        """Mutate, and redraw what the model knows nothing of."""
        mutants = self.mutation(parents, n_mutants, scale, rng)
        if self._is_sampled.any():
            drawn = np.where(self._is_sampled, rng.random(mutants.shape), mutants)
            mutants = self.space.canonicalize(drawn)
        return mutants

    def _best(
        self,
        points: FloatArray,
        values: FloatArray,
        n_best: int,
        least_distance: float,
        is_eligible: Callable[[FloatArray], bool],
    ) -> FloatArray:
        """Return the best eligible points that are no closer than a squared distance.

        The points are tried from the best on, so few of them are ever checked.
        """
        best = np.empty((n_best, self.space.n_dims))
        n_found = 0
        for point in points[_order(values)]:
            distances = ((best[:n_found] - point) ** 2).sum(axis=1)
            if distances.min(initial=np.inf) > least_distance and is_eligible(point):
                best[n_found] = point
                n_found += 1
                if n_found == n_best:
                    break
        return best[:n_found]

    def _polish(
        self, acquisition: AcquisitionFunction, point: FloatArray
    ) -> FloatArray:
        """Climb along the active continuous coordinates, the others held fixed."""
        active = self.space.active(point[None])
        columns = np.flatnonzero(active[0] & (self._feature_of >= 0))
        if not len(columns):
            return point
        row = self.feature_map.transform(point[None], active)[0]
        features = self._feature_of[columns]

        def descend(coordinates: FloatArray) -> tuple[float, FloatArray]:
            row[features] = coordinates
            value, gradient = acquisition.value_and_gradient(row)
            return -value, -gradient[features]

        result = minimize(
            descend,
            point[columns],
            jac=True,
            method="L-BFGS-B",
            bounds=[(0.0, 1.0)] * len(columns),
            options={"maxiter": 20, "ftol": 1e-6},
        )
        polished = point.copy()
        polished[columns] = result.x
        canonical: FloatArray = self.space.canonicalize(polished[None])[0]
        return canonical


def _order(values: FloatArray) -> NDArray[np.intp]:
    """Return the indices from the greatest value on, the first of equals first."""
    order: NDArray[np.intp] = np.argsort(-values, kind="stable")
    return order


def _continuous_features(
    space: SearchSpace, feature_map: FeatureMap
) -> NDArray[np.intp]:
    """Return the feature of each continuous axis, -1 for the other axes."""
    features = np.full(space.n_dims, -1, dtype=np.intp)
    for group, column in enumerate(feature_map.group_axes):
        if space.axes[column].kind == "continuous":
            features[column] = np.flatnonzero(feature_map.groups == group)[0]
    return features
