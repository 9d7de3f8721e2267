"""Which trainer an estimator needs, and the role of each of its parameters."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, Literal

from sklearn.pipeline import Pipeline

from skhpo.exceptions import StepwiseTrainingError
from skhpo.population._partial_fit import PartialFitTrainer, PerceptronTrainer
from skhpo.population._pipeline import PipelineTrainer
from skhpo.population._registry import Recipe, find_recipe
from skhpo.population._trainer import ResolvedTraining, Role

__all__ = ["resolve_trainer"]

# As scikit-learn's perceptrons have it: at most so many rows in a batch.
_DEFAULT_BATCH_SIZE = 200


def resolve_trainer(
    estimator: Any,
    param_names: Sequence[str],
    *,
    batch_size: int | Literal["auto"] = "auto",
    mutable: Sequence[str] | None = None,
) -> ResolvedTraining:
    """Return how an estimator is trained step by step, and each parameter's role.

    Known are scikit-learn's multilayer perceptrons, linear models trained by
    stochastic gradient descent, histogram gradient boosting and gradient boosting,
    forests, bagging, and iterative linear models; XGBoost's and LightGBM's models;
    skorch's networks; and pipelines that end with one of them. Anything else that has
    a ``partial_fit`` can be trained when `mutable` says which parameters act.

    Forests and bagging grow their members independently, and linear models with a
    convex loss arrive at the same optimum on every way: for these a step measures
    effort, and there is little to gain from a change in mid-training.

    Histogram gradient boosting is trained without early stopping where it is
    ``"auto"``.

    .. versionadded:: 0.1

    Parameters
    ----------
    estimator : estimator object
        What is to be trained; it is not touched.

    param_names : sequence of str
        Parameters under their full names, such as ``"classifier__alpha"``.

    batch_size : int or "auto", default="auto"
        Rows in a call of ``partial_fit``. By ``"auto"`` perceptrons and stochastic
        gradient descent, which go through the rows in their own way, get all rows in
        one call, and other estimators shuffled batches of at most 200 rows.

    mutable : sequence of str, default=None
        The parameters that act when they are changed in the middle of the training;
        all others are structural then. By default skhpo's own table decides.

    Returns
    -------
    training : ResolvedTraining
        The trainer, and the role of each of `param_names`.

    Raises
    ------
    StepwiseTrainingError
        If the estimator cannot be trained step by step, has a value that forbids it
        (such as ``early_stopping=True``), or if one of the parameters belongs to the
        preprocessing, counts the steps, or has no effect on this way.

    Examples
    --------
    >>> from sklearn.linear_model import SGDClassifier
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from skhpo.population import resolve_trainer
    >>> model = make_pipeline(StandardScaler(), SGDClassifier())
    >>> training = resolve_trainer(model, ["sgdclassifier__alpha"])
    >>> training.trainer.unit, training.roles
    ('epochs', {'sgdclassifier__alpha': 'mutable'})
    """
    _check_known(mutable or (), param_names)
    if isinstance(estimator, Pipeline):
        return _resolve_pipeline(estimator, param_names, batch_size, mutable)
    recipe = find_recipe(estimator)
    if recipe is None:
        return _resolve_unknown(estimator, param_names, batch_size, mutable)
    _check_values(estimator, recipe, param_names)
    trainer = recipe.trainer
    if batch_size != "auto":
        if type(trainer) is not PartialFitTrainer:
            raise StepwiseTrainingError(
                f"{_name(estimator)} is not trained in batches of the search. Got "
                f"batch_size={batch_size!r}. Leave it at 'auto'"
                + _own_batch_size(trainer)
            )
        trainer = replace(trainer, batch_size=batch_size)
    roles = {name: _role(estimator, recipe, name, mutable) for name in param_names}
    return ResolvedTraining(trainer, roles)


def _own_batch_size(trainer: Any) -> str:
    """End the sentence about the batch size."""
    if isinstance(trainer, PerceptronTrainer):
        return ", and set the 'batch_size' of the perceptron itself."
    return "."


def _name(estimator: Any) -> str:
    """Return the name of the class of an estimator."""
    return type(estimator).__name__


def _check_known(mutable: Collection[str], param_names: Sequence[str]) -> None:
    """Refuse names in `mutable` that are not searched over."""
    unknown = sorted(set(mutable) - set(param_names))
    if unknown:
        raise StepwiseTrainingError(
            f"'mutable' names parameters that are not searched over. Got {unknown}; "
            f"searched over are {sorted(param_names)}. Leave the former out."
        )


def _resolve_pipeline(
    pipeline: Pipeline,
    param_names: Sequence[str],
    batch_size: int | Literal["auto"],
    mutable: Sequence[str] | None,
) -> ResolvedTraining:
    """Resolve the last step of a pipeline, and refuse what concerns the others."""
    last_name, last = pipeline.steps[-1]
    prefix = f"{last_name}__"
    for name in param_names:
        if not name.startswith(prefix):
            raise StepwiseTrainingError(
                f"The parameter {name!r} of the pipeline cannot change while it is "
                "trained step by step: only the last step is trained, and what comes "
                f"before it is fitted once. Got the last step {last_name!r}. Search "
                f"over parameters that begin with {prefix!r} only."
            )
    _check_transformers(pipeline)
    if last is None or last == "passthrough":
        raise StepwiseTrainingError(
            f"The last step {last_name!r} of the pipeline has nothing to train. Got "
            f"{last!r}. Put a classifier or a regressor there."
        )
    inner = resolve_trainer(
        last,
        [name.removeprefix(prefix) for name in param_names],
        batch_size=batch_size,
        mutable=mutable and [name.removeprefix(prefix) for name in mutable],
    )
    roles = {prefix + name: role for name, role in inner.roles.items()}
    return ResolvedTraining(PipelineTrainer(inner.trainer), roles)


def _check_transformers(pipeline: Pipeline) -> None:
    """Refuse steps that change the number of rows, and transformed metadata."""
    for name, step in pipeline.steps[:-1]:
        if step is None or step == "passthrough":
            continue
        if not hasattr(step, "transform"):
            raise StepwiseTrainingError(
                f"The step {name!r} of the pipeline does not transform rows one by "
                f"one. Got {step!r}, which has no 'transform'. Leave it out."
            )
    if getattr(pipeline, "transform_input", None) is not None:
        raise StepwiseTrainingError(
            "The pipeline cannot transform metadata while it is trained step by step. "
            f"Got transform_input={pipeline.transform_input!r}. Set it to None."
        )


def _resolve_unknown(
    estimator: Any,
    param_names: Sequence[str],
    batch_size: int | Literal["auto"],
    mutable: Sequence[str] | None,
) -> ResolvedTraining:
    """Resolve an estimator that the table does not have."""
    if not hasattr(estimator, "partial_fit"):
        raise StepwiseTrainingError(
            f"{_name(estimator)} cannot be trained step by step: it has no "
            f"'partial_fit', and skhpo knows no other way. Got {estimator!r}. Use an "
            "estimator with 'partial_fit', or one of those that the documentation of "
            "skhpo.population.resolve_trainer names."
        )
    if mutable is None:
        raise StepwiseTrainingError(
            f"skhpo does not know which parameters of {_name(estimator)} act when "
            f"they are changed in mid-training. Got {sorted(param_names)} to search "
            "over. Name those that do in 'mutable'; the others stay as they are at "
            "the start."
        )
    size = _DEFAULT_BATCH_SIZE if batch_size == "auto" else batch_size
    roles: dict[str, Role] = {
        name: "mutable" if name in mutable else "structural" for name in param_names
    }
    return ResolvedTraining(PartialFitTrainer(size), roles)


def _check_values(estimator: Any, recipe: Recipe, param_names: Sequence[str]) -> None:
    """Refuse values of parameters, not searched over, that forbid single steps."""
    values = estimator.get_params(deep=False)
    for conflict in recipe.conflicts:
        name = conflict.name
        if name in values and name not in param_names and conflict.is_met(values[name]):
            raise StepwiseTrainingError(
                f"{_name(estimator)} cannot be trained step by step with this "
                f"{name!r}. Got {values[name]!r}. {conflict.way_out}"
            )


def _role(
    estimator: Any, recipe: Recipe, name: str, mutable: Sequence[str] | None
) -> Role:
    """Return the role of a parameter, or refuse it."""
    if name == recipe.step_count:
        raise StepwiseTrainingError(
            f"The parameter {name!r} of {_name(estimator)} counts the steps of the "
            "training, which the search sets itself. Got it among those to search "
            "over. Leave it out."
        )
    if any(name == other.name and other.ends_training for other in recipe.conflicts):
        raise StepwiseTrainingError(
            f"The parameter {name!r} of {_name(estimator)} can end the training, and "
            "it is the search that decides how long to train. Got it among those to "
            "search over. Leave it out."
        )
    if name in recipe.inert:
        raise StepwiseTrainingError(
            f"The parameter {name!r} of {_name(estimator)} has no effect when it is "
            "trained step by step. Got it among those to search over. Leave it out."
        )
    if mutable is None:
        return "mutable" if recipe.is_mutable(name) else "structural"
    if name in mutable and name in recipe.structural:
        raise StepwiseTrainingError(
            f"The parameter {name!r} of {_name(estimator)} cannot change in "
            "mid-training: the change would be ignored, or harm what has been "
            "learned. Got it in 'mutable'. Leave it out there; it is then set once, "
            "at the start."
        )
    return "mutable" if name in mutable else "structural"
