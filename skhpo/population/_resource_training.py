"""Fits with a part of a resource, such as trees, that go on from smaller parts."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils import get_tags

from skhpo._compat._ignored_warnings import NOT_CONVERGED, ignoring
from skhpo._compat._sklearn import clone_with_params
from skhpo.exceptions import StepwiseTrainingError
from skhpo.population._checkpoints import Checkpoints
from skhpo.population._pipeline import PipelineTrainer
from skhpo.population._registry import find_recipe
from skhpo.population._resolve import resolve_trainer
from skhpo.population._trainer import Trainer
from skhpo.population._warm_start import WarmStartTrainer

EPOCHS = "epochs"


def trainer_of_resource(estimator: BaseEstimator, resource: str) -> Trainer | None:
    """Return what trains an estimator on when it gets more of a resource.

    Parameters
    ----------
    estimator : estimator object
        What is to be trained.

    resource : str
        ``"epochs"``, or the parameter that says how long it trains.

    Returns
    -------
    trainer : Trainer or None
        None where more of the resource means to train from scratch.

    Raises
    ------
    StepwiseTrainingError
        If it cannot be trained epoch by epoch and epochs are the resource.
    """
    if is_epochs(resource, estimator):
        return _trainer_of_epochs(estimator)
    last, prefix = estimator, ""
    while isinstance(last, Pipeline):
        prefix += f"{last.steps[-1][0]}__"
        last = last.steps[-1][1]
    recipe = find_recipe(last)
    if recipe is None or resource != f"{prefix}{recipe.step_count}":
        return None
    try:
        trainer = resolve_trainer(estimator, []).trainer
    except StepwiseTrainingError:
        return None
    return _seeded_once(trainer)


def is_epochs(resource: str, estimator: BaseEstimator) -> bool:
    """Whether a resource is passes over the rows, and not a parameter of that name.

    Parameters
    ----------
    resource : str
        The resource.

    estimator : estimator object
        What is to be trained.

    Returns
    -------
    is_epochs : bool
        True where the search has to count them.
    """
    return resource == EPOCHS and EPOCHS not in estimator.get_params()


def _trainer_of_epochs(estimator: BaseEstimator) -> Trainer:
    """Return what trains an estimator epoch by epoch."""
    trainer = resolve_trainer(estimator, [], mutable=[]).trainer
    if trainer.unit != EPOCHS:
        raise StepwiseTrainingError(
            f"{type(estimator).__name__} is not trained in epochs but in "
            f"{trainer.unit}. Got {estimator!r} and resource='epochs'. Name the "
            "parameter that counts them as the 'resource' instead."
        )
    return trainer


def _seeded_once(trainer: Trainer) -> Trainer | None:
    """Return a trainer whose pieces add up to what one long fit gives.

    With epochs they add up to such a fit but for the order of the rows. A solver that
    is started again is not the solver that goes on, so it had better not.
    """
    if isinstance(trainer, PipelineTrainer):
        last = _seeded_once(trainer.last)
        return None if last is None else replace(trainer, last=last)
    if isinstance(trainer, WarmStartTrainer):
        return replace(trainer, reseeds=False) if trainer.counts_all else None
    return trainer


@dataclass(frozen=True, eq=False)
class ResourcePiece:
    """One candidate on one split with one amount of the resource.

    Parameters
    ----------
    candidate, split : int
        Which.

    params : mapping of str to object
        The parameters of the candidate.

    resources : tuple of int
        The amounts up to this one, rising.

    seeds : tuple of int
        One to start with, and one for each of the amounts.

    is_whole : bool
        Whether there is no more of the resource to come.
    """

    candidate: int
    split: int
    params: Mapping[str, Any]
    resources: tuple[int, ...]
    seeds: tuple[int, ...] = field(repr=False)
    is_whole: bool

    def __str__(self) -> str:
        """Name the piece as the messages of fits do."""
        params = "".join(f", {name}={value}" for name, value in self.params.items())
        return f"candidate {self.candidate}, resource {self.resources[-1]}{params}"


class ResourceTraining(BaseEstimator):  # type: ignore[misc]
    """Trains a candidate on one split with some amount of the resource.

    To whoever cross-validates it is an estimator: its `fit` is given the training
    rows. Where the model can be trained on it takes up the one that less of the
    resource left, and leaves its own for more. Where that one is not to be found, it
    goes the same way from the start: that costs time and changes no result.

    Parameters
    ----------
    estimator : estimator object
        What is tuned.

    resource : str
        ``"epochs"`` or the parameter that says how long it trains.

    checkpoints : Checkpoints or None
        Where models are left; None where workers share no place for them.

    classes : ndarray or None
        The classes in the whole of the data.

    piece : ResourcePiece or None, default=None
        What to train.
    """

    def __init__(
        self,
        estimator: BaseEstimator,
        resource: str,
        checkpoints: Checkpoints | None,
        classes: Any,
        piece: ResourcePiece | None = None,
    ) -> None:
        self.estimator = estimator
        self.resource = resource
        self.checkpoints = checkpoints
        self.classes = classes
        self.piece = piece

    def __sklearn_tags__(self) -> Any:
        """Return the tags of the estimator, by which rows are chosen."""
        return get_tags(self.estimator)

    def fit(self, X: Any, y: Any = None, **fit_params: Any) -> Self:
        """Train on the rows of one split."""
        assert self.piece is not None
        fresh = clone_with_params(self.estimator, self.piece.params)
        trainer = trainer_of_resource(fresh, self.resource)
        if trainer is not None:
            self.model_ = self._train_on(trainer, fresh, X, y, fit_params)
            return self
        fresh.set_params(**{self.resource: self.piece.resources[-1]})
        targets = () if y is None else (y,)
        with ignoring(*(() if self.piece.is_whole else (NOT_CONVERGED,))):
            self.model_ = fresh.fit(X, *targets, **fit_params)
        return self

    def _train_on(
        self, trainer: Trainer, fresh: Any, X: Any, y: Any, fit_params: Any
    ) -> Any:
        """Go on from what less of the resource left, or from the start."""
        piece = self.piece
        assert piece is not None
        arguments = {"classes": self.classes, "fit_params": fit_params}
        last = len(piece.resources) - 1
        model = self._left_before(last)
        first = last
        if model is None:
            model = trainer.start(fresh, X, y, seed=piece.seeds[0], **arguments)
            first = 0
        amounts = (0, *piece.resources)
        for rung in range(first, last + 1):
            n_steps, seed = amounts[rung + 1] - amounts[rung], piece.seeds[rung + 1]
            model = trainer.advance(model, X, y, n_steps, {}, seed=seed, **arguments)
        if self.checkpoints is not None and not piece.is_whole:
            # What cannot be pickled is trained from the start each time.
            with contextlib.suppress(Exception):
                self.checkpoints.save((last, piece.candidate, piece.split), model)
        return model

    def _left_before(self, rung: int) -> Any:
        """Return the model of the rung below, None where there is none."""
        assert self.piece is not None
        if rung == 0 or self.checkpoints is None:
            return None
        with contextlib.suppress(Exception):
            place = (rung - 1, self.piece.candidate, self.piece.split)
            return self.checkpoints.load(place)
        return None


def train_with_epochs(
    estimator: BaseEstimator,
    n_epochs: int,
    X: Any,
    y: Any,
    *,
    seed: int,
    classes: Any,
    fit_params: Mapping[str, Any],
) -> Any:
    """Train a model for a number of epochs, on all data.

    Parameters
    ----------
    estimator : estimator object
        What to train, with its parameters set; it is cloned.

    n_epochs : int
        For how long.

    X, y : array-like
        The data.

    seed : int
        Seed of the training.

    classes : ndarray or None
        The classes.

    fit_params : dict
        What is passed to ``fit``.

    Returns
    -------
    model : estimator object
        The trained model.
    """
    trainer = _trainer_of_epochs(estimator)
    arguments = {"seed": seed, "classes": classes, "fit_params": fit_params}
    model = trainer.start(estimator, X, y, **arguments)
    return trainer.advance(model, X, y, n_epochs, {}, **arguments)
