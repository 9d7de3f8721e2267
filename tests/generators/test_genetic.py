"""The genetic algorithm."""

import numpy as np

from skhpo.generators._genetic import GeneticGenerator
from skhpo.testing import GeneratorContract


class TestGeneticGenerator(GeneratorContract):
    """The contract."""

    def make_generator(self, space, seed):
        """Make the generator under test."""
        return GeneticGenerator(space, np.random.default_rng(seed))
