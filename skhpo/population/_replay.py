"""Train a model along a schedule that a search has found."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from sklearn.base import BaseEstimator, is_classifier
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import Pipeline
from sklearn.utils.multiclass import type_of_target

from skhpo._compat._sklearn import clone_with_params
from skhpo.population._model import classes_by_output
from skhpo.population._resolve import resolve_trainer
from skhpo.population._trainer import Trainer

Schedule = Sequence[Mapping[str, Any]]


def classes_of(estimator: BaseEstimator, y: Any) -> Any:
    """Return the classes of a target, None where a trainer needs none.

    Parameters
    ----------
    estimator : estimator object
        The estimator.

    y : array-like or None
        The whole target.

    Returns
    -------
    classes : ndarray of shape (n_classes,), list of such, or None
        A list, with an item for each target, for `MultiOutputClassifier`; otherwise
        None for anything but a classifier with one target.
    """
    if y is None or not is_classifier(estimator):
        return None
    last = estimator
    while isinstance(last, Pipeline):
        last = last.steps[-1][1]
    if isinstance(last, MultiOutputClassifier):
        return classes_by_output(y)
    if type_of_target(y) not in ("binary", "multiclass"):
        return None
    return np.unique(np.asarray(y))


def replay_schedule(
    estimator: BaseEstimator,
    schedule: Schedule,
    X: Any,
    y: Any = None,
    *,
    split: int | None = None,
    batch_size: int | Literal["auto"] = "auto",
    mutable: Sequence[str] | None = None,
    classes: Any = None,
    fit_params: Mapping[str, Any] | None = None,
) -> Any:
    """Train a model from scratch along a schedule.

    .. versionadded:: 0.1

    Parameters
    ----------
    estimator : estimator object
        What to train; it is cloned.

    schedule : sequence of dict
        As in ``best_schedule_`` of :class:`skhpo.PBTSearchCV`. The keys ``params``,
        ``n_steps``, ``seed`` and, with `split`, ``split_seeds`` are used.

    X : array-like of shape (n_samples, n_features)
        Training data.

    y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
        Target.

    split : int, default=None
        Use the seeds of this split of the search and not those for the whole data:
        with the training rows of the split, and the classes of the whole data, the
        model is the one that the search has scored.

    batch_size : int or "auto", default="auto"
        As in the search.

    mutable : sequence of str, default=None
        As in the search.

    classes : ndarray of shape (n_classes,), default=None
        The classes, where `y` may lack some; None for those in `y`.

    fit_params : dict, default=None
        What the search passed to ``fit`` of the estimator.

    Returns
    -------
    model : estimator object
        The trained model; the same one, bit for bit, whenever all arguments are the
        same.

    Raises
    ------
    ValueError
        If the schedule is empty, or the estimator cannot be trained step by step.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import SGDClassifier
    >>> from sklearn.preprocessing import scale
    >>> from skhpo.population import replay_schedule
    >>> X, y = load_iris(return_X_y=True)
    >>> schedule = [
    ...     {"params": {"alpha": 1e-2}, "n_steps": 10, "seed": 1},
    ...     {"params": {"alpha": 1e-3}, "n_steps": 10, "seed": 2},
    ... ]
    >>> model = replay_schedule(SGDClassifier(), schedule, scale(X), y)
    >>> model.alpha, model.score(scale(X), y) > 0.8
    (0.001, True)
    """
    if not len(schedule):
        raise ValueError(
            "The 'schedule' to replay must have at least one record. Got "
            f"{schedule!r}; pass best_schedule_ of a fitted search."
        )
    names = list(schedule[0]["params"])
    training = resolve_trainer(estimator, names, batch_size=batch_size, mutable=mutable)
    return train_along(
        training.trainer,
        estimator,
        schedule,
        X,
        y,
        split=split,
        classes=classes_of(estimator, y) if classes is None else classes,
        fit_params=fit_params,
    )


def train_along(
    trainer: Trainer,
    estimator: BaseEstimator,
    schedule: Schedule,
    X: Any,
    y: Any,
    *,
    split: int | None,
    classes: Any,
    fit_params: Mapping[str, Any] | None,
) -> Any:
    """Train a model along a schedule, see `replay_schedule`."""
    model: Any = None
    for record in schedule:
        seed = record["seed"] if split is None else record["split_seeds"][split]
        arguments = {"seed": seed, "classes": classes, "fit_params": fit_params}
        if model is None:
            fresh = clone_with_params(estimator, record["params"])
            model = trainer.start(fresh, X, y, **arguments)
        model = trainer.advance(
            model, X, y, record["n_steps"], record["params"], **arguments
        )
    return model
