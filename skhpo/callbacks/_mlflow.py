"""A search as runs of MLflow."""

import heapq
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from skhpo._compat._extras import import_extra, require_extra
from skhpo.callbacks._base import SearchCallback
from skhpo.callbacks._describe import describe_search, in_words, versions
from skhpo.callbacks._events import (
    CandidateEnd,
    GenerationEnd,
    SearchBegin,
    SearchEnd,
    SplitEnd,
)
from skhpo.callbacks._tables import columns_as_csv, rows_as_csv

_EXTRA = {"extra": "mlflow", "purpose": "Logging to MLflow"}
_STATUS = {"complete": "FINISHED", "discarded": "KILLED", "failed": "FAILED"}
_PARENT = "mlflow.parentRunId"
_RUN_NAME = "mlflow.runName"
# MLflow takes 1000 things in one call, and 100 parameters or tags.
_MOST = 100
_MOST_METRICS = 800


class MLflowLogger(SearchCallback):
    """Logs a search to MLflow: a run for the search, below it one for each candidate.

    The runs of candidates have their parameters, the score of each split and its mean
    and standard deviation, times, and the true beginning and end; failed ones are
    marked as failed, with the error as a tag, and discarded ones as killed. The run of
    the search has its settings, the best score after each candidate, and at the end
    ``cv_results.csv`` and ``history.csv``.

    Each member of a population has one run: the scores and the numbers among its
    parameters are curves over the steps that it has been trained for.

    Nothing is logged to MLflow's active run, and none becomes active, so that several
    searches may log at a time. MLflow's own ``autolog`` does not know the searches.

    Needs the extra ``mlflow``: ``pip install 'skhpo[mlflow]'``, the light client for
    a tracking server. For a database of your own, such as ``sqlite:///mlflow.db``,
    install all of ``mlflow``.

    .. versionadded:: 0.1

    Parameters
    ----------
    tracking_uri : str, default=None
        Where MLflow keeps its runs; None is where MLflow is set to keep them.

    experiment_name : str, default="skhpo"
        The experiment; it is created where it does not exist.

    run_name : str, default=None
        Name of the search's run. None makes one of the search and its estimator.

    max_children : int, default=None
        How many candidates have a run: the best so far; a run that is overtaken is
        deleted. None: all of them. Of a population, all members have one.

    log_model : bool, default=False
        Whether to log the refitted best estimator at the end, as ``model``.

    Attributes
    ----------
    run_id_ : str
        The run of the latest search.

    Raises
    ------
    MissingExtraError
        If MLflow is not installed.

    Examples
    --------
    >>> from sklearn.svm import SVC
    >>> from skhpo import BayesSearchCV
    >>> from skhpo.callbacks import MLflowLogger
    >>> logger = MLflowLogger("http://localhost:5000", "iris", max_children=20)
    >>> search = BayesSearchCV(SVC(), {"C": [0.1, 1, 10]}, callbacks=[logger])
    """

    _live: "_LiveRuns | None" = None

    def __init__(
        self,
        tracking_uri: str | None = None,
        experiment_name: str = "skhpo",
        *,
        run_name: str | None = None,
        max_children: int | None = None,
        log_model: bool = False,
    ) -> None:
        require_extra("mlflow", **_EXTRA)
        self.tracking_uri = tracking_uri
        self.experiment_name = experiment_name
        self.run_name = run_name
        self.max_children = max_children
        self.log_model = log_model

    def on_search_begin(self, event: SearchBegin) -> None:
        """Begin the run of the search.

        Parameters
        ----------
        event : SearchBegin
            What the search is going to do.
        """
        mlflow = import_extra("mlflow", **_EXTRA)
        client = mlflow.MlflowClient(tracking_uri=self.tracking_uri)
        experiment = client.get_experiment_by_name(self.experiment_name)
        if experiment is None:
            experiment_id = client.create_experiment(self.experiment_name)
        else:
            experiment_id = experiment.experiment_id
        runs = _Runs(mlflow, client, experiment_id)
        search = event.plan.search
        name = self.run_name or (
            f"{type(search).__name__} of {type(search.estimator).__name__}"
        )
        self.run_id_ = runs.begin(name, event.plan.started)
        self._live = _LiveRuns(runs, self.run_id_, self.max_children)
        runs.log(
            self.run_id_,
            params=describe_search(event.plan),
            tags={f"version.{name}": value for name, value in versions().items()},
        )

    def on_split_end(self, event: SplitEnd) -> None:
        """Begin the run of a candidate with its first split, if all are to have one.

        Parameters
        ----------
        event : SplitEnd
            The split.
        """
        assert self._live is not None
        if self.max_children is None or event.plan.is_population:
            self._live.open(event)
            self._live.log_rung(event)

    def on_candidate_end(self, event: CandidateEnd) -> None:
        """Log what came of a candidate.

        Parameters
        ----------
        event : CandidateEnd
            The candidate.
        """
        assert self._live is not None
        if event.plan.is_population:
            self._live.log_step(event)
        else:
            self._live.log_candidate(event)

    def on_generation_end(self, event: GenerationEnd) -> None:
        """Log the best score of a generation.

        Parameters
        ----------
        event : GenerationEnd
            The generation.
        """
        assert self._live is not None
        self._live.members = event.members
        if event.best is not None:
            runs = self._live.runs
            points = runs.points(
                {"best_score_of_generation": event.best.score},
                step=event.best.resource or event.generation,
            )
            runs.log(self._live.parent, metrics=points)

    def on_search_end(self, event: SearchEnd) -> None:
        """Log the results, and end all runs.

        Parameters
        ----------
        event : SearchEnd
            The end.
        """
        assert self._live is not None
        self._live.end_members(event.end)
        self._live.log_results(event)
        if self.log_model:
            self._live.log_model(event)
        self._live.end("FINISHED" if event.error is None else "FAILED", event.end)

    def close(self) -> None:
        """End what is still running, and let go of the client."""
        live, self._live = self._live, None
        if live is not None:
            live.end("FAILED", datetime.now(UTC))


