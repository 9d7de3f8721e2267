"""Search spaces: what may be tried, as points of the unit cube.

Dimensions, which a user writes: `Real`, `Integer`, `Categorical`, `Ordinal`.

The space, which generators see: a `SearchSpace` reads what the user wrote, in all
the forms that scikit-learn knows and some more, and translates between points of
the unit cube and parameters; an `Axis` is one of its coordinates; a `FeatureMap`
turns points into what a surrogate model sees.
"""

from skhpo.space._axis import Axis
from skhpo.space._dimensions import Categorical, Integer, Ordinal, Real
from skhpo.space._features import FeatureMap
from skhpo.space._search_space import SearchSpace

__all__ = [
    "Axis",
    "Categorical",
    "FeatureMap",
    "Integer",
    "Ordinal",
    "Real",
    "SearchSpace",
]
