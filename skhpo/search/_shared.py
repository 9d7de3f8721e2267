"""What a search is to scikit-learn and to the engine, however its candidates come."""

import contextlib
import copy
import math
import numbers
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.utils import check_random_state, get_tags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from skhpo._compat._joblib import TaskPool
from skhpo._compat._sklearn import (
    FitTasks,
    check_multimetric_refit,
    without_task_tree,
)
from skhpo.callbacks import SearchCallback
from skhpo.callbacks._optuna_exchange import write_study
from skhpo.engine import Evaluation, LoopSettings, resolve_max_in_flight
from skhpo.engine._journalled import JournalledResults, Score
from skhpo.search._kept_results import KeepsResults
from skhpo.search._live import LiveSearch, plan_of
from skhpo.search._shows_itself import ShowsItself
from skhpo.space import SearchSpace
from skhpo.trials._error_score import ErrorScore


class SharedSearchCV(ShowsItself, KeepsResults):
    """Base of all searches, those by a generator and those by a population."""

    # Searches that can have them as arguments.
    fit_time_limit: float | None = None
    journal: str | os.PathLike[str] | None = None
    # Stored by the constructors.
    callbacks: Sequence[SearchCallback] | None

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

    @contextlib.contextmanager
    def _telling_callbacks(self) -> Iterator[LiveSearch]:
        """Frame what callbacks are told of; they hear of the end however it comes."""
        live = LiveSearch(self)
        try:
            yield live
        except BaseException as error:
            live.end(error)
            raise
        live.end(None)

    def to_optuna(self, storage: Any = None, *, study_name: str | None = None) -> Any:
        """Return the search as a study of Optuna, for its plots and its dashboard.

        With a trial for each candidate: complete, pruned (discarded) or failed, with
        the scores of the splits as intermediate values. For a population with one for
        each member, its parameters the last ones. Also possible after an interrupted
        `fit`. :class:`skhpo.callbacks.OptunaStorage` writes the same while the search
        runs, and says how parameters are named.

        Parameters
        ----------
        storage : str, path or storage object, default=None
            Where to write the study: a file name, for a journal file; the URL of a
            database; or a storage of Optuna. None keeps it in memory.

        study_name : str, default=None
            Name of the study; where it is taken, a number is added. None makes a name
            of the search, its estimator and the time.

        Returns
        -------
        study : optuna.study.Study
            The study. Its dates are those of the export, with the durations of the
            search.

        Raises
        ------
        NotFittedError
            If the search was not fitted.

        MissingExtraError
            If Optuna is not installed; it is the extra ``optuna``.
        """
        check_is_fitted(self, "history_")
        objectives = tuple(self.objectives or ())
        if not objectives:
            metrics = self._metric_names() if hasattr(self, "cv_results_") else {}
            objectives = (self._compared_metric(metrics or ["score"]),)
        space = SearchSpace(self.param_distributions)
        return write_study(
            plan_of(self, space, objectives, self.n_splits_),
            self.history_,
            storage=storage,
            study_name=study_name,
            attributes={"stop_reason": self.stop_reason_, "n_fits": self.n_fits_},
        )

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
        live: LiveSearch,
        journal: JournalledResults | None = None,
        resources: Sequence[int | None] = (None,),
    ) -> LoopSettings:
        """Return the limits and hooks of the loop."""
        objectives = self._resolved_objectives()

        def task_id(evaluation: Evaluation) -> int:
            number = evaluation.candidate.index * n_splits + evaluation.split
            return number * len(resources) + resources.index(evaluation.resource)

        return LoopSettings(
            max_in_flight=resolve_max_in_flight(self.pre_dispatch, pool.n_workers),
            time_limit=_seconds(self.time_limit),
            n_design=n_design,
            raises_on_failure=self.error_score == "raise",
            score_of=self._checking_refit(
                self._score_of if objectives is None else objectives.of_fit
            ),
            # scikit-learn's callbacks talk through a local socket, so they cannot
            # follow a fit to another host: there they are called from here.
            task_of=lambda e: tasks.evaluation(task_id(e)) if pool.is_local else None,
            on_result=lambda e: not pool.is_local and tasks.report(task_id(e)),
            on_candidate=live.on_candidate,
            caller=self if pool.shares_memory else without_task_tree(self),
            fit_time_limit=_seconds(self.fit_time_limit),
            journal=journal,
            on_recall=lambda e: tasks.report(task_id(e)),
            on_split=live.on_split,
            should_stop=live.should_stop,
        )

    def _checking_refit(
        self, score_of: Callable[[Mapping[str, Any]], Score]
    ) -> Callable[[Mapping[str, Any]], Score]:
        """Return what also compares `refit` with the metrics of a fit.

        Those of a callable are known by then only, and after all fits it is too late.
        """
        if not callable(self.scoring) or self._refits_knee:
            return score_of

        def checked(scores: Mapping[str, Any]) -> Score:
            metrics = scores["test_scores"]
            if scores["fit_error"] is None and isinstance(metrics, dict) and metrics:
                check_multimetric_refit(self, metrics)
            return score_of(scores)

        return checked

    def _resolved_arguments(self, space: SearchSpace) -> dict[str, Any]:  # noqa: ARG002
        """Return what a journal is to know of arguments that depend on others."""
        return {}

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


def _seconds(limit: Any) -> float | None:
    """Return a limit as a float: a narrower one would round the time that it ends."""
    return None if limit is None else float(limit)
