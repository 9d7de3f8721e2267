"""The search for the most promising points."""

import numpy as np

from skhpo.acquisition import AcquisitionOptimizer
from skhpo.space import Categorical, FeatureMap, Integer, Real, SearchSpace


class Peak:
    """An acquisition function with one peak."""

    is_smooth = True

    def __init__(self, top):
        self.top = np.array(top)

    def __call__(self, features):
        """Evaluate."""
        return -((features - self.top) ** 2).sum(axis=1)

    def value_and_gradient(self, row):
        """Evaluate with the gradient."""
        return float(self(row[None])[0]), -2 * (row - self.top)


def maximize(space, acquisition, is_eligible=lambda _: True, elites=None):
    """Return the ranked points."""
    optimizer = AcquisitionOptimizer(space, FeatureMap(space.axes))
    return optimizer.maximize(
        acquisition,
        elites=np.empty((0, space.n_dims)) if elites is None else elites,
        is_eligible=is_eligible,
        rng=np.random.default_rng(0),
    )


def test_finds_a_continuous_maximum():
    """Gradient ascent gets to the top of the hill."""
    space = SearchSpace({name: Real(0.0, 1.0) for name in "abcdef"})
    top = [0.1, 0.9, 0.5, 1.2, -0.3, 0.7]
    best = maximize(space, Peak(top))[0]
    np.testing.assert_allclose(best, np.clip(top, 0, 1), atol=1e-4)


def test_finds_a_mixed_maximum():
    """Discrete coordinates are found by mutation, beside the continuous ones."""
    space = SearchSpace(
        {"a": Real(0.0, 1.0), "b": Integer(0, 100), "c": Categorical(list("xyz"))}
    )
    best = maximize(space, Peak([0.123, 0.4, 0.0, 0.0, 1.0]))[0]
    params = space.decode(best)
    assert abs(params["a"] - 0.123) < 1e-3
    assert (params["b"], params["c"]) == (40, "z")


def test_values_fall():
    """The points are ranked by the acquisition function."""
    space = SearchSpace({"a": Real(0.0, 1.0), "b": Real(0.0, 1.0)})
    peak = Peak([0.3, 0.4])
    assert (np.diff(peak(maximize(space, peak))) <= 0).all()


def test_a_small_space_is_ranked_in_full():
    """Every point of a small finite space is there once."""
    space = SearchSpace({"a": Integer(0, 9), "b": Categorical(list("xyz"))})
    points = maximize(space, Peak([0.5, 0.0, 0.0, 1.0]))
    assert len({space.key(point) for point in points}) == len(points) == 30
    assert space.decode(points[0])["b"] == "z"


def test_only_eligible_points_breed():
    """The best point that may be proposed is found beside a forbidden peak."""
    space = SearchSpace({"a": Real(0.0, 1.0), "b": Real(0.0, 1.0)})
    points = maximize(space, Peak([0.9, 0.9]), lambda point: point[0] < 0.5)
    best = next(point for point in points if point[0] < 0.5)
    np.testing.assert_allclose(best, [0.5, 0.9], atol=0.02)


def test_nothing_eligible_is_no_error():
    """The ranking is there for the caller to look through."""
    space = SearchSpace({"a": Real(0.0, 1.0)})
    assert len(maximize(space, Peak([0.5]), lambda _: False)) >= 500


def test_what_is_not_modelled_is_drawn_anew():
    """The best points differ in the coordinate that the model does not see."""

    class Sampler:
        """Can only be drawn from."""

        def rvs(self, random_state=None):
            """Draw."""
            return random_state.uniform()

    space = SearchSpace({"a": Real(0.0, 1.0), "b": Sampler()})
    elites = space.canonicalize([[0.5, 0.5]])
    drawn = maximize(space, Peak([0.5]), elites=elites)[:20, 1]
    assert len(np.unique(drawn)) > 10
