"""The initial design: prescribed candidates, then scrambled Sobol points."""

import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from skhpo.generators._proposal import Prescribed, Proposal
from skhpo.space import SearchSpace

# SciPy has direction numbers for so many dimensions.
_MOST_COMPLETIONS = 200
_MOST_SOBOL_DIMS = 21201


class InitialDesign:
    """The candidates that depend on no result.

    Prescribed candidates come first; what they leave open is completed by the
    next point of a scrambled Sobol sequence. Then follows the sequence, without
    end. A prescribed candidate that occurred before, or that the constraint
    excludes, is dropped.

    .. versionadded:: 0.1

    Parameters
    ----------
    space : SearchSpace
        The space.

    seed : int
        Seed of the scrambling.

    prescribed : sequence of (mapping, str), default=()
        Parameters, some or all of them, and their origin.

    n_initial : int, default=0
        How many candidates the design has at least.

    Attributes
    ----------
    n_candidates : int
        How many candidates the design has: `n_initial` or the number of prescribed
        ones, whichever is greater, but no more than the space.

    Examples
    --------
    >>> from skhpo.generators import InitialDesign
    >>> from skhpo.space import Real, SearchSpace
    >>> space = SearchSpace({"C": Real(0.0, 10.0)})
    >>> design = InitialDesign(space, 0, [({"C": 1.0}, "baseline")], n_initial=3)
    >>> next(design.proposals()).params
    {'C': 1.0}
    >>> next(design.proposals()).origin
    'sobol'
    """

    def __init__(
        self,
        space: SearchSpace,
        seed: int,
        prescribed: Sequence[Prescribed] = (),
        n_initial: int = 0,
    ) -> None:
        self.space = space
        self._seed = seed
        self._given = tuple(prescribed)
        self._n_initial = n_initial
        self._start()

    def proposals(self) -> Iterator[Proposal]:
        """Go on with the design.

        Yields
        ------
        proposal : Proposal
            What is left of the prescribed candidates, then Sobol points without
            end. What was taken is gone: another iterator goes on after it.
        """
        while self._n_taken < len(self._prescribed):
            self._n_taken += 1
            yield self._prescribed[self._n_taken - 1]
        while True:
            point = self.space.canonicalize(self._next_point()[None])[0]
            yield Proposal(point, "sobol")

    def state_dict(self) -> dict[str, Any]:
        """Return how far the design has come, ready for JSON.

        Returns
        -------
        state : dict
            The seed and two counts.
        """
        return {
            "seed": self._seed,
            "n_taken": self._n_taken,
            "n_drawn": self._n_drawn,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where another design of the same space and candidates was.

        Parameters
        ----------
        state : dict
            What :meth:`state_dict` returned.
        """
        self._seed = int(state["seed"])
        self._start()
        self._n_taken = int(state["n_taken"])
        while self._n_drawn < int(state["n_drawn"]):
            self._next_point()

    def _start(self) -> None:
        """Begin the sequence and complete the prescribed candidates by it."""
        self._n_taken = 0
        self._n_drawn = 0
        self._rng = np.random.default_rng(self._seed)
        self._sobol: qmc.Sobol | None = None
        if 0 < self.space.n_dims <= _MOST_SOBOL_DIMS:
            self._sobol = qmc.Sobol(self.space.n_dims, scramble=True, seed=self._rng)
        self._prescribed = self._complete()
        n_candidates = max(self._n_initial, len(self._prescribed))
        self.n_candidates = int(min(n_candidates, self.space.cardinality))

    def _complete(self) -> list[Proposal]:
        """Complete the prescribed candidates that are new and allowed."""
        proposals: list[Proposal] = []
        seen: set[bytes] = set()
        for given, origin in self._given:
            # The constraint may allow one completion of partial parameters and not
            # another.
            for _ in range(_MOST_COMPLETIONS):
                point, params = self.space.complete(given, self._next_point())
                key = self.space.key(point)
                if key not in seen and self.space.is_allowed(params):
                    seen.add(key)
                    proposals.append(Proposal(point, origin, params=params))
                    break
        return proposals

    def _next_point(self) -> NDArray[np.float64]:
        """Draw the next point of the sequence."""
        self._n_drawn += 1
        if self._sobol is None:
            return self._rng.random(self.space.n_dims)
        with warnings.catch_warnings():
            # points are drawn one by one because nobody knows how many are needed
            warnings.filterwarnings("ignore", message=".*power of 2", module="scipy")
            return np.asarray(self._sobol.random(1)[0], dtype=np.float64)
