"""Racing: giving up candidates that a few splits show to be hopeless.

A rule sees the split scores of a candidate so far and those of the other candidates,
and says whether it is still worth its fits. `make_rule` turns the
`racing` argument of a search into a rule.
"""

from skhpo.racing._base import RacingRule
from skhpo.racing._choice import RacingName, make_rule
from skhpo.racing._forgiving import ForgivingRule
from skhpo.racing._predictive import PredictiveRule

__all__ = [
    "ForgivingRule",
    "PredictiveRule",
    "RacingName",
    "RacingRule",
    "make_rule",
]
