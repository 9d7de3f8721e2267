"""What evolutionary generators breed with."""

import numpy as np
import pytest

from _functions import cube, mixed
from skhpo.generators._operators import Variation, polynomial_mutation, tournament
from skhpo.space import Integer, Real, SearchSpace
from skhpo.testing._spaces import conditional_space, sampled_space


@pytest.fixture
def rng():
    """A random generator."""
    return np.random.default_rng(0)


def random_points(space, n, rng):
    """Return canonical points."""
    return space.canonicalize(rng.random((n, space.n_dims)))


def rows(value, n=500):
    """Return a value for every row."""
    return np.full(n, value)


def test_larger_tournaments_mean_stronger_pressure(rng):
    """The mean position of winners falls as 1 / (size + 1)."""
    for size in (1, 2, 4):
        winners = tournament(100, 20_000, size, rng)
        assert winners.mean() == pytest.approx(100 / (size + 1), rel=0.05)


def test_children_lie_around_their_parents(rng):
    """In the mean in their middle, the closer to one the greater the index."""
    space = cube(1)
    first, second = np.full((4000, 1), 0.4), np.full((4000, 1), 0.6)
    spreads = []
    for index in (2.0, 20.0):
        children = Variation(space).cross(first, second, index, rng)
        assert children.mean() == pytest.approx(0.5, abs=0.01)
        distances = np.minimum(abs(children - 0.4), abs(children - 0.6))
        spreads.append(distances.mean())
    assert spreads[0] > 2 * spreads[1] > 0.0


def test_equal_parents_have_equal_children(rng):
    """Crossover makes nothing that neither parent has."""
    space = mixed()
    parents = random_points(space, 50, rng)
    np.testing.assert_allclose(
        Variation(space).cross(parents, parents, 5.0, rng), parents
    )


def test_choices_come_from_one_of_the_parents(rng):
    """Uniform crossover, from both about equally often."""
    space = SearchSpace({"kind": [*"abcd"]})
    first, second = np.full((1000, 1), 0.125), np.full((1000, 1), 0.625)
    children = Variation(space).cross(first, second, 5.0, rng)
    assert set(children[:, 0]) == {0.125, 0.625}
    assert 0.4 < (children == 0.125).mean() < 0.6


def test_polynomial_steps_have_the_given_mean(rng):
    """And never leave the interval."""
    middle = np.full((20_000, 1), 0.5)
    for step in (0.02, 0.1):
        moved = polynomial_mutation(middle, rows(step, 20_000)[:, None], rng)
        assert abs(moved - 0.5).mean() == pytest.approx(step, rel=0.05)
    edges = np.array([[0.0], [1.0]])
    moved = polynomial_mutation(edges, np.array([[0.4], [0.4]]), rng)
    assert ((moved >= 0.0) & (moved <= 1.0)).all()


def test_every_mutant_differs_from_its_parent(rng):
    """Even where the steps are short and a single coordinate changes."""
    for space in (mixed(), conditional_space()):
        parents = random_points(space, 500, rng)
        mutants = Variation(space).mutate(parents, rows(0.0), rows(0.001), rng)
        changed = (mutants != parents) & space.active(parents)
        assert changed.any(axis=1).all()


def test_mutants_are_canonical(rng):
    """Whatever was mutated."""
    space = conditional_space()
    parents = random_points(space, 500, rng)
    mutants = Variation(space).mutate(parents, rows(0.5), rows(0.3), rng)
    np.testing.assert_array_equal(mutants, space.canonicalize(mutants))


def test_the_rate_says_how_many_coordinates_change(rng):
    """In the mean."""
    space = cube(10)
    parents = random_points(space, 500, rng)
    mutants = Variation(space).mutate(parents, rows(0.4), rows(0.1), rng)
    assert (mutants != parents).sum(axis=1).mean() == pytest.approx(4.0, rel=0.1)


def test_what_becomes_active_comes_from_the_parent_that_has_it(rng):
    """And is drawn where neither has it."""
    space = SearchSpace(
        [
            {"kind": ["a"], "x": Real(0.0, 1.0)},
            {"kind": ["b"], "y": Real(0.0, 1.0)},
            {"kind": ["c"], "z": Integer(1, 100)},
        ]
    )
    with_x, with_y = (
        space.encode(one) for one in ({"kind": "a", "x": 0.1}, {"kind": "b", "y": 0.9})
    )
    variation = Variation(space)
    first, second = np.tile(with_x, (200, 1)), np.tile(with_y, (200, 1))
    for child in variation.cross(first, second, 5.0, rng):
        params = space.decode(child)
        expected = ("x", 0.1) if params["kind"] == "a" else ("y", 0.9)
        assert params[expected[0]] == pytest.approx(expected[1])
    mutants = variation.mutate(first, rows(1.0, 200), rows(0.1, 200), rng)
    drawn = {space.decode(one).get("z") for one in mutants}
    assert len(drawn - {None}) > 10


def test_what_is_only_drawn_from_is_drawn_anew(rng):
    """In about half of the mutants at least: there is no neighbourhood to search."""
    space = sampled_space()
    column = [axis.kind for axis in space.axes].index("sampled")
    parents = random_points(space, 500, rng)
    mutants = Variation(space).mutate(parents, rows(0.0), rows(0.1), rng)
    changed = mutants[:, column] != parents[:, column]
    assert 0.4 < changed.mean() < 1.0
