"""What travels between the generator, the engine and the results.

A `Candidate` is a point of the search space that a generator proposes; a
`Trial` is a candidate together with what is known of its split scores.
"""

from skhpo.trials._candidate import Candidate
from skhpo.trials._trial import Trial, TrialStatus

__all__ = ["Candidate", "Trial", "TrialStatus"]
