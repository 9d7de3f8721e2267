"""Hyperparameter search for scikit-learn.

Each of three classes replaces ``RandomizedSearchCV``. Two of them propose candidates
from what the earlier ones scored, keep every worker busy and give the same result for
the same seed: `BayesSearchCV` needs the fewest candidates; `EvolutionarySearchCV`
proposes them at hardly any cost, for searches of very many. For models that train step
by step, `PBTSearchCV` finds a schedule of parameters: a population trains, and the
worst take over from the best.

For users of the search:

- `skhpo.space`: dimensions for ``param_distributions`` where a list or a
  `scipy.stats` distribution does not say enough, and the space that they span.
- `skhpo.presets`: ready spaces and starting candidates for common estimators.
- `skhpo.refit`: rules for the winner, where the best mean score is not to decide alone.
- `skhpo.stopping`: rules that end a search when it has found what it will find.
- `skhpo.journal`: what a search has found, on disk, to go on from after a crash.
- `skhpo.callbacks`: what follows a search while it runs, and may end it: a progress
  bar, loggers to MLflow and Optuna.
- `skhpo.exceptions`: the errors, each also the builtin that it refines.

For those who extend it, from the ground up:

- `skhpo.trials`: what travels between the parts, candidates and their scores.
- `skhpo.pareto`: several objectives at once, fronts and what they are worth.
- `skhpo.surrogates`: models of the score, fitted to what has been told.
- `skhpo.acquisition`: what makes a point worth evaluating.
- `skhpo.transfer`: what earlier searches say of the present one.
- `skhpo.generators`: what proposes candidates, by ``ask`` and ``tell``.
- `skhpo.population`: models that train step by step, and how they copy each other.
- `skhpo.engine`: the loop that evaluates candidates on the workers.
- `skhpo.search`: the estimators.
- `skhpo.testing`: the contract suites that every part of a kind passes.
"""

from skhpo.callbacks import from_optuna
from skhpo.search import BayesSearchCV, EvolutionarySearchCV, PBTSearchCV

__version__ = "0.1.0.dev0"

__all__ = [
    "BayesSearchCV",
    "EvolutionarySearchCV",
    "PBTSearchCV",
    "__version__",
    "from_optuna",
]
