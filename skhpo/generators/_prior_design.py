"""First candidates from earlier searches."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from skhpo.generators._proposal import Prescribed
from skhpo.generators._threads import one_blas_thread
from skhpo.space import SearchSpace
from skhpo.transfer import PriorKnowledge

FloatArray = NDArray[np.float64]

PRIOR_ORIGIN = "prior search"


def first_points(prior: PriorKnowledge, n_points: int, taken: FloatArray) -> FloatArray:
    """Return points that served earlier searches best, besides those taken."""
    with one_blas_thread():
        return prior.first_points(max(n_points, 0), taken=taken)


def with_first_points(
    prescribed: Sequence[Prescribed],
    space: SearchSpace,
    prior: PriorKnowledge | None,
    n_points: int,
) -> list[Prescribed]:
    """Return the prescribed candidates, followed by those that earlier searches name.

    Parameters
    ----------
    prescribed : sequence of (mapping, str)
        Parameters to propose first, some or all of them, and their origin.

    space : SearchSpace
        The space.

    prior : PriorKnowledge or None
        The earlier searches, if there are any.

    n_points : int
        How many candidates they may name.

    Returns
    -------
    prescribed : list of (mapping, str)
        All candidates to propose first.
    """
    if prior is None:
        return list(prescribed)
    middle = np.full(space.n_dims, 0.5)
    taken = [space.complete(params, middle)[0] for params, _ in prescribed]
    points = first_points(
        prior, n_points, np.array(taken).reshape(len(taken), space.n_dims)
    )
    return [*prescribed, *((space.decode(point), PRIOR_ORIGIN) for point in points)]
