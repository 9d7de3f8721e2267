"""NSGA-II: its contract, its population, and how close it comes to known fronts."""

import json
from dataclasses import replace

import numpy as np
import pytest

from skhpo.generators import NSGA2Generator
from skhpo.pareto import hypervolume, nondominated_ranks
from skhpo.space import Real, SearchSpace
from skhpo.testing import GeneratorContract
from skhpo.trials import Trial, TrialStatus

REFERENCE = [-1.1, -1.1]
# The hypervolume of the true front over that reference point.
ZDT = {1: 0.8766, 2: 0.5433, 3: 1.3317}


class TestNSGA2Generator(GeneratorContract):
    """NSGA-II passes the contract; with one score a trial, as any other."""

    def make_generator(self, space, seed):
        """Make one whose population is complete within the tests."""
        return NSGA2Generator(space, np.random.default_rng(seed), population_size=6)


def make_generator(n_dims=2, seed=0, **arguments):
    """Return a generator over a cube."""
    space = SearchSpace({f"x{axis}": Real(0.0, 1.0) for axis in range(n_dims)})
    return NSGA2Generator(space, np.random.default_rng(seed), **arguments)


def zdt(number, point):
    """Return the scores of a test problem of Zitzler, Deb and Thiele, 2000."""
    first, rest = point[0], 1.0 + 9.0 * point[1:].mean()
    ratio = first / rest
    shape = {
        1: 1.0 - ratio**0.5,
        2: 1.0 - ratio**2,
        3: 1.0 - ratio**0.5 - ratio * np.sin(10.0 * np.pi * first),
    }[number]
    return np.array([-first, -rest * shape])


def search(generator, n, function):
    """Ask for candidates and tell their scores; return all scores."""
    scores = []
    for _ in range(n):
        candidate = generator.ask()
        scores.append(function(candidate.point))
        generator.tell(Trial(candidate, scores[-1][None], TrialStatus.COMPLETE))
    return np.array(scores)


@pytest.mark.parametrize("number", ZDT)
def test_the_fronts_of_known_problems_are_found(number):
    """Nine tenths of the volume, far more than as many random points find.

    Five seeds found 0.98 or more of each, but for one that lost an end of the front of
    ZDT3, and with it 0.07: populations drift, those of pymoo no less.
    """
    generator = make_generator(6, population_size=60)
    scores = search(generator, 2000, lambda point: zdt(number, point))
    assert hypervolume(scores, REFERENCE) > 0.9 * ZDT[number]


def test_the_population_is_the_best_of_what_was_told():
    """Nothing that was left out dominates a member."""
    generator = make_generator(population_size=10)
    scores = search(generator, 80, lambda point: zdt(1, point))
    ranks = nondominated_ranks(scores)
    members = {candidate.index for candidate in generator.population}
    assert len(members) == 10
    worst = max(ranks[index] for index in members)
    assert all(
        index in members or rank >= worst for index, rank in enumerate(ranks.tolist())
    )


@pytest.mark.parametrize(
    "scores",
    [
        [[2, 3], [2, 3], [3, 2]],
        [[0, 3, 2], [3, 1, 1], [1, 3, 0], [0, 2, 3]],
        [[3, 2, 0], [1, 0, 2], [2, 3, 0], [0, 1, 2], [3, 2, 0], [0, 0, 3]],
    ],
)
def test_the_best_of_each_objective_stays_in_a_small_population(scores):
    """Though equal candidates, and the worst of an objective, are ends as well."""
    generator = make_generator(population_size=len(scores) - 1)
    for row in scores:
        trial = Trial(generator.ask(), np.array([row]), TrialStatus.COMPLETE)
        generator.tell(trial)
    kept = [scores[candidate.index] for candidate in generator.population]
    assert len(kept) == len(scores) - 1
    assert np.max(kept, axis=0).tolist() == np.max(scores, axis=0).tolist()


def test_children_name_their_operator_and_their_parents():
    """What is not crossed has a single parent, and nearly all coordinates of it."""
    generator = make_generator(20, population_size=10)
    search(generator, 120, lambda point: zdt(1, point))
    bred = generator.candidates[10:]
    assert {one.origin for one in bred} == {"crossover", "mutation"}
    for child in bred:
        parents = [generator.candidates[index] for index in child.parents]
        assert len(parents) == {"mutation": 1, "crossover": 2}[child.origin]
        assert max(child.parents) < child.index
        if child.origin == "mutation":
            assert np.isclose(child.point, parents[0].point).sum() >= 14


def test_only_complete_candidates_are_bred_from():
    """Failed, discarded and partly told ones are passed over."""
    generator = make_generator(population_size=5)
    for status in TrialStatus:
        generator.tell(Trial(generator.ask(), np.ones((2, 2)), status))
    scores = np.array([[1.0, 1.0], [2.0, np.nan]])
    generator.tell(Trial(generator.ask(), scores, TrialStatus.COMPLETE))
    assert [one.index for one in generator.population] == [1]


def test_a_later_trial_replaces_an_earlier_one():
    """A member that is told again is sorted anew, or dropped if it failed."""
    generator = make_generator(population_size=5)
    search(generator, 5, lambda point: zdt(1, point))
    best = generator.population[0].index
    trial = generator.trials[best]
    generator.tell(replace(trial, split_scores=np.full((1, 2), -99.0)))
    assert generator.population[-1].index == best
    generator.tell(replace(trial, status=TrialStatus.FAILED))
    assert best not in {candidate.index for candidate in generator.population}


def test_a_restored_population_goes_on_bit_for_bit():
    """With two objectives, pending and failed candidates."""
    original, restored = make_generator(seed=1), make_generator(seed=2)
    search(original, 40, lambda point: zdt(2, point))
    failed, _ = original.ask(), original.ask()
    scores = np.array([[np.nan, -np.inf]])
    original.tell(Trial(failed, scores, TrialStatus.FAILED))
    restored.load_state_dict(json.loads(json.dumps(original.state_dict())))
    one, other = (
        search(generator, 10, lambda point: zdt(2, point))
        for generator in (original, restored)
    )
    assert one.tolist() == other.tolist()


def test_a_population_of_one_is_refused():
    """The error names the parameter and a value that works."""
    with pytest.raises(ValueError, match=r"'population_size'.*at least 2.*Got 1"):
        make_generator(population_size=1)
