"""The border to scikit-learn: where the searches touch its private names.

A search has a `fit` of its own (scikit-learn's evaluates batches behind a barrier
and redraws the splits for each of them), but everything that a user of
`GridSearchCV` can see goes through the functions that `GridSearchCV` itself uses.
They are collected here with the differences between scikit-learn 1.6 and 1.9:
callbacks exist from 1.9 on, and `fit` metadata reach the scorer from 1.9 on.
"""

import contextlib
import copy
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn import config_context, get_config
from sklearn.base import BaseEstimator, _fit_context, clone, is_classifier
from sklearn.metrics._scorer import _MultimetricScorer
from sklearn.model_selection import check_cv
from sklearn.model_selection._search import BaseSearchCV
from sklearn.model_selection._validation import (
    _fit_and_score,
    _insert_error_scores,
    _warn_or_raise_about_fit_failures,
)
from sklearn.utils import _safe_indexing
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.metaestimators import _safe_split
from sklearn.utils.parallel import _FuncWrapper
from sklearn.utils.validation import _check_method_params, _num_samples, indexable

__all__ = [
    "BaseSearchCV",
    "EvaluationContext",
    "FitTasks",
    "FlexibleScoringCV",
    "HasMethods",
    "Interval",
    "Split",
    "StrOptions",
    "best_index",
    "check_fit_input",
    "check_multimetric_refit",
    "clone_with_params",
    "count_rows",
    "failed_result",
    "fit_and_score",
    "fit_context",
    "insert_error_scores",
    "materialise_splits",
    "named_scorers",
    "resolve_scorers",
    "route_fit_params",
    "rows_of",
    "rows_of_split",
    "scorer_of_trained_model",
    "warn_or_raise_about_failures",
    "with_current_config",
    "without_task_tree",
]

count_rows = _num_samples
fit_context = _fit_context
fit_and_score = _fit_and_score
insert_error_scores = _insert_error_scores
rows_of = _safe_indexing
warn_or_raise_about_failures = _warn_or_raise_about_fit_failures

Split = tuple[NDArray[np.intp], NDArray[np.intp]]


class FlexibleScoringCV(BaseSearchCV):  # type: ignore[misc]
    """A search whose `scoring` and `refit` may say more than scikit-learn reads."""

    def _scoring_and_refit(self) -> tuple[Any, Any]:
        """Return `scoring` and `refit` in terms that scikit-learn understands."""
        return self.scoring, self.refit

    def _get_scorers(self) -> tuple[Any, Any]:
        """Return the scorers and the refit metric; `fit` and the routing ask for it."""
        scoring, refit = self._scoring_and_refit()
        stand_in = copy.copy(self)
        stand_in.scoring, stand_in.refit = scoring, refit
        scorers: tuple[Any, Any] = BaseSearchCV._get_scorers(stand_in)
        return scorers


def resolve_scorers(search: BaseSearchCV) -> tuple[Any, Any]:
    """Return the scorer(s) of a search and the name of its refit metric."""
    return search._get_scorers()  # type: ignore[no-any-return]


def check_multimetric_refit(search: BaseSearchCV, scores: Mapping[str, Any]) -> None:
    """Raise scikit-learn's error if `refit` names none of several metrics."""
    search._check_refit_for_multimetric(scores)


def best_index(
    search: BaseSearchCV, refit: Any, refit_metric: Any, results: Any
) -> Any:
    """Return the row of the best candidate by scikit-learn's rules."""
    return search._select_best_index(refit, refit_metric, results)


def named_scorers(scorers: Any) -> Any:
    """Return what `scorer_` holds: a dict of scorers, or the only one."""
    return scorers._scorers if isinstance(scorers, _MultimetricScorer) else scorers


class _ModelScorer:
    """Scores the model that an estimator has trained instead of the estimator."""

    def __init__(self, scorer: Any) -> None:
        self._scorer = scorer

    def __call__(self, estimator: Any, *args: Any, **kwargs: Any) -> Any:
        """Score ``estimator.model_``."""
        return self._scorer(estimator.model_, *args, **kwargs)

    def __repr__(self) -> str:
        """Look like the scorer in error messages."""
        return repr(self._scorer)


class _MultimetricModelScorer(_MultimetricScorer):  # type: ignore[misc]
    """The same for several metrics, which failures are told apart for."""

    def __call__(self, estimator: Any, *args: Any, **kwargs: Any) -> Any:
        """Score ``estimator.model_``."""
        return super().__call__(estimator.model_, *args, **kwargs)


def scorer_of_trained_model(scorers: Any) -> Any:
    """Return scorers like those given that score the attribute ``model_``."""
    if isinstance(scorers, _MultimetricScorer):
        return _MultimetricModelScorer(
            scorers=scorers._scorers, raise_exc=scorers._raise_exc
        )
    return _ModelScorer(scorers)


def check_fit_input(
    X: Any, y: Any, params: Mapping[str, Any]
) -> tuple[Any, Any, dict[str, Any]]:
    """Return `X`, `y` and the fit parameters, checked to be of one length."""
    X, y = indexable(X, y)
    return X, y, _check_method_params(X, params=params)


