"""Nondominated sorting against its definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skhpo.pareto import _dominance as dominance
from skhpo.pareto import nondominated_mask, nondominated_ranks


def vectors(n_objectives):
    """Return a strategy for vectors of small integers, so that many are equal."""
    row = st.tuples(*[st.integers(0, 4)] * n_objectives)
    return st.lists(row, max_size=25).map(
        lambda rows: np.array(rows, dtype=float).reshape(-1, n_objectives)
    )


MANY = st.integers(1, 4).flatmap(vectors)


def dominates(left, right):
    """Return whether the first vector dominates the second one, by definition."""
    return bool((left >= right).all() and (left > right).any())


def slow_mask(scores):
    """Compare every vector with every other one."""
    return [not any(dominates(other, one) for other in scores) for one in scores]


@given(MANY)
def test_the_mask_is_what_nothing_dominates(scores):
    """For one to four objectives, equal vectors included."""
    assert nondominated_mask(scores).tolist() == slow_mask(scores)


@given(MANY)
def test_ranks_number_the_fronts(scores):
    """Without the fronts before it, each front is what nothing dominates."""
    ranks = nondominated_ranks(scores)
    for rank in range(ranks.max(initial=-1) + 1):
        left = ranks >= rank
        assert (ranks[left] == rank).tolist() == slow_mask(scores[left])


@given(MANY)
def test_many_vectors_are_ranked_as_few_are(scores):
    """The two ways to find the fronts agree."""
    by_table, by_fronts = dominance._ranks_by_table, dominance._ranks_by_fronts
    assert by_table(scores).tolist() == by_fronts(scores).tolist()


def test_infinite_scores_are_compared():
    """The worst thing possible is dominated, the best thing dominates."""
    scores = [[-np.inf, -np.inf], [0.0, 1.0], [np.inf, -np.inf]]
    assert nondominated_ranks(scores).tolist() == [1, 0, 0]
    assert nondominated_mask(scores[:1]).tolist() == [True]


@pytest.mark.parametrize("wrong", [[1.0, 2.0], [[]], [[np.nan, 1.0]]])
def test_what_cannot_be_compared_is_refused(wrong):
    """One-dimensional arrays, no objectives and NaN are errors that say so."""
    with pytest.raises(ValueError, match="'scores'"):
        nondominated_mask(wrong)
