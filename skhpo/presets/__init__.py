"""Ready search spaces, and candidates that are worth trying first.

- `space_for`: a search space for a common estimator, or a pipeline that ends with one.
- `starting_candidates`: the estimator as it is and a few settings that are known to do
  well, for ``initial_candidates`` of a search.

Estimators are known by the names of their classes, so neither XGBoost nor LightGBM
need be installed. Where each range comes from stands at the head of the module that
has it: linear models, kernels and neighbours, trees, boosters of other libraries,
perceptrons, transformers.
"""

from skhpo.presets._spaces import space_for, starting_candidates

__all__ = ["space_for", "starting_candidates"]
