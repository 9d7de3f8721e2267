"""Training by ``warm_start``: one step is one iteration, or one tree."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skhpo._compat._ignored_warnings import BALANCED_AGAIN, NOT_CONVERGED, ignoring
from skhpo._compat._sklearn_training import reseed_tree_growth
from skhpo.population._model import (
    add_steps,
    count_steps,
    fresh_clone,
    set_changed_params,
    set_seed,
    split_seed,
)

__all__ = ["WarmStartTrainer"]


@dataclass(frozen=True)
class WarmStartTrainer:
    """Trains by calling ``fit`` again, with ``warm_start=True`` and a higher limit.

    Both are set for the time of the call only, so that the model which the user gets
    does not go on by itself when it is fitted again.

    Parameters
    ----------
    step_parameter : {"max_iter", "n_estimators"}
        The parameter that limits the number of steps.

    counts_all : bool
        Whether it limits the steps of all calls, as for trees, or of each one.

    unit : str
        What one step is.

    reseeds : bool, default=True
        Whether each call draws anew. If not, several calls of an estimator that
        counts all steps give what a single one gives, bit for bit.
    """

    step_parameter: str
    counts_all: bool
    unit: str
    reseeds: bool = True

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
        model = fresh_clone(estimator, seed)
        if model.get_params().get("early_stopping") == "auto":
            # "auto" would stop, from 10,000 rows on, what the search is to advance.
            model.set_params(early_stopping=False)
        return model

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
        """Train for more iterations, or grow more trees."""
        del classes  # `fit` takes them from the targets.
        set_changed_params(model, params)
        if self.reseeds:
            (step_seed,) = split_seed(seed, 1)
            set_seed(model, step_seed)
            reseed_tree_growth(model, step_seed)
        self._fit(model, X, y, n_steps, fit_params or {})
        add_steps(model, n_steps)
        return model

    def n_steps_done(self, model: Any) -> int:
        """Return the number of iterations or trees."""
        return count_steps(model)

    def _fit(
        self, model: Any, X: Any, y: Any, n_steps: int, fit_params: Mapping[str, Any]
    ) -> None:
        """Call ``fit`` for so many steps more."""
        before = model.get_params(deep=False)
        n_all = count_steps(model) + n_steps
        limit = n_all if self.counts_all else n_steps
        model.set_params(warm_start=True, **{self.step_parameter: limit})
        with ignoring(NOT_CONVERGED, BALANCED_AGAIN):
            model.fit(X, y, **fit_params)
        model.set_params(
            warm_start=before["warm_start"], **{self.step_parameter: n_all}
        )
