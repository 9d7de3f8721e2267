"""Generators that know of earlier searches."""

import numpy as np

from skhpo.generators import BayesianGenerator, make_evolution
from skhpo.space import Real, SearchSpace
from skhpo.testing import GeneratorContract
from skhpo.transfer import PriorKnowledge, PriorSearch

SPACE = SearchSpace({name: Real(0.0, 1.0) for name in "abc"})


def random_knowledge(space, n_searches=2, n=12):
    """Return searches with scores that mean nothing."""
    rng = np.random.default_rng(1)
    searches = []
    for _ in range(n_searches):
        points = space.canonicalize(rng.random((n, space.n_dims)))
        searches.append(PriorSearch(points, rng.normal(size=n)))
    return PriorKnowledge(space, searches)


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