def route_fit_params(search: BaseSearchCV, params: Mapping[str, Any]) -> Any:
    """Return the metadata of `fit` by consumer: estimator, splitter, scorer."""
    return search._get_routed_params_for_fit(params)


def materialise_splits(
    search: BaseSearchCV, X: Any, y: Any, split_params: Mapping[str, Any]
) -> list[Split]:
    """Draw the splits once, so that all candidates meet the same ones."""
    search._checked_cv_orig = check_cv(
        search.cv, y, classifier=is_classifier(search.estimator)
    )
    search.n_splits_ = search._checked_cv_orig.get_n_splits(X, y, **split_params)
    splits = list(search._checked_cv_orig.split(X, y, **split_params))
    if not splits:
        raise ValueError(
            "No fits were performed. Was the CV iterator empty? Were there no "
            "candidates?"
        )
    if len(splits) != search.n_splits_:
        raise ValueError(
            "cv.split and cv.get_n_splits return inconsistent results. "
            f"Expected {search.n_splits_} splits, got {len(splits)}"
        )
    return splits


def rows_of_split(
    estimator: BaseEstimator,
    X: Any,
    y: Any,
    rows: NDArray[np.intp],
    fit_params: Mapping[str, Any],
) -> tuple[Any, Any, dict[str, Any]]:
    """Return some rows of `X`, `y` and of what is passed to `fit` beside them."""
    X_rows, y_rows = _safe_split(estimator, X, y, rows)
    return X_rows, y_rows, _check_method_params(X, params=fit_params, indices=rows)


def failed_result(
    scorers: Any,
    *,
    error_score: float,
    return_train_score: bool,
    fit_error: str,
    n_test_samples: int,
) -> dict[str, Any]:
    """Return what `fit_and_score` returns for a fit that raised."""
    scores: Any = error_score
    if isinstance(scorers, _MultimetricScorer):
        scores = dict.fromkeys(scorers._scorers, error_score)
    result = {
        "fit_error": fit_error,
        "test_scores": scores,
        "n_test_samples": n_test_samples,
        "fit_time": 0.0,
        "score_time": 0.0,
    }
    if return_train_score:
        result["train_scores"] = copy.copy(scores)
    return result


def with_current_config(
    function: Callable[..., Any], *, with_warning_filters: bool = True
) -> Callable[..., Any]:
    """Wrap a function so that a worker runs it under this thread's settings.

    scikit-learn's configuration and the warning filters are thread-local or
    process-local; `sklearn.utils.parallel.Parallel` captures them in the same way.

    Threads of this process have its warning filters anyway, and must not set and
    reset them: a thread that outlives the search would bring old ones back.
    """
    if not with_warning_filters:
        return partial(_call_with_config, get_config(), function)
    get_filters = getattr(warnings, "_get_filters", None)
    filters = get_filters() if get_filters is not None else warnings.filters
    wrapper = _FuncWrapper(function)
    if hasattr(wrapper, "with_config_and_warning_filters"):
        return wrapper.with_config_and_warning_filters(  # type: ignore[no-any-return]
            get_config(), list(filters)
        )
    return wrapper.with_config(get_config())  # type: ignore[no-any-return]


def _call_with_config(
    config: Mapping[str, Any], function: Callable[..., Any], *args: Any, **kwargs: Any
) -> Any:
    """Call a function under a configuration of scikit-learn."""
    with config_context(**config):
        return function(*args, **kwargs)


class EvaluationContext:
    """A scikit-learn callback context that remembers what its end hook did.

    `fit_and_score` drops what the callbacks' end hook returns, as scikit-learn's own
    searches do; this one keeps it so that the engine can honour it.
    """

    def __init__(self, context: Any) -> None:
        self._context = context
        self.stop_requested = False
        self.hook_error: BaseException | None = None

    def __reduce__(self) -> tuple[type["EvaluationContext"], tuple[Any]]:
        """Travel to a worker with the tasks above, but not those beside.

        The tree grows with every candidate, and it may do so in the driver's thread
        while another one pickles it.
        """
        return EvaluationContext, (_without_siblings(self._context),)

    def propagate_callback_context(
        self, estimator: BaseEstimator
    ) -> contextlib.AbstractContextManager[None]:
        """Hand the callbacks down to the estimator for the time of a fit."""
        manager: contextlib.AbstractContextManager[None] = (
            self._context.propagate_callback_context(estimator)
        )
        return manager

    def call_on_fit_task_begin(self, **arguments: Any) -> None:
        """Call the callbacks' hook for the beginning of the evaluation."""
        self._context.call_on_fit_task_begin(**arguments)

    def call_on_fit_task_end(self, **arguments: Any) -> None:
        """Call the callbacks' hook for the end and remember what it does."""
        try:
            self.stop_requested |= bool(self._context.call_on_fit_task_end(**arguments))
        except BaseException as error:
            self.hook_error = error
            raise


