"""Checks that need both the estimator and the search space."""

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, is_classifier, is_regressor

from skhpo._compat._joblib import TaskPool
from skhpo._compat._sklearn import clone_with_params
from skhpo.exceptions import SearchSpaceError
from skhpo.space import SearchSpace

# A choice of a step may decide which parameters exist, so one point is not enough.
_N_TRIES = 9


def check_parameters_can_be_set(estimator: BaseEstimator, space: SearchSpace) -> None:
    """Refuse a space whose parameters the estimator does not have.

    Parameters
    ----------
    estimator : estimator object
        The estimator to tune.

    space : SearchSpace
        The search space.

    Raises
    ------
    SearchSpaceError
        If no point tried of some branch can be set on the estimator.
    """
    for branch, tries in enumerate(some_params(space)):
        _check_branch(estimator, space, tries, branch)


def some_params(space: SearchSpace) -> list[list[dict[str, Any]]]:
    """Return the parameters of a few points of each branch, the same ones each time.

    Parameters
    ----------
    space : SearchSpace
        The search space.

    Returns
    -------
    params : list of list of dict
        A list for each branch.
    """
    n_branches = len(space.branches)
    points = np.vstack(
        [
            np.full((1, space.n_dims), 0.5),
            np.random.default_rng(0).random((_N_TRIES - 1, space.n_dims)),
        ]
    )
    params = []
    for branch in range(n_branches):
        if n_branches > 1:
            points[:, 0] = (branch + 0.5) / n_branches
        params.append([space.decode(point) for point in space.canonicalize(points)])
    return params


def _check_branch(
    estimator: BaseEstimator,
    space: SearchSpace,
    tries: Sequence[dict[str, Any]],
    branch: int,
) -> None:
    """Raise unless some of the parameters can be set."""
    for params in tries:
        try:
            clone_with_params(estimator, params)
        except Exception as raised:
            error = raised
        else:
            return
    where = f"branch {branch} of " if len(space.branches) > 1 else ""
    raise SearchSpaceError(
        f"The parameters {sorted(params)} of {where}'param_distributions' cannot be "
        f"set on {estimator!r}: {error}{_suggestion(estimator, params)}"
    ) from error


def _suggestion(estimator: BaseEstimator, names: Iterable[str]) -> str:
    """Return the parameters that may have been meant, nested ones too."""
    try:
        known = list(estimator.get_params())
    except Exception:  # such as that of a class
        return ""
    meant = [
        f" Did you mean {' or '.join(map(repr, likely))} instead of {name!r}?"
        for name in names
        if name not in known and (likely := _likely(name, known))
    ]
    return "".join(meant)


def _likely(name: str, known: Sequence[str]) -> list[str]:
    """Return up to three names that only lack the step, or are spelt alike."""
    nested = [one for one in known if one.endswith(f"__{name}")]
    return nested[:3] or difflib.get_close_matches(name, known, cutoff=0.75)


def check_ensemble(estimator: BaseEstimator, refit: Any) -> None:
    """Check that models can be averaged where that is what is asked for."""
    averages = isinstance(refit, str) and refit == "ensemble"
    if averages and not (is_classifier(estimator) or is_regressor(estimator)):
        raise ValueError(
            "refit='ensemble' averages the predictions of classifiers or regressors. "
            f"Got {estimator!r}, which is neither; pass refit=True."
        )


def check_refit(refit: Any) -> None:
    """Check that a rule for the winner is none that was not made yet."""
    if isinstance(refit, type):
        raise ValueError(
            "The 'refit' parameter must be a bool, a metric or a function that chooses "
            f"from cv_results_. Got the class {refit.__name__}; make an instance, as "
            f"in refit={refit.__name__}(...)."
        )


def check_race(racing: Any, objectives: Any) -> None:
    """Check that there is something to race for."""
    if racing is not None and objectives is not None:
        raise ValueError(
            "The 'racing' parameter must be None with several objectives: a candidate "
            "that is behind in one may be ahead in another. Got "
            f"racing={racing!r} and objectives={objectives!r}; leave one of them out."
        )


def check_fits_can_be_ended(fit_time_limit: float | None, pool: TaskPool) -> None:
    """Check that the workers are processes of this machine, if fits are to be ended."""
    if fit_time_limit is None or (pool.is_local and not pool.shares_memory):
        return
    if pool.shares_memory:
        problem = "evaluate in threads of this process, which cannot be ended"
    else:
        problem = "may run on other machines, where a fit cannot be watched"
    raise ValueError(
        "The 'fit_time_limit' parameter needs the workers of joblib's loky or "
        f"multiprocessing backend. Got fit_time_limit={fit_time_limit!r} with "
        f"{pool.n_workers} workers that {problem}. Set n_jobs to 2 or more, without "
        "another backend in joblib.parallel_config, or leave 'fit_time_limit' out."
    )
