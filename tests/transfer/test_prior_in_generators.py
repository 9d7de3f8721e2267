"""Generators that know of earlier searches."""

import json

import numpy as np
import pytest

from skhpo.generators import BayesianGenerator, make_evolution
from skhpo.space import Real, SearchSpace
from skhpo.testing import GeneratorContract
from skhpo.transfer import PriorKnowledge, PriorSearch
from skhpo.trials import Trial, TrialStatus

SPACE = SearchSpace({name: Real(0.0, 1.0) for name in "abc"})
BASELINE = [({"a": 0.5, "b": 0.5, "c": 0.5}, "baseline")]


def random_knowledge(space, n_searches=2, n=12):
    """Return searches with scores that mean nothing."""
    rng = np.random.default_rng(1)
    searches = []
    for _ in range(n_searches):
        points = space.canonicalize(rng.random((n, space.n_dims)))
        searches.append(PriorSearch(points, rng.normal(size=n)))
    return PriorKnowledge(space, searches)


def bowl(points):
    """Return the negative squared distance from a point within the space."""
    return -((points - [0.3, 0.6, 0.8]) ** 2).sum(axis=-1)


def knowledge_of(score, n_searches=2, n=30):
    """Return searches of a function."""
    rng = np.random.default_rng(2)
    points = rng.random((n_searches, n, 3))
    searches = [PriorSearch(some, score(some)) for some in points]
    return PriorKnowledge(SPACE, searches)


def search(generator, n, is_told=True):
    """Return the candidates of a search of the bowl, and their scores."""
    candidates = []
    for _ in range(n):
        candidates.append(generator.ask())
        score = bowl(candidates[-1].point)
        if is_told:
            trial = Trial(candidates[-1], np.array([score]), TrialStatus.COMPLETE)
            generator.tell(trial)
    return candidates, [bowl(candidate.point) for candidate in candidates]


def make(seed=0, **arguments):
    """Return a Bayesian generator that begins with the baseline."""
    rng = np.random.default_rng(seed)
    return BayesianGenerator(SPACE, rng, prescribed=BASELINE, **arguments)


def origins(generator, n, is_told=True):
    """Return where candidates come from."""
    return [one.origin for one in search(generator, n, is_told)[0]]


class TestBayesianGeneratorWithPrior(GeneratorContract):
    """The contract holds whatever earlier searches say."""

    def make_generator(self, space, seed):
        """Make the generator under test."""
        rng = np.random.default_rng(seed)
        return BayesianGenerator(space, rng, prior=random_knowledge(space))


class TestEvolutionWithPrior(GeneratorContract):
    """The contract holds for first candidates of earlier searches."""

    def make_generator(self, space, seed):
        """Make the generator under test."""
        return make_evolution(
            space, np.random.default_rng(seed), prior=random_knowledge(space)
        )


@pytest.mark.parametrize("seed", range(3))
def test_what_agrees_saves_evaluations(seed):
    """Nine candidates get closer to the optimum than nine without them."""
    informed = search(make(seed, prior=knowledge_of(bowl)), 9)[1]
    assert max(informed) > max(search(make(seed), 9)[1])


@pytest.mark.parametrize("seed", range(3))
def test_what_contradicts_does_no_harm_for_long(seed):
    """Twenty candidates get within a hundredth of the optimum all the same."""
    prior = knowledge_of(lambda points: -bowl(points))
    assert max(search(make(seed, prior=prior), 20)[1]) > -1e-2


def test_searches_that_are_believed_spare_a_point_of_the_design():
    """After two scores they name a candidate, and the model takes over."""
    expected = ["baseline", "sobol", "prior search", "bayesian", "bayesian"]
    assert origins(make(prior=knowledge_of(bowl)), 5) == expected
    generator = BayesianGenerator(
        SPACE, np.random.default_rng(0), prior=knowledge_of(bowl)
    )
    assert origins(generator, 4) == ["sobol", "sobol", "prior search", "bayesian"]
    assert generator.n_independent == 2


def points_of(generator, n=8):
    """Return the points of a search."""
    return [one.point.tolist() for one in search(generator, n)[0]]


@pytest.mark.parametrize("prescribed", [BASELINE, []])
def test_searches_that_are_not_believed_cost_nothing(prescribed):
    """The candidates are those without them."""
    against = knowledge_of(lambda points: -20.0 * bowl(points))
    misled, alone = (
        BayesianGenerator(
            SPACE, np.random.default_rng(0), prescribed=prescribed, prior=prior
        )
        for prior in (against, None)
    )
    assert points_of(misled) == points_of(alone)


def test_searches_that_contradict_each_other_are_not_followed():
    """However well one of them does at the first scores."""
    rng = np.random.default_rng(2)
    points = rng.random((2, 30, 3))
    scores = bowl(points) * [[1.0], [-1.0]]
    searches = [PriorSearch(*one) for one in zip(points, scores, strict=True)]
    prior = PriorKnowledge(SPACE, searches)
    assert points_of(make(prior=prior)) == points_of(make())
    assert "prior search" not in origins(make(prior=prior), 6, is_told=False)


def test_searches_name_candidates_while_no_score_is_known():
    """As when many workers are to begin at once; four, then the design goes on."""
    expected = ["baseline", "sobol", *4 * ["prior search"], "sobol"]
    generator = make(prior=knowledge_of(bowl))
    assert origins(generator, 7, is_told=False) == expected


@pytest.mark.parametrize("surrogate", ["forest", "tpe"])
def test_a_surrogate_that_cannot_learn_begins_with_their_candidates(surrogate):
    """Two come right behind the baseline, scores or not."""
    generator = make(prior=knowledge_of(bowl), surrogate=surrogate)
    expected = ["baseline", *2 * ["prior search"], *2 * ["sobol"], "bayesian"]
    assert origins(generator, 6) == expected


def test_acquisition_by_draws_learns_too():
    """Thompson sampling draws functions that include the earlier searches."""
    generator = make(prior=knowledge_of(bowl), acquisition="thompson")
    assert max(search(generator, 8)[1]) > -0.05


def test_earlier_searches_are_no_part_of_the_state():
    """They are arguments, given again when a generator is restored."""
    long, short = (make(prior=knowledge_of(bowl, n=n)) for n in (30, 60))
    for generator in (long, short):
        search(generator, 4)
    sizes = [len(json.dumps(one.state_dict())) for one in (long, short)]
    assert abs(sizes[0] - sizes[1]) < 200
