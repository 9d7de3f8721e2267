"""Training of XGBoost's and LightGBM's models: one step is one boosting round."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skhpo.population._model import (
    add_steps,
    count_steps,
    fresh_clone,
    set_changed_params,
    set_seed,
    split_seed,
)

__all__ = ["BoostingTrainer"]


@dataclass(frozen=True)
class BoostingTrainer:
    """Trains models of XGBoost and LightGBM by going on from their last booster.

    Neither library is imported: their models bring it along.

    Parameters
    ----------
    fit_argument : {"xgb_model", "init_model"}
        The argument of ``fit`` that takes the booster to go on from.

    unit : str, default="trees"
        What one step is: the trees of one round, of which there are several where
        there are several classes.
    """

    fit_argument: str
    unit: str = "trees"

    def start(
        self,
        estimator: Any,
        X: Any,
        y: Any,
        *,
        seed: int,
        classes: Any = None,
        fit_params: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return a fresh model."""
        del X, y, classes, fit_params  # Nothing is fitted before the first step.
        return fresh_clone(estimator, seed)

    def advance(
        self,
        model: Any,
        X: Any,
        y: Any,
        n_steps: int,
        params: Mapping[str, Any],
        *,
        seed: int,
        classes: Any = None,
        fit_params: Mapping[str, Any] | None = None,
    ) -> Any:
        """Boost for more rounds."""
        del classes  # `fit` takes them from the targets.
        set_changed_params(model, params)
        set_seed(model, *split_seed(seed, 1))
        arguments = dict(fit_params or {})
        if count_steps(model):
            arguments[self.fit_argument] = self._booster(model)
        # Each call of `fit` adds this number of rounds.
        model.set_params(n_estimators=n_steps)
        model.fit(X, y, **arguments)
        add_steps(model, n_steps)
        return model.set_params(n_estimators=count_steps(model))

    def n_steps_done(self, model: Any) -> int:
        """Return the number of boosting rounds."""
        return count_steps(model)

    def _booster(self, model: Any) -> Any:
        """Return what the model has learned."""
        if self.fit_argument == "xgb_model":
            return model.get_booster()
        return model.booster_
