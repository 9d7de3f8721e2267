"""Evolutionary generators by name."""

import numpy as np
import pytest

from _functions import cube
from skhpo.generators import (
    CMAESGenerator,
    DifferentialEvolutionGenerator,
    GeneticGenerator,
    NSGA2Generator,
    make_evolution,
)


def make(**arguments):
    """Return a generator."""
    return make_evolution(cube(2), np.random.default_rng(0), **arguments)


@pytest.mark.parametrize(
    ("algorithm", "n_objectives", "kind"),
    [
        ("auto", 1, GeneticGenerator),
        ("auto", 2, NSGA2Generator),
        ("genetic", 1, GeneticGenerator),
        ("differential", 1, DifferentialEvolutionGenerator),
        ("cmaes", 1, CMAESGenerator),
        ("nsga2", 1, NSGA2Generator),
    ],
)
def test_names(algorithm, n_objectives, kind):
    """Each name makes its generator."""
    assert type(make(algorithm=algorithm, n_objectives=n_objectives)) is kind


@pytest.mark.parametrize("algorithm", ["genetic", "differential", "cmaes", "nsga2"])
def test_populations_that_are_too_small_are_refused(algorithm):
    """The error says how many it takes."""
    with pytest.raises(ValueError, match=r"must be at least \d\. Got 1"):
        make(algorithm=algorithm, population_size=1)
    assert make(algorithm=algorithm, population_size=8).ask().index == 0


def test_what_does_not_exist_is_refused():
    """The error lists the names."""
    with pytest.raises(ValueError, match=r"'nsga2'.*Got 'annealing'"):
        make(algorithm="annealing")
    with pytest.raises(ValueError, match="takes one objective"):
        make(algorithm="genetic", n_objectives=3)
