"""Axes: cells, levels and values."""

import numpy as np
import pytest
import scipy.stats

from skhpo.space import Integer, Real, SearchSpace

DISCRETE = [
    ["a", "b", "c"],
    [1, 10, 100, 1000],
    Integer(-3, 12),
    Integer(1, 500, prior="log-uniform"),
    Integer(7, 10**10, prior="log-uniform"),
    Integer(0, 10**11 - 1),
    scipy.stats.randint(-5, 70),
    scipy.stats.binom(12, 0.3),
    scipy.stats.hypergeom(20, 7, 12),
    scipy.stats.rv_discrete(values=([0.5, 2.5, 4], [0.2, 0.5, 0.3])),
]


def axis_of(value):
    """Make the axis of one value form."""
    return SearchSpace({"a": value}).axes[0]


@pytest.mark.parametrize("value", DISCRETE)
def test_levels_round_trip(value):
    """Every level's coordinate lies in that level's cell, the ends included."""
    axis = axis_of(value)
    levels = np.unique(np.geomspace(1, axis.n_levels, 300).astype(int)) - 1
    assert np.array_equal(axis.to_level(axis.from_level(levels)), levels)
    assert axis.to_level([0.0, 1.0]).tolist() == [0, axis.n_levels - 1]


@pytest.mark.parametrize("value", DISCRETE)
def test_values_round_trip(value):
    """A value is found again at its own canonical coordinate, exactly."""
    axis = axis_of(value)
    for u in np.linspace(0, 1, 50):
        decoded = axis.decode(u)
        assert axis.locate(decoded) == axis.snap(u)
        assert axis.decode(axis.locate(decoded)) == decoded


@pytest.mark.parametrize("value", [["a", "b", "c"], [1, 2, 5, 9], Integer(3, 9)])
def test_levels_have_equal_mass(value):
    """Equally spread coordinates fall into all levels equally often."""
    axis = axis_of(value)
    u = (np.arange(axis.n_levels * 20) + 0.5) / (axis.n_levels * 20)
    assert set(np.bincount(axis.to_level(u))) == {20}


@pytest.mark.parametrize(
    "distribution",
    [
        scipy.stats.binom(12, 0.3),
        scipy.stats.poisson(3),
        scipy.stats.poisson(3, loc=-2),
        scipy.stats.geom(0.2),
        scipy.stats.dlaplace(0.5),
        scipy.stats.rv_discrete(values=([1, 5, 6], [0.1, 0.6, 0.3])),
    ],
)
def test_discrete_distributions_keep_their_masses(distribution):
    """The share of the unit interval that a value takes is its probability."""
    axis = axis_of(distribution)
    u = (np.arange(20_000) + 0.5) / 20_000
    values, counts = np.unique([axis.decode(x) for x in u], return_counts=True)
    assert counts / u.size == pytest.approx(distribution.pmf(values), abs=1e-4)


def test_log_integers_have_cells_in_log_space():
    """A whole number takes the interval of log(v - 0.5) to log(v + 0.5)."""
    axis = axis_of(Integer(1, 100, prior="log-uniform"))
    borders = np.log(np.arange(1.5, 100)) - np.log(0.5)
    borders /= np.log(100.5) - np.log(0.5)
    assert axis.to_level(borders - 1e-12).tolist() == list(range(99))
    assert axis.to_level(borders + 1e-12).tolist() == list(range(1, 100))


@pytest.mark.parametrize(
    ("value", "kind", "n_levels"),
    [
        (Real(0, 1), "continuous", None),
        (scipy.stats.norm(0, 1), "continuous", None),
        ([1, 2], "ordered", 2),
        (["a", "b"], "categorical", 2),
        (scipy.stats.poisson(3), "ordered", None),
        (scipy.stats.binom(3, 0.5), "ordered", 4),
        (scipy.stats.zipf(1.5), "ordered", None),
    ],
)
def test_kind_and_levels(value, kind, n_levels):
    """The axis tells how to model the parameter, and how many values it has."""
    axis = axis_of(value)
    assert (axis.name, axis.kind, axis.n_levels) == ("a", kind, n_levels)


@pytest.mark.parametrize("prior", ["uniform", "log-uniform"])
def test_ends_are_the_bounds_exactly(prior):
    """No rounding moves the bounds of a real dimension."""
    axis = axis_of(Real(0.001, 0.3, prior=prior))
    assert (axis.decode(0.0), axis.decode(1.0)) == (0.001, 0.3)
    assert (axis.locate(0.001), axis.locate(0.3)) == (0.0, 1.0)


def test_log_uniform_is_even_in_the_logarithm():
    """The middle is the geometric mean."""
    assert axis_of(Real(0.01, 100, "log-uniform")).decode(0.5) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("value", "foreign"),
    [
        (Real(0, 1), [-0.1, 1.1, "0.5", None, True, np.nan]),
        (Integer(1, 3), [0, 4, 1.5, "2", None, True, np.inf, np.nan]),
        (Integer(1, 3, "log-uniform"), [0, 4, 1.5, "2", None]),
        (["a", "b"], ["c", 0, None, ("a",)]),
        ([0, 1], [True, False, 2, 0.5, "0"]),
        ([True, False], [0, 1, None]),
        ([None, 1], [False, "None", 1.5]),
        (scipy.stats.gamma(2), [-1.0, np.inf, "1", None]),
        (scipy.stats.poisson(3), [-1, 0.5, 10**9, "3"]),
        (scipy.stats.zipf(1.5), [0, 1.5, "3", None]),
    ],
)
def test_foreign_values_are_not_located(value, foreign):
    """What lies outside has no coordinate."""
    axis = axis_of(value)
    assert [axis.locate(other) for other in foreign] == [None] * len(foreign)


@pytest.mark.parametrize(
    ("value", "given", "level"),
    [
        ([1, 10, 100], 10.0, 1),
        ([0.5, 1.0], 1, 1),
        ([1, 1.0, "a"], 1.0, 1),
        (Integer(1, 3), 2.0, 1),
        (Integer(1, 3), np.int64(3), 2),
        (["a", "b"], np.str_("b"), 1),
    ],
)
def test_equal_numbers_are_located(value, given, level):
    """A number may come as another type, after the very type was looked for."""
    axis = axis_of(value)
    assert axis.to_level(axis.locate(given)) == level


def test_continuous_axes_have_no_levels():
    """Asking for the levels of a continuous axis is a mistake that is told."""
    axis = axis_of(Real(0, 1))
    with pytest.raises(TypeError, match="The continuous axis 'a' has no levels"):
        axis.to_level(0.5)
    with pytest.raises(TypeError, match="The continuous axis 'a' has no levels"):
        axis.from_level(0)
