"""Random weights of several objectives."""

import numpy as np
import pytest

from skhpo.generators._scalarization import scalarize
from skhpo.pareto import nondominated_mask

# A front that is hollow: no weighted sum would ever find its middle.
FIRST = np.linspace(0.0, 1.0, 7)
HOLLOW = np.column_stack([FIRST, (1.0 - FIRST**0.5) ** 2])


def winners(scores, n=300):
    """Return the best rows under many weights."""
    rng = np.random.default_rng(0)
    return {int(scalarize(scores, rng).argmax()) for _ in range(n)}


def test_every_vector_of_a_hollow_front_is_sometimes_best():
    """The middle and both ends alike."""
    assert winners(HOLLOW) == set(range(7))


@pytest.mark.parametrize("n_objectives", [2, 3, 5])
def test_the_best_is_on_the_front(n_objectives):
    """Whatever the weights and the scales."""
    scores = np.random.default_rng(1).random((30, n_objectives))
    scores *= 10.0 ** np.arange(n_objectives)
    assert winners(scores) <= set(np.flatnonzero(nondominated_mask(scores)))


def test_constant_objectives_do_not_matter():
    """Neither one nor all of them stop the search."""
    scores = np.column_stack([FIRST, np.ones(7)])
    assert winners(scores) == {6}
    assert not scalarize(np.ones((4, 2)), np.random.default_rng(0)).any()
