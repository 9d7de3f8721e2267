"""What the arguments about a resource ask for, and what they do not go with."""

import numbers
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, clone

from skhpo._compat._sklearn import clone_with_params, count_rows
from skhpo.exceptions import StepwiseTrainingError
from skhpo.fidelity import rung_resources
from skhpo.population._resource_training import EPOCHS, trainer_of_resource
from skhpo.search._checks import some_params
from skhpo.search._fidelity import SAMPLES, Fidelity, has_classes
from skhpo.space import SearchSpace
from skhpo.stopping import NoImprovementExpected, StoppingRule

# Scores with very little of the resource say little: in experiments with networks and
# boosted trees three amounts found better candidates than four at the same cost.
_MOST_AUTO_RUNGS = 3
# As scikit-learn's successive halving has it: rows for each class on each split.
_ROWS_OF_CLASS = 2
# The defaults of what has no meaning without a resource.
_WITHOUT_RESOURCE = {"min_resource": "auto", "max_resource": "auto", "factor": 3}


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
        _check_unused(search)
        return None
    _check_estimator(search.estimator, search.resource, space)
    _check_branches(search.estimator, search.resource, space)
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


def _check_unused(search: Any) -> None:
    """Raise if what only a resource gives a meaning is set without one."""
    for name, unused in _WITHOUT_RESOURCE.items():
        if getattr(search, name) != unused:
            raise ValueError(
                f"The {name!r} parameter means nothing without a 'resource'. Got "
                f"{name}={getattr(search, name)!r} and resource=None; name a resource, "
                "such as 'n_samples' or 'n_estimators', or leave it at "
                f"{unused!r}."
            )


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


def _check_branches(
    estimator: BaseEstimator, resource: str, space: SearchSpace
) -> None:
    """Refuse a branch of which no candidate can have a part of the resource."""
    if resource == SAMPLES:
        return
    for branch, tries in enumerate(some_params(space)):
        errors = [_error_of_resource(estimator, resource, params) for params in tries]
        if None in errors:
            continue
        raise ValueError(
            "The 'resource' parameter must be one that all candidates have. Got "
            f"resource={resource!r}, but branch {branch} of 'param_distributions' "
            f"makes {clone_with_params(estimator, tries[0])!r}, which has it not: "
            f"{errors[0]} Leave the branch to a search of its own, or take "
            "resource='n_samples'."
        )


def _error_of_resource(
    estimator: BaseEstimator, resource: str, params: dict[str, Any]
) -> Exception | None:
    """Return why a candidate cannot have a part of the resource, None if it can."""
    try:
        candidate = clone_with_params(estimator, params)
    except Exception:
        # Such parameters fail the fit; whether any can be set was checked before.
        return None
    try:
        if trainer_of_resource(candidate, resource) is None:
            candidate.set_params(**{resource: 1})
    except (StepwiseTrainingError, ValueError) as error:
        return error
    return None


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
    return (
        isinstance(value, numbers.Integral) and not _is_flag(value) and int(value) > 0
    )


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
        return int(n_samples)
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
        if has_classes(search.estimator, y):
            n_rows *= len(np.unique(np.asarray(y)))
        least = max(least, n_rows)
    return int(min(least, most))
