"""Rules for the winner of a search: callables for the ``refit`` argument.

The candidate of the best mean score is in part the luckiest one: the fewer rows and
splits there are, and the more candidates, the more so. These rules weigh the noise.
They are functions of `cv_results_` and serve scikit-learn's own searches as well.

- `OneStandardError`: the simplest or cheapest of the candidates that the best does not
  beat by more than a standard error.
- `PosteriorMean`: the candidate that a model of all scores expects most of.
- `SpaceAwareRule`: a rule that wants to be told the search space, as `PosteriorMean`.

Neither improved the score on unseen rows in ``benchmarks/refit_rules.py``: the first
halves the time of a fit at little or no loss, the second gains nothing on real tasks.
The figures stand with each rule. So the default stays scikit-learn's, the best mean.
"""

from skhpo.refit._base import SpaceAwareRule
from skhpo.refit._one_standard_error import OneStandardError
from skhpo.refit._posterior_mean import PosteriorMean

__all__ = ["OneStandardError", "PosteriorMean", "SpaceAwareRule"]
