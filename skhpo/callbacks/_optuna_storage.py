"""A search in a storage of Optuna, trial by trial while it runs."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from skhpo._compat._extras import require_extra
from skhpo.callbacks._base import SearchCallback
from skhpo.callbacks._events import (
    CandidateEnd,
    GenerationEnd,
    SearchBegin,
    SearchEnd,
    SplitEnd,
)
from skhpo.callbacks._optuna_study import (
    EXTRA,
    STATES,
    StudyWriter,
    open_storage,
    trial_attributes,
)


class OptunaStorage(SearchCallback):
    """Writes a search into a storage of Optuna, where its dashboard shows it live.

    Each candidate is a trial, from its first split score on: running, then complete,
    pruned (discarded by racing) or failed, with the score of each split as an
    intermediate value. Optuna proposes nothing; it is the record. To look at it,
    ``pip install optuna-dashboard`` and run ``optuna-dashboard search.log``.

    Each member of a population is one trial, with the mean score after each
    generation as intermediate value. Its parameters are the last ones, which it gets at
    the end; the attribute ``params`` has those of the moment, ``schedule`` all.

    Needs the extra ``optuna``: ``pip install 'skhpo[optuna]'``.

    .. versionadded:: 0.1

    Parameters
    ----------
    storage : str, path or storage object
        A file name, for a journal file; the URL of a database, such as
        ``"sqlite:///search.db"``; or a storage of Optuna.

    study_name : str, default=None
        Name of the study. Each search is a new study: where the name is taken, a
        number is added. None makes a name of the search, its estimator and the time.

    Attributes
    ----------
    study_name_ : str
        Name of the study of the latest search.

    Raises
    ------
    MissingExtraError
        If Optuna is not installed.

    See Also
    --------
    from_optuna : Takes candidates from a study.

    Notes
    -----
    Parameters that differ between the branches of a space have the name of the axis,
    such as ``C[1]`` for branch 1; choices that are no strings, numbers, bools or None
    go by their `repr`; values of objects that are merely sampled are only in the
    attribute ``params``.

    Examples
    --------
    >>> import optuna
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import BayesSearchCV
    >>> from skhpo.callbacks import OptunaStorage
    >>> storage = optuna.storages.InMemoryStorage()
    >>> search = BayesSearchCV(
    ...     SVC(),
    ...     {"C": [0.1, 1, 10]},
    ...     callbacks=[OptunaStorage(storage, study_name="iris")],
    ... )
    >>> _ = search.fit(*load_iris(return_X_y=True))
    >>> study = optuna.load_study(study_name="iris", storage=storage)
    >>> [trial.state.name for trial in study.trials]
    ['COMPLETE', 'COMPLETE', 'COMPLETE']
    >>> study.best_params == search.best_params_
    True
    """

    _live: "_LiveStudy | None" = None

    def __init__(self, storage: Any, *, study_name: str | None = None) -> None:
        require_extra("optuna", **EXTRA)
        self.storage = storage
        self.study_name = study_name

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Copy, but write to the same storage: clones of a search do."""
        return type(self)(self.storage, study_name=self.study_name)

    def on_search_begin(self, event: SearchBegin) -> None:
        """Create the study.

        Parameters
        ----------
        event : SearchBegin
            What the search is going to do.
        """
        storage = open_storage(self.storage)
        writer = StudyWriter(storage, event.plan, self.study_name)
        self._live = _LiveStudy(writer, event.plan.is_population)
        self.study_name_ = writer.name

    def on_split_end(self, event: SplitEnd) -> None:
        """Write the score of a split, beginning a trial with the first.

        Parameters
        ----------
        event : SplitEnd
            The split.
        """
        assert self._live is not None
        self._live.note_split(event)

    def on_candidate_end(self, event: CandidateEnd) -> None:
        """End the trial of a candidate; that of a member goes on.

        Parameters
        ----------
        event : CandidateEnd
            The candidate.
        """
        assert self._live is not None
        self._live.note_candidate(event)

    def on_generation_end(self, event: GenerationEnd) -> None:
        """Remember how the members stand.

        Parameters
        ----------
        event : GenerationEnd
            The generation.
        """
        assert self._live is not None
        self._live.members = event.members

    def on_search_end(self, event: SearchEnd) -> None:
        """End the trials that are left, and write why the search has ended.

        Parameters
        ----------
        event : SearchEnd
            The end.
        """
        assert self._live is not None
        self._live.end(event)

    def close(self) -> None:
        """Let go of the storage."""
        live, self._live = self._live, None
        if live is not None:
            live.writer.storage.remove_session()


@dataclass(eq=False)
class _LiveStudy:
    """The study of a search that runs."""

    writer: StudyWriter
    is_population: bool
    members: tuple[CandidateEnd, ...] = ()
    trials: dict[int, int] = field(default_factory=dict)
    schedules: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    scores: dict[tuple[int, int], list[float]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def note_split(self, event: SplitEnd) -> None:
        """Write a split score; several of one step are written as their mean."""
        number = event.candidate if event.member is None else event.member
        if number not in self.trials:
            params = None if self.is_population else event.params
            self.trials[number] = self.writer.add(
                "RUNNING",
                params,
                start=event.start,
                attributes={"origin": event.origin, "params": event.params},
            )
        step = event.split if event.resource is None else event.resource
        known = self.scores[number, step]
        known.append(event.scores[0])
        self.writer.report(self.trials[number], step, float(np.mean(known)))

    def note_candidate(self, event: CandidateEnd) -> None:
        """Write what is known of a candidate that is over."""
        number = event.candidate if event.member is None else event.member
        trial = self.trials[number]
        self.writer.describe_trial(trial, trial_attributes(_entry(event)))
        if event.error_line is not None:
            self.writer.describe_trial(trial, {"error": event.error_line})
        if not self.is_population:
            self._finish(number, event)
            return
        step = {"generation": event.generation, "parents": event.parents}
        self.schedules[number].append(step | {"params": event.params})
        self.writer.describe_trial(trial, {"schedule": self.schedules[number]})

    def end(self, event: SearchEnd) -> None:
        """End what is left: the members as they stood, all else as failed."""
        for member in self.members:
            assert member.member is not None
            self.writer.set_params(self.trials[member.member], member.params)
            self._finish(member.member, member)
        for trial in self.trials.values():
            self.writer.describe_trial(trial, {"status": "incomplete"})
            self.writer.finish(trial, "FAIL", ())
        self.trials.clear()
        standing = event.standing
        error = None if event.error is None else repr(event.error)
        self.writer.annotate(
            {
                "stop_reason": event.stop_reason,
                "n_fits": standing.n_fits,
                "best_score": standing.best_score,
                "best_params": standing.best_params,
                "error": error,
            }
        )

    def _finish(self, number: int, event: CandidateEnd) -> None:
        """End a trial as the candidate did."""
        state = STATES.get(event.status, "FAIL")
        self.writer.finish(self.trials.pop(number), state, event.scores)


def _entry(event: CandidateEnd) -> Mapping[str, Any]:
    """Return what `history_` has of a candidate."""
    several = len(event.scores) > 1
    return {
        "origin": event.origin,
        "status": event.status,
        "split_scores": [
            list(one.scores) if several else one.score for one in event.splits
        ],
        "fit_times": [one.fit_time for one in event.splits],
        "score_times": [one.score_time for one in event.splits],
        "params": event.params,
    }
