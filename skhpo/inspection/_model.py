"""A Gaussian process of the scores, as everything here that needs a model has it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from skhpo.inspection._candidates import Candidates
from skhpo.space import FeatureMap, SearchSpace
from skhpo.surrogates import GaussianProcess, transform_targets

FloatArray = NDArray[np.float64]

# A fit takes time with the cube of the candidates.
_MOST_FITTED = 400
FEWEST_CANDIDATES = 5
_N_FOLDS = 5


@dataclass(frozen=True, eq=False)
class ScoreModel:
    """A Gaussian process of the scores over the search space.

    It is fitted to scores that were made normal; `to_scores` leads back.

    Parameters
    ----------
    space : SearchSpace
        The space.

    process : GaussianProcess
        The model.

    features : FeatureMap
        From points to what the model sees.

    points : ndarray of shape (n, n_dims), dtype float64
        The points that it was fitted to.

    scores, targets : ndarray of shape (n,), dtype float64
        Their scores, and these made normal.
    """

    space: SearchSpace
    process: GaussianProcess
    features: FeatureMap
    points: FloatArray
    scores: FloatArray
    targets: FloatArray

    @classmethod
    def of(cls, candidates: Candidates) -> "ScoreModel":
        """Fit the candidates with a score; of very many, those that tell the most.

        Raises
        ------
        ValueError
            If there are too few of them, or nothing that a model could see.
        """
        rows = candidates.scored
        if len(rows) < FEWEST_CANDIDATES:
            raise ValueError(
                f"A model of the scores needs {FEWEST_CANDIDATES} candidates with a "
                f"finite score on every split. Got {len(rows)} of "
                f"{len(candidates.scores)}; evaluate more candidates."
            )
        space = candidates.space
        features = FeatureMap(space.axes)
        if features.n_features == 0:
            raise ValueError(
                "A model of the scores needs a parameter that varies and is not drawn "
                f"by an object with 'rvs' only. Got {space!r}; give ranges or lists."
            )
        rows = rows[_thinned(candidates.scores[rows])]
        points, scores = candidates.points[rows], candidates.scores[rows]
        targets = transform_targets(scores)
        process = GaussianProcess(features.groups)
        process.fit(features.transform(points, space.active(points)), targets)
        return cls(space, process, features, points, scores, targets)

    def rows(self, points: FloatArray) -> FloatArray:
        """Return what the model sees of canonical points."""
        return self.features.transform(points, self.space.active(points))

    def predict(self, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return mean and standard deviation at points, in the unit of the targets."""
        mean, sd = self.process.predict(self.rows(points))
        return mean, sd

    def draws(
        self, points: FloatArray, n_draws: int, rng: np.random.Generator
    ) -> FloatArray:
        """Return functions drawn from the posterior; shape (n_draws, n_points)."""
        rows = self.rows(points)
        return np.array([self.process.sample(rng)(rows) for _ in range(n_draws)])

    def to_scores(self, targets: FloatArray) -> FloatArray:
        """Translate targets to scores, beyond the extremes by the slope up to them."""
        levels, index = np.unique(self.targets, return_index=True)
        if len(levels) < 2:
            return np.full(np.shape(targets), self.scores[0])
        scores = self.scores[index]
        result = np.interp(targets, levels, scores)
        slopes = self._end_slopes(levels, scores)
        result += slopes[0] * np.minimum(targets - levels[0], 0.0)
        result += slopes[1] * np.maximum(targets - levels[-1], 0.0)
        return np.asarray(result, dtype=np.float64)

    def _end_slopes(self, levels: FloatArray, scores: FloatArray) -> tuple[float, ...]:
        """Return how steeply scores rise at the lower and at the upper end."""
        n = max(1, len(levels) // 4)
        lower = (scores[n] - scores[0]) / (levels[n] - levels[0])
        upper = (scores[-1] - scores[-1 - n]) / (levels[-1] - levels[-1 - n])
        return float(lower), float(upper)

    def explained_share(self) -> float:
        """Return which share of the variance it predicts of what it was not shown.

        The parts are left out in turn; the hyperparameters stay as they are.
        """
        rows = self.rows(self.points)
        residuals = np.empty(len(rows))
        process = GaussianProcess(self.features.groups)
        process.load_state_dict(self.process.state_dict())
        n_folds = min(_N_FOLDS, len(rows))
        # In the order of proposal neighbours are alike, so each fold takes every
        # fifth candidate.
        fold_of = np.arange(len(rows)) % n_folds
        for fold in range(n_folds):
            left = fold_of == fold
            process.fit(rows[~left], self.targets[~left], optimize=False)
            residuals[left] = self.targets[left] - process.predict(rows[left]).mean
        total = float(((self.targets - self.targets.mean()) ** 2).sum())
        return 1.0 - float((residuals**2).sum()) / total if total > 0.0 else 0.0


def spread_points(space: SearchSpace, log2_n_points: int) -> FloatArray:
    """Return canonical points all over the space, always the same ones."""
    sobol = qmc.Sobol(max(space.n_dims, 1), scramble=False)
    points: FloatArray = sobol.random_base2(log2_n_points)
    return space.canonicalize(points[:, : space.n_dims])


def allowed_points(space: SearchSpace, points: FloatArray) -> FloatArray:
    """Return the points that the constraint of the space allows."""
    if space.constraint is None:
        return points
    allowed = [space.is_allowed(space.decode(point)) for point in points]
    return np.asarray(points[np.array(allowed, dtype=bool)])


def _thinned(scores: FloatArray) -> NDArray[np.intp]:
    """Return rows to fit: the better half of the limit, and others spread evenly."""
    order = np.argsort(-scores, kind="stable")
    if len(scores) <= _MOST_FITTED:
        return np.sort(order)
    n_best = _MOST_FITTED // 2
    spread = np.linspace(n_best, len(scores) - 1, _MOST_FITTED - n_best)
    return np.sort(np.concatenate([order[:n_best], order[spread.astype(np.intp)]]))
