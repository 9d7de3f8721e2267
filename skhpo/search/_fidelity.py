"""Multi-fidelity in a search: which resource, how much of it, and who evaluates."""

import contextlib
import numbers
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, clone, is_classifier
from sklearn.utils.multiclass import type_of_target

from skhpo._compat._sklearn import Split, count_rows, rows_of, scorer_of_trained_model
from skhpo.engine import SplitEvaluator
from skhpo.fidelity import Ladder, nested_order, rung_resources
from skhpo.population._checkpoints import (
    Checkpoints,
    FolderCheckpoints,
    temporary_checkpoints,
)
from skhpo.population._replay import classes_of
from skhpo.population._resource_training import (
    EPOCHS,
    ResourcePiece,
    ResourceTraining,
    train_with_epochs,
    trainer_of_resource,
)
from skhpo.space import SearchSpace
from skhpo.stopping import NoImprovementExpected, StoppingRule

SAMPLES = "n_samples"

# Scores with very little of the resource say little: "auto" makes no more rungs.
_MOST_AUTO_RUNGS = 3
# As scikit-learn's successive halving has it: rows for each class on each split.
_ROWS_OF_CLASS = 2


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
        if self.resource == EPOCHS:
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
        super().__init__(estimator, X, y, splits=splits, **kwargs)
        self._n_samples = count_rows(X)
        labels = y if _has_classes(estimator, y) else None
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
        return np.asarray(train)[chosen], test


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


def _order_rows(train: Any, labels: Any, seed: int) -> NDArray[np.intp]:
    """Return positions in the training rows, in the order in which they are taken."""
    of_rows = None if labels is None else np.asarray(rows_of(labels, train))
    return nested_order(len(train), np.random.default_rng(seed), of_rows)


def _has_classes(estimator: BaseEstimator, y: Any) -> bool:
    """Whether rows are to be drawn class by class."""
    return (
        y is not None
        and is_classifier(estimator)
        and type_of_target(y) in ("binary", "multiclass")
    )


def resolve_fidelity(
    search: Any, space: SearchSpace, X: Any, y: Any, entropy: Sequence[int]
) -> Fidelity | None:
    """Return what the arguments of a search ask for, None without a resource.

    Parameters
    ----------
    search : GeneratorSearchCV
        Its arguments; ``n_splits_`` is set.

    space : SearchSpace
        The space.

    X, y : array-like
        The whole data.

    entropy : sequence of int
        Source of the seeds.

    Returns
    -------
    fidelity : Fidelity or None
        The amounts of the resource and what goes with them.

    Raises
    ------
    ValueError
        If the arguments do not go together, or not with the estimator.
    """
    if search.resource is None:
        return None
    _check_estimator(search.estimator, search.resource, space)
    most = _max_resource(search, X)
    least = _min_resource(search, most, y)
    if least > most:
        raise ValueError(
            "The 'min_resource' parameter must not be greater than 'max_resource'. "
            f"Got min_resource={search.min_resource!r} and "
            f"max_resource={search.max_resource!r}, which make {least} and {most} of "
            f"{search.resource!r}. Lower the former or raise the latter."
        )
    resources = rung_resources(least, most, search.factor)
    return Fidelity(search.resource, resources, search.factor, entropy)


def check_goes_with_resource(search: Any) -> None:
    """Refuse what makes no sense, or is not there, with multi-fidelity."""
    if search.resource is None:
        return
    others = {
        "racing": "a candidate is judged on all splits before it gets more",
        "objectives": "who gets more is decided by a single score",
    }
    for name, reason in others.items():
        value = getattr(search, name)
        if value is not None:
            raise ValueError(
                f"The {name!r} parameter must be None with a 'resource': {reason}. "
                f"Got {name}={value!r} and resource={search.resource!r}; leave one of "
                "them out."
            )
    if getattr(search, "algorithm", None) == "nsga2":
        raise ValueError(
            "The 'algorithm' parameter must not be 'nsga2' with a 'resource': it "
            "breeds from candidates that got all of it, of which there are few. Got "
            f"resource={search.resource!r}; use 'auto'."
        )


