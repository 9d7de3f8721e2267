"""Writing a search into a study of Optuna: one trial for each candidate or member."""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from skhpo._compat._extras import import_extra
from skhpo.callbacks._describe import describe_search, versions
from skhpo.callbacks._events import SearchPlan
from skhpo.callbacks._optuna_space import StudySpace
from skhpo.callbacks._tables import plain

EXTRA = {"extra": "optuna", "purpose": "Writing a study of Optuna"}

STATES = {"complete": "COMPLETE", "discarded": "PRUNED"}  # anything else is "FAIL"
_METRIC_NAMES = "study:metric_names"


class StudyWriter:
    """Writes trials of one search into a storage.

    Through the methods that every storage has, since trials are not proposed by
    Optuna and have begun and ended elsewhere.

    Parameters
    ----------
    storage : object
        A storage of Optuna.

    plan : SearchPlan
        The search.

    name : str or None
        Name of the study; where it is taken, a number is added.
    """

    def __init__(self, storage: Any, plan: SearchPlan, name: str | None) -> None:
        self._optuna = import_extra("optuna", **EXTRA)
        self._space = StudySpace(plan.space, self._optuna)
        self.storage = storage
        self.n_objectives = len(plan.objectives)
        self.study_id, self.name = self._create(name or _name_of(plan))
        storage.set_study_system_attr(
            self.study_id, _METRIC_NAMES, list(plan.objectives)
        )
        self.annotate(describe_search(plan) | {"versions": versions()})

    def annotate(self, attributes: Mapping[str, Any]) -> None:
        """Write down something about the whole search."""
        for name, value in attributes.items():
            self.storage.set_study_user_attr(self.study_id, name, plain(value))

    def add(
        self,
        state: str,
        params: Mapping[str, Any] | None,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        values: Sequence[float] | None = None,
        steps: Mapping[int, float] | None = None,
        attributes: Mapping[str, Any] | None = None,
    ) -> int:
        """Write a trial and return its number in the storage.

        One without parameters gets them later, by `set_params`.
        """
        known, distributions = (
            ({}, {}) if params is None else self._space.describe(params)
        )
        # Dates are made in the order that Optuna checks.
        trial = self._optuna.trial.create_trial(
            state=self._state(state),
            values=values,
            params=known,
            distributions=distributions,
            intermediate_values=dict(steps or {}),
            user_attrs=plain(attributes or {}),
        )
        trial.datetime_start = _local(start) or trial.datetime_start
        if trial.datetime_complete is not None:
            trial.datetime_complete = _local(end) or trial.datetime_complete
        number: int = self.storage.create_new_trial(self.study_id, trial)
        return number

    def set_params(self, trial: int, params: Mapping[str, Any]) -> None:
        """Give its parameters to a trial that has none."""
        known, distributions = self._space.describe(params)
        for key, value in known.items():
            distribution = distributions[key]
            internal = distribution.to_internal_repr(value)
            self.storage.set_trial_param(trial, key, internal, distribution)

    def report(self, trial: int, step: int, value: float) -> None:
        """Write an intermediate value; Optuna has them for a single objective only."""
        if self.n_objectives == 1 and np.isfinite(value):
            self.storage.set_trial_intermediate_value(trial, step, value)

    def describe_trial(self, trial: int, attributes: Mapping[str, Any]) -> None:
        """Write down something about a trial; later values replace earlier ones."""
        for name, value in attributes.items():
            self.storage.set_trial_user_attr(trial, name, plain(value))

    def finish(self, trial: int, state: str, values: Sequence[float]) -> None:
        """End a trial."""
        known = values if state in ("COMPLETE", "PRUNED") else None
        self.storage.set_trial_state_values(trial, self._state(state), known)

    def load(self) -> Any:
        """Return the study."""
        return self._optuna.load_study(study_name=self.name, storage=self.storage)

    def _state(self, name: str) -> Any:
        """Return the state of that name."""
        return self._optuna.trial.TrialState[name]

    def _create(self, name: str) -> tuple[int, str]:
        """Create the study under a name that is not taken."""
        maximize = self._optuna.study.StudyDirection.MAXIMIZE
        directions = [maximize] * self.n_objectives
        tried, number = name, 1
        while True:
            try:
                return self.storage.create_new_study(directions, tried), tried
            except self._optuna.exceptions.DuplicatedStudyError:
                number += 1
                tried = f"{name} ({number})"


def open_storage(storage: Any) -> Any:
    """Return a storage of Optuna.

    Parameters
    ----------
    storage : str, path or object
        A journal file; the URL of a database; or a storage, which is returned.
    """
    optuna = import_extra("optuna", **EXTRA)
    if not isinstance(storage, str | os.PathLike):
        return storage
    if isinstance(storage, str) and "://" in storage:
        return optuna.storages.RDBStorage(storage)
    journal = import_extra("optuna.storages.journal", **EXTRA)
    path = str(Path(storage))
    # On Windows a symbolic link, the default lock, takes special rights.
    lock = journal.JournalFileOpenLock(path) if os.name == "nt" else None
    return optuna.storages.JournalStorage(journal.JournalFileBackend(path, lock))


def trial_attributes(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a trial tells of a candidate beside parameters and values.

    Parameters
    ----------
    entry : mapping
        With ``params``, ``origin``, ``status``, ``split_scores``, ``fit_times`` and
        ``score_times``, as in ``history_``.
    """
    names = ("origin", "status", "split_scores", "fit_times", "score_times", "params")
    return {name: entry[name] for name in names}


def _name_of(plan: SearchPlan) -> str:
    """Return the name of a study that nobody has named."""
    estimator = getattr(plan.search, "estimator", None)
    started = plan.started.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    return f"{type(plan.search).__name__} of {type(estimator).__name__}, {started}"


def _local(time: datetime | None) -> datetime | None:
    """Return a time as Optuna writes it: here, and without its zone."""
    return None if time is None else time.astimezone().replace(tzinfo=None)
