"""The fitted attributes of a search: set at its end, and on the way out of a wreck."""

import contextlib
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from skhpo._compat._sklearn import (
    best_index,
    check_multimetric_refit,
    insert_error_scores,
    warn_or_raise_about_failures,
)
from skhpo.engine import EvaluationSource, LoopOutcome, Record
from skhpo.refit import SpaceAwareRule
from skhpo.search._front import KeepsFront
from skhpo.search._results import format_history, format_results
from skhpo.space import SearchSpace

_RESULT_ATTRIBUTES = (
    "best_estimator_",
    "best_index_",
    "best_params_",
    "best_schedule_",
    "best_score_",
    "cv_results_",
    "feature_names_in_",
    "history_",
    "hypervolume_",
    "multimetric_",
    "n_fits_",
    "n_splits_",
    "pareto_front_",
    "reference_point_",
    "refit_time_",
    "scorer_",
    "stop_reason_",
)


@dataclass(frozen=True)
class Choice:
    """How the winner is chosen.

    Parameters
    ----------
    refit : bool, str or callable
        The argument of the search; a rule that wants to know the space does.

    metric : object
        The name of the metric that scikit-learn chooses by.
    """

    refit: Any
    metric: Any

    @classmethod
    def of(cls, search: KeepsFront, space: SearchSpace, metric: Any) -> "Choice":
        """Tell the rule of a search its space; the argument itself stays untouched."""
        refit = search.refit
        if isinstance(refit, SpaceAwareRule):
            refit = refit.with_space(space)
        return cls(refit, metric)


class KeepsResults(KeepsFront):
    """Sets the fitted attributes that describe the candidates and the best of them.

    Its heirs say how the candidates come about.
    """

    # Searches that can have them as arguments.
    objectives: Any = None
    racing: Any = None

    def _forget_earlier_fit(self) -> None:
        """Drop what an earlier `fit` left: an interrupted one must not mix with it."""
        for name in _RESULT_ATTRIBUTES:
            self.__dict__.pop(name, None)

    def _store_results(self, schedule: EvaluationSource, outcome: LoopOutcome) -> None:
        """Set the fitted attributes that describe the candidates."""
        results = [scores for record in schedule.records for scores in record.fits]
        self.stop_reason_ = outcome.stop_reason
        self.n_fits_ = len(results)
        self.history_ = self._format_history(schedule.records)
        if outcome.stop_reason == "all failed":
            # What came after the design may have had success, depending on timing.
            results = [scores for scores in results if scores["fit_error"] is not None]
        if results:
            self._report_failures(results, len(schedule.records))
        if not any(record.is_complete for record in schedule.records):
            raise ValueError(self._nothing_complete(outcome))
        if callable(self.scoring):
            insert_error_scores(results, self.error_score)
        self._store_cv_results(schedule.records)

    def _report_failures(
        self, results: Sequence[Mapping[str, Any]], n_tried: int
    ) -> None:
        """Warn about failed fits, or raise if all of them failed."""
        try:
            warn_or_raise_about_failures(results, self.error_score)
        except ValueError as error:
            if n_tried >= self.n_iter:
                raise
            raise ValueError(
                f"{error}\n\nThe search ended early: not one fit of the first "
                f"{n_tried} candidates succeeded (n_iter={self.n_iter})."
            ) from None

    def _format_history(self, records: Sequence[Record]) -> list[dict[str, Any]]:
        """Return `history_`."""
        return format_history(records)

    def _store_cv_results(self, records: Sequence[Record]) -> None:
        """Set `cv_results_` from the candidates that are over."""
        over = [record for record in records if record.is_over]
        self.multimetric_ = isinstance(over[0].results[0]["test_scores"], dict)
        self.cv_results_ = format_results(
            over,
            return_train_score=self.return_train_score,
            is_racing=self.racing is not None,
        )
        if self.objectives is not None:
            self._store_front(over)

    def _nothing_complete(self, outcome: LoopOutcome) -> str:
        """Return the message for a search that ended before its first candidate."""
        if outcome.stop_reason == "time limit":
            return (
                f"The 'time_limit' of {self.time_limit} seconds ended the search "
                f"before a candidate was complete on its {self.n_splits_} splits "
                f"({self.n_fits_} fits were done). Allow more time or use fewer "
                "splits."
            )
        if outcome.stop_reason == "space exhausted":
            return (
                "The 'constraint' allows none of the candidates that were drawn from "
                f"the search space. Got {self.constraint!r}. Loosen it, or widen the "
                "space."
            )
        return (
            f"The search ended ({outcome.stop_reason}) before a candidate was "
            "complete: no fits were performed on all splits. Allow at least one "
            "candidate."
        )

    def _keep_what_is_complete(
        self, schedule: EvaluationSource, choice: Choice
    ) -> None:
        """Store the complete candidates on the way out of an interrupted search."""
        self.stop_reason_ = "interrupted"
        self.history_ = self._format_history(schedule.records)
        self.n_fits_ = sum(len(record.fits) for record in schedule.records)
        if not any(record.is_complete for record in schedule.records):
            return
        with warnings.catch_warnings():
            # The exception on its way is what the user must see.
            warnings.simplefilter("ignore")
            if callable(self.scoring):
                insert_error_scores(
                    [
                        scores
                        for record in schedule.records
                        for scores in record.fits
                        if record.is_over
                    ],
                    self.error_score,
                )
            self._store_cv_results(schedule.records)
            # A refit callable, or a metric that is not there, may raise once more.
            with contextlib.suppress(Exception):
                self._choose_best(choice)

    def __sklearn_is_fitted__(self) -> bool:
        """Whether `fit` has come to its end; an interrupted one has results only."""
        return hasattr(self, "scorer_")

    def _choose_best(self, choice: Choice) -> None:
        """Set `best_index_`, `best_score_` and `best_params_` as scikit-learn does."""
        if self._refits_knee:
            self.best_index_ = self._knee_index()
            choice = replace(choice, metric=self._knee_metric())
        else:
            if callable(self.scoring) and self.multimetric_:
                check_multimetric_refit(self, self._metric_names())
                choice = replace(choice, metric=self.refit)
            if not self.refit and self.multimetric_:
                return
            self.best_index_ = best_index(
                self, choice.refit, choice.metric, self.cv_results_
            )
        if not callable(self.refit):
            self.best_score_ = self.cv_results_[f"mean_test_{choice.metric}"][
                self.best_index_
            ]
        self.best_params_ = self.cv_results_["params"][self.best_index_]
