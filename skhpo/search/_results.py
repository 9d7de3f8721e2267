"""`cv_results_` and `history_`, written from the records of a search.

scikit-learn's own formatter demands a result for each candidate on each split.
This one writes the same keys in the same order, with the same dtypes, masks, ranks
and warnings, from whatever candidates are over. With racing some of these lack splits:
they have NaN there, their means are over the splits that ran, and they rank after
every candidate that has a mean over all splits.
"""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.ma import MaskedArray
from numpy.typing import NDArray
from scipy.stats import rankdata

from skhpo.engine import Record

Scores = Mapping[str, Any]


def format_results(
    records: Sequence[Record], *, return_train_score: bool, is_racing: bool = False
) -> dict[str, Any]:
    """Return `cv_results_` in the form of `RandomizedSearchCV`.

    Parameters
    ----------
    records : sequence of Record
        The candidates that are over, in order; at least one is complete.

    return_train_score : bool
        Whether the train scores are among the results.

    is_racing : bool, default=False
        Whether some splits may be missing. A last column, ``n_splits_run``, then says
        how many there are.

    Returns
    -------
    dict of str to ndarray, MaskedArray or list
        One entry for each column.
    """
    rows: list[list[Scores | None]] = [record.results for record in records]
    has_run = np.array([record.finished for record in records])
    is_complete = np.array([record.is_complete for record in records])
    results: dict[str, Any] = {}
    _store_mean_and_std(results, "fit_time", _table(rows, "fit_time"), has_run)
    _store_mean_and_std(results, "score_time", _table(rows, "score_time"), has_run)
    params = [dict(record.candidate.params) for record in records]
    results.update(_param_columns(params))
    results["params"] = params
    for name in _metric_names(rows):
        table = _table(rows, "test_scores", name)
        _store_scores(results, f"test_{name}", table, has_run)
        means = results[f"mean_test_{name}"]
        results[f"rank_test_{name}"] = _ranks(records, means, is_complete)
        if return_train_score:
            table = _table(rows, "train_scores", name)
            _store_scores(results, f"train_{name}", table, has_run)
    if is_racing:
        results["n_splits_run"] = has_run.sum(axis=1)
    if records[0].resource is not None:
        results |= _resource_columns(records)
    return results


def _resource_columns(records: Sequence[Record]) -> dict[str, Any]:
    """Return what `HalvingRandomSearchCV` says of resources, in its words."""
    n_rungs = [sum(rung.is_complete for rung in one.rungs) for one in records]
    return {
        "iter": np.array(n_rungs) - 1,
        "n_resources": np.array([record.resource for record in records]),
    }


def _ranks(
    records: Sequence[Record],
    means: NDArray[np.float64],
    is_complete: NDArray[np.bool_],
) -> NDArray[np.int32]:
    """Return ranks by the means; with multi-fidelity by the resource before."""
    if records[0].resource is None:
        return rank_means(means, is_complete)
    resources = np.array([record.resource for record in records], dtype=np.float64)
    has_score = np.array([np.isfinite(record.scores).all() for record in records])
    has_score &= np.isfinite(means)
    if not has_score.any():
        return np.ones_like(means, dtype=np.int32)
    order = rankdata(np.where(has_score, means, -np.inf), method="dense")
    comparable = np.where(has_score, resources * (len(means) + 1) + order, 0.0)
    return np.asarray(rankdata(-comparable, method="min"), dtype=np.int32)


def _table(
    rows: Sequence[Sequence[Scores | None]], key: str, name: str = "score"
) -> NDArray[np.float64]:
    """Return one number for each candidate (row) and split (column).

    NaN stands where a split did not run. With several metrics it is the one of the
    name.
    """
    return np.array(
        [
            [np.nan if scores is None else _number(scores[key], name) for scores in row]
            for row in rows
        ],
        dtype=np.float64,
    )


def _number(value: Any, name: str) -> Any:
    """Return a number that may be one of several metrics."""
    return value[name] if isinstance(value, dict) else value


def _metric_names(rows: Sequence[Sequence[Scores | None]]) -> list[str]:
    """Return the names of the metrics, ``["score"]`` for a single one."""
    first = next(scores for row in rows for scores in row if scores is not None)
    value = first["test_scores"]
    return list(value) if isinstance(value, dict) else ["score"]


def _store_scores(
    results: dict[str, Any],
    key: str,
    table: NDArray[np.float64],
    has_run: NDArray[np.bool_],
) -> None:
    """Store the columns of each split, then mean and standard deviation."""
    for split in range(table.shape[1]):
        results[f"split{split}_{key}"] = table[:, split]
    means = _means(table, has_run)
    if not np.isfinite(means).all():
        kind = key.split("_")[0]
        warnings.warn(
            f"One or more of the {kind} scores are non-finite: {means}",
            category=UserWarning,
            stacklevel=2,
        )
    _store_mean_and_std(results, key, table, has_run)


def _store_mean_and_std(
    results: dict[str, Any],
    key: str,
    table: NDArray[np.float64],
    has_run: NDArray[np.bool_],
) -> None:
    """Store mean and standard deviation over the splits that ran."""
    means = _means(table, has_run)
    results[f"mean_{key}"] = means
    # An infinite score has no deviation; scikit-learn computes it all the same.
    with np.errstate(invalid="ignore"):
        deviations = (table - means[:, np.newaxis]) ** 2
    results[f"std_{key}"] = np.sqrt(_means(deviations, has_run))


