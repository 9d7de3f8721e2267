"""Multi-fidelity: judging candidates by a part of the resource before spending all.

A resource is what makes a fit dearer and its score surer: training rows, trees,
epochs. `Ladder` holds the scores of candidates on a few amounts of it, the rungs, and
says who climbs to the next one; `level_scores` makes scores of different rungs
comparable; `nested_order` orders training rows so that a larger part contains the
smaller ones.
"""

from skhpo.fidelity._ladder import Ladder
from skhpo.fidelity._leveling import level_scores
from skhpo.fidelity._rungs import rung_resources
from skhpo.fidelity._subsample import nested_order

__all__ = ["Ladder", "level_scores", "nested_order", "rung_resources"]