@dataclass(eq=False)
class _Runs:
    """The client, with times and names as MLflow wants them."""

    mlflow: Any
    client: Any
    experiment_id: str

    def begin(
        self, name: str, start: datetime | None, parent: str | None = None
    ) -> str:
        """Begin a run and return its identity."""
        tags = {_RUN_NAME: name}
        if parent is not None:
            tags[_PARENT] = parent
        run = self.client.create_run(
            self.experiment_id, start_time=_milliseconds(start), tags=tags
        )
        return str(run.info.run_id)

    def log(
        self,
        run_id: str,
        *,
        metrics: Iterable[Any] = (),
        params: Mapping[str, Any] | None = None,
        tags: Mapping[str, Any] | None = None,
    ) -> None:
        """Log to a run, in as few calls as MLflow takes it."""
        entities = self.mlflow.entities
        known = [
            entities.Param(_key(name), in_words(value))
            for name, value in (params or {}).items()
        ]
        marks = [
            entities.RunTag(_key(name), in_words(value))
            for name, value in (tags or {}).items()
        ]
        points = list(metrics)
        while points or known or marks:
            self.client.log_batch(
                run_id, points[:_MOST_METRICS], known[:_MOST], marks[:_MOST]
            )
            points = points[_MOST_METRICS:]
            known, marks = known[_MOST:], marks[_MOST:]

    def points(
        self,
        values: Mapping[str, float],
        *,
        step: int = 0,
        time: datetime | None = None,
    ) -> list[Any]:
        """Return metrics at one time; what is no finite number is left out."""
        return [
            self.mlflow.entities.Metric(
                _key(name), float(value), _milliseconds(time), step
            )
            for name, value in values.items()
            if np.isfinite(value)
        ]

    def end(self, run_id: str, status: str, time: datetime | None) -> None:
        """End a run."""
        self.client.set_terminated(run_id, status, _milliseconds(time))


