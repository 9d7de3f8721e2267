"""What a journal knows of evaluations, in the terms of the loop."""

import builtins
from collections.abc import Callable, Sequence
from types import ModuleType

import numpy as np
import sklearn.exceptions
from numpy.typing import NDArray

import skhpo.exceptions
from skhpo.engine._record import Evaluation, Record
from skhpo.engine._tasks import SplitResult
from skhpo.engine._warnings import RecordedWarning
from skhpo.journal._events import Place, SplitFinished
from skhpo.journal._journal import SearchJournal

Score = float | NDArray[np.float64]

# Where categories of warnings are looked up by name. A journal may name anything, so
# nothing is imported on its behalf.
_WARNING_MODULES: tuple[ModuleType, ...] = (
    builtins,
    sklearn.exceptions,
    skhpo.exceptions,
    np.exceptions,
)


class JournalledResults:
    """Gives results of earlier runs back, and keeps those of this one.

    Parameters
    ----------
    journal : SearchJournal
        The open journal.

    checkpoint_of : callable, default=None
        Maps an evaluation to the digest of the model that it has left, or None.
    """

    def __init__(
        self,
        journal: SearchJournal,
        checkpoint_of: Callable[[Evaluation], str | None] | None = None,
    ) -> None:
        self._journal = journal
        self._checkpoint_of = checkpoint_of
        self._n_proposed = 0

    @property
    def has_unseen(self) -> bool:
        """Whether there may be results of earlier runs that nobody has asked for."""
        return self._journal.n_unseen > 0

    def recall(self, evaluation: Evaluation) -> SplitResult | None:
        """Return the result of an evaluation if an earlier run has it.

        Parameters
        ----------
        evaluation : Evaluation
            The evaluation; its candidate is written down if it is new.

        Returns
        -------
        SplitResult or None
            The result, None if it is not known.

        Raises
        ------
        JournalError
            If the candidate is not the one that the journal has.
        """
        if evaluation.candidate.index >= self._n_proposed:
            self._journal.propose(evaluation.candidate)
            self._n_proposed = evaluation.candidate.index + 1
        event = self._journal.recall(_place_of(evaluation))
        return None if event is None else _as_result(event)

    def keep(
        self,
        batch: Sequence[Evaluation],
        results: Sequence[SplitResult],
        score_of: Callable[[dict[str, object]], Score],
    ) -> None:
        """Write down what has come back, before anybody makes use of it.

        Evaluations that did not run, or that end the search, leave nothing behind.

        Parameters
        ----------
        batch : sequence of Evaluation
            What was evaluated.

        results : sequence of SplitResult
            What came of each.

        score_of : callable
            Maps the scores of a fit to what the search maximises.
        """
        events = [
            self._event(evaluation, result, score_of(result.scores))
            for evaluation, result in zip(batch, results, strict=True)
            if result.scores is not None
        ]
        if events:
            self._journal.keep(events)

    def discard(self, record: Record) -> None:
        """Write down that racing has given a candidate up."""
        self._journal.discard(record.candidate.index)

    def _event(
        self, evaluation: Evaluation, result: SplitResult, score: Score
    ) -> SplitFinished:
        """Return what is written of a result."""
        candidate, split, resource = _place_of(evaluation)
        scores = result.scores
        assert scores is not None
        checkpoint_of = self._checkpoint_of
        return SplitFinished(
            candidate=candidate,
            split=split,
            resource=resource,
            score=tuple(score.tolist()) if isinstance(score, np.ndarray) else score,
            test_scores=scores["test_scores"],
            train_scores=scores.get("train_scores"),
            n_test_samples=int(scores["n_test_samples"]),
            fit_time=scores["fit_time"],
            score_time=scores["score_time"],
            fit_error=scores["fit_error"],
            started_at=scores.get("started_at"),
            worker=scores.get("worker"),
            duration=result.duration,
            warnings=tuple(
                (item.category.__name__, item.message, item.filename, item.lineno)
                for item in result.warnings
            ),
            checkpoint=None if checkpoint_of is None else checkpoint_of(evaluation),
        )


def _place_of(evaluation: Evaluation) -> Place:
    """Return where the result of an evaluation belongs."""
    return evaluation.candidate.index, evaluation.split, evaluation.resource


def _as_result(event: SplitFinished) -> SplitResult:
    """Return a result as it came back from the worker."""
    scores = {
        "fit_error": event.fit_error,
        "test_scores": event.test_scores,
        "n_test_samples": event.n_test_samples,
        "fit_time": event.fit_time,
        "score_time": event.score_time,
    }
    for name in ("train_scores", "started_at", "worker"):
        if getattr(event, name) is not None:
            scores[name] = getattr(event, name)
    recorded = tuple(
        RecordedWarning(message, _category(name), filename, line)
        for name, message, filename, line in event.warnings
    )
    return SplitResult(scores, duration=event.duration, warnings=recorded)


def _category(name: str) -> type[Warning]:
    """Return the category of a warning by its name, if it is one of the usual ones."""
    for module in _WARNING_MODULES:
        found = vars(module).get(name)
        if isinstance(found, type) and issubclass(found, Warning):
            return found
    return UserWarning
