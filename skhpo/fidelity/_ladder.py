"""Who climbs: asynchronous successive halving as a function of the scores so far."""

import math
from collections.abc import Sequence


class Ladder:
    """The scores of candidates on the rungs, and who climbs to the next one.

    Asynchronous successive halving [1]_: of the candidates on a rung the best one in
    `factor`, rounded down, goes on to the next, as soon as it is known to be there. The
    first one goes on in any case: it is the baseline in most searches, of which the
    result is to be no worse, and what it gains tells a model early how scores of a part
    compare with those of the whole.

    .. versionadded:: 0.1

    Parameters
    ----------
    resources : sequence of int
        The amounts of the resource, rising, see `rung_resources`.

    factor : float, default=3
        One in how many climbs.

    References
    ----------
    .. [1] L. Li, K. Jamieson, A. Rostamizadeh, E. Gonina, J. Ben-tzur, M. Hardt,
       B. Recht, A. Talwalkar, "A system for massively parallel hyperparameter
       tuning", 2020.

    Examples
    --------
    >>> from skhpo.fidelity import Ladder
    >>> ladder = Ladder([10, 30])
    >>> ladder.add(candidate=0, rung=0, score=0.5)
    >>> ladder.climb()
    (0, 1)
    >>> ladder.add(candidate=1, rung=0, score=0.9)
    >>> ladder.climb() is None
    True
    >>> ladder.add(candidate=2, rung=0, score=0.7)
    >>> ladder.climb()
    (1, 1)
    """

    def __init__(self, resources: Sequence[int], factor: float = 3) -> None:
        self.resources = tuple(resources)
        self.factor = factor
        self._scores: list[dict[int, float]] = [{} for _ in self.resources]
        self._climbed: list[set[int]] = [set() for _ in self.resources]

    @property
    def top(self) -> int:
        """The number of the highest rung."""
        return len(self.resources) - 1

    def add(self, candidate: int, rung: int, score: float) -> None:
        """Take note of a score.

        Parameters
        ----------
        candidate : int
            Whose it is.

        rung : int
            The number of the rung, from 0.

        score : float
            Greater is better; NaN for a candidate that failed. It climbs no more, and
            its places on the rungs below are free for others.
        """
        self._scores[rung][candidate] = score
        if not math.isfinite(score):
            for lower in self._scores[:rung]:
                lower[candidate] = score

    def climb(self, *, is_end: bool = False) -> tuple[int, int] | None:
        """Choose who climbs next, the highest rung first, then the best score.

        Parameters
        ----------
        is_end : bool, default=False
            Whether no more scores will come but of those that climb: then the share
            of a rung is rounded up, so that its best goes on.

        Returns
        -------
        (candidate, rung) : tuple of int, or None
            The candidate and the rung that it climbs to; None where nobody may yet.
        """
        for rung in range(self.top - 1, -1, -1):
            share = len(self._scores[rung]) / self.factor
            n_leaders = math.ceil(share) if is_end else math.floor(share)
            if not self._climbed[rung]:
                n_leaders = max(n_leaders, 1)
            for candidate in self._best(rung, n_leaders):
                if candidate not in self._climbed[rung]:
                    self._climbed[rung].add(candidate)
                    return candidate, rung + 1
        return None

    def stuck(self, rung: int, n_candidates: int) -> set[int]:
        """Return who will never climb from a rung, whatever is to come.

        Parameters
        ----------
        rung : int
            The number of the rung.

        n_candidates : int
            How many candidates it can have in the end.

        Returns
        -------
        candidates : set of int
            Those on the rung that have not climbed and are out of the running.
        """
        waiting = self._scores[rung].keys() - self._climbed[rung]
        if rung == self.top:
            return waiting
        return waiting - set(self._best(rung, math.ceil(n_candidates / self.factor)))

    def _best(self, rung: int, n_best: int) -> list[int]:
        """Return so many of the best on a rung, the earlier of equals first."""
        finite = [
            (-score, candidate)
            for candidate, score in self._scores[rung].items()
            if math.isfinite(score)
        ]
        return [candidate for _, candidate in sorted(finite)[:n_best]]
