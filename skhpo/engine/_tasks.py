"""What a worker runs: one candidate on one split."""

import contextlib
import os
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sklearn.base import BaseEstimator, clone

from skhpo._compat._sklearn import (
    EvaluationContext,
    Split,
    failed_result,
    fit_and_score,
    with_current_config,
)
from skhpo.engine._faults import (
    annotated,
    cause_of_failure,
    check_scores,
    forked_children_end_here,
    portable,
)
from skhpo.engine._fit_timer import FitTimer, RanAway
from skhpo.engine._prefix_store import STORE
from skhpo.engine._prefixes import (
    SplitData,
    can_share_prefixes,
    share_prefixes,
    without_own_frames,
)
from skhpo.engine._warnings import (
    RecordedWarning,
    distinct_warnings,
    recorded_warnings,
)


@dataclass(frozen=True)
class SplitResult:
    """What came of one candidate on one split.

    .. versionadded:: 0.1

    Parameters
    ----------
    scores : dict or None
        What scikit-learn's own searches keep of a fit: test and train scores, times,
        ``fit_error``. Beside it ``started_at``, in seconds from the start of the
        search, and ``worker``, a name of the process and thread; an evaluation that
        was lost with its worker has neither. None if the evaluation did not run or
        ended in `error`.

    error : BaseException or None, default=None
        An exception that ends the search.

    stop_requested : bool, default=False
        Whether a callback asked for the search to stop.

    duration : float or None, default=None
        Seconds that the evaluation took, with all that belongs to it.

    ran_away : bool, default=False
        Whether it was ended because it took too long.

    warnings : tuple, default=()
        Warnings recorded in a worker process.

    Examples
    --------
    >>> from skhpo.engine import SplitResult
    >>> SplitResult({"test_scores": 0.5}).stop_requested
    False
    """

    scores: dict[str, Any] | None
    error: BaseException | None = None
    stop_requested: bool = False
    duration: float | None = None
    ran_away: bool = False
    warnings: tuple[RecordedWarning, ...] = field(default=(), repr=False)


