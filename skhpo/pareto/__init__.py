"""Several objectives at once: what dominates what, and how good a front is.

All objectives are maximised. A vector dominates another one if it is nowhere less
and somewhere greater; equal vectors do not dominate each other. The front is what
nothing dominates.

Notation, used in the docstrings and comments of this package:

======== ============================================== =================
symbol   meaning                                        shape
======== ============================================== =================
n        number of vectors                              scalar
m        number of objectives                           scalar
S        the vectors, greater is better                 (n, m)
r        the reference point, worse than what counts    (m,)
======== ============================================== =================

- `nondominated_mask`, `nondominated_ranks`: the front, and the fronts behind it.
- `crowding_distance`, `crowded_order`: which of them stand where few others do.
- `hypervolume`: the volume between a front and r, exact for any m.
- `hypervolume_contributions`, `hypervolume_improvement`: what of it is due to one
  vector of the front, or would be to another one.
- `nondominated_boxes`: the space that a front does not dominate, in disjoint boxes.
- `knee_point`: the compromise of a front.
"""

from skhpo.pareto._boxes import nondominated_boxes
from skhpo.pareto._crowding import crowded_order, crowding_distance
from skhpo.pareto._dominance import nondominated_mask, nondominated_ranks
from skhpo.pareto._hypervolume import (
    hypervolume,
    hypervolume_contributions,
    hypervolume_improvement,
)
from skhpo.pareto._knee import knee_point

__all__ = [
    "crowded_order",
    "crowding_distance",
    "hypervolume",
    "hypervolume_contributions",
    "hypervolume_improvement",
    "knee_point",
    "nondominated_boxes",
    "nondominated_mask",
    "nondominated_ranks",
]
