"""The front of a search with several objectives, and the choice from it."""

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np

from skhpo._compat._sklearn import FlexibleScoringCV
from skhpo.engine import Record
from skhpo.pareto import hypervolume, knee_point, nondominated_mask
from skhpo.search._objectives import KNEE, Objectives, resolve_objectives


class KeepsFront(FlexibleScoringCV):
    """Sets the fitted attributes that describe the front.

    The base of `KeepsResults`; without `objectives` it does nothing.
    """

    @property
    def _n_objectives(self) -> int:
        """The number of objectives."""
        return 1 if self.objectives is None else len(self.objectives)

    def _resolved_objectives(self) -> Objectives | None:
        """Return the objectives, checked."""
        return resolve_objectives(self.objectives, self.scoring, self.refit)

    def _scoring_and_refit(self) -> tuple[Any, Any]:
        """Return `scoring` and `refit` in terms that scikit-learn understands."""
        objectives = self._resolved_objectives()
        if objectives is None:
            return self.scoring, self.refit
        return objectives.scoring, False if self._refits_knee else self.refit

    @property
    def _refits_knee(self) -> bool:
        """Whether the knee of the front is the best candidate."""
        return self.objectives is not None and self.refit == KNEE

    def _store_front(self, complete: Sequence[Record]) -> None:
        """Set the front of the candidates, leaving out those with a failed fit."""
        scores = np.array(
            [record.as_trial(len(record.scores)).scores for record in complete]
        )
        rows = np.flatnonzero(np.isfinite(scores).all(axis=1))
        if not len(rows):
            self.pareto_front_ = rows
            self.reference_point_ = np.full(scores.shape[1], np.nan)
            self.hypervolume_ = 0.0
            return
        self.reference_point_ = scores[rows].min(axis=0)
        rows = rows[nondominated_mask(scores[rows])]
        self.pareto_front_ = rows[np.argsort(-scores[rows, 0], kind="stable")]
        self.hypervolume_ = hypervolume(
            scores[self.pareto_front_], self.reference_point_
        )

    def _knee_index(self) -> int:
        """Return the row of the knee, the first row where there is no front."""
        objectives = self._resolved_objectives()
        assert objectives is not None
        if not len(self.pareto_front_):
            return 0
        front = objectives.of_results(self.cv_results_)[self.pareto_front_]
        return int(self.pareto_front_[knee_point(front)])

    def _knee_metric(self) -> str:
        """Return the metric that `best_score_` and `score` take for the knee."""
        objectives = self._resolved_objectives()
        assert objectives is not None
        return objectives.first_metric(list(self._metric_names()))

    def _metric_names(self) -> dict[str, None]:
        """Return the names of the metrics in `cv_results_`."""
        prefix = "mean_test_"
        return {
            key.removeprefix(prefix): None
            for key in self.cv_results_
            if key.startswith(prefix)
        }

    def score(self, X: Any, y: Any = None, **params: Any) -> float:
        """Score the best estimator on the given data.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The data.

        y : array-like of shape (n_samples, n_output) or (n_samples,), default=None
            Target relative to `X`; None for unsupervised learning.

        **params : dict of str -> object
            Parameters passed to the scorer, with metadata routing.

        Returns
        -------
        score : float
            By `scoring`, or the ``score`` method of the best estimator. With several
            metrics it is the one that `refit` names, and with ``refit="knee"`` the
            first of the `objectives` that is a metric.
        """
        search = self
        if self._refits_knee and getattr(self, "multimetric_", False):
            search = copy.copy(self)
            search.refit = self._knee_metric()
        score: float = super(KeepsFront, search).score(X, y, **params)
        return score
