"""Uniform points: the control that every other generator has to beat."""

import sys
from collections.abc import Iterator

from skhpo.generators._base import BaseGenerator
from skhpo.generators._proposal import Proposal


class RandomGenerator(BaseGenerator):
    """Proposes uniform points of the unit cube, each once.

    .. versionadded:: 0.1

    Parameters
    ----------
    space : SearchSpace
        The space.

    rng : numpy.random.Generator
        Source of all randomness.

    prescribed : sequence of (mapping, str), default=()
        Parameters to propose first, some or all of them, and their origin.

    n_initial : int, default=0
        Size of the initial design; the prescribed candidates count.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.generators import RandomGenerator
    >>> from skhpo.space import SearchSpace
    >>> space = SearchSpace({"kernel": ["linear", "rbf"]})
    >>> generator = RandomGenerator(space, np.random.default_rng(0))
    >>> sorted(generator.ask().params["kernel"] for _ in range(2))
    ['linear', 'rbf']
    """

    @property
    def n_independent(self) -> int:
        """No candidate depends on what is told."""
        return sys.maxsize

    def propose(self) -> Iterator[Proposal]:
        """Leave it to the random points that follow.

        Returns
        -------
        proposals : iterator of Proposal
            Empty.
        """
        return iter(())
