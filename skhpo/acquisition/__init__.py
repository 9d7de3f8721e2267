"""How promising a candidate is, and the search for the most promising one.

Notation, used in the docstrings and comments of this package (that of
`skhpo.surrogates` holds as well):

======== ============================================== =================
symbol   meaning                                        shape
======== ============================================== =================
d        number of axes of the search space
P        points of the unit cube                        (n_points, d)
x        one row of features                            (D,)
mu, sd   posterior mean and standard deviation at x     scalar or (n,)
y*       the incumbent: greatest observed target        scalar
z        scaled improvement of the mean                 as mu
phi, Phi density and distribution function of N(0, 1)   as z
h        scaled expected improvement                    as z
c        predicted cost at x, in seconds                as mu
alpha    how much the cost counts, from 0 to 1          scalar
======== ============================================== =================

Equations:

1. ``z = (mu - y*) / sd``
2. ``h(z) = phi(z) + z Phi(z)``
3. ``EI = sd h(z)``, so ``log EI = log sd + log h(z)``
4. ``d log EI = (Phi d mu + phi d sd) / (sd h)``
5. ``log PI = log Phi(z)``
6. ``d log PI = phi (d mu - z d sd) / (sd Phi)``
7. ``UCB = mu + width sd``
8. ``log A / c^alpha = log A - alpha log c`` of any of 3 and 5, A

- `LogExpectedImprovement`: equations 3 and 4; what `BayesSearchCV` maximises.
- `ExpectedImprovement`: the same in its linear scale.
- `LogProbabilityOfImprovement`: equations 5 and 6.
- `UpperConfidenceBound`: equation 7.
- `ThompsonSampling`: one draw from the posterior.
- `PerCost`: equation 8.
- `AcquisitionFunction`: what can stand in their place.
- `MomentAcquisition`: one that depends on mu and sd alone.
- `make_acquisition`: any of them by its name.
- `AcquisitionOptimizer`: random pool, mutants of the best, gradient ascent.
- `Mutation`: random changes of points, small and large.
- `ParzenDensity`: kernel densities, conditional and over mixed axes.
"""

from skhpo.acquisition._base import AcquisitionFunction, MomentAcquisition
from skhpo.acquisition._choice import AcquisitionName, make_acquisition
from skhpo.acquisition._confidence_bound import UpperConfidenceBound
from skhpo.acquisition._expected_improvement import (
    ExpectedImprovement,
    LogExpectedImprovement,
    log_expected_improvement,
)
from skhpo.acquisition._mutation import Mutation
from skhpo.acquisition._optimize import AcquisitionOptimizer
from skhpo.acquisition._parzen import ParzenDensity
from skhpo.acquisition._per_cost import PerCost
from skhpo.acquisition._probability_of_improvement import LogProbabilityOfImprovement
from skhpo.acquisition._thompson import ThompsonSampling

__all__ = [
    "AcquisitionFunction",
    "AcquisitionName",
    "AcquisitionOptimizer",
    "ExpectedImprovement",
    "LogExpectedImprovement",
    "LogProbabilityOfImprovement",
    "MomentAcquisition",
    "Mutation",
    "ParzenDensity",
    "PerCost",
    "ThompsonSampling",
    "UpperConfidenceBound",
    "log_expected_improvement",
    "make_acquisition",
]