def check_rules_go_with_resource(
    rules: Sequence[StoppingRule], resource: str | None
) -> None:
    """Refuse stopping rules that compare scores of unlike resources.

    Parameters
    ----------
    rules : sequence of StoppingRule
        The rules.

    resource : str or None
        The argument of the search.

    Raises
    ------
    ValueError
        If there is one.
    """
    if resource is None:
        return
    if any(isinstance(rule, NoImprovementExpected) for rule in rules):
        raise ValueError(
            "The 'stop' parameter must not hold NoImprovementExpected, which 'auto' "
            "stands for, with a 'resource': it models the scores of all candidates, "
            f"and most have had a part of the resource. Got resource={resource!r}; use "
            "skhpo.stopping.Patience or TargetScore, which count whole ones only."
        )


def _check_estimator(
    estimator: BaseEstimator, resource: str, space: SearchSpace
) -> None:
    """Check that the resource is one, and left to the search."""
    names = {name for branch in space.branches for name in branch}
    if resource in names:
        raise ValueError(
            "The 'resource' parameter must not be one of the parameters that are "
            f"searched over. Got resource={resource!r}, which 'param_distributions' "
            "has too. Leave it out there: the search sets it."
        )
    params = estimator.get_params()
    if resource == SAMPLES:
        return
    if resource in params:
        _check_is_number(resource, params[resource])
        return
    if resource != EPOCHS:
        counted = [name for name, value in params.items() if _is_count(value)]
        raise ValueError(
            "The 'resource' parameter must be 'n_samples', 'epochs' or a parameter "
            f"of the estimator. Got {resource!r} for {estimator!r}. Those of its "
            f"parameters that hold whole numbers are {sorted(counted)}."
        )
    # Values that are searched over may decide whether it can be, fit by fit.
    trainer_of_resource(clone(estimator), EPOCHS)


def _check_is_number(resource: str, value: Any) -> None:
    """Refuse parameters that cannot count anything."""
    if not isinstance(value, str) and not _is_flag(value):
        return
    raise ValueError(
        "The 'resource' parameter must name a parameter that takes whole numbers. Got "
        f"resource={resource!r}, which is {value!r} in the estimator. Name one that "
        "makes fits longer, such as 'n_estimators' or 'max_iter'."
    )


def _is_flag(value: Any) -> bool:
    """Whether a value is true or false."""
    return isinstance(value, bool | np.bool_)


def _is_count(value: Any) -> bool:
    """Whether a value is a whole number from 1 on."""
    return isinstance(value, numbers.Integral) and not _is_flag(value) and value > 0


def _max_resource(search: Any, X: Any) -> int:
    """Return the whole of the resource."""
    n_samples = count_rows(X)
    if search.max_resource != "auto":
        if search.resource == SAMPLES and search.max_resource > n_samples:
            raise ValueError(
                "The 'max_resource' parameter must not exceed the number of samples. "
                f"Got {search.max_resource!r} with {n_samples} samples; 'auto' takes "
                "all of them."
            )
        return int(search.max_resource)
    if search.resource == SAMPLES:
        return n_samples
    own = search.estimator.get_params().get(search.resource)
    if not _is_count(own):
        raise ValueError(
            "The 'max_resource' parameter can be 'auto' only where the estimator has "
            f"a whole number of its own. Got resource={search.resource!r}, for which "
            f"it has {own!r}. Say how much the best candidates are to get, such as "
            "max_resource=100."
        )
    return int(own)


def _min_resource(search: Any, most: int, y: Any) -> int:
    """Return the least of the resource."""
    if search.min_resource != "auto":
        return int(search.min_resource)
    least = max(1, round(most / search.factor ** (_MOST_AUTO_RUNGS - 1)))
    if search.resource == SAMPLES:
        n_rows = search.n_splits_ * _ROWS_OF_CLASS
        if _has_classes(search.estimator, y):
            n_rows *= len(np.unique(np.asarray(y)))
        least = max(least, n_rows)
    return min(least, most)
