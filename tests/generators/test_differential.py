"""Differential evolution."""

import numpy as np

from skhpo.generators._differential import DifferentialEvolutionGenerator
from skhpo.testing import GeneratorContract


class TestDifferentialEvolutionGenerator(GeneratorContract):
    """The contract."""

    def make_generator(self, space, seed):
        """Make the generator under test."""
        return DifferentialEvolutionGenerator(space, np.random.default_rng(seed))
