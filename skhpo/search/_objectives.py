"""Several objectives: what they are called, and what a fit scores in them."""

import math
import numbers
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import get_scorer_names

FloatArray = NDArray[np.float64]

KNEE = "knee"
# The objectives that no scorer computes, and what scikit-learn calls them.
_TIMES = {"neg_fit_time": "fit_time", "neg_score_time": "score_time"}
# What scikit-learn calls the only metric of a search.
_ONLY = "score"


@dataclass(frozen=True)
class Objectives:
    """The objectives of a search.

    Parameters
    ----------
    names : tuple of str
        Their names, in the order of the user.

    scoring : object
        What scikit-learn is to score, as its `scoring` parameter.

    only : str
        The name of the metric where `scoring` turns out to be a single one.
    """

    names: tuple[str, ...]
    scoring: Any
    only: str

    def of_fit(self, scores: Mapping[str, Any]) -> FloatArray:
        """Return what one fit scored, NaN for all objectives if it failed.

        Raises
        ------
        ValueError
            If a callable `scoring` has not returned one of the metrics.
        """
        metrics = scores["test_scores"]
        if not isinstance(metrics, Mapping):
            metrics = {self.only: metrics}
        failed = scores["fit_error"] is not None or (
            # what scikit-learn puts in place of a dict when the callable raised
            callable(self.scoring) and _is_nan(metrics.get(self.only))
        )
        if failed:
            return np.full(len(self.names), np.nan)
        values = [self._value(name, metrics, scores) for name in self.names]
        return np.array(values, dtype=np.float64)

    def of_results(self, results: Mapping[str, Any]) -> FloatArray:
        """Return the mean scores in `cv_results_`; shape (n_candidates, m)."""
        columns = []
        for name in self.names:
            if f"mean_test_{name}" in results:
                columns.append(results[f"mean_test_{name}"])
            elif name in _TIMES:
                columns.append(-results[f"mean_{_TIMES[name]}"])
            else:
                columns.append(results[f"mean_test_{_ONLY}"])
        return np.column_stack(columns)

    def first_metric(self, metrics: Sequence[str]) -> str:
        """Return the first objective that is a metric, or the first metric of all."""
        return next((name for name in self.names if name in metrics), metrics[0])

    def _value(
        self, name: str, metrics: Mapping[str, Any], scores: Mapping[str, Any]
    ) -> float:
        """Return what a fit scored in one objective."""
        if name in metrics:
            value = metrics[name]
            return float(value) if isinstance(value, numbers.Real) else math.nan
        if name in _TIMES:
            return -float(scores[_TIMES[name]])
        raise _unknown(name, metrics, "'scoring' returned")


def resolve_objectives(objectives: Any, scoring: Any, refit: Any) -> Objectives | None:
    """Check the objectives of a search, and what they want to be scored.

    Parameters
    ----------
    objectives, scoring, refit : object
        The parameters of the search.

    Returns
    -------
    Objectives or None
        None for a search with a single objective.

    Raises
    ------
    ValueError
        If an objective is unknown or named twice, if there are fewer than two, or
        if `refit` does not go with them.
    """
    if objectives is None:
        _check_no_knee(scoring, refit)
        return None
    _check_names(objectives)
    metrics = [name for name in objectives if name not in _TIMES]
    only = scoring if isinstance(scoring, str) else _ONLY
    if scoring is None or isinstance(scoring, str):
        scoring = _extended(scoring, only, metrics)
        only = scoring if isinstance(scoring, str) else _ONLY
    elif not callable(scoring):
        for name in metrics:
            if name not in scoring:
                raise _unknown(name, scoring, "'scoring' has")
    resolved = Objectives(tuple(objectives), scoring, only)
    _check_refit(resolved, refit)
    return resolved


def _extended(scoring: str | None, only: str, metrics: list[str]) -> Any:
    """Add the scorers that are objectives to `scoring`."""
    further = [name for name in metrics if name != only]
    if not further:
        return scoring
    named = get_scorer_names()
    for name in further:
        if name not in named:
            raise _unknown(name, [only], "besides scikit-learn's scorers there is")
    if scoring is None and only in metrics:
        raise ValueError(
            "The 'objectives' cannot hold 'score', the estimator's own method, beside "
            f"other metrics. Got {metrics!r}; name a scorer instead of it."
        )
    if scoring is not None:
        return [scoring, *further]
    return further if len(further) > 1 else further[0]


def _check_names(objectives: Sequence[Any]) -> None:
    """Raise unless the objectives are two or more different names."""
    if not all(isinstance(name, str) for name in objectives):
        problem = "must be names of metrics"
    elif len(objectives) < 2:
        problem = "must be two or more; a single one is what 'scoring' is for"
    elif len(set(objectives)) < len(objectives):
        problem = "must be different from each other"
    else:
        return
    raise ValueError(
        f"The 'objectives' {problem}. Got {objectives!r}; name scorers, such as "
        "'roc_auc', 'neg_fit_time' or 'neg_score_time', or leave it at None."
    )


def _check_refit(objectives: Objectives, refit: Any) -> None:
    """Raise unless `refit` says by what to choose from the front."""
    scoring = objectives.scoring
    if callable(refit) or not refit or refit == KNEE:
        return
    if callable(scoring):
        return  # only the first fit will tell its metrics
    if scoring is None or isinstance(scoring, str):
        # By a single metric, which may be named.
        metrics, is_known = [objectives.only], not isinstance(refit, str)
    else:
        metrics, is_known = list(scoring), False
    if not is_known and refit not in metrics:
        raise ValueError(
            "With several 'objectives', 'refit' must say how to choose one candidate "
            f"of the front. Got {refit!r}; give 'knee', one of {metrics!r}, a "
            "callable, or False."
        )


def _check_no_knee(scoring: Any, refit: Any) -> None:
    """Raise if the knee of a front is wanted that will not be there."""
    if not isinstance(refit, str) or refit != KNEE or callable(scoring):
        return
    if scoring is None or isinstance(scoring, str) or KNEE not in scoring:
        raise ValueError(
            "refit='knee' chooses from the front of several objectives. Got "
            "objectives=None; name two or more 'objectives', or set 'refit' to True "
            "or to the name of a metric."
        )


def _unknown(name: str, known: Iterable[str], where: str) -> ValueError:
    """Return the error for an objective that is no metric."""
    return ValueError(
        f"The 'objectives' must be metrics of 'scoring', 'neg_fit_time' or "
        f"'neg_score_time'. Got {name!r}, but {where} {sorted(known)!r}. Add it to "
        "'scoring', or correct its name."
    )


def _is_nan(value: Any) -> bool:
    """Whether a score is NaN."""
    return isinstance(value, numbers.Real) and math.isnan(value)
