"""The `fit` that all searches share; what differs is the generator."""

import numbers
import os
import time
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator, clone

from skhpo._compat._joblib import TaskPool
from skhpo._compat._sklearn import (
    BaseSearchCV,
    FitTasks,
    HasMethods,
    Interval,
    Split,
    StrOptions,
    clone_with_params,
    fit_context,
    named_scorers,
)
from skhpo.callbacks import SearchCallback
from skhpo.engine import (
    RacingSchedule,
    RungSchedule,
    Schedule,
    resolve_max_pending,
    run_search,
)
from skhpo.engine._journalled import JournalledResults
from skhpo.generators import Generator
from skhpo.journal._journal import SearchJournal
from skhpo.population._checkpoints import Checkpoints
from skhpo.racing import RacingName, RacingRule, make_rule
from skhpo.search._checks import check_fits_can_be_ended, check_race
from skhpo.search._fidelity import Fidelity, checkpoints_of, make_evaluator
from skhpo.search._given import Given
from skhpo.search._initial_candidates import Prescribed, resolve_initial_candidates
from skhpo.search._journalling import begun_max_pending, entropy_of, opened_journal
from skhpo.search._live import LiveSearch
from skhpo.search._prior_searches import resolve_prior_searches
from skhpo.search._resource import (
    check_goes_with_resource,
    check_rules_go_with_resource,
    resolve_fidelity,
)
from skhpo.search._shared import SharedSearchCV
from skhpo.space import SearchSpace
from skhpo.stopping import StopName, StoppingRule, make_stopping_rules
from skhpo.transfer import PriorKnowledge

# A space may hold many combinations that cannot be fitted, so a few failures say
# little. The initial design goes on until something succeeds, at least so far.
_FEWEST_TRIED = 20


