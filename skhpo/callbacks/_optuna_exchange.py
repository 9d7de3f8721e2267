"""Finished searches as studies of Optuna, and studies as results of a search."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from scipy.stats import rankdata

from skhpo._compat._extras import import_extra
from skhpo.callbacks._events import SearchPlan
from skhpo.callbacks._optuna_space import StudySpace
from skhpo.callbacks._optuna_study import (
    EXTRA,
    STATES,
    StudyWriter,
    open_storage,
    trial_attributes,
)
from skhpo.space import SearchSpace


def from_optuna(study: Any, param_distributions: Any = None) -> dict[str, Any]:
    """Return the complete trials of an Optuna study in the form of `cv_results_`.

    For the ``initial_candidates`` of a search, which then evaluates the best of them
    first, or wherever else earlier results are taken.

    .. versionadded:: 0.1

    Parameters
    ----------
    study : optuna.study.Study
        The study, whoever has made it.

    param_distributions : dict or list of dicts, default=None
        The search space, where a search of skhpo has written the study: then names
        and choices that the study has in other words become again what they were. By
        default parameters are taken as they stand in the study.

    Returns
    -------
    results : dict
        ``params``, a list of dicts, in the order of the study; ``mean_test_score``,
        greater is better, so with the sign turned where the study minimises; and
        ``rank_test_score`` from 1. With several objectives there is a mean and a rank
        for each, under the names of its metrics, or ``value_0`` and so on.

    See Also
    --------
    skhpo.BayesSearchCV.to_optuna : Makes a study of a search.

    Examples
    --------
    >>> import optuna
    >>> from skhpo import from_optuna
    >>> optuna.logging.set_verbosity(optuna.logging.WARNING)
    >>> study = optuna.create_study(direction="minimize")
    >>> for C in (1.0, 3.0):
    ...     study.enqueue_trial({"C": C})
    >>> study.optimize(lambda trial: trial.suggest_float("C", 0, 9), n_trials=2)
    >>> results = from_optuna(study)
    >>> results["params"], results["mean_test_score"]
    ([{'C': 1.0}, {'C': 3.0}], array([-1., -3.]))
    """
    trials = [trial for trial in study.trials if trial.state.name == "COMPLETE"]
    params = [dict(trial.params) for trial in trials]
    if param_distributions is not None:
        optuna = import_extra("optuna", **EXTRA)
        space = StudySpace(SearchSpace(param_distributions), optuna)
        params = [space.params_of(one) for one in params]
    results: dict[str, Any] = {"params": params}
    signs = [-1.0 if one.name == "MINIMIZE" else 1.0 for one in study.directions]
    values = np.array([trial.values for trial in trials], dtype=np.float64)
    for column, name in enumerate(_names_of_objectives(study)):
        scores = signs[column] * values.reshape(-1, len(signs))[:, column]
        results[f"mean_test_{name}"] = scores
        results[f"rank_test_{name}"] = rankdata(-scores, method="min").astype(np.int32)
    return results


def write_study(
    plan: SearchPlan,
    history: Sequence[Mapping[str, Any]],
    *,
    storage: Any,
    study_name: str | None,
    attributes: Mapping[str, Any],
) -> Any:
    """Return a study with the candidates, or members, of a finished search.

    Parameters
    ----------
    plan : SearchPlan
        The search.

    history : sequence of mapping
        Its ``history_``.

    storage : str, path, storage object or None
        Where to write it; None is in memory.

    study_name : str or None
        Its name.

    attributes : mapping
        What is written down about the search.

    Returns
    -------
    optuna.study.Study
        The study.
    """
    optuna = import_extra("optuna", **EXTRA)
    if storage is None:
        storage = optuna.storages.InMemoryStorage()
    writer = StudyWriter(open_storage(storage), plan, study_name)
    writer.annotate(attributes)
    # Only the distance in time is known, so the last result counts as of now.
    ends = [entry["completed_at"] for entry in history]
    length = float(np.nanmax(ends)) if np.isfinite(ends).any() else 0.0
    began = datetime.now(UTC) - timedelta(seconds=length)
    for group in _trials_of(plan, history):
        _write_trial(writer, group, began, length)
    return writer.load()


def _trials_of(
    plan: SearchPlan, history: Sequence[Mapping[str, Any]]
) -> list[list[Mapping[str, Any]]]:
    """Return the entries that make up each trial, the last one with its result."""
    if plan.population_size is None:
        return [[entry] for entry in history]
    size = plan.population_size
    rows = [history[start : start + size] for start in range(0, len(history), size)]
    whole = [
        row
        for row in rows
        if len(row) == size and all(e["status"] != "incomplete" for e in row)
    ]
    return [[row[member] for row in whole or rows[:1]] for member in range(size)]


def _write_trial(
    writer: StudyWriter,
    group: Sequence[Mapping[str, Any]],
    began: datetime,
    length: float,
) -> None:
    """Write a candidate, or a member with all its generations."""
    last = group[-1]
    state = STATES.get(last["status"], "FAIL")
    scores = np.atleast_1d(_mean_of_run(last)).tolist()
    end = last["completed_at"]
    attributes = trial_attributes(last)
    if "generation" in last:
        names = ("generation", "parent", "event", "params")
        attributes["schedule"] = [{name: one[name] for name in names} for one in group]
    writer.add(
        state,
        last["params"],
        start=began + timedelta(seconds=group[0]["proposed_at"]),
        end=began + timedelta(seconds=end if np.isfinite(end) else length),
        values=None if state == "FAIL" else scores,
        steps=_steps(group) if writer.n_objectives == 1 else None,
        attributes=attributes,
    )


def _mean_of_run(entry: Mapping[str, Any]) -> Any:
    """Return the score of a candidate; of one that was discarded, over what ran."""
    if entry["status"] == "discarded":
        return np.nanmean(entry["split_scores"], axis=0)
    return entry["score"]


def _steps(group: Sequence[Mapping[str, Any]]) -> dict[int, float]:
    """Return the score of each split, or generation, where it is finite."""
    if "generation" in group[-1]:
        steps = {one["start"] + one["n_steps"]: float(one["score"]) for one in group}
    else:
        steps = dict(enumerate(group[-1]["split_scores"].tolist()))
    return {step: value for step, value in steps.items() if np.isfinite(value)}


def _names_of_objectives(study: Any) -> list[str]:
    """Return what the columns of a study's objectives are called."""
    n_objectives = len(study.directions)
    if n_objectives == 1:
        return ["score"]
    names = study.metric_names
    return list(names) if names else [f"value_{i}" for i in range(n_objectives)]
