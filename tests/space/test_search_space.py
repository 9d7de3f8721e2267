"""The search space: branches, identities, completion."""

import pickle

import numpy as np
import pytest
import scipy.stats
from sklearn.svm import SVC

from skhpo.exceptions import SearchSpaceError
from skhpo.space import Categorical, Integer, Real, SearchSpace

BRANCHED = [
    {"C": Real(0.01, 100, "log-uniform"), "kernel": ["linear"]},
    {"C": Real(0.01, 100, "log-uniform"), "kernel": ["rbf"], "gamma": [0.1, 1, 10]},
    {"C": Real(1, 2), "kernel": ["poly", "sigmoid"], "degree": Integer(2, 3)},
]


@pytest.mark.parametrize("param_distributions", [{}, [{}], {"a": [3]}, [{"a": ["x"]}]])
def test_space_of_one_candidate(param_distributions):
    """Where nothing varies there are no axes and one candidate."""
    space = SearchSpace(param_distributions)
    (point,) = space.enumerate()
    assert (space.n_dims, space.axes, space.cardinality) == (0, (), 1)
    assert point.shape == (0,)
    assert space.encode(space.decode(point)).shape == (0,)
    assert space.canonicalize(np.empty((4, 0))).shape == (4, 0)


def test_axes_of_branches():
    """Equal dimensions share an axis, differing ones are told apart by name."""
    space = SearchSpace(BRANCHED)
    names = [axis.name for axis in space.axes]
    assert names == ["branch", "C[0]", "gamma", "C[2]", "kernel", "degree"]
    assert (space.axes[0].kind, space.axes[0].n_levels) == ("categorical", 3)


def test_equal_distributions_share_an_axis():
    """Distributions that mean the same count as equal dimensions."""
    first, second = scipy.stats.gamma(2), scipy.stats.gamma(a=2)
    space = SearchSpace([{"a": first, "b": [1]}, {"a": second, "b": [2]}])
    other = SearchSpace([{"a": first, "b": [1]}, {"a": scipy.stats.gamma(3)}])
    assert [axis.name for axis in space.axes] == ["branch", "a"]
    assert [axis.name for axis in other.axes] == ["branch", "a[0]", "a[1]"]


def test_inactive_axes_are_masked():
    """The axes that a branch lacks are inactive, their coordinate is 0.5."""
    space = SearchSpace(BRANCHED)
    points = space.canonicalize(np.full((3, 6), 0.9) * [[0.1], [0.5], [1.0]])
    active = space.active(points)
    assert active.astype(int).tolist() == [
        [1, 1, 0, 0, 0, 0],
        [1, 1, 1, 0, 0, 0],
        [1, 0, 0, 1, 1, 1],
    ]
    assert np.all(points[~active] == 0.5)


def test_decode_gives_the_parameters_of_the_branch():
    """Constants are among them, in the order in which they were written."""
    space = SearchSpace(BRANCHED)
    params = space.decode([0.5, 0.5, 0.9, 0.1, 0.1, 0.1])
    assert list(params) == ["C", "kernel", "gamma"]
    assert params == {"C": pytest.approx(1.0), "kernel": "rbf", "gamma": 10}


def test_a_point_and_its_inactive_coordinates_are_one_candidate():
    """Points that differ in inactive axes only have one key."""
    space = SearchSpace(BRANCHED)
    first, second = [0.1, 0.4, 0.1, 0.1, 0.1, 0.1], [0.2, 0.4, 0.9, 0.9, 0.9, 0.9]
    assert space.key(first) == space.key(second)
    assert space.key(first) != space.key([0.1, 0.41, 0.1, 0.1, 0.1, 0.1])


@pytest.mark.parametrize(
    ("branches", "n_candidates"),
    [
        ([{"C": [1, 2]}, {"C": [2, 3]}], 3),
        ([{"C": [1, 2]}, {"C": [2]}, {"C": [3, 2, 1]}], 3),
        ([{"C": [1, 2]}, {"C": [1.0, 2]}], 3),
        ([{"C": [1, 2]}, {"C": [1, 2], "k": ["x"]}], 4),
        ([{"C": [0, 1]}, {"C": [False, True]}], 4),
        ([{"a": [1, 2], "b": ["x", "y"]}, {"a": [2, 3], "b": ["y", "z"]}], 7),
        ([{"a": Integer(1, 9)}, {"a": Integer(5, 12, "log-uniform")}], 12),
        ([{"a": scipy.stats.binom(3, 0.5)}, {"a": [3, 4]}], 5),
        ([{}, {"a": [1, 2]}], 3),
    ],
)
def test_overlapping_branches_hold_each_candidate_once(branches, n_candidates):
    """A candidate of several branches has one key and is counted once."""
    space = SearchSpace(branches)
    points = list(space.enumerate())
    grid = np.random.default_rng(0).random((500, space.n_dims))
    assert space.cardinality == len(points) == n_candidates
    assert len({space.key(point) for point in points}) == n_candidates
    assert {space.key(point) for point in grid} == {space.key(p) for p in points}


def test_discrete_value_inside_a_continuous_branch_is_one_candidate():
    """A value that another branch's real dimension holds too has one key."""
    space = SearchSpace([{"C": Real(0.1, 1)}, {"C": ["auto", 0.5]}])
    inside = space.canonicalize([[0.2, (0.5 - 0.1) / 0.9, 0.5], [0.9, 0.5, 0.9]])
    assert space.decode(inside[0])["C"] == pytest.approx(space.decode(inside[1])["C"])
    assert space.key(inside[0]) == space.key(inside[1])


