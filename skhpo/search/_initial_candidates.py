"""What `initial_candidates` may be, turned into partial candidates for the design."""

import os
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata
from sklearn.base import BaseEstimator

from skhpo._compat._sklearn import clone_with_params
from skhpo.exceptions import SearchSpaceError
from skhpo.search._prior_searches import metric_of, results_of
from skhpo.space import Categorical, Ordinal, SearchSpace

Prescribed = tuple[dict[str, Any], str]

# The defaults of each branch are worth an evaluation, but not the whole budget.
_MOST_BASELINES = 5


def resolve_initial_candidates(
    initial_candidates: Any,
    estimator: BaseEstimator,
    space: SearchSpace,
    n_candidates: int,
) -> list[Prescribed]:
    """Return the candidates to evaluate first, with the origin of each.

    Parameters
    ----------
    initial_candidates : "default", None, list of dict, DataFrame, dict, search or path
        As given to the search.

    estimator : estimator object
        Supplies the baseline.

    space : SearchSpace
        The space that they must lie in.

    n_candidates : int
        The budget; earlier results fill at most a quarter of it.

    Returns
    -------
    list of (dict, str)
        Partial parameters and their origin.

    Raises
    ------
    SearchSpaceError
        If a candidate given by the user does not lie in the space.
    """
    if initial_candidates is None:
        return []
    if isinstance(initial_candidates, str) and initial_candidates == "default":
        return _baselines(estimator, space)
    if _is_search(initial_candidates):
        initial_candidates = _ranked_results(initial_candidates)
    if isinstance(initial_candidates, Mapping) or "params" in getattr(
        initial_candidates, "columns", ()
    ):
        return _from_results(initial_candidates, space, n_candidates)
    if hasattr(initial_candidates, "columns"):
        rows = [_without_missing(row) for _, row in initial_candidates.iterrows()]
    elif isinstance(initial_candidates, Sequence) and not isinstance(
        initial_candidates, str
    ):
        rows = list(initial_candidates)
    else:
        raise _malformed(initial_candidates)
    if len(rows) > n_candidates:
        warnings.warn(
            f"'initial_candidates' has {len(rows)} candidates, but the search "
            f"has room for {n_candidates}: the last {len(rows) - n_candidates} are not "
            "evaluated.",
            UserWarning,
            stacklevel=2,
        )
    return [
        (_checked(row, space, position), "given") for position, row in enumerate(rows)
    ]


def _malformed(value: Any) -> SearchSpaceError:
    """Return the error for a value that is none of the accepted forms."""
    return SearchSpaceError(
        "The 'initial_candidates' parameter must be 'default', None, a list of dicts, "
        "a DataFrame with one column a parameter, or another search: fitted, its "
        f"cv_results_, or its journal. Got {value!r}; pass for example [{{'C': 1.0}}]."
    )


def _is_search(value: Any) -> bool:
    """Whether a value is a fitted search, or the path of a journal that exists."""
    if isinstance(value, str | os.PathLike):
        return Path(value).is_file()
    return isinstance(getattr(value, "cv_results_", None), Mapping)


def _ranked_results(search: Any) -> Mapping[str, Any]:
    """Return the candidates of a search with their ranks, by the metric that counts."""
    results = results_of(search, "initial_candidates")
    if not hasattr(search, "cv_results_"):
        ranks = rankdata(-np.array(results["mean_test_score"]), method="min")
        return {**results, "rank_test_score": ranks}
    column = f"rank_test_{metric_of(getattr(search, 'refit', None))}"
    if column not in results:
        return results
    return {"params": results["params"], column: results[column]}


def _checked(row: Any, space: SearchSpace, position: int) -> dict[str, Any]:
    """Return a candidate given by the user if it may be evaluated."""
    if not isinstance(row, Mapping):
        raise _malformed(row)
    try:
        _, params = space.complete(row, np.full(space.n_dims, 0.5))
    except SearchSpaceError as error:
        raise SearchSpaceError(
            f"Candidate {position} of 'initial_candidates' does not lie in the search "
            f"space: {error}"
        ) from error
    if set(row) >= set(params) and not space.is_allowed(params):
        raise SearchSpaceError(
            f"Candidate {position} of 'initial_candidates' is excluded by the "
            f"'constraint'. Got {dict(row)!r}; leave it out or loosen the constraint."
        )
    return dict(row)


