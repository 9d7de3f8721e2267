"""Ranks points by an acquisition function of a surrogate."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from skhpo.acquisition import (
    AcquisitionFunction,
    AcquisitionName,
    AcquisitionOptimizer,
    PerCost,
    make_acquisition,
)
from skhpo.generators._fit_times import FitTimeModel
from skhpo.generators._ranking import Evidence, FloatArray
from skhpo.space import FeatureMap, SearchSpace
from skhpo.surrogates import (
    GaussianProcess,
    StatefulSurrogate,
    Surrogate,
    transform_targets,
)
from skhpo.transfer import TransferProcess

_N_ELITES = 5
# A mean over a smaller part of the splits than 1 / 2 is no score to improve on: among
# many such means, the greatest is great by luck.
_NOISIEST_INCUMBENT = 2.0
# From so many observations on, the hyperparameters are fitted again only after
# one observation in twenty.
_ALWAYS_REFIT, _REFIT_SHARE = 200, 20


class ModelRanking:
    """Fits a surrogate to the transformed scores and maximises an acquisition function.

    Parameters
    ----------
    space : SearchSpace
        The space.

    feature_map : FeatureMap
        From points to the features of the surrogate.

    surrogate : Surrogate
        The model.

    acquisition : str
        The name of the acquisition function.

    is_eligible : callable
        Whether a point may be proposed.

    fit_time_model : FitTimeModel, default=None
        Predicts what fits take, where that matters.
    """

    def __init__(
        self,
        space: SearchSpace,
        feature_map: FeatureMap,
        surrogate: Surrogate,
        acquisition: AcquisitionName,
        is_eligible: Callable[[FloatArray], bool],
        fit_time_model: FitTimeModel | None = None,
    ) -> None:
        self.space = space
        self._feature_map = feature_map
        self.surrogate = surrogate
        self._acquisition = acquisition
        self._is_eligible = is_eligible
        self._fit_time_model = fit_time_model
        self._optimizer = AcquisitionOptimizer(space, feature_map)
        self._n_at_refit = 0

    def rank(self, evidence: Evidence, rng: np.random.Generator) -> FloatArray:
        """Return canonical points, the most promising first."""
        features = self._features(evidence.points)
        targets = transform_targets(evidence.scores)
        model = self._fit(features, targets, evidence)
        best_first = np.argsort(-model.predict(features).mean, kind="stable")
        incumbent = _incumbent(targets, evidence.noise_scale)
        if len(evidence.pending):
            pending = self._features(evidence.pending)
            # What is believed to come must be improved on, too: else the next
            # proposals crowd around the first that promises more than was seen.
            incumbent = max(incumbent, float(model.predict(pending).mean.max()))
            model = model.condition(pending)
        return self._optimizer.maximize(
            self._make_acquisition(model, incumbent, evidence, rng),
            elites=evidence.points[best_first[:_N_ELITES]],
            is_eligible=self._is_eligible,
            rng=rng,
        )

    def weigh_prior(self, evidence: Evidence) -> float:
        """Return how far earlier searches would be followed: 0 without any, up to 1."""
        if not isinstance(self.surrogate, TransferProcess):
            return 0.0
        features = self._features(evidence.points)
        targets = transform_targets(evidence.scores)
        weights = self.surrogate.weigh(features, targets, evidence.noise_scale)
        return float(weights.sum())

    def state_dict(self) -> dict[str, Any]:
        """Return what the next fit depends on, ready for JSON."""
        state: dict[str, Any] = {"n_at_refit": self._n_at_refit}
        if isinstance(self.surrogate, StatefulSurrogate):
            state["surrogate"] = self.surrogate.state_dict()
        if self._fit_time_model is not None:
            state["fit_times"] = self._fit_time_model.state_dict()
        return state

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over what another one remembered."""
        self._n_at_refit = int(state["n_at_refit"])
        if isinstance(self.surrogate, StatefulSurrogate):
            self.surrogate.load_state_dict(state["surrogate"])
        if self._fit_time_model is not None:
            self._fit_time_model.load_state_dict(state["fit_times"])

    def _make_acquisition(
        self,
        model: Surrogate,
        incumbent: float,
        evidence: Evidence,
        rng: np.random.Generator,
    ) -> AcquisitionFunction:
        """Return what to maximise, for its cost where that matters."""
        name = self._acquisition
        if self._fit_time_model is None or evidence.fit_times is None:
            return make_acquisition(name, model, incumbent=incumbent, rng=rng)
        # The costs are logarithms, so what they are set against must be one, too.
        promise = make_acquisition(
            "logei" if name == "ei" else name, model, incumbent=incumbent, rng=rng
        )
        log_cost = self._fit_time_model.fit(evidence.points, evidence.fit_times)
        return PerCost(promise, log_cost, evidence.cost_weight)

    def _fit(
        self, features: FloatArray, targets: FloatArray, evidence: Evidence
    ) -> Surrogate:
        """Fit the model; the hyperparameters of a Gaussian process not every time."""
        if isinstance(self.surrogate, GaussianProcess | TransferProcess):
            return self.surrogate.fit(
                features,
                targets,
                noise_scale=evidence.noise_scale,
                optimize=self._is_refit_due(evidence.n_observed),
            )
        return self.surrogate.fit(features, targets, noise_scale=evidence.noise_scale)

    def _is_refit_due(self, n_observations: int) -> bool:
        """Tell whether the hyperparameters are to be fitted again."""
        n_new = n_observations - self._n_at_refit
        if n_observations > _ALWAYS_REFIT and n_new < n_observations // _REFIT_SHARE:
            return False
        self._n_at_refit = n_observations
        return True

    def _features(self, points: FloatArray) -> FloatArray:
        """Return the features of points."""
        return self._feature_map.transform(points, self.space.active(points))


def _incumbent(targets: FloatArray, noise_scale: FloatArray) -> float:
    """Return the greatest target of those that enough splits have gone into."""
    is_sure = noise_scale <= _NOISIEST_INCUMBENT
    return float(targets[is_sure].max() if is_sure.any() else targets.max())
