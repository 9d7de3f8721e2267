"""Which evolutionary generator an algorithm's name makes."""

import numbers
from collections.abc import Sequence
from typing import Literal, TypeAlias, get_args

import numpy as np

from skhpo.generators._base import BaseGenerator
from skhpo.generators._cmaes import CMAESGenerator
from skhpo.generators._differential import DifferentialEvolutionGenerator
from skhpo.generators._genetic import GeneticGenerator
from skhpo.generators._nsga2 import NSGA2Generator
from skhpo.generators._prior_design import with_first_points
from skhpo.generators._proposal import Prescribed
from skhpo.space import SearchSpace
from skhpo.transfer import PriorKnowledge

# How many candidates earlier searches name; the population has room for others, which
# keep it from converging to what suited other data.
_N_FROM_PRIOR = 2

EvolutionName: TypeAlias = Literal["auto", "genetic", "differential", "cmaes", "nsga2"]


def make_evolution(
    space: SearchSpace,
    rng: np.random.Generator,
    *,
    algorithm: EvolutionName = "auto",
    n_candidates: int = 100,
    population_size: int | Literal["auto"] = "auto",
    n_objectives: int = 1,
    prescribed: Sequence[Prescribed] = (),
    prior: PriorKnowledge | None = None,
) -> BaseGenerator:
    """Make an evolutionary generator.

    .. versionadded:: 0.1

    Parameters
    ----------
    space : SearchSpace
        The space.

    rng : numpy.random.Generator
        Source of all randomness.

    algorithm : {"auto", "genetic", "differential", "cmaes", "nsga2"}, default="auto"
        The name of the algorithm. ``"auto"`` is ``"nsga2"`` with several objectives
        and ``"genetic"`` with one.

    n_candidates : int, default=100
        How many candidates will be asked for.

    population_size : int or "auto", default="auto"
        The size of the population; ``"auto"`` is the algorithm's own default.

    n_objectives : int, default=1
        The number of objectives; with several only ``"nsga2"`` will do.

    prescribed : sequence of (mapping, str), default=()
        Parameters to propose first, some or all of them, and their origin.

    prior : PriorKnowledge, default=None
        Earlier searches. They name two candidates that follow the prescribed ones.

    Returns
    -------
    generator : BaseGenerator
        The generator.

    Raises
    ------
    ValueError
        If there is no such algorithm, if it does not take several objectives, or if
        the population is too small for it.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.generators import make_evolution
    >>> from skhpo.space import Real, SearchSpace
    >>> space = SearchSpace({"C": Real(0.0, 1.0)})
    >>> make_evolution(space, np.random.default_rng(0), algorithm="cmaes").ask().origin
    'sobol'
    """
    _check(algorithm, population_size, n_objectives)
    prescribed = with_first_points(prescribed, space, prior, _N_FROM_PRIOR)
    if algorithm == "auto":
        algorithm = "genetic" if n_objectives == 1 else "nsga2"
    if algorithm == "genetic":
        return GeneticGenerator(
            space, rng, prescribed=prescribed, population_size=population_size
        )
    if algorithm == "cmaes":
        return CMAESGenerator(
            space, rng, prescribed=prescribed, population_size=population_size
        )
    if algorithm == "differential":
        return DifferentialEvolutionGenerator(
            space,
            rng,
            prescribed=prescribed,
            n_candidates=n_candidates,
            population_size=population_size,
        )
    if population_size == "auto":
        return NSGA2Generator(space, rng, prescribed=prescribed)
    return NSGA2Generator(
        space, rng, prescribed=prescribed, population_size=population_size
    )


# What each algorithm needs to breed or to learn from.
_LEAST_POPULATION = {"genetic": 2, "differential": 4, "cmaes": 4, "nsga2": 2}


def _check(algorithm: object, population_size: object, n_objectives: int) -> None:
    """Check that the arguments go together."""
    names = get_args(EvolutionName)
    if algorithm not in names:
        raise ValueError(
            f"The 'algorithm' of an evolutionary search must be one of {names}. Got "
            f"{algorithm!r}; the default 'auto' suits most searches."
        )
    if n_objectives > 1 and algorithm not in ("auto", "nsga2"):
        raise ValueError(
            f"The algorithm {algorithm!r} of an evolutionary search takes one "
            f"objective. Got {n_objectives} 'objectives'; use 'nsga2' or 'auto'."
        )
    least = _LEAST_POPULATION.get(str(algorithm), 2)
    if isinstance(population_size, numbers.Integral) and population_size < least:
        raise ValueError(
            f"The 'population_size' of the algorithm {algorithm!r} must be at least "
            f"{least}. Got {population_size!r}; the default 'auto' suits most searches."
        )
