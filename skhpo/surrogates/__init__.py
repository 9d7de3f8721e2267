"""Models of the score as a function of the candidate.

Notation, used in the docstrings and comments of this package:

======== ============================================ ==================
symbol   meaning                                      shape
======== ============================================ ==================
n        number of observations
D        number of features
G        number of lengthscale groups
F        features of the observations                 (n, D)
y        targets, to be maximised, mean 0 and sd 1    (n,)
s        noise multipliers of the observations        (n,)
g        group of each feature                        (D,)
l        lengthscales                                 (G,)
a        amplitude, the prior variance of the score   scalar
v        noise variance of an observation with s = 1  scalar
theta    (log l, log a, log v)                        (G + 2,)
r        scaled distance of two feature rows          (n, n)
M        Matern-5/2 correlation of r                  (n, n)
K        covariance of the targets, K = L L'          (n, n)
L        lower Cholesky factor of K                   (n, n)
alpha    K^-1 y                                       (n,)
W        random frequencies, w and u their weights    (m, D), (m,)
e        noise drawn for the observations             (n,)
mu, sd   posterior mean and standard deviation        (number of rows,)
======== ============================================ ==================

Equations:

1. ``r_ij^2 = sum_f (F_if - F_jf)^2 / l_g(f)^2``
2. ``M(r) = (1 + sqrt(5) r + 5 r^2 / 3) exp(-sqrt(5) r)``
3. ``K = a M + v diag(s) + jitter I``
4. ``-log p(y, theta) = y' alpha / 2 + sum_i log L_ii + n log(2 pi) / 2
   - log prior(theta)``
5. ``mu = k' alpha``, ``sd^2 = a - k' K^-1 k`` with ``k`` the covariance of a
   row with the observations
6. ``f(x) = sqrt(a / m) sum_j (w_j cos W_j'x + u_j sin W_j'x)``: a draw from the
   prior, of rows x that are divided by the lengthscales
7. ``f(x) + k' K^-1 (y - f(F) - e)``: a draw from the posterior

- `Surrogate`: what a model must offer, three methods.
- `DifferentiableSurrogate`: one that gradient ascent can climb.
- `SampleableSurrogate`: one that functions can be drawn from, each a
  `PosteriorDraw`.
- `StatefulSurrogate`: one that remembers its last fit.
- `GaussianProcess`: the model that `BayesSearchCV` searches with.
- `Forest`: randomised trees.
- `MeanFunctions`: posterior means of several data sets, `Trend` a sum of them.
- `Posterior`: what a model predicts.
- `transform_targets`: scores of any scale and shape -> y.
"""

from skhpo.surrogates._base import (
    DifferentiableSurrogate,
    Posterior,
    PosteriorDraw,
    SampleableSurrogate,
    StatefulSurrogate,
    Surrogate,
)
from skhpo.surrogates._forest import Forest
from skhpo.surrogates._gp import GaussianProcess
from skhpo.surrogates._mean_functions import MeanFunctions, Trend
from skhpo.surrogates._output import transform_targets

__all__ = [
    "DifferentiableSurrogate",
    "Forest",
    "GaussianProcess",
    "MeanFunctions",
    "Posterior",
    "PosteriorDraw",
    "SampleableSurrogate",
    "StatefulSurrogate",
    "Surrogate",
    "Trend",
    "transform_targets",
]
