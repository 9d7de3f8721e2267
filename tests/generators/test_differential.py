"""Differential evolution."""

import numpy as np
import pytest

from _functions import (
    cube,
    mixed,
    mixed_sphere,
    rastrigin,
    rosenbrock,
    search,
    search_with_discarded,
    sphere,
)
from skhpo.generators import DifferentialEvolutionGenerator
from skhpo.space import Categorical, Real, SearchSpace
from skhpo.testing import GeneratorContract


class TestDifferentialEvolutionGenerator(GeneratorContract):
    """The contract."""

    def make_generator(self, space, seed):
        """Make the generator under test."""
        return DifferentialEvolutionGenerator(space, np.random.default_rng(seed))


def make(space, n, seed=0, **arguments):
    """Return a generator for n candidates."""
    rng = np.random.default_rng(seed)
    return DifferentialEvolutionGenerator(space, rng, n_candidates=n, **arguments)


@pytest.mark.parametrize(
    ("space", "function", "n", "aim"),
    [
        (cube(3), sphere, 500, -1e-4),
        (cube(2), rosenbrock, 500, -1e-1),
        (cube(2), rastrigin, 600, -0.5),
        (mixed(), mixed_sphere, 400, -1e-2),
    ],
    ids=["sphere", "rosenbrock", "rastrigin", "mixed"],
)
def test_finds_the_optimum_of_classic_functions(space, function, n, aim):
    """The median of three seeds comes close."""
    best = [search(make(space, n, s), function, n).max() for s in range(3)]
    assert np.median(best) > aim


def test_the_population_shrinks_over_the_budget():
    """It ends with the four that the mutation needs."""
    generator = make(cube(2), 200, population_size=20)
    sizes = []
    for _ in range(4):
        search(generator, sphere, 50)
        sizes.append(len(generator.state_dict()["population"]))
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 12
    assert sizes[-1] == 4


def test_a_child_names_its_parents():
    """The challenged member, one of the best and two more; each of them once."""
    generator = make(cube(2), 100)
    search(generator, sphere, 60)
    bred = [one for one in generator.candidates if one.parents]
    assert len(bred) >= 50
    assert {len(one.parents) for one in bred} == {3, 4}
    for candidate in bred:
        assert candidate.origin == "differential evolution"
        assert len(set(candidate.parents)) == len(candidate.parents)
        assert max(candidate.parents) < candidate.index


def test_the_best_is_never_lost():
    """Whatever the lag, the best candidate told stays in the population."""
    generator = make(cube(3), 150)
    scores = search(generator, sphere, 150, lag=9)
    assert int(scores[:141].argmax()) in generator.state_dict()["population"]


def test_easy_splits_of_discarded_candidates_do_not_mislead():
    """The population is made up of the candidates that are truly best."""
    generator = make(cube(2), 400)
    search_with_discarded(generator, sphere, 400)
    members = generator.state_dict()["population"]
    points = np.array([generator.candidates[index].point for index in members])
    assert np.abs(points - 0.6).max() < 0.05


def test_members_of_another_branch_than_the_best_are_mutated_too():
    """They would be bred again as they are, and random points would take over."""
    numbers = Real(0.0, 1.0)
    space = SearchSpace([dict.fromkeys("abc", numbers), dict.fromkeys("xyz", numbers)])
    n_random = 0
    for seed in range(3):
        generator = make(space, 150, seed)
        search(generator, lambda params: sphere(params) - 0.02 * ("a" in params), 150)
        n_random += sum(one.origin == "random" for one in generator.candidates)
    assert n_random < 30


def test_a_choice_that_no_member_has_comes_within_reach():
    """The best of twelve choices is found though the population is of six."""
    space = SearchSpace({"kind": Categorical([*"abcdefghijkl"]), "x": Real(0.0, 1.0)})

    def objective(params):
        return (params["kind"] == "h") - (params["x"] - 0.3) ** 2

    for seed in (2, 4, 5, 6):
        scores = search(make(space, 150, seed), objective, 150)
        assert scores[:6].max() < 0.0
        assert scores.max() > 0.9