@dataclass(eq=False)
class _LiveRuns:
    """The runs of a search that goes on."""

    runs: _Runs
    parent: str
    max_children: int | None
    members: tuple[CandidateEnd, ...] = ()
    open_runs: dict[int, str] = field(default_factory=dict)
    # The worst on top, and of equal ones the latest.
    kept: list[tuple[float, int, str]] = field(default_factory=list)

    def open(self, event: SplitEnd) -> None:
        """Begin the run of a candidate, or member, that has none."""
        number = event.candidate if event.member is None else event.member
        if number in self.open_runs:
            return
        kind = "candidate" if event.member is None else "member"
        run = self.runs.begin(f"{kind} {number}", event.start, self.parent)
        self.open_runs[number] = run
        self.runs.log(run, params=event.params, tags={"origin": event.origin})

    def log_rung(self, event: SplitEnd) -> None:
        """Log a split with a part of the resource, which is a point of a curve."""
        if event.resource is not None and event.member is None:
            run = self.open_runs[event.candidate]
            self.runs.log(run, metrics=self._points_of(event))

    def log_candidate(self, event: CandidateEnd) -> None:
        """Log a candidate that is over, unless better ones have all the places."""
        standing = event.standing
        best = {"best_score": standing.best_score}
        if len(event.scores) > 1:
            best = {"n_front": len(standing.front)}
        points = self.runs.points(best, step=standing.n_over, time=event.end)
        self.runs.log(self.parent, metrics=points)
        if self.max_children is not None:
            if not self._makes_place_for(event):
                return
            self.open(event.splits[0])
        run = self.open_runs.pop(event.candidate)
        self._log_scores(run, event, {})
        self.runs.end(run, _STATUS[event.status], event.end)
        if self.max_children is not None:
            heapq.heappush(self.kept, (*_rank(event), run))

    def log_step(self, event: CandidateEnd) -> None:
        """Log a member that has been trained for a generation, as points of curves."""
        assert event.member is not None
        numbers = {
            f"param.{name}": value
            for name, value in event.params.items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        }
        numbers["generation"] = float(event.generation or 0)
        self._log_scores(self.open_runs[event.member], event, numbers)

    def end_members(self, time: datetime) -> None:
        """End the runs of members as these stood, with the last parameters as tags."""
        for member in self.members:
            assert member.member is not None
            run = self.open_runs.pop(member.member)
            last = {f"last.{name}": value for name, value in member.params.items()}
            self.runs.log(run, tags=last)
            self.runs.end(run, _STATUS[member.status], member.end or time)

    def log_results(self, event: SearchEnd) -> None:
        """Log what the search has found."""
        standing, search = event.standing, event.plan.search
        found = {"n_fits": float(standing.n_fits), "n_candidates": standing.n_over}
        for name in ("best_score_", "refit_time_", "hypervolume_"):
            value = getattr(search, name, None)
            if isinstance(value, int | float | np.floating):
                found[name.rstrip("_")] = float(value)
        best = getattr(search, "best_params_", None) or {}
        tags = {"stop_reason": event.stop_reason}
        tags |= {f"best.{name}": value for name, value in best.items()}
        if event.error is not None:
            tags["error"] = repr(event.error)
        # After the last candidate, where there are as many steps as candidates.
        step = 0 if event.plan.is_population else standing.n_over
        points = self.runs.points(found, step=step, time=event.end)
        self.runs.log(self.parent, metrics=points, tags=tags)
        if event.cv_results is not None:
            self._log_text(columns_as_csv(event.cv_results), "cv_results.csv")
        if event.history:
            self._log_text(rows_as_csv(event.history), "history.csv")

    def log_model(self, event: SearchEnd) -> None:
        """Log the best estimator, if there is one."""
        model = getattr(event.plan.search, "best_estimator_", None)
        if model is None:
            return
        sklearn = import_extra("mlflow.sklearn", **_EXTRA)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "model")
            sklearn.save_model(
                model,
                path,
                # Pickled, since the estimator may be anybody's.
                serialization_format="cloudpickle",
                # Otherwise MLflow loads the model in another process to find out.
                pip_requirements=_requirements(model),
            )
            self.runs.client.log_artifacts(self.parent, str(path), "model")

    def end(self, status: str, time: datetime) -> None:
        """End what is still running: candidates that are incomplete, and the search."""
        for run in self.open_runs.values():
            self.runs.end(run, "KILLED", time)
        self.open_runs.clear()
        if self.parent:
            parent, self.parent = self.parent, ""
            self.runs.end(parent, status, time)

    def _log_scores(
        self, run: str, event: CandidateEnd, further: Mapping[str, float]
    ) -> None:
        """Log the scores of each split at the time when it ended, and their means."""
        step = event.resource or 0
        points = self.runs.points(
            {**_summary(event), **further}, step=step, time=event.end
        )
        for one in event.splits:
            is_logged = self.max_children is None and one.member is None
            if one.resource is None or not is_logged:
                points += self._points_of(one)
        self.runs.log(run, metrics=points, tags=_tags(event))

    def _points_of(self, event: SplitEnd) -> list[Any]:
        """Return the scores of a split as metrics."""
        values = {
            f"split{event.split}_test_{name}": value
            for name, value in event.test_scores.items()
        }
        for name, value in (event.train_scores or {}).items():
            values[f"split{event.split}_train_{name}"] = value
        return self.runs.points(values, step=event.resource or 0, time=event.end)

    def _makes_place_for(self, event: CandidateEnd) -> bool:
        """Delete the run of the worst candidate if this one is better."""
        assert self.max_children is not None
        if len(self.kept) < self.max_children:
            return True
        if not self.kept or _rank(event) <= self.kept[0][:2]:
            return False
        *_, overtaken = heapq.heappop(self.kept)
        self.runs.client.delete_run(overtaken)
        return True

    def _log_text(self, text: str, name: str) -> None:
        """Log a file with a text."""
        self.runs.client.log_text(self.parent, text, name)


