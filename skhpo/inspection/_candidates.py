"""What the package reads from a fitted search, by its public attributes only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import NotFittedError

from skhpo.inspection._resources import at_one_resource
from skhpo.space import SearchSpace

FloatArray = NDArray[np.float64]

_MEAN = "mean_test_"


@dataclass(frozen=True, eq=False)
class Candidates:
    """The candidates of a search as arrays, in the order of proposal.

    Parameters
    ----------
    space : SearchSpace
        What they come from.

    metric : str
        What the scores are called.

    params : tuple of dict
        Their parameters.

    points : ndarray of shape (n, n_dims), dtype float64
        Their canonical points.

    scores : ndarray of shape (n,), dtype float64
        Their mean scores, NaN for those that failed or are not complete.

    split_scores : ndarray of shape (n, n_splits), dtype float64
        The score of each split, NaN where there is none.

    statuses, origins : ndarray of shape (n,), dtype object
        What became of them, and what proposed them.

    resource : float or None, default=None
        The amount of the resource that the scores belong to; None where all
        candidates were given the same.
    """

    space: SearchSpace
    metric: str
    params: tuple[dict[str, Any], ...]
    points: FloatArray
    scores: FloatArray
    split_scores: FloatArray
    statuses: NDArray[np.object_]
    origins: NDArray[np.object_]
    resource: float | None = None

    @property
    def scored(self) -> NDArray[np.intp]:
        """The rows with a finite score."""
        return np.flatnonzero(np.isfinite(self.scores))


def read_history(search: Any) -> list[dict[str, Any]]:
    """Return a record for each candidate, made from `cv_results_` where need be.

    The searches of scikit-learn keep no history: theirs has no times.
    """
    if hasattr(search, "history_"):
        history: list[dict[str, Any]] = search.history_
        return history
    results = results_of(search)
    name = metric_of(search)
    table = _split_table(results, name)
    return [
        {
            "candidate": row,
            "params": dict(params),
            "origin": "",
            "status": "complete" if np.isfinite(table[row]).all() else "failed",
            "score": float(table[row].mean()),
            "split_scores": table[row],
        }
        for row, params in enumerate(results["params"])
    ]


def results_of(search: Any) -> Mapping[str, Any]:
    """Return `cv_results_`."""
    if not hasattr(search, "cv_results_"):
        raise NotFittedError(
            "There is nothing to show before a search has been fitted. Got "
            f"{type(search).__name__} without results; call its 'fit' first."
        )
    results: Mapping[str, Any] = search.cv_results_
    return results


def is_population(search: Any) -> bool:
    """Whether the parameters of a model change in the middle of its training."""
    return "schedule" in results_of(search)


def metric_of(search: Any) -> str:
    """Return the metric that the search maximises, by its name in `cv_results_`."""
    names = metrics_of(search)
    wanted = getattr(search.refit, "metric", search.refit)
    return wanted if isinstance(wanted, str) and wanted in names else names[0]


def metrics_of(search: Any) -> list[str]:
    """Return the names of the metrics in `cv_results_`."""
    results = results_of(search)
    return [key.removeprefix(_MEAN) for key in results if key.startswith(_MEAN)]


def label_of(search: Any, metric: str) -> str:
    """Return what to call a metric where people read it."""
    if metric != "score":
        return metric
    scoring = getattr(search, "scoring", None)
    if isinstance(scoring, str):
        return scoring
    name = getattr(scoring, "__name__", None)
    return name if isinstance(name, str) and name != "<lambda>" else "score"


def space_of(search: Any) -> SearchSpace:
    """Return the space of a search, also of those of scikit-learn."""
    for name in ("param_distributions", "param_grid"):
        if hasattr(search, name):
            constraint = getattr(search, "constraint", None)
            return SearchSpace(getattr(search, name), constraint=constraint)
    raise TypeError(
        "A search must have 'param_distributions' or 'param_grid'. Got "
        f"{type(search).__name__}, which has neither; pass one of the searches of "
        "skhpo or scikit-learn."
    )


def read_candidates(
    search: Any, metric: str | None = None, *, for_model: bool = False
) -> Candidates:
    """Return the candidates of a search.

    Where candidates were given different amounts of a resource, only scores at one
    amount can be compared: the greatest; for a model the greatest that enough
    candidates were given.

    Parameters
    ----------
    search : object
        The fitted search.

    metric : str, default=None
        Whose scores; None is the one that the search maximises. With several
        objectives it is the first.

    for_model : bool, default=False
        Whether a model is to be fitted to them.

    Returns
    -------
    Candidates
        All that were proposed; of a population its last generation.
    """
    results = results_of(search)
    if is_population(search):
        history = _last_generation(search)
    else:
        history = read_history(search)
    name = _checked_metric(search, metric)
    space = space_of(search)
    n_splits = len(_split_table(results, metrics_of(search)[0])[0])
    split_scores = np.full((len(history), n_splits), np.nan)
    over = [i for i, entry in enumerate(history) if entry["status"] != "incomplete"]
    split_scores[over] = _objective_table(results, name)
    split_scores, resource = at_one_resource(
        search, split_scores, over, for_model=for_model and metric is None
    )
    statuses = np.array([entry["status"] for entry in history], dtype=object)
    if resource is not None:
        elsewhere = (statuses == "complete") & np.isnan(split_scores).all(axis=1)
        statuses[elsewhere] = "discarded"
        statuses[np.isfinite(split_scores).all(axis=1)] = "complete"
    complete = statuses == "complete"
    scores = np.full(len(history), np.nan)
    scores[complete] = split_scores[complete].mean(axis=1)
    scores[~np.isfinite(scores)] = np.nan
    params = tuple(dict(entry["params"]) for entry in history)
    return Candidates(
        space=space,
        metric=label_of(search, name),
        params=params,
        points=np.array([space.encode(one) for one in params]).reshape(
            len(params), space.n_dims
        ),
        scores=scores,
        split_scores=split_scores,
        statuses=statuses,
        origins=np.array([entry["origin"] for entry in history], dtype=object),
        resource=resource,
    )


def _last_generation(search: Any) -> list[dict[str, Any]]:
    """Return the records of a population that stand in `cv_results_`."""
    rows = [schedule[-1] for schedule in search.cv_results_["schedule"]]
    wanted = {(row["generation"], row["member"]) for row in rows}
    return [
        entry
        for entry in search.history_
        if (entry["generation"], entry["member"]) in wanted
    ]


def _checked_metric(search: Any, metric: str | None) -> str:
    """Return the name of a metric that there is."""
    objectives = list(getattr(search, "objectives", None) or ())
    names = [*metrics_of(search), *objectives]
    if metric is None:
        first = objectives[0] if objectives else metric_of(search)
        return first if first in names else names[0]
    if metric not in names:
        raise ValueError(
            f"The 'metric' must be one of those of the search, {sorted(set(names))}. "
            f"Got {metric!r}; leave it out for the one that the search maximises."
        )
    return metric


def _objective_table(results: Mapping[str, Any], name: str) -> FloatArray:
    """Return the scores by candidate and split of a metric, or of a negative time."""
    if _MEAN + name in results:
        return _split_table(results, name)
    column = results.get("mean_" + name.removeprefix("neg_"))
    if column is None:
        # The only metric of a search, under the name of its scorer.
        return _split_table(results, "score")
    n_splits = _split_table(results, _first_metric(results)).shape[1]
    return np.repeat(-np.asarray(column, dtype=np.float64)[:, None], n_splits, axis=1)


def _first_metric(results: Mapping[str, Any]) -> str:
    """Return the name of the first metric."""
    return next(k for k in results if k.startswith(_MEAN)).removeprefix(_MEAN)


def _split_table(results: Mapping[str, Any], name: str) -> FloatArray:
    """Return the scores of a metric, one row a candidate and one column a split."""
    columns: list[Any] = []
    while (key := f"split{len(columns)}_test_{name}") in results:
        columns.append(results[key])
    return np.column_stack(columns).astype(np.float64)


def objective_names(search: Any) -> Sequence[str]:
    """Return the objectives of a search; raise where it has a single one."""
    objectives: Sequence[str] | None = getattr(search, "objectives", None)
    if not objectives:
        raise ValueError(
            "A front needs a search with several 'objectives'. Got objectives=None; "
            "BestSoFarDisplay shows the course of a search with one."
        )
    return list(objectives)


def as_maximised(search: Any) -> FloatArray:
    """Return the mean of each objective for each row of `cv_results_`."""
    results = results_of(search)
    tables = [_objective_table(results, name) for name in objective_names(search)]
    return np.column_stack([table.mean(axis=1) for table in tables])
