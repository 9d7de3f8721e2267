"""What a copy changes, and what it leaves."""

import numpy as np
import pytest
from scipy.stats import loguniform, norm, poisson, randint, uniform

from skhpo.population import PerturbExplorer, ResampleExplorer
from skhpo.space import Categorical, Integer, Ordinal, Real, SearchSpace


def explored(
    space, params, *, seeds=range(40), roles=None, kind=PerturbExplorer, **own
):
    """Return what becomes of parameters, once for each seed."""
    space = space if isinstance(space, SearchSpace) else SearchSpace(space)
    explorer = kind(space, roles or dict.fromkeys(params, "mutable"), **own)
    point = space.encode(params)
    results = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        moved, changed = explorer.explore(
            point, params, generation=1, start_score=0.0, rng=rng
        )
        np.testing.assert_array_equal(moved, space.canonicalize(moved[None])[0])
        results.append(changed)
    return results


def values(dimension, value, **own):
    """Return the distinct values that one parameter takes."""
    found = explored({"a": dimension}, {"a": value}, resample_probability=0.0, **own)
    return sorted({round(one["a"], 10) for one in found})


@pytest.mark.parametrize(
    ("dimension", "value", "expected"),
    [
        (Real(1e-4, 1.0, prior="log-uniform"), 0.01, [0.008, 0.012]),
        (loguniform(1e-4, 1.0), 0.01, [0.008, 0.012]),
        (Real(0.0, 10.0), 5.0, [4.0, 6.0]),
        (uniform(0, 10), 5.0, [4.0, 6.0]),
        (Real(0.0, 1.0), 0.0, [0.0, 0.05]),
        (Real(-1.0, 1.0), 0.0, [-0.1, 0.1]),
        (Real(1e-4, 1.0, prior="log-uniform"), 0.9, [0.72, 1.0]),
        (Real(1e-4, 1.0, prior="log-uniform"), 1e-4, [1e-4, 1.2e-4]),
        (Integer(1, 100), 50, [40, 60]),
        (Integer(1, 100), 2, [1, 3]),
        (Integer(1, 100), 1, [1, 2]),
        (Integer(1, 1000, prior="log-uniform"), 3, [2, 4]),
        (Integer(1, 100), 99, [79, 100]),
        (randint(0, 10), 0, [0, 1]),
        (poisson(5), 4, [3, 5]),
        ([8, 16, 32, 64], 16, [8, 32]),
        ([8, 16, 32, 64], 64, [32, 64]),
    ],
    ids=str,
)
def test_numbers_move_down_or_up(dimension, value, expected):
    """By the factors, by 1 at least, or to the neighbour; never out of the bounds."""
    assert values(dimension, value) == pytest.approx(expected)


def test_a_distribution_moves_along_its_quantiles():
    """It has no scale that factors could be applied to."""
    below, above = values(norm(0, 1), 0.0)
    assert below == pytest.approx(norm.ppf(0.45), abs=1e-3)
    assert above == pytest.approx(norm.ppf(0.55), abs=1e-3)


def test_other_factors():
    """They are the user's."""
    dimension = Real(1e-4, 1e4, prior="log-uniform")
    assert values(dimension, 1.0, factors=(0.5, 4.0)) == pytest.approx([0.5, 4.0])


def test_ordered_values_of_any_kind_go_to_a_neighbour():
    """They need not be numbers."""
    sizes = Ordinal([(5,), (10,), (10, 10)])
    found = explored({"a": sizes}, {"a": (10,)}, resample_probability=0.0)
    assert {one["a"] for one in found} == {(5,), (10, 10)}


def test_choices_change_by_resampling_alone():
    """There is no small step between them."""
    space = {"a": Categorical(["x", "y", "z"])}
    still = explored(space, {"a": "x"}, resample_probability=0.0)
    assert {one["a"] for one in still} == {"x"}
    drawn = explored(space, {"a": "x"}, resample_probability=1.0)
    assert {one["a"] for one in drawn} == {"x", "y", "z"}


def test_resampling_draws_from_the_whole_space():
    """At least one parameter is drawn anew, the others stay as they were given."""
    space = {"a": Real(0.0, 1.0), "b": Real(0.0, 1.0), "c": Real(0.0, 1.0)}
    params = {"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}
    found = explored(
        space, params, kind=ResampleExplorer, resample_probability=0.0, seeds=range(200)
    )
    changed = [[name for name in one if one[name] != 1 / 3] for one in found]
    assert all(len(names) == 1 for names in changed)
    drawn = [one[names[0]] for one, names in zip(found, changed, strict=True)]
    assert min(drawn) < 0.05
    assert max(drawn) > 0.95


@pytest.mark.parametrize("kind", [PerturbExplorer, ResampleExplorer])
def test_structure_is_left_alone(kind):
    """Structural parameters and the branch stay, whatever is drawn."""
    space = SearchSpace(
        [
            {"kind": ["a"], "rate": Real(0.0, 1.0), "size": Integer(1, 9)},
            {"kind": ["b"], "rate": Real(0.0, 1.0)},
        ]
    )
    roles = {"kind": "structural", "rate": "mutable", "size": "structural"}
    params = {"kind": "a", "rate": 0.5, "size": 3}
    found = explored(space, params, roles=roles, kind=kind, resample_probability=0.9)
    assert {(one["kind"], one["size"]) for one in found} == {("a", 3)}
    assert len({one["rate"] for one in found}) > 5


@pytest.mark.parametrize("kind", [PerturbExplorer, ResampleExplorer])
def test_the_constraint_is_kept(kind):
    """Draws that it excludes are repeated."""
    space = SearchSpace(
        {"a": Real(0.0, 1.0)}, constraint=lambda params: params["a"] < 0.55
    )
    found = explored(space, {"a": 0.5}, kind=kind, resample_probability=0.5)
    assert all(one["a"] < 0.55 for one in found)


def test_where_nothing_else_is_allowed_nothing_changes():
    """The parameters of the donor are allowed, so they are taken."""
    space = SearchSpace(
        {"a": Real(0.0, 1.0)}, constraint=lambda params: params["a"] == 0.5
    )
    assert explored(space, {"a": 0.5}, seeds=[0]) == [{"a": 0.5}]


def test_a_space_without_anything_mutable_changes_nothing():
    """There is only the structure."""
    roles = {"a": "structural"}
    assert explored({"a": [1, 2]}, {"a": 2}, roles=roles, seeds=[0]) == [{"a": 2}]