class GeneratorSearchCV(SharedSearchCV):
    """Base of the searches: cross-validates what a candidate generator proposes.

    A subclass stores its own arguments and builds the generator. The arguments and
    attributes that all searches share are documented with
    :class:`skhpo.BayesSearchCV`.

    .. versionadded:: 0.1
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSearchCV._parameter_constraints,
        "param_distributions": [dict, list],
        "n_iter": [Interval(numbers.Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
        "objectives": [list, tuple, None],
        "constraint": [callable, None],
        "initial_candidates": "no_validation",
        "max_pending": [
            Interval(numbers.Integral, 0, None, closed="left"),
            StrOptions({"auto"}),
        ],
        "racing": [StrOptions({"auto"}), HasMethods("is_hopeless"), None],
        "stop": [
            StrOptions({"auto"}),
            HasMethods("should_stop"),
            list,
            tuple,
            None,
        ],
        "time_limit": [Interval(numbers.Real, 0, None, closed="neither"), None],
        "fit_time_limit": [Interval(numbers.Real, 0, None, closed="neither"), None],
        "resource": [str, None],
        "min_resource": [
            Interval(numbers.Integral, 1, None, closed="left"),
            StrOptions({"auto"}),
        ],
        "max_resource": [
            Interval(numbers.Integral, 1, None, closed="left"),
            StrOptions({"auto"}),
        ],
        "factor": [Interval(numbers.Real, 1, None, closed="neither")],
        "prior_searches": [list, tuple, None],
        "journal": [str, os.PathLike, None],
        "callbacks": [list, tuple, None],
    }

    @abstractmethod
    def __init__(
        self,
        estimator: BaseEstimator,
        param_distributions: dict[str, Any] | list[dict[str, Any]],
        *,
        n_iter: int,
        scoring: Any = None,
        n_jobs: int | None = None,
        refit: bool | str | Callable[[dict[str, Any]], int] = True,
        cv: Any = None,
        verbose: int = 0,
        pre_dispatch: int | str = "2*n_jobs",
        random_state: int | np.random.RandomState | None = None,
        error_score: float | str = np.nan,
        return_train_score: bool = False,
        objectives: Sequence[str] | None = None,
        constraint: Callable[[dict[str, Any]], Any] | None = None,
        initial_candidates: Any = "default",
        max_pending: int | str = "auto",
        racing: RacingName | RacingRule | None = None,
        stop: StopName | StoppingRule | Sequence[StopName | StoppingRule] | None = None,
        time_limit: float | None = None,
        fit_time_limit: float | None = None,
        resource: str | None = None,
        min_resource: int | str = "auto",
        max_resource: int | str = "auto",
        factor: float = 3,
        prior_searches: Sequence[Any] | None = None,
        journal: str | os.PathLike[str] | None = None,
        callbacks: Sequence[SearchCallback] | None = None,
    ) -> None:
        super().__init__(
            estimator=estimator,
            scoring=scoring,
            n_jobs=n_jobs,
            refit=refit,
            cv=cv,
            verbose=verbose,
            pre_dispatch=pre_dispatch,
            error_score=error_score,
            return_train_score=return_train_score,
        )
        self.param_distributions = param_distributions
        self.n_iter = n_iter
        self.random_state = random_state
        self.objectives = objectives
        self.constraint = constraint
        self.initial_candidates = initial_candidates
        self.max_pending = max_pending
        self.racing = racing
        self.stop = stop
        self.time_limit = time_limit
        self.fit_time_limit = fit_time_limit
        self.resource = resource
        self.min_resource = min_resource
        self.max_resource = max_resource
        self.factor = factor
        self.prior_searches = prior_searches
        self.journal = journal
        self.callbacks = callbacks

    @abstractmethod
    def _make_generator(
        self,
        space: SearchSpace,
        random_generator: np.random.Generator,
        prescribed: Sequence[Prescribed],
        prior: PriorKnowledge | None,
    ) -> Generator:
        """Return the generator of candidates for one search."""

    @fit_context(prefer_skip_nested_validation=False)  # type: ignore[untyped-decorator]
    def fit(self, X: Any, y: Any = None, **params: Any) -> Self:
        """Search for the best parameters, then refit with them.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, n_samples)
            Training data; a kernel or distance matrix for estimators that take a
            precomputed one.

        y : array-like of shape (n_samples, n_output) or (n_samples,), default=None
            Target relative to `X`; None for unsupervised learning.

        **params : dict of str -> object
            Parameters passed to the ``fit`` method of the estimator, the scorer and
            the splitter, as with :class:`sklearn.model_selection.GridSearchCV`.

        Returns
        -------
        self : object
            The fitted search.

        Raises
        ------
        SearchSpaceError
            If `param_distributions`, `constraint` or `initial_candidates` are
            malformed. Nothing has been fitted then.

        JournalError
            If the `journal` is broken, in use, or that of another search.
        TypeError
            If an entry of `prior_searches` is no search.

        ValueError
            If another argument is invalid, or if not one fit of the first candidates
            succeeds, see `error_score`.
        """
        self._forget_earlier_fit()
        given = Given.of(self, X, y, params)
        check_goes_with_resource(self)
        check_race(self.racing, self.objectives)
        entropy = entropy_of(self)
        prescribed = resolve_initial_candidates(
            self.initial_candidates, self.estimator, given.space, self.n_iter
        )
        prior = resolve_prior_searches(self.prior_searches, given.space, self.refit)
        generator = self._make_generator(
            given.space, np.random.default_rng(entropy), prescribed, prior
        )
        tasks, splits = given.open(self)
        fidelity = resolve_fidelity(self, given.space, given.X, given.y, entropy)
        with self._telling_callbacks() as live:
            with opened_journal(
                self,
                given,
                splits,
                entropy=entropy,
                prescribed=prescribed,
                prior=prior,
            ) as journal:
                self._search(given, generator, tasks, splits, fidelity, journal, live)
            self._choose_best(given.choice)
            if self.refit:
                fit_params = given.routed.estimator.fit
                self._refit(given.X, given.y, fit_params, tasks, fidelity)
            self.scorer_ = named_scorers(given.scorers)
            tasks.finish()
        return self

    def _search(
        self,
        given: Given,
        generator: Generator,
        tasks: FitTasks,
        splits: Sequence[Split],
        fidelity: Fidelity | None,
        journal: SearchJournal | None,
        live: LiveSearch,
    ) -> None:
        """Evaluate candidates and store the results, whatever ends the search."""
        rules = make_stopping_rules(
            self.stop,
            given.space,
            n_objectives=self._n_objectives,
            n_splits=len(splits),
        )
        check_rules_go_with_resource(rules, self.resource)
        n_candidates = int(min(self.n_iter, given.space.cardinality))
        resources = (None,) if fidelity is None else fidelity.resources
        with (
            TaskPool(self.n_jobs) as pool,
            checkpoints_of(fidelity, is_local=pool.is_local) as checkpoints,
        ):
            check_fits_can_be_ended(self.fit_time_limit, pool)
            max_pending = self._begin_run(journal, pool.n_workers, len(splits))
            schedule = self._make_schedule(
                generator, rules, max_pending, len(splits), fidelity, checkpoints
            )
            evaluator = make_evaluator(
                fidelity,
                checkpoints,
                clone(self.estimator),
                given.X,
                given.y,
                splits=splits,
                settings=given.settings(self),
                n_candidates=n_candidates,
                in_worker_process=not pool.shares_memory,
                shares_prefixes=self._shares_prefixes(pool),
            )
            n_design = max(generator.n_independent, _FEWEST_TRIED)
            loop = self._loop_settings(
                pool,
                n_design=min(n_design, self.n_iter),
                n_splits=len(splits),
                tasks=tasks,
                live=live,
                journal=None if journal is None else JournalledResults(journal),
                resources=resources,
            )
            live.begin(
                given.space,
                given.scorers,
                len(splits),
                () if fidelity is None else fidelity.resources,
            )
            n_fits = n_candidates * len(splits) * len(resources)
            try:
                with tasks.searching(n_fits):
                    outcome = run_search(pool, schedule, evaluator, loop)
                    if outcome.error is not None:
                        raise outcome.error
            except BaseException:
                self._keep_what_is_complete(schedule, given.choice)
                raise
            finally:
                evaluator.close()
        schedule.tell_rest()
        if journal is not None:
            journal.end(outcome.stop_reason)
        self._store_results(schedule, outcome)

    def _begin_run(
        self, journal: SearchJournal | None, n_workers: int, n_splits: int
    ) -> int:
        """Return how many results a proposal may lack, and note how the run begins."""
        max_pending = resolve_max_pending(
            self.max_pending,
            n_workers=n_workers,
            n_splits=n_splits,
            n_candidates=int(self.n_iter),
        )
        if journal is not None:
            max_pending = begun_max_pending(journal, self, max_pending)
            settings = {"max_pending": max_pending, "n_iter": int(self.n_iter)}
            journal.begin_run({**settings, "n_workers": n_workers})
        return max_pending

    def _shares_prefixes(self, pool: TaskPool) -> bool:
        """Whether candidates may share the fits of a pipeline's first steps.

        What a candidate costs must not depend on the others where that is an
        objective. Workers of other hosts are left as they are: their memory is not
        ours to fill. With a resource the rows differ, or models are trained on.
        """
        is_local = pool.is_local and self.resource is None
        return is_local and "neg_fit_time" not in (self.objectives or ())

    def _make_schedule(
        self,
        generator: Generator,
        rules: Sequence[StoppingRule],
        max_pending: int,
        n_splits: int,
        fidelity: Fidelity | None,
        checkpoints: Checkpoints | None,
    ) -> Schedule:
        """Return the order of the evaluations, with a race or rungs where wanted."""
        limits: dict[str, Any] = {
            "n_candidates": self.n_iter,
            "n_splits": n_splits,
            "max_pending": max_pending,
            "stopping_rules": rules,
        }
        if fidelity is not None:
            drop = None if checkpoints is None else checkpoints.discard
            ladder = fidelity.ladder()
            return RungSchedule(generator, ladder, on_settled=drop, **limits)
        rule = make_rule(self.racing)
        if rule is None:
            return Schedule(generator, n_objectives=self._n_objectives, **limits)
        return RacingSchedule(generator, rule, **limits)

    def _refit(
        self,
        X: Any,
        y: Any,
        fit_params: Mapping[str, Any],
        tasks: FitTasks,
        fidelity: Fidelity | None,
    ) -> None:
        """Fit a clone with the best parameters on the whole data."""
        self.best_estimator_ = clone_with_params(self.estimator, self.best_params_)
        with tasks.refitting(self.best_estimator_):
            started = time.time()
            if fidelity is not None:
                self.best_estimator_ = fidelity.fit_whole(
                    self.best_estimator_, X, y, fit_params
                )
            elif y is not None:
                self.best_estimator_.fit(X, y, **fit_params)
            else:
                self.best_estimator_.fit(X, **fit_params)
            self.refit_time_ = time.time() - started
            if hasattr(self.best_estimator_, "feature_names_in_"):
                self.feature_names_in_ = self.best_estimator_.feature_names_in_
