"""What is written to MLflow: runs, and the points of their curves."""

import heapq
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from skhpo._compat._extras import import_extra
from skhpo.callbacks._describe import in_words, versions
from skhpo.callbacks._events import CandidateEnd, SearchEnd, SplitEnd
from skhpo.callbacks._tables import columns_as_csv, rows_as_csv

EXTRA = {"extra": "mlflow", "purpose": "Logging to MLflow"}

_STATUS = {"complete": "FINISHED", "discarded": "KILLED", "failed": "FAILED"}
_PARENT = "mlflow.parentRunId"
_RUN_NAME = "mlflow.runName"
# MLflow takes 1000 things in one call, and 100 parameters or tags.
_MOST = 100
_MOST_METRICS = 800


@dataclass(eq=False)
class Runs:
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
class LiveRuns:
    """The runs of a search that goes on."""

    runs: Runs
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
        sklearn = import_extra("mlflow.sklearn", **EXTRA)
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
