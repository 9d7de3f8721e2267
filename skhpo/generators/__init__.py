"""Generators propose the candidates of a search and are told how they scored.

Notation, used in the docstrings and comments of this package (those of
`skhpo.surrogates` and `skhpo.acquisition` hold as well):

======== ============================================== =================
symbol   meaning                                        shape
======== ============================================== =================
d        number of axes of the search space
n        number of observations
K        number of splits
k        number of finite split scores of a trial       (n,)
S        split scores, NaN where not known              (n, K)
e        split effects                                  (K,)
======== ============================================== =================

- `Generator`: what the engine needs, ask and tell.
- `BaseGenerator`: numbering, duplicates, the constraint, the initial design and
  exhaustion; its subclasses only say which points they prefer.
- `InitialDesign`: prescribed candidates, then scrambled Sobol points.
- `RandomGenerator`: uniform points.
- `BayesianGenerator`: a model of the scores, by default a Gaussian process, and what
  it promises, by default the expected improvement; `SurrogateName` has the choices,
  `CostName` what the promise can be had for.
- `GeneticGenerator`, `DifferentialEvolutionGenerator`, `CMAESGenerator`: evolution in
  a steady state, without generations to wait for.
- `NSGA2Generator`: a population that spreads over the front of several objectives.
- `make_evolution`: the four of them by name.
"""

from skhpo.acquisition import AcquisitionName
from skhpo.generators._base import BaseGenerator, Generator
from skhpo.generators._bayesian import BayesianGenerator
from skhpo.generators._cmaes import CMAESGenerator
from skhpo.generators._differential import DifferentialEvolutionGenerator
from skhpo.generators._evolution_choice import EvolutionName, make_evolution
from skhpo.generators._fit_times import CostName
from skhpo.generators._genetic import GeneticGenerator
from skhpo.generators._initial import InitialDesign
from skhpo.generators._nsga2 import NSGA2Generator
from skhpo.generators._proposal import Prescribed, Proposal
from skhpo.generators._random import RandomGenerator
from skhpo.generators._ranking_choice import SurrogateName

__all__ = [
    "AcquisitionName",
    "BaseGenerator",
    "BayesianGenerator",
    "CMAESGenerator",
    "CostName",
    "DifferentialEvolutionGenerator",
    "EvolutionName",
    "Generator",
    "GeneticGenerator",
    "InitialDesign",
    "NSGA2Generator",
    "Prescribed",
    "Proposal",
    "RandomGenerator",
    "SurrogateName",
    "make_evolution",
]
