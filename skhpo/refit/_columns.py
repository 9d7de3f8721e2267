"""What the rules read from `cv_results_`."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

_MEAN = "mean_test_"


def split_scores(cv_results: Mapping[str, Any], metric: str | None) -> FloatArray:
    """Return the scores of a metric, one row a candidate and one column a split.

    Without a name it is the first metric, the one that the searches of skhpo maximise
    when `refit` names none. Candidates that had less of a resource than others have
    NaN: their scores are not to be compared.
    """
    names = [key.removeprefix(_MEAN) for key in cv_results if key.startswith(_MEAN)]
    name = names[0] if metric is None and names else metric
    if name not in names:
        raise ValueError(
            f"The 'metric' of a refit rule must be one of the metrics in cv_results_, "
            f"{names}. Got {metric!r}; pass one of these names, or None for the first."
        )
    is_split = re.compile(rf"split\d+_test_{re.escape(name)}").fullmatch
    columns = [np.asarray(cv_results[key]) for key in cv_results if is_split(key)]
    scores = np.column_stack(columns).astype(np.float64)
    if "n_resources" in cv_results:
        resources = np.asarray(cv_results["n_resources"])
        has_scores = np.isfinite(scores).all(axis=1)
        scores[resources < resources.max(initial=0, where=has_scores)] = np.nan
    return scores


def complete_rows(scores: FloatArray) -> IntArray:
    """Return the candidates whose scores are all finite: one of them wins."""
    rows = np.flatnonzero(np.isfinite(scores).all(axis=1))
    if not len(rows):
        raise ValueError(
            "A refit rule chooses among candidates that have a finite score on every "
            f"split. None of the {len(scores)} candidates in cv_results_ has; look for "
            "the reason with error_score='raise'."
        )
    return rows


def behind_best(scores: FloatArray, *, paired: bool) -> tuple[FloatArray, FloatArray]:
    """Return how far each mean is behind the best, and the standard error to allow.

    It is the error of the best mean, or that of the difference over the common splits
    where that is smaller; 0 with one split, which tells nothing of the noise. The
    difference alone would not do: one split on which a candidate is hopeless makes its
    error as great as the difference.
    """
    best = scores[np.argmax(scores.mean(axis=1))]
    differences = best - scores
    n_splits = len(best)
    error = np.zeros(len(scores))
    if n_splits > 1:
        error += best.std(ddof=1)
        if paired:
            error = np.minimum(error, differences.std(axis=1, ddof=1))
    return differences.mean(axis=1), error / n_splits**0.5
