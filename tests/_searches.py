"""The searches that the tests of `skhpo.search` run over, and how small they are."""

# ruff: noqa: ARG002 (the signatures are those of a trainer)

from typing import Any, ClassVar

import pytest
from sklearn.base import clone

from skhpo.population import ResolvedTraining
from skhpo.search import BayesSearchCV, EvolutionarySearchCV, PBTSearchCV
from skhpo.search._base import GeneratorSearchCV


class RefitTrainer:
    """Trains by fitting anew, so that any estimator will do and only `params` count."""

    unit = "fits"

    def start(self, estimator, X, y, *, seed, classes=None, fit_params=None):
        """Return a clone."""
        return clone(estimator)

    def advance(
        self, model, X, y, n_steps, params, *, seed, classes=None, fit_params=None
    ):
        """Fit a clone under the parameters."""
        model = clone(model).set_params(**clone(params, safe=False))
        return (
            model.fit(X, **fit_params) if y is None else model.fit(X, y, **fit_params)
        )

    def n_steps_done(self, model):
        """Return nothing of use."""
        return 1


class RefittingPBTSearchCV(PBTSearchCV):
    """PBTSearchCV over anything: what it shares with other searches can be tested.

    Its members are `n_iter` candidates, evaluated in one generation unless
    told otherwise.
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **PBTSearchCV._parameter_constraints,
        "n_iter": GeneratorSearchCV._parameter_constraints["n_iter"],
    }

    def __init__(
        self,
        estimator,
        param_distributions,
        *,
        n_iter=6,
        n_generations=1,
        scoring=None,
        n_jobs=None,
        refit=True,
        cv=None,
        verbose=0,
        pre_dispatch="2*n_jobs",
        random_state=None,
        error_score=float("nan"),
        return_train_score=False,
        constraint=None,
        initial_candidates="default",
        time_limit=None,
        callbacks=None,
    ):
        super().__init__(
            estimator,
            param_distributions,
            n_generations=n_generations,
            steps_per_generation=1,
            scoring=scoring,
            n_jobs=n_jobs,
            refit=refit,
            cv=cv,
            verbose=verbose,
            pre_dispatch=pre_dispatch,
            random_state=random_state,
            error_score=error_score,
            return_train_score=return_train_score,
            constraint=constraint,
            initial_candidates=initial_candidates,
            time_limit=time_limit,
            callbacks=callbacks,
        )
        self.n_iter = n_iter

    @property
    def population_size(self):
        """The number of members, no more than the space has candidates."""
        return int(min(self.n_iter, getattr(self, "_cardinality", self.n_iter)))

    @population_size.setter
    def population_size(self, value):
        """Ignore what the constructor sets."""

    def _resolve_training(self, space):
        """Find every parameter mutable."""
        self._cardinality = space.cardinality
        names = {name for branch in space.branches for name in branch}
        return ResolvedTraining(RefitTrainer(), dict.fromkeys(names, "mutable"))

    def _store_results(self, schedule, outcome):
        """Name the end in the words of searches that count candidates."""
        super()._store_results(schedule, outcome)
        if self.stop_reason_ == "n_generations":
            covered = self.n_iter > self._cardinality
            self.stop_reason_ = "space exhausted" if covered else "n_iter"


# A new search stands in one of these lists, and the tests below tests/search/ run for
# it: all of them for those that count candidates and may lag behind with the results.
GENERATOR_SEARCH_CLASSES: list[type] = [BayesSearchCV, EvolutionarySearchCV]
SEARCH_CLASSES: list[type] = [*GENERATOR_SEARCH_CLASSES, RefittingPBTSearchCV]

# For tests that make no sense for a population; it has tests of its own for them.
by_generator = pytest.mark.parametrize(
    "search_class", GENERATOR_SEARCH_CLASSES, indirect=True
)

# For tests that end worker processes, which takes seconds: what becomes of them is up
# to the loop, which knows nothing of the generator.
by_loop = pytest.mark.parametrize("search_class", [BayesSearchCV], indirect=True)


def small_search(
    search_class: type,
    estimator: Any,
    space: Any,
    *,
    n_candidates: int = 4,
    **arguments: Any,
) -> Any:
    """Return a search of a few candidates, on two splits and with a fixed seed."""
    arguments = {"cv": 2, "random_state": 0, **arguments}
    return search_class(estimator, space, n_iter=n_candidates, **arguments)