def _means(
    table: NDArray[np.float64], has_run: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the mean of each row over the splits that ran."""
    if has_run.all():
        return np.asarray(np.average(table, axis=1), dtype=np.float64)
    sums = np.where(has_run, table, 0.0).sum(axis=1)
    return np.asarray(sums / has_run.sum(axis=1), dtype=np.float64)


def rank_means(
    means: NDArray[np.float64], is_complete: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """Return ranks from 1; candidates without a mean share the last one.

    Parameters
    ----------
    means : ndarray of shape (n_candidates,), dtype float64
        Mean scores, NaN for candidates without one.

    is_complete : ndarray of shape (n_candidates,), dtype bool
        Who ranks before all others, in whatever order those are.

    Returns
    -------
    ranks : ndarray of shape (n_candidates,), dtype int32
        Equal means have equal ranks.
    """
    if np.isnan(means).all():
        return np.ones_like(means, dtype=np.int32)
    comparable = means
    if not is_complete.all():
        # a mean over fewer splits never goes before one over all of them
        order = rankdata(means, method="dense", nan_policy="omit")
        comparable = np.where(is_complete, order, order - len(means))
    filled = np.nan_to_num(comparable, nan=np.nanmin(comparable) - 1)
    return np.asarray(rankdata(-filled, method="min"), dtype=np.int32)


def _param_columns(params: Sequence[Mapping[str, Any]]) -> dict[str, MaskedArray]:
    """Return a masked column for each parameter, masked where it is inactive."""
    values: dict[str, dict[int, Any]] = {}
    for row, mapping in enumerate(params):
        for name, value in mapping.items():
            values.setdefault(f"param_{name}", {})[row] = value
    return {key: _masked_column(column, len(params)) for key, column in values.items()}


def _masked_column(values: Mapping[int, Any], n_rows: int) -> MaskedArray:
    """Return a masked column of the dtype that its values have in common."""
    column: MaskedArray = MaskedArray(
        np.empty(n_rows, dtype=_common_dtype(list(values.values()))), mask=True
    )
    for row, value in values.items():
        column[row] = value
    return column


def _common_dtype(values: list[Any]) -> np.dtype[Any]:
    """Return numpy's dtype of scalars; object for strings, sequences and others."""
    try:
        array = np.array(values)
    except ValueError:
        # Sequences of different lengths have no common shape.
        return np.dtype(object)
    if array.dtype.kind == "U" or array.ndim != 1:
        return np.dtype(object)
    return array.dtype


def format_history(records: Sequence[Record]) -> list[dict[str, Any]]:
    """Return one record for each candidate proposed, complete or not.

    Parameters
    ----------
    records : sequence of Record
        All candidates, in order of proposal.

    Returns
    -------
    list of dict
        See ``history_`` of the search.
    """
    return [_history_entry(record) for record in records]


def _history_entry(record: Record) -> dict[str, Any]:
    """Return what is known of one candidate."""
    entry = _common_entry(record)
    if record.rungs:
        entry["resource"] = record.resource
        entry["rungs"] = [
            {
                "resource": rung.resource,
                "split_scores": rung.scores.copy(),
                "fit_times": _times(rung.results, "fit_time"),
                "completed_at": rung.completed_at,
            }
            for rung in record.rungs
        ]
    return entry


def _common_entry(record: Record) -> dict[str, Any]:
    """Return what is known of a candidate, with multi-fidelity or without."""
    trial = record.as_trial(record.finished.size)
    scores = trial.scores if record.is_complete else np.full(trial.n_objectives, np.nan)
    return {
        "candidate": record.candidate.index,
        "params": dict(record.candidate.params),
        "origin": record.candidate.origin,
        "parents": record.candidate.parents,
        "status": trial.status.value if record.is_over else "incomplete",
        "score": scores.copy() if record.scores.ndim > 1 else float(scores[0]),
        "split_scores": record.scores.copy(),
        "fit_times": _times(record.results, "fit_time"),
        "score_times": _times(record.results, "score_time"),
        "fit_errors": [
            _why_failed(scores, own)
            for scores, own in zip(record.results, record.scores, strict=True)
        ],
        "start_times": _times(record.results, "started_at"),
        "workers": [
            None if scores is None else scores.get("worker")
            for scores in record.results
        ],
        "suggestion_time": record.suggestion_time,
        "proposed_at": record.proposed_at,
        "completed_at": record.completed_at,
    }


def _why_failed(scores: Scores | None, own: NDArray[np.float64]) -> str | None:
    """Return why an evaluation failed, None if it did not, or has not ended."""
    if scores is None:
        return None
    if scores["fit_error"] is not None:
        return str(scores["fit_error"])
    if np.isfinite(own).all():
        return None
    return (
        f"The fit succeeded, but its score is {own}. Either the scorer returned that, "
        "or the scorer raised and error_score stands for it; then a warning that "
        "begins with 'Scoring failed' has the traceback."
    )


def _times(results: Sequence[Scores | None], key: str) -> NDArray[np.float64]:
    """Return the seconds of each split, NaN where it has no result."""
    return np.array(
        [np.nan if scores is None else scores.get(key, np.nan) for scores in results]
    )
