"""Random changes of points."""

import numpy as np

from skhpo.acquisition import Mutation
from skhpo.space import Categorical, Integer, Real, SearchSpace

SPACE = SearchSpace(
    [
        {"kind": ["line"], "C": Real(0.0, 1.0)},
        {
            "kind": ["bend"],
            "depth": Integer(1, 1000),
            "word": Categorical(list("abcd")),
        },
    ]
)


def mutate(point, n=400, scale=0.1, space=SPACE):
    """Return a canonical parent and its mutants."""
    parent = space.canonicalize(np.array([point]))
    return parent, Mutation(space)(parent, n, scale, np.random.default_rng(0))


def test_mutants_are_canonical():
    """Nothing needs to be done to them before they are evaluated."""
    _, mutants = mutate([0.75, 0.5, 0.3, 0.1])
    assert np.array_equal(mutants, SPACE.canonicalize(mutants))


def test_nearly_all_mutants_differ_from_the_parent():
    """An active coordinate was chosen in each; only a redrawn choice can be equal."""
    parent, mutants = mutate([0.25, 0.4, 0.5, 0.5])
    assert (mutants != parent).any(axis=1).mean() > 0.7


def test_what_becomes_active_is_redrawn():
    """Mutants of another branch are spread over it."""
    _, mutants = mutate([0.25, 0.4, 0.5, 0.5])
    bends = mutants[mutants[:, 0] > 0.5]
    assert len(np.unique(bends[:, 2])) > 20
    assert len(np.unique(bends[:, 3])) == 4


def test_continuous_steps_have_the_scale():
    """A smaller scale keeps mutants closer; all stay in the unit interval."""
    space = SearchSpace({"C": Real(0.0, 1.0)})
    steps = []
    for scale in (0.01, 0.5):
        parent, mutants = mutate([0.02], scale=scale, space=space)
        assert ((mutants >= 0.0) & (mutants <= 1.0)).all()
        steps.append(np.abs(mutants - parent).mean())
    assert steps[0] < 0.02 < steps[1]


def test_bounds_are_reached():
    """Steps beyond a bound often end on it, where many optima lie."""
    _, mutants = mutate([0.02], scale=0.5, space=SearchSpace({"C": Real(0.0, 1.0)}))
    assert 0.05 < (mutants == 0.0).mean() < 0.6


def test_ordered_steps_often_go_to_the_neighbour():
    """About half of the mutants of a fine ordered axis are one level away."""
    space = SearchSpace({"depth": Integer(1, 1000)})
    parent, mutants = mutate([0.5], space=space)
    levels = space.axes[0].to_level(mutants) - space.axes[0].to_level(parent)
    assert 0.3 < (np.abs(levels) == 1).mean() < 0.8


def test_parents_take_turns():
    """All parents are used."""
    parents = SPACE.canonicalize(np.array([[0.25, 0.1, 0, 0], [0.25, 0.9, 0, 0]]))
    mutants = Mutation(SPACE)(parents, 100, 0.01, np.random.default_rng(0))
    lines = mutants[mutants[:, 0] < 0.5]
    assert 0.2 < (lines[:, 1] > 0.5).mean() < 0.8
