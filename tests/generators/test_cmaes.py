"""The evolution strategy."""

import numpy as np

from skhpo.generators._cmaes import CMAESGenerator
from skhpo.testing import GeneratorContract


class TestCMAESGenerator(GeneratorContract):
    """The contract."""

    def make_generator(self, space, seed):
        """Make the generator under test."""
        return CMAESGenerator(space, np.random.default_rng(seed))