class SplitEvaluator:
    """Fits and scores a candidate on one split, as `GridSearchCV` does.

    It holds what all evaluations of a search share, and is called in a worker with
    what differs. It never raises: whatever happens is in the `SplitResult`, so that
    one evaluation of a batch cannot take the others with it.

    .. versionadded:: 0.1

    Parameters
    ----------
    estimator : estimator object
        Cloned for every evaluation.

    X, y : array-like
        The whole data.

    splits : sequence of (train, test)
        Indices of each split.

    settings : dict
        Keyword arguments of scikit-learn's ``_fit_and_score`` that all share:
        ``scorer, fit_params, score_params, return_train_score, error_score,
        verbose``.

    n_candidates : int
        Number of candidates, for the verbose messages.

    in_worker_process : bool
        Whether evaluations run in other processes: warnings are then returned with
        the result, and exceptions made fit for travel.

    shares_prefixes : bool, default=False
        Whether candidates whose first steps of a pipeline are the same share their
        fits, in each process for itself. Then `close` must be called.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.metrics import get_scorer
    >>> from sklearn.svm import SVC
    >>> from skhpo.engine import SplitEvaluator
    >>> X, y = load_iris(return_X_y=True)
    >>> evaluator = SplitEvaluator(
    ...     SVC(),
    ...     X,
    ...     y,
    ...     splits=[(np.arange(0, 150, 2), np.arange(1, 150, 2))],
    ...     settings={
    ...         "scorer": get_scorer("accuracy"),
    ...         "fit_params": {},
    ...         "score_params": {},
    ...         "return_train_score": False,
    ...         "error_score": np.nan,
    ...         "verbose": 0,
    ...     },
    ...     n_candidates=1,
    ...     in_worker_process=False,
    ... )
    >>> function, arguments, keywords = evaluator.as_call(0, 0, {"C": 10.0})
    >>> function(*arguments, **keywords).scores["test_scores"] > 0.9
    True
    """

    def __init__(
        self,
        estimator: BaseEstimator,
        X: Any,
        y: Any,
        *,
        splits: Sequence[Split],
        settings: Mapping[str, Any],
        n_candidates: int,
        in_worker_process: bool,
        shares_prefixes: bool = False,
    ) -> None:
        self._estimator = estimator
        self._X = X
        self._y = y
        self._splits = splits
        self._settings = dict(settings)
        self._n_candidates = n_candidates
        self._in_worker_process = in_worker_process
        self._function = with_current_config(
            evaluate_split, with_warning_filters=in_worker_process
        )
        # By the wall clock, which other processes have in common with this one.
        self._search_started = time.time()
        is_worthwhile = shares_prefixes and n_candidates > 1
        self._search = (
            uuid.uuid4().hex
            if is_worthwhile and can_share_prefixes(estimator)
            else None
        )

    def as_call(
        self,
        index: int,
        split: int,
        params: Mapping[str, Any],
        *,
        resource: int | None = None,
        deadline: float | None = None,
        timer: FitTimer | None = None,
        caller: BaseEstimator | None = None,
        context: EvaluationContext | None = None,
    ) -> tuple[Any, tuple[Any, ...], dict[str, Any]]:
        """Return function, arguments and keywords of one evaluation.

        The data stand among the arguments, not behind ``self``, because backends
        look for large arrays there to share them between workers.

        Parameters
        ----------
        index : int
            Number of the candidate, for the verbose messages.

        split : int
            Position of the split.

        params : mapping of str to object
            Parameters of the candidate.

        resource : int, default=None
            How much of the resource to spend, with multi-fidelity.

        deadline : float, default=None
            Time, as `time.time` counts it, from which the evaluation is skipped.

        timer : FitTimer, default=None
            How long it may take; only in worker processes.

        caller : estimator object, default=None
            The search, for callbacks.

        context : EvaluationContext, default=None
            The callback context.

        Returns
        -------
        tuple of (callable, tuple, dict)
            Calling the first with the others gives a `SplitResult`.
        """
        rows = self._rows(split, resource)
        arguments = (self._estimator, self._X, self._y, *rows)
        keywords = {
            "params": params,
            "settings": self._settings,
            "candidate_progress": (index, self._n_candidates),
            "split_progress": (split, len(self._splits)),
            "deadline": deadline,
            "timer": timer,
            # The search is only worth its way to a worker where callbacks want it.
            "caller": None if context is None else caller,
            "context": context,
            "in_worker_process": self._in_worker_process,
            "search": self._search,
            "search_started": self._search_started,
        }
        return self._function, arguments, keywords

    def _rows(self, split: int, resource: int | None) -> Split:  # noqa: ARG002
        """Return the rows to train on and to score; a subclass may take fewer."""
        return self._splits[split]

    def close(self) -> None:
        """Forget the fits that evaluations in this process have shared."""
        if self._search is not None:
            STORE.forget(self._search)

    def lost_result(
        self, split: int, reason: str, seconds: float | None = None
    ) -> SplitResult:
        """Return the result of an evaluation that did not come to its end.

        Parameters
        ----------
        split : int
            Position of the split.

        reason : str
            What is known of its end.

        seconds : float, default=None
            How long it took, if that is known.

        Returns
        -------
        SplitResult
            That of a failed fit.
        """
        scores = self._failure(split, reason)
        if seconds is not None:
            scores["fit_time"] = seconds
        return SplitResult(scores, duration=seconds)

    def _failure(self, split: int, fit_error: str) -> dict[str, Any]:
        """Return scores as scikit-learn gives them to a failed fit."""
        return failed_result(
            self._settings["scorer"],
            error_score=self._settings["error_score"],
            return_train_score=self._settings["return_train_score"],
            fit_error=fit_error,
            n_test_samples=len(self._splits[split][1]),
        )


