"""The random generator."""

from collections import Counter

import numpy as np

from skhpo.generators import RandomGenerator
from skhpo.space import Categorical, Real, SearchSpace
from skhpo.testing import GeneratorContract


class TestRandomGenerator(GeneratorContract):
    """The contract."""

    def make_generator(self, space, seed):
        """Make the generator under test."""
        return RandomGenerator(space, np.random.default_rng(seed))


def test_points_are_uniform():
    """Values are spread evenly, and choices occur equally often."""
    space = SearchSpace({"C": Real(0.0, 1.0), "kind": Categorical(["a", "b"])})
    generator = RandomGenerator(space, np.random.default_rng(0))
    params = [generator.ask().params for _ in range(400)]
    assert abs(np.mean([one["C"] for one in params]) - 0.5) < 0.05
    assert Counter(one["kind"] for one in params)["a"] in range(160, 240)


def test_prescribed_candidates_come_first():
    """The control can be given the same start as its rivals."""
    space = SearchSpace({"C": Real(0.0, 1.0)})
    generator = RandomGenerator(
        space, np.random.default_rng(0), prescribed=[({"C": 0.25}, "baseline")]
    )
    first, second = generator.ask(), generator.ask()
    assert (first.params, first.origin) == ({"C": 0.25}, "baseline")
    assert second.origin == "random"
