"""Distributions mapped to the unit interval, and objects that are only drawn from."""

import copy
import pickle

import numpy as np
import pytest
import scipy.stats

from skhpo.space import SearchSpace

CONTINUOUS = [
    scipy.stats.norm(3, 2),
    scipy.stats.expon(scale=100),
    scipy.stats.gamma(2),
    scipy.stats.beta(0.5, 0.5),
    scipy.stats.beta(2, 3, loc=-1, scale=4),
    scipy.stats.truncnorm(-1, 2),
    scipy.stats.cauchy(),
    scipy.stats.lognorm(2.0),
    scipy.stats.loguniform(1, 100, loc=5),
    scipy.stats.weibull_min(1.5),
    scipy.stats.triang(0.3),
]


class Pair:
    """Draws tuples, with the methods that a RandomState has."""

    def rvs(self, random_state=None):
        """Draw once."""
        return tuple(random_state.randint(1, 4, size=2).tolist())


class NumpyNumber:
    """Draws numpy scalars."""

    def rvs(self, random_state=None):
        """Draw once."""
        return np.int64(random_state.randint(1000))


@pytest.mark.parametrize("distribution", CONTINUOUS)
def test_coordinate_is_the_quantile(distribution):
    """A coordinate decodes to the quantile, but for the cut of the tails."""
    space = SearchSpace({"a": distribution})
    for u in np.linspace(0.01, 0.99, 9):
        value = space.decode([u])["a"]
        assert type(value) is float
        assert value == pytest.approx(distribution.ppf(u), rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("distribution", CONTINUOUS)
def test_continuous_round_trip(distribution):
    """Coordinates and values are found again to 1e-9, the ends included."""
    space = SearchSpace({"a": distribution})
    for u in np.linspace(0, 1, 41):
        params = space.decode([u])
        point = space.encode(params)
        assert np.isfinite(params["a"])
        assert point == pytest.approx([u], abs=1e-9)
        assert space.decode(point)["a"] == pytest.approx(params["a"], rel=1e-9)


def test_finite_ends_of_a_density_are_not_proposed():
    """The lower end of an exponential, no valid C, is never decoded to."""
    space = SearchSpace({"C": scipy.stats.expon(scale=100)})
    assert space.decode([0.0])["C"] > 0


def test_values_in_the_cut_tails_can_be_given():
    """A value that is not proposed may be given, and is kept."""
    space = SearchSpace({"a": scipy.stats.expon()})
    point, params = space.complete({"a": 30}, [0.5])
    assert point == pytest.approx([1.0])
    assert params == {"a": 30}


@pytest.mark.parametrize(
    "distribution",
    [
        scipy.stats.poisson(3),
        scipy.stats.poisson(5000),
        scipy.stats.skellam(4, 9),
        scipy.stats.nbinom(5, 0.1, loc=3),
        scipy.stats.binom(10**6, 0.5),
        scipy.stats.geom(1e-5),
        scipy.stats.zipf(2.5),
        scipy.stats.zipf(1.01),
    ],
)
def test_discrete_round_trip(distribution):
    """Whole numbers come out native and are found again exactly."""
    space = SearchSpace({"a": distribution})
    points = space.canonicalize(np.linspace(0, 1, 41)[:, np.newaxis])
    assert np.array_equal(space.canonicalize(points), points)
    for point in points:
        params = space.decode(point)
        assert type(params["a"]) is int
        assert space.decode(space.encode(params)) == params
        assert space.encode(params) == pytest.approx(point, abs=1e-12)


def test_real_values_of_a_table_stay_real():
    """A discrete distribution over fractions gives floats."""
    table = scipy.stats.rv_discrete(values=([0.25, 1.0], [0.5, 0.5]))
    space = SearchSpace({"a": table})
    assert [space.decode([u])["a"] for u in (0.2, 0.8)] == [0.25, 1.0]
    assert type(space.decode([0.8])["a"]) is float


@pytest.mark.parametrize("sampler", [Pair(), NumpyNumber()])
def test_coordinate_seeds_the_draw(sampler):
    """The same coordinate draws the same native value, in every copy."""
    space = SearchSpace({"a": sampler})
    twin = pickle.loads(pickle.dumps(space))
    draws = [space.decode([u]) for u in np.linspace(0, 1, 20)]
    assert draws == [twin.decode([u]) for u in np.linspace(0, 1, 20)]
    assert {type(draw["a"]) for draw in draws} <= {int, tuple}
    assert len({draw["a"] for draw in draws}) > 5


def test_sampled_axis_is_not_modelled_nor_counted():
    """A space with a sampler is not finite."""
    space = SearchSpace({"a": Pair(), "b": [1, 2]})
    assert space.axes[0].kind == "sampled"
    assert space.axes[0].n_levels is None
    assert space.cardinality == np.inf


def test_given_value_of_a_sampler_has_a_stable_place():
    """A given value is kept, and its coordinate stands for it from then on."""
    space = SearchSpace({"a": Pair(), "b": [1, 2]})
    point, params = space.complete({"a": (9, 9)}, [0.3, 0.9])
    again = copy.deepcopy(space).encode({"a": (9, 9), "b": 2})
    assert params == {"a": (9, 9), "b": 2}
    assert space.decode(point) == params
    assert np.array_equal(again, point)


def test_equal_draws_are_one_candidate():
    """The identity of a draw is its value, however many coordinates draw it."""
    space = SearchSpace({"a": Pair()})
    points = np.random.default_rng(0).random((60, 1))
    keys = {space.key(point) for point in points}
    assert len(keys) == len({space.decode(point)["a"] for point in points}) <= 9


def test_own_distribution_without_shapes_needs_no_call():
    """A user's own distribution without shape parameters works uncalled."""

    class Ramp(scipy.stats.rv_continuous):
        def _cdf(self, x):
            return x**2

        def _ppf(self, q):
            return np.sqrt(q)

    space = SearchSpace({"a": Ramp(a=0, b=1, name="ramp")})
    assert space.axes[0].kind == "continuous"
    assert space.decode([0.25])["a"] == pytest.approx(0.5, abs=1e-5)