def evaluate_split(
    estimator: BaseEstimator,
    X: Any,
    y: Any,
    train: Any,
    test: Any,
    *,
    params: Mapping[str, Any],
    settings: Mapping[str, Any],
    candidate_progress: tuple[int, int],
    split_progress: tuple[int, int],
    deadline: float | None,
    timer: FitTimer | None,
    caller: BaseEstimator | None,
    context: EvaluationContext | None,
    in_worker_process: bool,
    search: str | None = None,
    search_started: float = 0.0,
) -> SplitResult:
    """Evaluate one candidate on one split; the function that workers call."""
    # A task may have waited in the backend's queue until the time was up.
    if deadline is not None and time.time() >= deadline:
        return SplitResult(None)
    started_at = time.time() - search_started
    started = time.perf_counter()
    with recorded_warnings(in_worker_process) as caught, forked_children_end_here():
        try:
            with contextlib.nullcontext() if timer is None else timer.running():
                scores = _fit_and_score_candidate(
                    estimator,
                    X,
                    y,
                    params=params,
                    train=train,
                    test=test,
                    settings=settings,
                    candidate_progress=candidate_progress,
                    split_progress=split_progress,
                    caller=caller,
                    context=context,
                    search=search,
                    in_worker_process=in_worker_process,
                )
            scores |= {"started_at": started_at, "worker": _name_of_worker()}
            error: BaseException | None = None
        except RanAway:
            return SplitResult(None, ran_away=True)
        except KeyboardInterrupt:
            raise
        except BaseException as exception:
            scores, error = None, annotated(exception)
            if in_worker_process:
                error = portable(error)
    return SplitResult(
        scores,
        error=error,
        stop_requested=context is not None and context.stop_requested,
        duration=time.perf_counter() - started,
        warnings=distinct_warnings(caught),
    )


def _name_of_worker() -> str:
    """Return what tells the workers of a search apart."""
    return f"{os.getpid()}-{threading.get_ident()}"


def _fit_and_score_candidate(
    estimator: BaseEstimator,
    X: Any,
    y: Any,
    *,
    params: Mapping[str, Any],
    train: Any,
    test: Any,
    settings: Mapping[str, Any],
    candidate_progress: tuple[int, int],
    split_progress: tuple[int, int],
    caller: BaseEstimator | None,
    context: EvaluationContext | None,
    search: str | None,
    in_worker_process: bool,
) -> dict[str, Any]:
    """Call scikit-learn's own function; parameters it cannot set fail the fit."""
    callbacks = {} if context is None else {"caller": caller, "callback_ctx": context}
    model = clone(estimator)
    # Callbacks are to hear of every fit.
    if search is not None and context is None:
        scores_train_rows = settings["return_train_score"]
        data = SplitData(search, split_progress[0], X, y, train, scores_train_rows)
        share_prefixes(model, params, data, in_worker_process=in_worker_process)
    try:
        scores: dict[str, Any] = fit_and_score(
            model,
            X,
            y,
            train=train,
            test=test,
            parameters=dict(params),
            return_n_test_samples=True,
            return_times=True,
            candidate_progress=candidate_progress,
            split_progress=split_progress,
            **settings,
            **callbacks,
        )
        check_scores(scores, in_worker_process=in_worker_process)
    except (KeyboardInterrupt, RanAway):
        raise
    except BaseException as error:
        reason = cause_of_failure(error, estimator, params, candidate_progress[0])
        is_of_callback = context is not None and context.hook_error is error
        if reason is None or is_of_callback or settings["error_score"] == "raise":
            raise
        return failed_result(
            settings["scorer"],
            error_score=settings["error_score"],
            return_train_score=settings["return_train_score"],
            fit_error=without_own_frames(reason),
            n_test_samples=len(test),
        )
    if scores["fit_error"] is not None:
        scores["fit_error"] = without_own_frames(scores["fit_error"])
    return scores
