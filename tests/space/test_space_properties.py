"""Properties that hold for every search space."""

import pickle

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.svm import SVC

from skhpo.space import Categorical, FeatureMap, Integer, Ordinal, Real, SearchSpace

NATIVE = (int, float, bool, str, type(None))
OBJECTS = (SVC(), SVC(C=2.0), (1, 2), (50,), len)

moderately = settings(max_examples=50, deadline=None, derandomize=True)


def _in_order(numbers):
    """Sort, without repeats."""
    return sorted(set(numbers))


finite = st.floats(-1e6, 1e6, allow_nan=False)
choice_lists = st.lists(
    st.one_of(
        st.integers(-5, 5),
        st.floats(-2, 2),
        st.booleans(),
        st.none(),
        st.sampled_from(["a", "b", np.str_("c"), np.int64(3), np.float32(0.5)]),
        st.sampled_from(OBJECTS),
    ),
    min_size=1,
    max_size=5,
)
ordered_lists = st.lists(st.integers(-9, 9), min_size=1, max_size=5).map(_in_order)
reals = st.tuples(finite, st.floats(0.1, 1e6)).map(lambda b: Real(b[0], b[0] + b[1]))
log_reals = st.tuples(st.floats(1e-9, 1e3), st.floats(1.5, 1e6)).map(
    lambda b: Real(b[0], b[0] * b[1], prior="log-uniform")
)
integers = st.tuples(st.integers(-50, 50), st.integers(1, 200)).map(
    lambda b: Integer(b[0], b[0] + b[1])
)
log_integers = st.tuples(st.integers(1, 50), st.integers(1, 5000)).map(
    lambda b: Integer(b[0], b[0] + b[1], prior="log-uniform")
)
distributions = st.sampled_from(
    [
        scipy.stats.norm(0, 1),
        scipy.stats.uniform(2, 3),
        scipy.stats.loguniform(1e-4, 1e2),
        scipy.stats.gamma(2, scale=3),
        scipy.stats.randint(1, 7),
        scipy.stats.poisson(4),
        scipy.stats.binom(6, 0.4),
    ]
)
finite_values = st.one_of(
    choice_lists,
    ordered_lists,
    ordered_lists.map(np.array),
    choice_lists.map(Categorical),
    choice_lists.map(Ordinal),
    integers,
    log_integers,
)
values = st.one_of(finite_values, reals, log_reals, distributions)
names = st.sampled_from(["a", "b", "c", "d"])


def spaces(of=values):
    """Make search spaces of up to three branches."""
    branch = st.dictionaries(names, of, max_size=4)
    return st.one_of(branch, st.lists(branch, min_size=1, max_size=3)).map(SearchSpace)


def sample_points(space, n=15):
    """Give points all over the cube, two corners among them."""
    points = np.random.default_rng(0).random((n, space.n_dims))
    points[0], points[1] = 0.0, 1.0
    return points


def same(first, second):
    """Compare parameters, types included; floats but for rounding."""
    return list(first) == list(second) and all(
        type(a) is type(second[name])
        and (
            a == pytest.approx(second[name], rel=1e-9, abs=1e-9)
            if isinstance(a, float)
            else a == second[name]
        )
        for name, a in first.items()
    )


@moderately
@given(spaces())
def test_decoding_undoes_encoding(space):
    """Parameters are found again."""
    for point in sample_points(space):
        params = space.decode(point)
        assert same(space.decode(space.encode(params)), params)


@moderately
@given(st.dictionaries(names, values, max_size=4).map(SearchSpace))
def test_encoding_undoes_decoding(space):
    """Without overlapping branches the canonical point is found again."""
    for point in space.canonicalize(sample_points(space)):
        assert space.encode(space.decode(point)) == pytest.approx(point, abs=1e-9)


@moderately
@given(spaces())
def test_canonical_points_stay(space):
    """Canonicalizing again changes nothing, nor what the points stand for."""
    points = sample_points(space)
    canonical = space.canonicalize(points)
    assert np.array_equal(space.canonicalize(canonical), canonical)
    assert np.array_equal(space.active(canonical), space.active(points))
    assert np.all(canonical[~space.active(canonical)] == 0.5)
    for point, again in zip(points, canonical, strict=True):
        assert same(space.decode(point), space.decode(again))
        assert space.key(point) == space.key(again)


@moderately
@given(spaces())
def test_values_are_native_or_the_very_object(space):
    """No numpy scalar is handed over."""
    for point in sample_points(space):
        for value in space.decode(point).values():
            assert type(value) in NATIVE or any(value is other for other in OBJECTS)


@moderately
@given(spaces(finite_values))
def test_enumeration_is_complete_and_without_repeats(space):
    """A finite space lists each candidate once, and every point is listed."""
    if space.cardinality > 2000:
        return
    points = list(space.enumerate())
    keys = {space.key(point) for point in points}
    assert len(points) == len(keys) == space.cardinality
    assert {space.key(point) for point in sample_points(space)} <= keys


@moderately
@given(spaces())
def test_keys_are_equal_where_the_parameters_are(space):
    """The key is the identity of the parameters."""
    points = sample_points(space, n=8)
    params = [space.decode(point) for point in points]
    keys = [space.key(point) for point in points]
    for first, first_key in zip(params, keys, strict=True):
        for second, second_key in zip(params, keys, strict=True):
            alike = set(first) == set(second) and same(
                first, {name: second[name] for name in first}
            )
            assert alike == (first_key == second_key)


@moderately
@given(spaces())
def test_pickling_keeps_the_space(space):
    """A pickled space gives the same keys, in any process."""
    again = pickle.loads(pickle.dumps(space))
    for point in sample_points(space, n=5):
        assert again.key(point) == space.key(point)


@moderately
@given(spaces())
def test_features_are_finite_and_in_the_unit_cube(space):
    """A surrogate model sees numbers from 0 to 1, one group an axis."""
    points = space.canonicalize(sample_points(space))
    features = FeatureMap(space.axes)
    seen = features.transform(points, space.active(points))
    assert seen.shape == (len(points), features.n_features)
    assert features.n_groups == space.n_dims
    assert np.all((seen >= -1e-12) & (seen <= 1 + 1e-12))


@moderately
@given(spaces())
def test_completing_keeps_what_is_given(space):
    """Any part of a candidate can be completed from any point."""
    first, second = sample_points(space)[2:4]
    params = space.decode(first)
    part = dict(list(params.items())[::2])
    point, whole = space.complete(part, second)
    assert same({name: whole[name] for name in part}, part)
    assert np.array_equal(space.canonicalize(point[np.newaxis])[0], point)
    assert same(space.decode(point), whole)