class FitTasks:
    """The tree of callback tasks of one `fit`; empty before scikit-learn 1.9.

    Parameters
    ----------
    search : BaseSearchCV
        The search being fitted.

    X, y : array-like
        What `fit` was called with.

    metadata : dict or None
        ``{"sample_weight": ...}`` where `fit` has it.
    """

    def __init__(
        self, search: BaseSearchCV, X: Any, y: Any, metadata: dict[str, Any] | None
    ) -> None:
        self._search = search
        self._arguments = {"X": X, "y": y, "metadata": metadata}
        self._root: Any = None
        self._search_task: Any = None
        self._has_callbacks = False
        if hasattr(search, "_init_callback_context"):
            self._root = search._init_callback_context(
                max_subtasks=1 + (search.refit is not False)
            )
            self._has_callbacks = _callbacks_in_use(search)
            self._root.call_on_fit_task_begin(estimator=search, **self._arguments)

    @contextlib.contextmanager
    def searching(self, max_evaluations: int) -> Iterator[None]:
        """Frame the evaluations as one task below the root."""
        if self._root is not None:
            self._search_task = self._root.subcontext(
                task_name="search",
                max_subtasks=max_evaluations,
                sequential_subtasks=False,
            )
            self._search_task.call_on_fit_task_begin(
                estimator=self._search, **self._arguments
            )
        yield
        if self._root is not None:
            self._search_task.call_on_fit_task_end(
                estimator=self._search, **self._arguments
            )

    def evaluation(self, task_id: int) -> EvaluationContext | None:
        """Return the context of one split evaluation, None without callbacks.

        A context drags the whole tree along when it is pickled, so nothing is
        created where nobody listens.
        """
        if self._search_task is None or not self._has_callbacks:
            return None
        return EvaluationContext(
            self._search_task.subcontext(
                task_name="candidate-split-evaluation", task_id=task_id
            )
        )

    def report(self, task_id: int) -> bool:
        """Call the hooks for an evaluation on another host; true is a stop request."""
        context = self.evaluation(task_id)
        if context is None:
            return False
        context.call_on_fit_task_begin(estimator=self._search, **self._arguments)
        context.call_on_fit_task_end(estimator=self._search, **self._arguments)
        return context.stop_requested

    @contextlib.contextmanager
    def refitting(self, estimator: BaseEstimator) -> Iterator[None]:
        """Frame the refit, with the callbacks handed down to the estimator."""
        if self._root is None:
            yield
            return
        task = self._root.subcontext(task_name="refit-with-best-params")
        with task.propagate_callback_context(estimator):
            task.call_on_fit_task_begin(estimator=self._search, **self._arguments)
            yield
        task.call_on_fit_task_end(estimator=self._search, **self._arguments)

    def finish(self) -> None:
        """Call the end hook of the root task, the last act of `fit`."""
        if self._root is not None:
            self._root.call_on_fit_task_end(estimator=self._search, **self._arguments)


def without_task_tree(search: BaseSearchCV) -> BaseSearchCV:
    """Return a copy of a search that does not drag its callback tasks along.

    Callbacks are handed the search; in a worker process they get this copy of it.
    """
    detached = copy.copy(search)
    for name in ("_callback_fit_ctx", "_parent_callback_ctx"):
        detached.__dict__.pop(name, None)
    # Ours stay where the search is: they may hold open files and connections.
    if hasattr(detached, "callbacks"):
        detached.callbacks = None
    return detached


def _without_siblings(context: Any) -> Any:
    """Return a copy of a callback context in a tree of the tasks above it only."""
    leaf = below = copy.copy(context)
    while below.parent is not None:
        above = copy.copy(below.parent)
        above._children_map = {below.task_id: below}
        below.parent = above
        below = above
    return leaf


def _callbacks_in_use(search: BaseSearchCV) -> bool:
    """Whether the search, its parent or one of its estimators has callbacks."""
    if hasattr(search, "_skl_callbacks") or hasattr(search, "_parent_callback_ctx"):
        return True
    nested: Sequence[Any] = list(search.estimator.get_params(deep=True).values())
    return any(hasattr(part, "_skl_callbacks") for part in [search.estimator, *nested])


def clone_with_params(estimator: BaseEstimator, params: Mapping[str, Any]) -> Any:
    """Return a clone with parameters set, cloning those that are estimators."""
    return clone(estimator).set_params(**clone(dict(params), safe=False))


def settings_beside_params(estimator: Any) -> dict[str, Any]:
    """Return what a clone keeps beside its parameters, as far as it was set.

    That is what `set_fit_request` and its like, and `set_output`, have asked for.
    """
    own = getattr(estimator, "__dict__", {})
    kept = {name: own[name] for name in ("_sklearn_output_config",) if name in own}
    if "_metadata_request" in own:
        # Beside the requests it has the estimator itself, in some versions.
        requests = own["_metadata_request"]._serialize()
        kept["_metadata_request"] = {
            method: {name: one for name, one in asked.items() if one is not None}
            for method, asked in requests.items()
        }
    return kept
