"""What the fits of candidates take, predicted, and how much that counts."""

from collections.abc import Mapping
from typing import Any, Literal, Self, TypeAlias

import numpy as np

from skhpo.generators._ranking import FloatArray
from skhpo.space import FeatureMap, SearchSpace
from skhpo.surrogates import GaussianProcess

CostName: TypeAlias = Literal["fit_time"]

# What shorter fits differ by is the noise of the clock, and less than the search
# itself takes for a candidate.
_SHORTEST = 1e-3
# The hyperparameters are fitted again when so many times are known, and one in so
# many of them is new: times have less to tell than scores, and less depends on them.
_FEWEST, _REFIT_SHARE = 3, 5


class FitTimeModel:
    """A Gaussian process of the logarithm of fit times, in seconds.

    As an `AcquisitionFunction` it is the predicted logarithm, less the mean of those
    observed: where nothing is known, a row costs what others do in the mean.

    Parameters
    ----------
    space : SearchSpace
        The space.
    """

    is_smooth = True

    def __init__(self, space: SearchSpace) -> None:
        self.space = space
        self._feature_map = FeatureMap(space.axes)
        self._process = GaussianProcess(self._feature_map.groups)
        self._n_at_refit = 0
        self._spread = 0.0

    def fit(self, points: FloatArray, fit_times: FloatArray) -> Self:
        """Learn from the fit times of points, NaN where one is not known."""
        is_known = np.isfinite(fit_times)
        logs = np.log(np.maximum(fit_times[is_known], _SHORTEST))
        # The deviation of equal numbers may be a rounding error instead of 0.
        differ = len(logs) >= _FEWEST and np.ptp(logs) > 0.0
        self._spread = float(logs.std()) if differ else 0.0
        if self._tells_something:
            targets = (logs - logs.mean()) / self._spread
            self._process.fit(
                self._features(points[is_known]),
                targets,
                optimize=self._is_refit_due(len(logs)),
            )
        return self

    def at(self, points: FloatArray) -> FloatArray:
        """Predict for points."""
        return self(self._features(points))

    def __call__(self, features: FloatArray) -> FloatArray:
        """Predict for many rows of features."""
        if not self._tells_something:
            return np.zeros(len(features))
        return self._spread * self._process.predict(features).mean

    def value_and_gradient(self, row: FloatArray) -> tuple[float, FloatArray]:
        """Predict for one row, with the derivatives by its features."""
        if not self._tells_something:
            return 0.0, np.zeros(len(row))
        mean, _, gradient, _ = self._process.predict_gradient(row)
        return self._spread * mean, self._spread * gradient

    def state_dict(self) -> dict[str, Any]:
        """Return what the next fit depends on, ready for JSON."""
        return {
            "n_at_refit": self._n_at_refit,
            "process": self._process.state_dict(),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over what another one remembered."""
        self._n_at_refit = int(state["n_at_refit"])
        self._process.load_state_dict(state["process"])

    @property
    def _tells_something(self) -> bool:
        """Whether there are times, and they differ."""
        return self._spread > 0.0

    def _is_refit_due(self, n_known: int) -> bool:
        """Tell whether the hyperparameters are to be fitted again."""
        if self._n_at_refit and n_known - self._n_at_refit < n_known // _REFIT_SHARE:
            return False
        self._n_at_refit = n_known
        return True

    def _features(self, points: FloatArray) -> FloatArray:
        """Return the features of points."""
        return self._feature_map.transform(points, self.space.active(points))


def cost_weight(n_candidates: int, n_proposed: int, n_design: int) -> float:
    """Return how much fit times count: the share of the candidates that is left.

    This is alpha of the cost-cooling of Lee et al. (2020), for a budget of candidates:
    from 1, at the first candidate behind the initial design, to 0.

    Parameters
    ----------
    n_candidates : int
        How many candidates there are to be.

    n_proposed : int
        How many have been proposed.

    n_design : int
        How many make up the initial design.

    Returns
    -------
    weight : float
        From 0 to 1.
    """
    n_left, n_behind = n_candidates - n_proposed, n_candidates - n_design
    return max(0.0, min(1.0, n_left / n_behind)) if n_behind > 0 else 0.0
