"""Multi-fidelity in a search: who evaluates with how much of the resource."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, is_classifier
from sklearn.utils.multiclass import type_of_target

from skhpo._compat._sklearn import Split, count_rows, rows_of, scorer_of_trained_model
from skhpo.engine import SplitEvaluator
from skhpo.fidelity import Ladder, nested_order
from skhpo.population._checkpoints import (
    Checkpoints,
    FolderCheckpoints,
    temporary_checkpoints,
)
from skhpo.population._replay import classes_of
from skhpo.population._resource_training import (
    ResourcePiece,
    ResourceTraining,
    is_epochs,
    train_with_epochs,
)

SAMPLES = "n_samples"


@dataclass(frozen=True, eq=False)
class Fidelity:
    """What a search makes candidates climb by.

    Parameters
    ----------
    resource : str
        ``"n_samples"``, ``"epochs"`` or the name of a parameter.

    resources : tuple of int
        The amounts, rising.

    factor : float
        One in how many climbs.

    entropy : sequence of int
        Source of the seeds.
    """

    resource: str
    resources: tuple[int, ...]
    factor: float
    entropy: Sequence[int]

    def ladder(self) -> Ladder:
        """Return an empty ladder."""
        return Ladder(self.resources, self.factor)

    def seeds(self, split: int, rung: int) -> tuple[int, ...]:
        """Return the seeds of a start on a split and of the training to each rung.

        They are the same for all candidates, which so differ by their parameters.
        """
        sequence = np.random.SeedSequence(self.entropy, spawn_key=(3, split))
        words = sequence.generate_state(rung + 2)
        return tuple(int(word >> 1) for word in words)

    def fit_whole(self, estimator: BaseEstimator, X: Any, y: Any, params: Any) -> Any:
        """Fit an estimator, or train a model like it, with the whole resource."""
        if is_epochs(self.resource, estimator):
            (seed,) = np.random.SeedSequence(
                self.entropy, spawn_key=(4,)
            ).generate_state(1)
            return train_with_epochs(
                estimator,
                self.resources[-1],
                X,
                y,
                seed=int(seed >> 1),
                classes=classes_of(estimator, y),
                fit_params=params,
            )
        if self.resource != SAMPLES:
            estimator.set_params(**{self.resource: self.resources[-1]})
        targets = () if y is None else (y,)
        return estimator.fit(X, *targets, **params)


class _TrainingEvaluator(SplitEvaluator):
    """Has a candidate trained with a part of the resource."""

    def __init__(self, *args: Any, fidelity: Fidelity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._fidelity = fidelity

    def as_call(
        self,
        index: int,
        split: int,
        params: Any,
        *,
        resource: int | None = None,
        **keywords: Any,
    ) -> tuple[Any, tuple[Any, ...], dict[str, Any]]:
        """Return function, arguments and keywords of one evaluation."""
        assert resource is not None
        resources = self._fidelity.resources
        rung = resources.index(resource)
        piece = ResourcePiece(
            index,
            split,
            params,
            resources[: rung + 1],
            self._fidelity.seeds(split, rung),
            is_whole=resource == resources[-1],
        )
        return super().as_call(
            index, split, {"piece": piece}, resource=resource, **keywords
        )


class _SampleEvaluator(SplitEvaluator):
    """Has a candidate fitted to a part of the training rows."""

    def __init__(
        self,
        estimator: BaseEstimator,
        X: Any,
        y: Any,
        *,
        fidelity: Fidelity,
        splits: Sequence[Split],
        **kwargs: Any,
    ) -> None:
        splits = [(_positions(train), test) for train, test in splits]
        super().__init__(estimator, X, y, splits=splits, **kwargs)
        self._n_samples = count_rows(X)
        labels = y if has_classes(estimator, y) else None
        self._orders = [
            _order_rows(train, labels, fidelity.seeds(number, -1)[0])
            for number, (train, _) in enumerate(splits)
        ]

    def _rows(self, split: int, resource: int | None) -> Split:
        """Return fewer training rows, in their own order, and all test rows."""
        assert resource is not None
        train, test = self._splits[split]
        n_rows = round(len(train) * resource / self._n_samples)
        chosen = np.sort(self._orders[split][: max(1, n_rows)])
        return train[chosen], test


@contextlib.contextmanager
def checkpoints_of(
    fidelity: Fidelity | None, *, is_local: bool
) -> Iterator[FolderCheckpoints | None]:
    """Open a place for models to go on from, gone afterwards whatever happens.

    Workers on other hosts do not see it, so they train from scratch.

    Parameters
    ----------
    fidelity : Fidelity or None
        What candidates climb by.

    is_local : bool
        Whether all workers are on this host.

    Yields
    ------
    FolderCheckpoints or None
        None where no model goes on.
    """
    if fidelity is None or fidelity.resource == SAMPLES or not is_local:
        yield None
        return
    with temporary_checkpoints(None) as folder:
        yield folder


def make_evaluator(
    fidelity: Fidelity | None,
    checkpoints: Checkpoints | None,
    estimator: BaseEstimator,
    X: Any,
    y: Any,
    *,
    settings: dict[str, Any],
    **arguments: Any,
) -> SplitEvaluator:
    """Return what makes a call of an evaluation, with a part of a resource or all.

    Parameters
    ----------
    fidelity : Fidelity or None
        What candidates climb by.

    checkpoints : Checkpoints or None
        Where models are left.

    estimator : estimator object
        What is tuned.

    X, y : array-like
        The whole data.

    settings : dict
        What all fits share, see `SplitEvaluator`.

    **arguments : dict
        The other arguments of a `SplitEvaluator`.

    Returns
    -------
    SplitEvaluator
        The evaluator.
    """
    if fidelity is None:
        return SplitEvaluator(estimator, X, y, settings=settings, **arguments)
    if fidelity.resource == SAMPLES:
        return _SampleEvaluator(
            estimator, X, y, fidelity=fidelity, settings=settings, **arguments
        )
    training = ResourceTraining(
        estimator, fidelity.resource, checkpoints, classes_of(estimator, y)
    )
    scorer = scorer_of_trained_model(settings["scorer"])
    settings = {**settings, "scorer": scorer}
    return _TrainingEvaluator(
        training, X, y, fidelity=fidelity, settings=settings, **arguments
    )


def _positions(rows: Any) -> NDArray[np.intp]:
    """Return the positions of rows that may be given by a mask."""
    rows = np.asarray(rows)
    return np.flatnonzero(rows) if rows.dtype == bool else rows


def _order_rows(train: Any, labels: Any, seed: int) -> NDArray[np.intp]:
    """Return positions in the training rows, in the order in which they are taken."""
    of_rows = None if labels is None else np.asarray(rows_of(labels, train))
    return nested_order(len(train), np.random.default_rng(seed), of_rows)


def has_classes(estimator: BaseEstimator, y: Any) -> bool:
    """Whether rows are to be drawn class by class."""
    return (
        y is not None
        and is_classifier(estimator)
        and type_of_target(y) in ("binary", "multiclass")
    )
