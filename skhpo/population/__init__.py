"""Population-based training: models that train step by step under changing parameters.

- `resolve_trainer` finds the way in which an estimator trains step by step (a
  `Trainer`), and the role of each parameter on that way (`ResolvedTraining`).
- `check_parameters_act` tries out whether a change in mid-training has an effect.
"""

from skhpo.population._resolve import resolve_trainer
from skhpo.population._self_test import check_parameters_act
from skhpo.population._trainer import ResolvedTraining, Trainer

__all__ = ["ResolvedTraining", "Trainer", "check_parameters_act", "resolve_trainer"]
