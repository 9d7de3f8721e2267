"""What `fit` was given: checked, routed, and opened for the fits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from skhpo._compat._sklearn import (
    FitTasks,
    Split,
    check_fit_input,
    materialise_splits,
    resolve_scorers,
    route_fit_params,
)
from skhpo.search._checks import check_parameters_can_be_set, check_refit
from skhpo.search._kept_results import Choice, KeepsResults
from skhpo.space import SearchSpace


@dataclass(frozen=True, eq=False)
class Given:
    """What a search was given, checked as far as all searches check it.

    Parameters
    ----------
    X, y : array-like
        The whole data.

    params : dict
        The other arguments of `fit`.

    scorers : callable or scorer object
        What scores.

    routed : Bunch
        Which of `params` go to whom.

    space : SearchSpace
        The space.

    choice : Choice
        How the winner is chosen.
    """

    X: Any
    y: Any
    params: Mapping[str, Any]
    scorers: Any
    routed: Any
    space: SearchSpace
    choice: Choice

    @classmethod
    def of(cls, search: KeepsResults, X: Any, y: Any, params: Any) -> "Given":
        """Check what the user can have got wrong, before anything is fitted."""
        check_refit(search.refit)
        scorers, refit_metric = resolve_scorers(search)
        X, y, params = check_fit_input(X, y, params)
        routed = route_fit_params(search, params)
        space = SearchSpace(search.param_distributions, constraint=search.constraint)
        check_parameters_can_be_set(search.estimator, space)
        choice = Choice.of(search, space, refit_metric)
        return cls(X, y, params, scorers, routed, space, choice)

    def open(self, search: KeepsResults) -> tuple[FitTasks, Sequence[Split]]:
        """Begin the callbacks' tree, and draw the splits once for all."""
        weight = self.params.get("sample_weight")
        metadata = None if weight is None else {"sample_weight": weight}
        tasks = FitTasks(search, self.X, self.y, metadata)
        return tasks, materialise_splits(
            search, self.X, self.y, self.routed.splitter.split
        )

    def settings(self, search: KeepsResults) -> dict[str, Any]:
        """Return what all fits share, see `SplitEvaluator`."""
        return {
            "scorer": self.scorers,
            "fit_params": self.routed.estimator.fit,
            "score_params": self.routed.scorer.score,
            "return_train_score": search.return_train_score,
            "error_score": search.error_score,
            "verbose": search.verbose,
        }
