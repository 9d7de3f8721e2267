"""The amounts of the resource."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skhpo.fidelity import rung_resources


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((1, 27, 3), (1, 3, 9, 27)),
        ((4, 100, 3), (4, 11, 33, 100)),
        ((5, 100, 3), (11, 33, 100)),
        ((100, 100, 3), (100,)),
        ((1, 1, 3), (1,)),
        ((1, 4, 1.5), (1, 2, 3, 4)),
    ],
)
def test_amounts_are_counted_from_the_top(arguments, expected):
    """The whole is always among them."""
    assert rung_resources(*arguments) == expected


@given(st.integers(1, 50), st.integers(0, 500), st.floats(1.05, 10.0))
def test_amounts_rise_from_the_least_to_the_whole(least, more, factor):
    """None is below the least, none occurs twice."""
    resources = rung_resources(least, least + more, factor)
    assert resources[0] >= least
    assert resources[-1] == least + more
    assert list(resources) == sorted(set(resources))