def _summary(event: CandidateEnd) -> dict[str, float]:
    """Return means and deviations over the splits, under the names of `cv_results_`.

    Failed fits have no score, whatever `error_score` is.
    """
    columns: dict[str, list[float]] = {"fit_time": [], "score_time": []}
    for one in event.splits:
        columns["fit_time"].append(one.fit_time)
        columns["score_time"].append(one.score_time)
        for name, value in one.test_scores.items():
            known = value if one.error is None else float("nan")
            columns.setdefault(f"test_{name}", []).append(known)
        for name, value in (one.train_scores or {}).items():
            columns.setdefault(f"train_{name}", []).append(value)
    means = {f"mean_{name}": float(np.mean(row)) for name, row in columns.items()}
    return means | {f"std_{name}": float(np.std(row)) for name, row in columns.items()}


def _tags(event: CandidateEnd) -> dict[str, str]:
    """Return what is not a number."""
    tags = {"status": event.status}
    if event.error_line is not None:
        tags["error"] = event.error_line
    return tags


def _rank(event: CandidateEnd) -> tuple[float, int]:
    """Return what is greater for a better candidate; the earlier of equal ones is.

    With several objectives the first one counts.
    """
    finite = event.status != "failed" and np.isfinite(event.scores[0])
    score = event.scores[0] if finite else -np.inf
    if event.status == "discarded":
        score = -np.inf
    return score, -event.candidate


def _requirements(model: Any) -> list[str]:
    """Return what a model needs where it is to predict."""
    found = {name: text for name, text in versions().items() if name != "python"}
    if not type(model).__module__.startswith("skhpo"):
        found.pop("skhpo", None)
    return ["cloudpickle", *(f"{name}=={text}" for name, text in found.items())]


def _milliseconds(time: datetime | None) -> int:
    """Return a time as MLflow counts it; now, where it is not known."""
    return int((time or datetime.now(UTC)).timestamp() * 1000)


def _key(name: str) -> str:
    """Return a name that MLflow takes."""
    return re.sub(r"[^\w\-./ :]", "_", name)[:250]
