"""Training of pipelines: the transformers once, the last step step by step."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sklearn
from sklearn.base import clone
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import TargetEncoder
from sklearn.utils.metadata_routing import process_routing
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_memory

from skhpo.population._model import fresh_clone, split_seed
from skhpo.population._trainer import Trainer

__all__ = ["PipelineTrainer"]

_StepParams = Mapping[str, Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True)
class PipelineTrainer:
    """Fits the transformers of a pipeline once, then trains its last step.

    Parameters
    ----------
    last : Trainer
        What trains the last step.
    """

    last: Trainer

    @property
    def unit(self) -> str:
        """What one step of the last step is."""
        return self.last.unit

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
        """Return a pipeline with fitted transformers and an untrained last step."""
        own_seed, last_seed, fold_seed = split_seed(seed, 3)
        model = fresh_clone(estimator, own_seed)
        _fix_folds(model, y, fold_seed)
        step_params = _params_of_steps(model, fit_params or {})
        rows = _fit_transformers(model, X, y, step_params)
        name, last = model.steps[-1]
        started = self.last.start(
            last,
            rows,
            y,
            seed=last_seed,
            classes=classes,
            fit_params=step_params[name]["fit"],
        )
        model.steps[-1] = (name, started)
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
        """Train the last step on the transformed rows."""
        step_params = _params_of_steps(model, fit_params or {})
        name, last = model.steps[-1]
        trained = self.last.advance(
            last,
            _training_rows(model, X, y, step_params),
            y,
            n_steps,
            {key.removeprefix(f"{name}__"): value for key, value in params.items()},
            seed=seed,
            classes=classes,
            fit_params=step_params[name]["fit"],
        )
        model.steps[-1] = (name, trained)
        return model

    def n_steps_done(self, model: Any) -> int:
        """Return how many steps the last step has been trained for."""
        return self.last.n_steps_done(model.steps[-1][1])


def _transformers(model: Any) -> list[tuple[int, str, Any]]:
    """Return the transformers that do something, with their places."""
    return [
        (place, name, transformer)
        for place, (name, transformer) in enumerate(model.steps[:-1])
        if transformer is not None and transformer != "passthrough"
    ]


def _fit_transformers(model: Any, X: Any, y: Any, params: _StepParams) -> Any:
    """Fit the transformers in place, from the pipeline's cache if it has one."""
    fit_transform = check_memory(model.memory).cache(_fit_transform)
    for place, name, transformer in _transformers(model):
        X, fitted = fit_transform(clone(transformer), X, y, params[name])
        model.steps[place] = (name, fitted)
    return X


def _fit_transform(
    transformer: Any, X: Any, y: Any, params: Mapping[str, Mapping[str, Any]]
) -> tuple[Any, Any]:
    """Return the transformed training rows and the fitted transformer."""
    if hasattr(transformer, "fit_transform"):
        rows = transformer.fit_transform(X, y, **params["fit_transform"])
    else:
        transformer.fit(X, y, **params["fit"])
        rows = transformer.transform(X, **params["transform"])
    return rows, transformer


def _training_rows(model: Any, X: Any, y: Any, params: _StepParams) -> Any:
    """Return the training rows as the last step has to see them."""
    for _, name, transformer in _transformers(model):
        if _cross_fits(transformer):
            # It encodes the rows that it is fitted to in another way than new ones,
            # lest their targets leak; its seed is an integer, so they come out alike.
            X, _ = _fit_transform(clone(transformer), X, y, params[name])
        else:
            X = transformer.transform(X, **params[name]["transform"])
    return X


def _cross_fits(transformer: Any) -> bool:
    """Whether ``fit_transform`` means something else than ``transform``."""
    parts = [transformer, *transformer.get_params().values()]
    return any(isinstance(part, TargetEncoder) for part in parts)


def _fix_folds(model: Any, y: Any, seed: int) -> None:
    """Have the target encoders of a pipeline draw the same folds every time.

    From scikit-learn 1.9 on their seed is that of their splitter.
    """
    for part in model.get_params().values():
        if not isinstance(part, TargetEncoder) or part.random_state != "deprecated":
            continue
        if isinstance(part.cv, int) and part.shuffle == "deprecated":
            inferred = part.target_type == "auto"
            kind = type_of_target(y) if inferred else part.target_type
            folds = KFold if kind == "continuous" else StratifiedKFold
            part.set_params(cv=folds(part.cv, shuffle=True, random_state=seed))


def _params_of_steps(model: Pipeline, fit_params: Mapping[str, Any]) -> _StepParams:
    """Return the metadata for each step and each of its methods."""
    if sklearn.get_config()["enable_metadata_routing"]:
        routed = process_routing(model, "fit", **fit_params)
        return {
            name: {
                method: getattr(routed[name], method, {})
                for method in ("fit", "fit_transform", "transform")
            }
            for name, _ in model.steps
        }
    params: dict[str, dict[str, Any]] = {name: {} for name, _ in model.steps}
    for key, value in fit_params.items():
        name, separator, parameter = key.partition("__")
        if not separator or name not in params:
            raise ValueError(
                f"The fit parameter {key!r} does not say for which step of the "
                f"pipeline it is. Got the steps {list(params)}. Name it with the step "
                f"in front, such as '{model.steps[-1][0]}__{key}'."
            )
        params[name][parameter] = value
    return {
        name: {"fit": own, "fit_transform": own, "transform": {}}
        for name, own in params.items()
    }
