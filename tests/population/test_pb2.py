"""Parameters by what they gained, and when."""

import numpy as np
import pytest

from skhpo.population import PB2Explorer, Transition
from skhpo.space import Integer, Real, SearchSpace

SPACE = SearchSpace({"x": Real(0.0, 1.0)})


def transitions(gain_of, *, generations=(1, 2), n=12, n_dims=1):
    """Return what random points gained in some generations."""
    rng = np.random.default_rng(0)
    return [
        Transition(g, 0.5 + 0.1 * g, point, gain=gain_of(g, point))
        for g in generations
        for point in rng.random((n, n_dims))
    ]


def proposals(explorer, n, space=SPACE, params=None, generation=3):
    """Return several proposals for one generation."""
    params = params or space.decode(np.full(space.n_dims, 0.1))
    point = space.encode(params)
    rng = np.random.default_rng(1)
    return [
        explorer.explore(
            point, params, generation=generation, start_score=0.8, rng=rng
        )[1]
        for _ in range(n)
    ]


def test_what_gained_most_is_proposed():
    """The model has seen that 0.7 is best."""
    explorer = PB2Explorer(SPACE, {"x": "mutable"})
    explorer.learn(transitions(lambda _, u: -((u[0] - 0.7) ** 2)), [])
    (params,) = proposals(explorer, 1)
    assert params["x"] == pytest.approx(0.7, abs=0.1)


def test_the_best_parameters_move_with_time():
    """The model extrapolates from 0.2 over 0.4 and 0.6 to the next generation."""
    explorer = PB2Explorer(SPACE, {"x": "mutable"})
    data = transitions(lambda g, u: -abs(u[0] - 0.2 * g), generations=(1, 2, 3), n=20)
    explorer.learn(data, [])
    (late,) = proposals(explorer, 1, generation=4)
    assert late["x"] > 0.5


def test_proposals_of_one_generation_differ():
    """What was proposed before, or goes on, counts as known."""
    explorer = PB2Explorer(SPACE, {"x": "mutable"})
    continuing = [Transition(3, 0.8, np.array([0.5]), np.nan)]
    for gain_of in (lambda *_: 0.0, lambda _, u: -abs(u[0] - 0.5)):
        explorer.learn(transitions(gain_of), continuing)
        found = {params["x"] for params in proposals(explorer, 4)}
        assert len(found | {0.5}) == 5


def test_without_knowledge_parameters_are_drawn():
    """As are failures: they gained nothing that could be measured."""
    explorer = PB2Explorer(SPACE, {"x": "mutable"})
    explorer.learn(transitions(lambda *_: np.nan), [])
    assert len({params["x"] for params in proposals(explorer, 5)}) == 5


def test_mixed_spaces_structure_and_constraint():
    """Whole numbers stay whole, structure stays, and what is excluded is left out."""
    space = SearchSpace(
        {"x": Real(0.0, 1.0), "n": Integer(1, 9), "kind": ["a", "b"], "size": [1, 2]},
        constraint=lambda params: params["n"] != 5,
    )
    roles = dict.fromkeys(("x", "n", "kind"), "mutable") | {"size": "structural"}
    explorer = PB2Explorer(space, roles)
    data = [
        Transition(1, 0.5, point, gain=-abs(space.decode(point)["n"] - 5))
        for point in space.canonicalize(np.random.default_rng(0).random((30, 4)))
    ]
    explorer.learn(data, [])
    start = {"x": 0.5, "n": 2, "kind": "a", "size": 2}
    for params in proposals(explorer, 5, space, start, generation=2):
        assert type(params["n"]) is int
        assert params["n"] != 5
        assert params["size"] == 2
        assert 2 < params["n"] < 8
