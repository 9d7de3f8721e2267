"""The order in which training rows are taken."""

import numpy as np
import pytest

from skhpo.fidelity import nested_order


def test_it_is_a_permutation():
    """Every row is there once."""
    order = nested_order(50, np.random.default_rng(0))
    assert sorted(order) == list(range(50))
    assert list(order) != list(range(50))


@pytest.mark.parametrize("n_rows", [10, 25, 60, 119])
def test_every_beginning_is_stratified(n_rows):
    """Each class has its share, as nearly as whole rows can do."""
    labels = np.repeat([3, 1, 2], [60, 40, 20])
    order = nested_order(120, np.random.default_rng(1), labels)
    assert sorted(order) == list(range(120))
    for label, share in [(3, 1 / 2), (1, 1 / 3), (2, 1 / 6)]:
        assert abs((labels[order[:n_rows]] == label).sum() - share * n_rows) <= 1


def test_the_seed_decides():
    """Equal seeds, equal orders; other seeds, others."""
    orders = [nested_order(30, np.random.default_rng(seed)) for seed in (0, 0, 1)]
    np.testing.assert_array_equal(orders[0], orders[1])
    assert (orders[0] != orders[2]).any()
