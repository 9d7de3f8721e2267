"""Stopping: when a search has found what it will find.

A rule sees all that has been told so far and says whether to propose another
candidate. `make_stopping_rules` turns the `stop` argument of a search into rules.
"""

from skhpo.stopping._base import SpaceAwareStoppingRule, StoppingRule
from skhpo.stopping._choice import StopName, make_stopping_rules
from skhpo.stopping._no_improvement_expected import NoImprovementExpected
from skhpo.stopping._patience import Patience
from skhpo.stopping._target_score import TargetScore

__all__ = [
    "NoImprovementExpected",
    "Patience",
    "SpaceAwareStoppingRule",
    "StopName",
    "StoppingRule",
    "TargetScore",
    "make_stopping_rules",
]
