"""The searches that the tests of `skhpo.search` run over, and how small they are."""

from typing import Any

from skhpo.search import BayesSearchCV, EvolutionarySearchCV

# A new search stands in this list, and every test below tests/search/ runs for it.
SEARCH_CLASSES: list[type] = [BayesSearchCV, EvolutionarySearchCV]


def small_search(
    search_class: type,
    estimator: Any,
    space: Any,
    *,
    n_candidates: int = 4,
    **arguments: Any,
) -> Any:
    """Return a search of a few candidates, on two splits and with a fixed seed."""
    arguments = {"cv": 2, "random_state": 0, **arguments}
    return search_class(estimator, space, n_iter=n_candidates, **arguments)
