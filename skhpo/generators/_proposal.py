"""A point that a generator would like to propose."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

# Parameters to evaluate first, some or all of them, and what to call their origin.
Prescribed: TypeAlias = tuple[Mapping[str, Any], str]


@dataclass(frozen=True, eq=False)
class Proposal:
    """A point that becomes a candidate if it is new and allowed.

    .. versionadded:: 0.1

    Parameters
    ----------
    point : ndarray of shape (n_dims,), dtype float64
        A canonical point.

    origin : str
        What proposes it.

    parents : tuple of int, default=()
        Indices of the candidates that it was bred from.

    params : mapping of str to object, default=None
        The parameters, where they were given exactly; otherwise the space
        decodes the point.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.generators import Proposal
    >>> Proposal(np.array([0.5]), "random").origin
    'random'
    """

    point: NDArray[np.float64] = field(repr=False)
    origin: str
    parents: tuple[int, ...] = ()
    params: Mapping[str, Any] | None = None
