"""A proposed point of the search space."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Candidate:
    """A point of the search space that a generator proposes for evaluation.

    .. versionadded:: 0.1

    Parameters
    ----------
    index : int
        Position in the order of proposal, from 0. It is also the candidate's row in
        ``cv_results_``, unless the search was cut short before it was complete.

    point : ndarray of shape (n_dims,), dtype float64
        The canonical point of the unit cube, see
        :meth:`skhpo.space.SearchSpace.canonicalize`. It is made read-only.

    params : mapping of str to object
        The parameters that the point stands for, as the estimator gets them.

    origin : str
        What proposed it: ``"baseline"``, ``"given"``, ``"sobol"``, ``"random"``, or
        a name of the generator's own.

    parents : tuple of int, default=()
        Indices of the candidates that it was bred from.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.trials import Candidate
    >>> Candidate(0, np.array([0.5]), {"C": 1.0}, "baseline").params
    {'C': 1.0}
    """

    index: int
    point: NDArray[np.float64] = field(repr=False)
    params: Mapping[str, Any]
    origin: str
    parents: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Take a read-only copy of the point."""
        point = np.array(self.point, dtype=np.float64)
        if point.ndim != 1:
            raise ValueError(
                f"The point of a candidate must have one dimension. Got an array of "
                f"shape {point.shape}; pass one row."
            )
        point.setflags(write=False)
        object.__setattr__(self, "point", point)
