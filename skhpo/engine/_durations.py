"""How long an evaluation will take, by what similar ones took."""

import numpy as np
from numpy.typing import NDArray

from skhpo.trials import Candidate

# Of the durations of similar evaluations, the one that four of five do not exceed: an
# average would let every other evaluation run over the time limit.
_QUANTILE = 0.8

# Similar are the splits of the same candidate; without any those of its nearest
# neighbours; and with few candidates to choose from, all.
_N_NEIGHBOURS = 3
_FEWEST_CANDIDATES = 8
_MOST_CANDIDATES = 500


class Durations:
    """Remembers what evaluations took, to foretell what others will take.

    A forecast never exceeds what some evaluation took: a model that extrapolates could
    end a search far too early.

    .. versionadded:: 0.1

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.engine import Durations
    >>> from skhpo.trials import Candidate
    >>> first, second = (
    ...     Candidate(index, np.array([0.5]), {}, "sobol") for index in range(2)
    ... )
    >>> durations = Durations()
    >>> durations.note(first, 2.0)
    >>> durations.expected(second)
    2.0
    """

    def __init__(self) -> None:
        self._by_resource: dict[int | None, _DurationsOfOneResource] = {}

    def note(
        self, candidate: Candidate, seconds: float, resource: int | None = None
    ) -> None:
        """Take note of an evaluation.

        Parameters
        ----------
        candidate : Candidate
            What was evaluated on some split.

        seconds : float
            How long it took.

        resource : int, default=None
            How much of the resource it had, with multi-fidelity.
        """
        known = self._by_resource.setdefault(resource, _DurationsOfOneResource())
        known.note(candidate, seconds)

    def expected(self, candidate: Candidate, resource: int | None = None) -> float:
        """Foretell how long an evaluation will take.

        Parameters
        ----------
        candidate : Candidate
            What is to be evaluated on some split.

        resource : int, default=None
            How much of the resource it will have, with multi-fidelity.

        Returns
        -------
        seconds : float
            0 for the very first candidate, without which a search has no result, and
            where nothing is known.
        """
        if candidate.index == 0 or resource not in self._by_resource:
            return 0.0
        return self._by_resource[resource].expected(candidate)


class _DurationsOfOneResource:
    """What evaluations took that had the same resource."""

    def __init__(self) -> None:
        self._seconds: dict[int, list[float]] = {}
        self._points: dict[int, NDArray[np.float64]] = {}

    def note(self, candidate: Candidate, seconds: float) -> None:
        """Take note of an evaluation."""
        self._seconds.setdefault(candidate.index, []).append(seconds)
        self._points[candidate.index] = candidate.point
        if len(self._seconds) > _MOST_CANDIDATES:
            oldest = next(iter(self._seconds))
            del self._seconds[oldest], self._points[oldest]

    def expected(self, candidate: Candidate) -> float:
        """Return a high quantile of what similar ones took."""
        similar = [self._seconds[index] for index in self._similar(candidate)]
        return float(np.quantile(np.concatenate(similar), _QUANTILE))

    def _similar(self, candidate: Candidate) -> list[int]:
        """Return candidates whose evaluations took about as long."""
        if candidate.index in self._seconds:
            return [candidate.index]
        known = list(self._seconds)
        if len(known) < _FEWEST_CANDIDATES:
            return known
        points = np.array([self._points[index] for index in known])
        distances = ((points - candidate.point) ** 2).sum(axis=1)
        nearest = np.argsort(distances, kind="stable")[:_N_NEIGHBOURS]
        return [known[row] for row in nearest]
