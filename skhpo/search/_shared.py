"""What a search is to scikit-learn and to the engine, however its candidates come."""

import copy
import math
import numbers
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self

import numpy as np
from sklearn.utils import check_random_state, get_tags
from sklearn.utils.metaestimators import available_if

from skhpo._compat._joblib import TaskPool
from skhpo._compat._sklearn import FitTasks, without_task_tree
from skhpo.engine import Evaluation, LoopSettings, Record, resolve_max_in_flight
from skhpo.search._kept_results import KeepsResults
from skhpo.search._shows_itself import ShowsItself


class ErrorScore(float):
    """The number `error_score`, told from a score that was computed.

    scikit-learn gives it to training that raises, and without a word to scores that
    cannot be computed; a search that goes on from the best must know which is which.

    Parameters
    ----------
    value : float
        The number, which messages show as it is.
    """

    def __new__(cls, value: float) -> Self:
        """Remember what the number looks like."""
        new = super().__new__(cls, value)
        new.shown = str(value)
        return new

    shown: str

    def __str__(self) -> str:
        """Look like what the user has given."""
        return self.shown


class SharedSearchCV(ShowsItself, KeepsResults):
    """Base of all searches, those by a generator and those by a population."""

    # Searches that can have it as an argument.
    fit_time_limit: float | None = None

    def __sklearn_tags__(self) -> Any:
        """Return scikit-learn's tags, with what its own searches leave out.

        A search around a transformer transforms, and takes the sparse matrices that
        its estimator takes (scikit-learn 1.6.0 says so of neither).
        """
        tags = super().__sklearn_tags__()
        inner = get_tags(self.estimator)
        tags.transformer_tags = copy.deepcopy(inner.transformer_tags)
        tags.input_tags.sparse = inner.input_tags.sparse
        return tags

    @available_if(lambda search: hasattr(search.estimator, "transform"))  # type: ignore[untyped-decorator]
    def fit_transform(self, X: Any, y: Any = None, **params: Any) -> Any:
        """Search, refit, and transform the data with the best estimator.

        scikit-learn's own searches have no such method, although it promises one of
        everything that transforms.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training data.

        y : array-like of shape (n_samples,), default=None
            Target relative to `X`; None for unsupervised learning.

        **params : dict of str -> object
            Passed to ``fit``.

        Returns
        -------
        X_new : array-like of shape (n_samples, n_components)
            The transformed data.
        """
        return self.fit(X, y, **params).transform(X)

    def _draw_entropy(self) -> list[int]:
        """Return the source of all seeds, drawn from `random_state`."""
        words = check_random_state(self.random_state).randint(
            np.iinfo(np.int32).max, size=4
        )
        return [int(word) for word in words]

    def _loop_settings(
        self,
        pool: TaskPool,
        *,
        n_design: int,
        n_splits: int,
        tasks: FitTasks,
        on_candidate: Callable[[Record], None],
    ) -> LoopSettings:
        """Return the limits and hooks of the loop."""
        objectives = self._resolved_objectives()

        def task_id(evaluation: Evaluation) -> int:
            return evaluation.candidate.index * n_splits + evaluation.split

        return LoopSettings(
            max_in_flight=resolve_max_in_flight(self.pre_dispatch, pool.n_workers),
            time_limit=self.time_limit,
            n_design=n_design,
            raises_on_failure=self.error_score == "raise",
            score_of=self._score_of if objectives is None else objectives.of_fit,
            # scikit-learn's callbacks talk through a local socket, so they cannot
            # follow a fit to another host: there they are called from here.
            task_of=lambda e: tasks.evaluation(task_id(e)) if pool.is_local else None,
            on_result=lambda e: not pool.is_local and tasks.report(task_id(e)),
            on_candidate=on_candidate,
            caller=self if pool.shares_memory else without_task_tree(self),
            fit_time_limit=self.fit_time_limit,
        )

    def _score_of(self, scores: Mapping[str, Any]) -> float:
        """Return the number that the search maximises, NaN for a failed fit.

        With several metrics it is the one that `refit`, or the ``metric`` of a rule
        given for it, names; otherwise the first.
        """
        if scores["fit_error"] is not None:
            return math.nan
        value = scores["test_scores"]
        if isinstance(value, dict):
            value = value[self._compared_metric(value)] if value else None
        if isinstance(value, ErrorScore):
            return math.nan
        return float(value) if isinstance(value, numbers.Real) else math.nan

    def _compared_metric(self, names: Iterable[str]) -> str:
        """Return which of some metrics the search maximises."""
        name = getattr(self.refit, "metric", self.refit)
        first, *others = names
        return name if isinstance(name, str) and name in (first, *others) else first
