"""What `cost` asks for, and what it does not go with."""

from typing import Any

import joblib

from skhpo.space import SearchSpace


def cost_options(search: Any, space: SearchSpace) -> dict[str, Any]:
    """Return what the generator is to know of the cost.

    Parameters
    ----------
    search : BayesSearchCV
        Its arguments.

    space : SearchSpace
        The space.

    Returns
    -------
    options : dict
        Arguments of `BayesianGenerator`, none where the cost does not matter.

    Raises
    ------
    ValueError
        If the arguments do not go together.
    """
    if search.cost is None:
        return {}
    _check_goes_with_cost(search)
    fit_seconds = None
    if search.time_limit is not None:
        fit_seconds = float(search.time_limit) * _n_workers(search)
    return {
        "cost": search.cost,
        "n_candidates": int(min(search.n_iter, space.cardinality)),
        "fit_seconds": fit_seconds,
    }


def resolved_for_cost(search: Any, space: SearchSpace) -> dict[str, Any]:
    """Return what a journal is to know: how fast the cost comes to count for less.

    Parameters
    ----------
    search : BayesSearchCV
        Its arguments.

    space : SearchSpace
        The space.

    Returns
    -------
    resolved : dict
        The budget by its arguments; empty where the cost does not matter.
    """
    if search.cost is None:
        return {}
    resolved = {"n_iter": int(min(search.n_iter, space.cardinality))}
    if search.time_limit is None:
        return resolved | {"time_limit": None}
    limit = float(search.time_limit)
    return resolved | {"time_limit": limit, "number of workers": _n_workers(search)}


def _check_goes_with_cost(search: Any) -> None:
    """Refuse arguments under which an improvement for its cost makes no sense."""
    others = {
        "objectives": "there is no single improvement to be had for it; one of them "
        "may be 'neg_fit_time'",
        "resource": "what a fit takes depends on how much of it the fit gets, and "
        "the search saves time by that already",
    }
    for name, reason in others.items():
        value = getattr(search, name)
        if value is not None:
            raise ValueError(
                f"The {name!r} parameter must be None with a 'cost': {reason}. Got "
                f"{name}={value!r} and cost={search.cost!r}; leave one of them out."
            )


def _n_workers(search: Any) -> int:
    """Return how many fits run at a time."""
    return int(joblib.effective_n_jobs(search.n_jobs))
