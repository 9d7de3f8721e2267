"""Where the loop takes its evaluations from."""

from collections.abc import Sequence
from typing import Any, Protocol

from skhpo.engine._record import Evaluation, Record


class EvaluationSource(Protocol):
    """What the loop needs of a schedule: evaluations, and a place for their results.

    .. versionadded:: 0.1

    Attributes
    ----------
    records : sequence of Record
        One for each candidate so far, in order.

    discarded : sequence of Record
        Those that racing has given up, in the order of giving up.

    is_exhausted : bool
        Whether the source ended before it had proposed all that it was to propose.

    stopped_by : str or None
        The name of the stopping rule that has ended it.

    Examples
    --------
    >>> from skhpo.engine import EvaluationSource, Schedule
    >>> kind: type[EvaluationSource] = Schedule
    """

    @property
    def records(self) -> Sequence[Record]:
        """One for each candidate so far, in order."""
        ...

    @property
    def discarded(self) -> Sequence[Record]:
        """Those that racing has given up, in the order of giving up."""
        ...

    @property
    def is_exhausted(self) -> bool:
        """Whether it ended before it had proposed all that it was to propose."""
        ...

    @property
    def stopped_by(self) -> str | None:
        """The name of the stopping rule that has ended it."""
        ...

    def n_ready(self) -> int:
        """Return how many evaluations can start without any further result.

        Returns
        -------
        int
            0 or more.
        """
        ...

    def take(self, n_most: int) -> list[Evaluation]:
        """Return evaluations that can start now.

        Parameters
        ----------
        n_most : int
            How many at most.

        Returns
        -------
        list of Evaluation
            Empty where results are missing for the next ones, or at the end.
        """
        ...

    def record(self, evaluation: Evaluation, result: Any, score: Any) -> Record:
        """Store the result of an evaluation.

        Parameters
        ----------
        evaluation : Evaluation
            What was evaluated.

        result : object
            Kept in the record.

        score : float or ndarray of shape (n_objectives,)
            The score of the split, NaN for a failed fit.

        Returns
        -------
        Record
            The record of the candidate.
        """
        ...
