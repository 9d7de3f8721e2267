"""What `cost` asks for, and what it does not go with."""

from typing import Any

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
    return {"cost": search.cost, "n_candidates": _n_candidates(search, space)}


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
        The number of candidates; empty where the cost does not matter.
    """
    return {} if search.cost is None else {"n_iter": _n_candidates(search, space)}


def _n_candidates(search: Any, space: SearchSpace) -> int:
    """Return how many candidates there are to be."""
    return int(min(search.n_iter, space.cardinality))


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
