"""What a user may write for a parameter, and which dimension it makes."""

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from sklearn.model_selection import ParameterGrid
from sklearn.svm import SVC

from skhpo.space import Categorical, Integer, Ordinal, Real, SearchSpace


def dimension(value):
    """Read one value form."""
    return SearchSpace({"a": value}).branches[0]["a"]


@pytest.mark.parametrize(
    ("value", "choices"),
    [
        ([1, 2, 5], (1, 2, 5)),
        ([10.0, 1, 0.1], (10.0, 1, 0.1)),
        ((1, 2), (1, 2)),
        (range(3), (0, 1, 2)),
        (np.array([0.5, 1.5]), (0.5, 1.5)),
        (np.array([0.1, 1, 10]), (0.1, 1.0, 10.0)),
        (np.array([1, 2], dtype=np.int8), (1, 2)),
        (pd.Series([1, 2], index=[7, 8]), (1, 2)),
        (pd.Index([1, 2]), (1, 2)),
        ([1, np.inf], (1, np.inf)),
        ([1, 1, 2], (1, 2)),
    ],
)
def test_numbers_in_order_are_ordinal(value, choices):
    """Sequences of numbers that rise or fall strictly make an ordered dimension."""
    assert dimension(value) == Ordinal(choices)


@pytest.mark.parametrize(
    ("value", "choices"),
    [
        (["a", "b"], ("a", "b")),
        ([True, False], (True, False)),
        ([1, 5, 2], (1, 5, 2)),
        ([1, 1.0], (1, 1.0)),
        ([0.1, None], (0.1, None)),
        (["sqrt", 0.5, 3], ("sqrt", 0.5, 3)),
        ([1, 5, "uniform"], (1, 5, "uniform")),
        ((1, 5, "distance"), (1, 5, "distance")),
        ([(50,), (100,)], ((50,), (100,))),
        ([1.0, np.nan], (1.0, np.nan)),
        ([{0: 1}, {0: 2}, {0: 1}, None], ({0: 1}, {0: 2}, None)),
        (np.array(["a", "b"]), ("a", "b")),
        (np.array([True, False]), (True, False)),
        (pd.Series(["a", "b"]), ("a", "b")),
        (np.array([None, "a", 1], dtype=object), (None, "a", 1)),
    ],
)
def test_anything_else_is_categorical(value, choices):
    """Choices in no order make an unordered dimension."""
    assert dimension(value) == Categorical(choices)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (scipy.stats.uniform(1, 2), Real(1.0, 3.0)),
        (scipy.stats.uniform(loc=-1, scale=2), Real(-1.0, 1.0)),
        (scipy.stats.loguniform(0.01, 10), Real(0.01, 10.0, "log-uniform")),
        (scipy.stats.reciprocal(1, 4), Real(1.0, 4.0, "log-uniform")),
        (scipy.stats.loguniform(1, 10, scale=2), Real(2.0, 20.0, "log-uniform")),
        (scipy.stats.randint(1, 5), Integer(1, 4)),
        (scipy.stats.randint(1, 5, loc=2), Integer(3, 6)),
        (scipy.stats.randint(3, 4), Ordinal([3])),
        (scipy.stats.bernoulli(1.0), Ordinal([1])),
        (Real(np.float32(0.5), np.int64(2)), Real(0.5, 2.0)),
        (Integer(1.0, 1e3), Integer(1, 1000)),
        (Categorical([3, 1, 3]), Categorical([3, 1])),
        (Ordinal(["low", "high"]), Ordinal(["low", "high"])),
    ],
)
def test_closed_forms_are_recognised(value, expected):
    """Distributions with a closed form become the dimension that they mean."""
    assert dimension(value) == expected


def test_bounds_become_native():
    """Bounds that come as numpy scalars are stored as Python's numbers."""
    real = dimension(Real(np.float32(0.5), np.int64(2)))
    integer = dimension(Integer(np.int64(1), 3.0))
    assert [type(v) for v in (real.low, real.high)] == [float, float]
    assert [type(v) for v in (integer.low, integer.high)] == [int, int]


def test_shifted_loguniform_keeps_its_meaning():
    """A shifted loguniform is no log-uniform between its bounds."""
    shifted = scipy.stats.loguniform(1, 100, loc=5)
    value = SearchSpace({"a": shifted}).decode([0.5])["a"]
    assert value == pytest.approx(shifted.median(), rel=1e-4)


@pytest.mark.parametrize(
    ("own", "whole"),
    [
        (scipy.stats.rv_histogram(([1, 3], [0.0, 1.0, 2.0])), (0.0, 2.0)),
        (scipy.stats.rv_discrete(values=([1, 7], [0.5, 0.5])), (1, 7)),
    ],
)
def test_distributions_without_parameters_need_no_call(own, whole):
    """A histogram and a table of scipy are whole as they are."""
    space = SearchSpace({"a": own})
    low, high = (space.decode([u])["a"] for u in (0.0, 1.0))
    assert (low, high) == pytest.approx(whole, abs=1e-5)


@pytest.mark.parametrize(
    "grid",
    [
        {},
        [{}],
        {"a": [1, 2], "b": ["x", "y", None]},
        {"a": [True, False], "b": [np.int64(3)]},
        [{"a": [1, 2]}, {"a": [5, 3, 4], "b": [(1,), (2, 3)]}],
        [{}, {"a": np.arange(3)}],
    ],
)
def test_param_grid_is_taken_as_it_is(grid):
    """The candidates are those of scikit-learn's ParameterGrid."""
    space = SearchSpace(grid)
    candidates = [space.decode(point) for point in space.enumerate()]
    expected = list(ParameterGrid(grid))
    assert len(candidates) == len(expected) == space.cardinality
    assert all(candidate in expected for candidate in candidates)


def test_objects_are_handed_over_untouched():
    """Estimators, functions and containers come back as the very objects."""
    choices = [SVC(), SVC(C=2), len, (1, 2), {"a": 1}, [3], np.arange(3), None]
    space = SearchSpace({"a": choices})
    decoded = [space.decode(point)["a"] for point in space.enumerate()]
    assert all(a is b for a, b in zip(decoded, choices, strict=True))


def test_space_is_not_changed():
    """What the user passed in stays as it was."""
    values = [np.int64(3), np.int64(3), np.int64(1)]
    given = {"a": values, "b": Categorical(values)}
    SearchSpace([given, {}])
    assert list(given) == ["a", "b"]
    assert given["a"] is values
    assert given["b"].choices is values
    assert [type(value) for value in values] == [np.int64] * 3


def test_identical_branches_are_merged():
    """A branch that is written twice counts once."""
    branch = {"a": scipy.stats.norm(0, 1), "b": [1, 2]}
    twin = {"b": (1, 2), "a": scipy.stats.norm(0, 1)}
    assert len(SearchSpace([branch, twin]).branches) == 1
