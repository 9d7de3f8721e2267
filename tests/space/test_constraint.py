"""Constraints: asked, and refused where they cannot work."""

import numpy as np
import pytest

from skhpo.exceptions import SearchSpaceError
from skhpo.space import Integer, SearchSpace


def test_constraint_is_asked():
    """A candidate is allowed where the constraint says so."""
    space = SearchSpace(
        {"a": [1, 2], "b": [1, 2]}, constraint=lambda params: params["a"] < params["b"]
    )
    allowed = [space.is_allowed(space.decode(point)) for point in space.enumerate()]
    assert allowed == [False, True, False, False]


def test_everything_is_allowed_without_a_constraint():
    """No constraint, no exclusion."""
    assert SearchSpace({"a": [1, 2]}).is_allowed({"a": 1}) is True


def test_answers_are_taken_as_truth_values():
    """A numpy bool will do."""
    space = SearchSpace({"a": [1, 2]}, constraint=lambda p: np.greater(p["a"], 1))
    assert space.is_allowed({"a": 2}) is True
    assert space.is_allowed({"a": 1}) is False


def test_constraint_cannot_change_the_candidate():
    """The constraint works on a copy."""
    params = {"a": 1}
    SearchSpace({"a": [1, 2]}, constraint=lambda p: p.update(a=3) or 1).is_allowed(
        params
    )
    assert params == {"a": 1}


def test_uncallable_constraint_is_refused():
    """The message shows what was given and how to write it."""
    with pytest.raises(SearchSpaceError, match=r"must be callable.*Got 'a < b'"):
        SearchSpace({}, constraint="a < b")


def test_raising_constraint_is_refused():
    """The message names the parameters on which the constraint raised."""
    with pytest.raises(
        SearchSpaceError, match=r"raised KeyError: 'b'\. Got the parameters \{'a': 1\}"
    ):
        SearchSpace([{"a": [1]}, {"b": [2]}], constraint=lambda params: params["b"])


def test_constraint_may_raise_late():
    """What raises only on a later candidate is refused when that is asked about."""
    space = SearchSpace({"a": [1, 0]}, constraint=lambda params: 1 / params["a"])
    with pytest.raises(SearchSpaceError, match=r"ZeroDivisionError.*\{'a': 0\}"):
        space.is_allowed({"a": 0})


@pytest.mark.parametrize(
    ("param_distributions", "looked_at"),
    [
        ({}, "any of the candidates"),
        ({"a": [1, 2], "b": [1, 2]}, "any of the candidates"),
    ],
)
def test_constraint_that_excludes_everything_is_refused(param_distributions, looked_at):
    """A search that could evaluate nothing does not begin."""
    with pytest.raises(SearchSpaceError, match=looked_at):
        SearchSpace(param_distributions, constraint=lambda params: params is None)


def test_tight_constraint_of_a_large_space_is_taken():
    """A few points that it excludes do not prove that it allows none."""
    space = SearchSpace(
        {"a": Integer(1, 1000), "b": Integer(1, 1000)},
        constraint=lambda params: params["a"] == 37 and params["b"] == 11,
    )
    assert space.is_allowed({"a": 37, "b": 11})
