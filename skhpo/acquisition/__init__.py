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
======== ============================================== =================

Equations:

1. ``z = (mu - y*) / sd``
2. ``h(z) = phi(z) + z Phi(z)``
3. ``EI = sd h(z)``, so ``log EI = log sd + log h(z)``
4. ``d log EI = (Phi d mu + phi d sd) / (sd h)``

- `LogExpectedImprovement`: equations 3 and 4 on a surrogate.
- `AcquisitionFunction`: what can stand in its place.
- `AcquisitionOptimizer`: random pool, mutants of the best, gradient ascent.
- `Mutation`: random changes of points, small and large.
"""

from skhpo.acquisition._expected_improvement import (
    AcquisitionFunction,
    LogExpectedImprovement,
    log_expected_improvement,
)
from skhpo.acquisition._mutation import Mutation
from skhpo.acquisition._optimize import AcquisitionOptimizer

__all__ = [
    "AcquisitionFunction",
    "AcquisitionOptimizer",
    "LogExpectedImprovement",
    "Mutation",
    "log_expected_improvement",
]
