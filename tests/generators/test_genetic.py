"""The genetic algorithm."""

import numpy as np
import pytest

from _functions import cube, mixed, mixed_sphere, rastrigin, search, sphere
from skhpo.generators import GeneticGenerator, RandomGenerator
from skhpo.space import Integer, Real, SearchSpace
from skhpo.testing import GeneratorContract
from skhpo.trials import Trial, TrialStatus


class TestGeneticGenerator(GeneratorContract):
    """The contract."""

    def make_generator(self, space, seed):
        """Make the generator under test."""
        return GeneticGenerator(space, np.random.default_rng(seed))


def make(space, seed=0, kind=GeneticGenerator, **arguments):
    """Return a generator."""
    return kind(space, np.random.default_rng(seed), **arguments)


@pytest.mark.parametrize(
    ("space", "function", "n", "aim"),
    [
        (cube(4), sphere, 100, -0.005),
        (cube(2), rastrigin, 120, -3.0),
        (mixed(), mixed_sphere, 80, -0.05),
    ],
    ids=["sphere", "rastrigin", "mixed"],
)
def test_finds_the_optimum_of_classic_functions(space, function, n, aim):
    """The median of three seeds comes close, that of random search does not."""
    best = [search(make(space, s), function, n).max() for s in range(3)]
    control = [
        search(make(space, s, RandomGenerator), function, n).max() for s in range(3)
    ]
    assert np.median(best) > aim > np.median(control)


def test_a_lag_costs_little():
    """Fifteen candidates that are still evaluated do not stop the search."""
    best = [search(make(cube(4), s), sphere, 150, lag=15).max() for s in range(3)]
    assert np.median(best) > -0.005


def test_parents_are_among_the_best():
    """Of thirty candidates only the best are bred from."""
    generator = make(cube(3), population_size=5)
    scores = search(generator, sphere, 30)
    candidate = generator.ask()
    assert candidate.origin in ("mutation", "crossover")
    assert set(candidate.parents) <= set(np.argsort(-scores)[:15])
    assert len(candidate.parents) == {"mutation": 1, "crossover": 2}[candidate.origin]


def test_both_operators_are_used():
    """Most children come from two parents, some from one."""
    generator = make(cube(3))
    search(generator, sphere, 60)
    origins = [one.origin for one in generator.candidates[4:]]
    assert origins.count("crossover") > origins.count("mutation") > 3


def test_failed_candidates_are_not_bred_from():
    """They count as the worst."""
    generator = make(cube(2), population_size=3)
    for index in range(20):
        candidate = generator.ask()
        status = TrialStatus.FAILED if index % 2 else TrialStatus.COMPLETE
        score = np.nan if index % 2 else float(index)
        generator.tell(Trial(candidate, np.array([score]), status))
    assert all(parent % 2 == 0 for parent in generator.ask().parents)


def test_a_child_of_two_branches_is_complete():
    """What only one parent has is taken from it, the rest is drawn anew."""
    space = SearchSpace(
        [
            {"kind": ["line"], "slope": Real(0.0, 1.0)},
            {"kind": ["bend"], "degree": Integer(1, 30), "width": Real(0.0, 1.0)},
        ]
    )
    generator = make(space)
    search(generator, lambda params: float(len(params["kind"])), 40)
    widths = [one.params.get("width") for one in generator.candidates]
    assert len({width for width in widths if width is not None}) > 5


@pytest.mark.parametrize(("prescribed", "expected"), [((), 4), (({}, "baseline"), 3)])
def test_size_of_the_initial_design(prescribed, expected):
    """Three candidates where one was prescribed, four otherwise."""
    prescribed = [prescribed] if prescribed else []
    assert make(cube(2), prescribed=prescribed).n_independent == expected
    assert make(cube(2), n_initial=7).n_independent == 7
