"""Hyperparameter search for scikit-learn.

Each of two classes replaces ``RandomizedSearchCV``: they propose candidates from what
the earlier ones scored, keep every worker busy and give the same result for the same
seed. `BayesSearchCV` needs the fewest candidates; `EvolutionarySearchCV` proposes them
at hardly any cost, for searches of very many.

For users of the search:

- `skhpo.space`: dimensions for ``param_distributions`` where a list or a
  `scipy.stats` distribution does not say enough, and the space that they span.
- `skhpo.exceptions`: the errors, each also the builtin that it refines.

For those who extend it, from the ground up:

- `skhpo.trials`: what travels between the parts, candidates and their scores.
- `skhpo.pareto`: several objectives at once, fronts and what they are worth.
- `skhpo.surrogates`: models of the score, fitted to what has been told.
- `skhpo.acquisition`: what makes a point worth evaluating.
- `skhpo.generators`: what proposes candidates, by ``ask`` and ``tell``.
- `skhpo.engine`: the loop that evaluates them on the workers.
- `skhpo.search`: the estimators.
- `skhpo.testing`: the contract suites that every part of a kind passes.
"""

from skhpo.search import BayesSearchCV, EvolutionarySearchCV

__version__ = "0.1.0.dev0"

__all__ = ["BayesSearchCV", "EvolutionarySearchCV", "__version__"]
