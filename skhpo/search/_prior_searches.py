"""What `prior_searches` may be, turned into points of the space and scores."""

import os
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from skhpo.exceptions import SearchSpaceError
from skhpo.journal import read_journal
from skhpo.space import Categorical, Ordinal, SearchSpace
from skhpo.transfer import PriorKnowledge, PriorSearch
from skhpo.trials import TrialStatus

FloatArray = NDArray[np.float64]


def resolve_prior_searches(
    prior_searches: Sequence[Any] | None, space: SearchSpace, refit: Any
) -> PriorKnowledge | None:
    """Return what earlier searches say of the space.

    Parameters
    ----------
    prior_searches : list, tuple or None
        As given to the search.

    space : SearchSpace
        The present space.

    refit : object
        As given to the search. Where it names a metric, or has one, that is also the
        metric of earlier searches with several.

    Returns
    -------
    knowledge : PriorKnowledge or None
        None where there are none, or nothing of them lies in the space; searches of
        which nothing does are warned of.

    Raises
    ------
    TypeError
        If an entry is no search.

    ValueError
        If an entry is a search that is not fitted, or lacks a column.
    """
    if space.n_dims == 0:
        return None
    searches = []
    for position, entry in enumerate(prior_searches or ()):
        name = f"prior_searches[{position}]"
        params, scores = _rows(entry, name, refit)
        points, kept = _points(params, space)
        if not np.isfinite(scores[kept]).any():
            warnings.warn(
                f"Nothing is learned from '{name}': none of its {len(params)} "
                "candidates with a score lies in the search space. Its parameters are "
                f"{sorted({str(one) for row in params for one in row})}.",
                UserWarning,
                stacklevel=2,
            )
            continue
        searches.append(PriorSearch(points, scores[kept]))
    return PriorKnowledge(space, searches) if searches else None


def _rows(
    entry: Any, name: str, refit: Any
) -> tuple[list[Mapping[str, Any]], FloatArray]:
    """Return the parameters and the scores of an earlier search."""
    results, metrics = results_of(entry, name), [metric_of(refit), "score"]
    if not isinstance(entry, Mapping):
        metrics.insert(0, metric_of(getattr(entry, "refit", None)))
    columns = [f"mean_test_{metric}" for metric in metrics if metric is not None]
    column = next((one for one in columns if one in results), None)
    if "params" not in results or column is None:
        raise ValueError(
            f"The results in '{name}' must have the columns 'params' and "
            "'mean_test_score'; of several metrics, the one that 'refit' names. Got "
            f"the columns {sorted(map(str, results))}; rename the column of the score "
            "to compare by to 'mean_test_score'."
        )
    params = list(results["params"])
    scores = np.ma.filled(np.ma.asarray(results[column], dtype=np.float64), np.nan)
    if scores.shape != (len(params),) or not all(
        isinstance(row, Mapping) for row in params
    ):
        raise ValueError(
            f"The results in '{name}' must have a dict of parameters and a score for "
            f"each candidate. Got {len(params)} entries in 'params' and scores of "
            f"shape {scores.shape}; pass the cv_results_ of a fitted search."
        )
    return params, scores


def metric_of(refit: Any) -> str | None:
    """Return the metric that `refit`, or a rule given for it, names."""
    name = getattr(refit, "metric", refit)
    return name if isinstance(name, str) else None


def results_of(entry: Any, name: str) -> Mapping[str, Any]:
    """Return the columns of an earlier search, whatever it comes as."""
    if isinstance(entry, str | os.PathLike):
        return _journal_results(entry, name)
    if isinstance(entry, Mapping):
        return entry
    if hasattr(entry, "columns"):
        return {str(column): entry[column] for column in entry.columns}
    results = getattr(entry, "cv_results_", None)
    if isinstance(results, Mapping):
        return results
    if hasattr(entry, "fit"):
        raise ValueError(
            f"The search in '{name}' is not fitted. Got {entry!r}; call its fit first, "
            "or leave it out."
        )
    return _refuse(entry, name)


def _journal_results(path: str | os.PathLike[str], name: str) -> Mapping[str, Any]:
    """Return the columns of a journal: ``params`` and ``mean_test_score``."""
    try:
        contents = read_journal(path)
    except OSError as error:
        raise ValueError(
            f"The journal in '{name}' cannot be read: {error.strerror}. Got "
            f"{os.fspath(path)!r}; name the file of a search with 'journal'."
        ) from error
    complete = [
        one
        for one in contents.candidates
        if one.status is TrialStatus.COMPLETE and one.n_objectives == 1
    ]
    return {
        "params": [dict(one.params) for one in complete],
        "mean_test_score": [one.split_scores.mean() for one in complete],
    }


def _refuse(entry: Any, name: str) -> NoReturn:
    """Raise the error for what is no search."""
    raise TypeError(
        f"The entry '{name}' must be a fitted search, the cv_results_ of one, as a "
        f"dict or a DataFrame, or the path of a journal. Got {entry!r}; pass for "
        "example [earlier_search]."
    )


def _points(
    params: Sequence[Mapping[str, Any]], space: SearchSpace
) -> tuple[FloatArray, NDArray[np.intp]]:
    """Return the candidates that the space holds, and their rows."""
    known = {name for branch in space.branches for name in branch}
    fixed = _fixed_names(space)
    middle = np.full(space.n_dims, 0.5)
    points, kept = [], []
    for row, one in enumerate(params):
        own = {name: value for name, value in one.items() if name in known}
        try:
            point, complete = space.complete(own, middle)
        except SearchSpaceError:
            continue
        # what the row leaves open would be the middle, which nobody has evaluated
        if set(complete) - set(own) <= fixed:
            points.append(point)
            kept.append(row)
    shape = (len(points), space.n_dims)
    return np.array(points).reshape(shape), np.array(kept, dtype=np.intp)


def _fixed_names(space: SearchSpace) -> set[str]:
    """Return the parameters that have the same single value in every branch."""
    first, *others = space.branches
    return {
        name
        for name, dimension in first.items()
        if isinstance(dimension, Categorical | Ordinal)
        and len(dimension.choices) == 1
        and all(name in branch and branch[name] == dimension for branch in others)
    }
