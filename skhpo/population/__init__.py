"""Population-based training: models that train step by step under changing parameters.

How an estimator is trained:

- `resolve_trainer` finds the way in which an estimator trains step by step (a
  `Trainer`), and the role of each parameter on that way (`ResolvedTraining`).
- `check_parameters_act` tries out whether a change in mid-training has an effect.

How a population evolves:

- `Population`: members train for a generation, are compared, and copy each other;
  what each of them does is a `MemberStep`.
- `choose_donors`: exploit, who copies whom.
- `Explorer`: explore, what a copy changes. `PerturbExplorer`, `ResampleExplorer`,
  and `PB2Explorer`, which learns from every `Transition`.

What comes of it:

- `replay_schedule` trains a model from scratch along the schedule of the winner.
- `SplitEnsemble`: the winner's models of all splits, as one estimator.
"""

from skhpo.population._ensemble import SplitEnsemble
from skhpo.population._exploit import ExploitName, choose_donors
from skhpo.population._explore import (
    ExploreName,
    Explorer,
    PerturbExplorer,
    ResampleExplorer,
    Transition,
)
from skhpo.population._member import MemberStep
from skhpo.population._pb2 import PB2Explorer
from skhpo.population._population import Population
from skhpo.population._replay import replay_schedule
from skhpo.population._resolve import resolve_trainer
from skhpo.population._self_test import check_parameters_act
from skhpo.population._trainer import ResolvedTraining, Trainer

__all__ = [
    "ExploitName",
    "ExploreName",
    "Explorer",
    "MemberStep",
    "PB2Explorer",
    "PerturbExplorer",
    "Population",
    "ResampleExplorer",
    "ResolvedTraining",
    "SplitEnsemble",
    "Trainer",
    "Transition",
    "check_parameters_act",
    "choose_donors",
    "replay_schedule",
    "resolve_trainer",
]