def test_large_overlaps_are_counted_as_an_upper_bound():
    """Beyond some thousands of candidates the count may be too high."""
    space = SearchSpace([{"a": Integer(1, 3000)}, {"a": Integer(1, 3001)}])
    assert space.cardinality == 6001
    assert sum(1 for _ in space.enumerate()) == 3001


def test_encode_prefers_values_of_the_same_type():
    """The branch of 1.0 is taken for 1.0, although 1 is equal."""
    space = SearchSpace([{"max_features": [1]}, {"max_features": [1.0]}])
    assert type(space.decode(space.encode({"max_features": 1.0}))["max_features"]) is (
        float
    )


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"C": 3.0, "kernel": "rbf", "gamma": 3}, r"'gamma' lies outside.*Got 3\."),
        ({"C": 1.5, "kernel": "rbf"}, r"\['gamma'\] are missing"),
        ({"C": 1e3, "kernel": "linear"}, r"'C' lies outside.*from 0\.01 to 100\.0, or"),
        ({"C": 1.5, "solver": "x"}, r"'solver' is not in the search space.*\['C', "),
        ({}, "are missing"),
    ],
)
def test_encode_refuses_what_lies_outside(params, message):
    """The message names the parameter and what would be right."""
    with pytest.raises(SearchSpaceError, match=message):
        SearchSpace(BRANCHED).encode(params)


def test_complete_fills_up_from_the_point():
    """Given values stay, the point supplies the others."""
    space = SearchSpace({"a": [1, 2, 3], "b": Real(0, 1), "c": ["x", "y"]})
    point, params = space.complete({"b": np.float64(0.123)}, [0.9, 0.5, 0.1])
    assert params == {"a": 3, "b": 0.123, "c": "x"}
    assert type(params["b"]) is float
    assert np.array_equal(point, space.encode(params))


def test_complete_changes_the_branch_where_it_must():
    """The point's branch is kept where it holds the values, left where not."""
    space = SearchSpace(BRANCHED)
    base = [0.9, 0.2, 0.9, 0.3, 0.9, 0.9]
    kept = space.complete({"C": 1.5}, base)[1]
    left = space.complete({"C": 50}, base)[1]
    supplied = space.complete({"kernel": "rbf"}, base)[1]
    assert kept == {"C": 1.5, "kernel": "sigmoid", "degree": 3}
    assert left == {"C": 50, "kernel": "linear"}
    assert supplied["gamma"] == 10


def test_complete_with_nothing_is_decoding():
    """No given values, no difference."""
    space = SearchSpace(BRANCHED)
    point, params = space.complete({}, [0.4, 0.2, 0.9, 0.3, 0.9, 0.9])
    assert params == space.decode(point)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"gamma": 5}, r"'gamma' lies outside of the search space\. Got 5\."),
        ({"nu": 5}, r"'nu' is not in the search space"),
        ({"gamma": 1, "degree": 2}, r"No single branch .* \['degree', 'gamma'\]"),
        ({"kernel": "linear", "gamma": 1}, "No single branch"),
    ],
)
def test_complete_refuses_what_no_branch_holds(params, message):
    """The message names the parameter."""
    with pytest.raises(SearchSpaceError, match=message):
        SearchSpace(BRANCHED).complete(params, np.full(6, 0.5))


def test_equal_estimators_are_found():
    """An estimator of the same type and parameters stands for the choice."""
    choices = [SVC(C=2), SVC(), None]
    space = SearchSpace({"svm": choices})
    params = space.complete({"svm": SVC()}, [0.1])[1]
    assert params["svm"] is choices[1]
    with pytest.raises(SearchSpaceError, match=r"'svm' lies outside"):
        space.complete({"svm": SVC(C=3)}, [0.1])


def test_infinite_spaces_are_not_enumerated():
    """The message names the parameters that take infinitely many values."""
    space = SearchSpace({"a": [1, 2], "b": Real(0, 1)})
    assert space.cardinality == np.inf
    with pytest.raises(SearchSpaceError, match=r"\['b'\] take infinitely many"):
        space.enumerate()


def test_enumeration_of_a_huge_space_begins_at_once():
    """Nothing is listed before it is asked for."""
    space = SearchSpace({f"a{i}": Integer(0, 10**6) for i in range(5)})
    assert next(space.enumerate()).shape == (5,)
    assert space.cardinality == (10**6 + 1) ** 5


@pytest.mark.parametrize("points", [[0.5], [[0.5]], np.zeros((1, 3)), [[[0.5, 0.5]]]])
def test_points_of_another_shape_are_refused(points):
    """The message tells the shape that is right, and the one that came."""
    space = SearchSpace({"a": [1, 2], "b": [1, 2]})
    with pytest.raises(ValueError, match=r"shape \(n, 2\).*Got an array of shape"):
        space.canonicalize(points)


def test_points_passed_in_are_not_changed():
    """Canonical points are a copy."""
    space = SearchSpace(BRANCHED)
    points = np.full((2, 6), 1.3)
    space.canonicalize(points)
    space.complete({"C": 1.5}, points[0])
    assert np.all(points == 1.3)


def test_pickled_space_is_the_same():
    """Keys and parameters survive pickling."""
    space = SearchSpace([*BRANCHED, {"m": Categorical([len, (1,)]), "k": [1, 2]}])
    again = pickle.loads(pickle.dumps(space))
    for point in np.random.default_rng(0).random((50, space.n_dims)):
        assert again.key(point) == space.key(point)
        assert again.decode(point) == space.decode(point)