def _without_missing(row: Any) -> dict[str, Any]:
    """Return the row of a DataFrame without its missing values."""
    values = {str(name).removeprefix("param_"): value for name, value in row.items()}
    return {
        name: value
        for name, value in values.items()
        if not (isinstance(value, float) and np.isnan(value))
    }


def _from_results(
    results: Any, space: SearchSpace, n_candidates: int
) -> list[Prescribed]:
    """Return the best candidates of another search that fit the space."""
    ranks = [key for key in results if str(key).startswith("rank_test_")]
    if "params" not in results or not ranks:
        raise SearchSpaceError(
            "The 'initial_candidates' parameter was given a mapping without the "
            f"columns 'params' and 'rank_test_...'. Got the keys {list(results)!r}; "
            "pass the cv_results_ of a fitted search, or a list of dicts."
        )
    order = np.argsort(np.asarray(results[ranks[0]]), kind="stable")
    params = list(results["params"])
    fitting = [params[row] for row in order if _fits(params[row], space)]
    if len(fitting) < len(params):
        warnings.warn(
            f"{len(params) - len(fitting)} of {len(params)} candidates in "
            "'initial_candidates' do not lie in the search space and are left out.",
            UserWarning,
            stacklevel=2,
        )
    return [(dict(row), "given") for row in fitting[: max(1, n_candidates // 4)]]


def _fits(params: Mapping[str, Any], space: SearchSpace) -> bool:
    """Whether the space holds these parameters."""
    try:
        space.complete(params, np.full(space.n_dims, 0.5))
    except SearchSpaceError:
        return False
    return True


def _baselines(estimator: BaseEstimator, space: SearchSpace) -> list[Prescribed]:
    """Return the estimator's own current values, once for each branch."""
    baselines: list[Prescribed] = []
    for branch in range(min(len(space.branches), _MOST_BASELINES)):
        own = _current_values(estimator, space, branch)
        if own:
            is_whole = set(own) == set(space.branches[branch])
            baselines.append((own, "baseline" if is_whole else "partial baseline"))
    return baselines


def _current_values(
    estimator: BaseEstimator, space: SearchSpace, branch: int
) -> dict[str, Any]:
    """Return those current values of the estimator that lie in a branch.

    Where the branch swaps in another step, the parameters of that step are current.
    """
    base = np.full(space.n_dims, 0.5)
    if len(space.branches) > 1:
        base[0] = (branch + 0.5) / len(space.branches)
    middle = space.decode(base)
    steps = {name: value for name, value in middle.items() if _is_estimator(value)}
    current = clone_with_params(estimator, steps).get_params(deep=True)
    before = estimator.get_params(deep=True)
    current.update({name: before[name] for name in steps if name in before})
    constants = {
        name: dimension.choices[0]
        for name, dimension in space.branches[branch].items()
        if isinstance(dimension, Categorical | Ordinal) and len(dimension.choices) == 1
    }
    values = dict(constants)
    for name in space.branches[branch]:
        if (
            name not in constants
            and name in current
            and _lies_in_branch({**values, name: current[name]}, space, base)
        ):
            values[name] = current[name]
    return values if len(values) > len(constants) else {}


def _is_estimator(value: Any) -> bool:
    """Whether a value is an estimator with parameters of its own."""
    return hasattr(value, "get_params") and not isinstance(value, type)


def _lies_in_branch(
    values: Mapping[str, Any], space: SearchSpace, base: NDArray[np.float64]
) -> bool:
    """Whether the branch of a point holds these values."""
    try:
        point, _ = space.complete(values, base)
    except SearchSpaceError:
        return False
    return len(space.branches) == 1 or bool(point[0] == base[0])
