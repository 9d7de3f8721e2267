"""How a search trains a population and keeps what came of it."""

import numbers
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import numpy as np
from sklearn.base import clone

from skhpo._compat._joblib import TaskPool
from skhpo._compat._sklearn import (
    FitTasks,
    Split,
    rows_of_split,
    scorer_of_trained_model,
    warn_or_raise_about_failures,
    with_current_config,
)
from skhpo.engine import EvaluationSource, LoopOutcome, Record, run_search
from skhpo.engine._journalled import JournalledResults
from skhpo.exceptions import (
    InertParameterWarning,
    SearchSpaceError,
    SpaceExhaustedError,
)
from skhpo.journal._journal import SearchJournal
from skhpo.population import (
    ExploitName,
    Explorer,
    PB2Explorer,
    PerturbExplorer,
    Population,
    ResampleExplorer,
    ResolvedTraining,
    SplitEnsemble,
    resolve_trainer,
)
from skhpo.population._checkpoints import (
    Checkpoints,
    FolderCheckpoints,
    MemoryCheckpoints,
    Place,
)
from skhpo.population._default_steps import default_n_steps
from skhpo.population._member import MemberTraining
from skhpo.population._population import initial_candidates
from skhpo.population._replay import train_along
from skhpo.search._initial_candidates import Prescribed
from skhpo.search._kept_results import Choice
from skhpo.search._live import LiveSearch
from skhpo.search._population_journal import JournalledModels
from skhpo.search._population_results import (
    format_population_history,
    schedule_columns,
)
from skhpo.search._population_schedule import (
    KeptModels,
    MemberRecord,
    PopulationEvaluator,
    PopulationSchedule,
    latest_generation,
)
from skhpo.search._results import rank_means
from skhpo.search._shared import SharedSearchCV
from skhpo.search._training_plan import TrainingPlan, try_out
from skhpo.space import SearchSpace
from skhpo.trials._error_score import ErrorScore


class PopulationSearchCV(SharedSearchCV):
    """Base of searches whose candidates are members of a population.

    A subclass stores the arguments and draws up the plan.
    """

    # Stored by the constructor of the subclass.
    population_size: int
    n_generations: int
    steps_per_generation: int | str
    exploit: str
    explore: str
    quantile: float
    resample_probability: float
    perturbation: tuple[float, float]
    batch_size: int | str
    mutable: Sequence[str] | None

    def _train(
        self,
        plan: TrainingPlan,
        folder: FolderCheckpoints,
        tasks: FitTasks,
        choice: Choice,
        journal: SearchJournal | None,
        live: LiveSearch,
    ) -> KeptModels:
        """Train all generations and store the results, whatever ends it."""
        n_splits = len(plan.splits)
        self._unit = plan.training.trainer.unit
        with TaskPool(self.n_jobs) as pool:
            checkpoints: Checkpoints = folder
            if pool.shares_memory and journal is None:
                checkpoints = MemoryCheckpoints()
            models: KeptModels = checkpoints
            journalled = check = None
            if journal is not None:
                journal.begin_run({"n_workers": pool.n_workers})
                models = own = JournalledModels(journal, folder, self.population_size)
                journalled, check = JournalledResults(journal, own.digest_of), own.check
            schedule = PopulationSchedule(
                plan.population,
                models,
                n_generations=self.n_generations,
                n_splits=n_splits,
            )
            evaluator = self._evaluator(plan, checkpoints, pool, check)
            loop = self._loop_settings(
                pool,
                n_design=self.population_size,
                n_splits=n_splits,
                tasks=tasks,
                journal=journalled,
                live=live,
            )
            self._try_out(plan, pool)
            live.begin(plan.space, plan.settings["scorer"], n_splits)
            n_fits = self.population_size * self.n_generations * n_splits
            try:
                with tasks.searching(n_fits):
                    outcome = run_search(pool, schedule, evaluator, loop)
                    if outcome.error is not None:
                        raise outcome.error
            except BaseException:
                self._keep_what_is_complete(schedule, choice)
                raise
        outcome = _in_words_of_populations(outcome, schedule)
        if journal is not None:
            journal.end(outcome.stop_reason)
            if schedule.is_exhausted:
                # Nothing can go on from these models, whatever the next run is given.
                folder.remove()
        self._store_results(schedule, outcome)
        return models

    def _evaluator(
        self,
        plan: TrainingPlan,
        checkpoints: Checkpoints,
        pool: TaskPool,
        check: Callable[[Place], None] | None,
    ) -> PopulationEvaluator:
        """Return what makes a task of a member's step on one split."""
        scorer = scorer_of_trained_model(plan.settings["scorer"])
        return PopulationEvaluator(
            MemberTraining(
                clone(self.estimator), plan.training.trainer, checkpoints, plan.classes
            ),
            plan.X,
            plan.y,
            splits=plan.splits,
            settings={
                **plan.settings,
                "scorer": scorer,
                "error_score": (
                    "raise"
                    if self.error_score == "raise"
                    else ErrorScore(cast(float, self.error_score))
                ),
            },
            n_candidates=self.population_size * self.n_generations,
            in_worker_process=not pool.shares_memory,
            population=plan.population,
            check=check,
        )

    def _try_out(self, plan: TrainingPlan, pool: TaskPool) -> None:
        """Warn of parameters that do nothing when changed in mid-training.

        On a worker, since nobody knows yet whether a worker survives the training.
        """
        first = plan.population.generations[0][0]
        values = {}
        for name, column in plan.space.columns(first.point).items():
            if plan.training.roles[name] == "mutable":
                axis = plan.space.axes[column]
                values[name] = axis.decode(0.0), axis.decode(1.0)
        if not values or self.n_generations == 1:
            return
        arguments = (self.estimator, plan.X, plan.y, plan.splits[0][0])
        keywords = {
            "trainer": plan.training.trainer,
            "params": first.params,
            "values": values,
            "seed": plan.seed,
            "classes": plan.classes,
            "fit_params": plan.settings["fit_params"],
        }
        pool.submit("try out", [(with_current_config(try_out), arguments, keywords)])
        completed = pool.next_completed()
        assert completed is not None
        if completed.error is not None:
            raise completed.error
        for text in completed.results or []:
            if isinstance(text, str) and text:
                warnings.warn(text, InertParameterWarning, stacklevel=4)

    def _store_results(self, schedule: EvaluationSource, outcome: LoopOutcome) -> None:
        """Set the fitted attributes; a population that has died out is an error."""
        super()._store_results(schedule, outcome)
        if schedule.is_exhausted:
            raise ValueError(self._died_out(schedule.records))

    def _store_cv_results(self, records: Sequence[Record]) -> None:
        """Set `cv_results_` from the last generation that can be compared."""
        members = [
            record
            for record in records
            if isinstance(record, MemberRecord) and record.is_complete
        ]
        rows = latest_generation(members, self.population_size)
        super()._store_cv_results(rows)
        self._rank_failed_last(rows)
        self.cv_results_.update(schedule_columns(rows, self._unit))

    def _rank_failed_last(self, records: Sequence[MemberRecord]) -> None:
        """Have members without a finite score rank last, whatever `error_score` is.

        In the metric by which members are compared; they are no winner to follow.
        """
        prefix = "mean_test_"
        names = [k.removeprefix(prefix) for k in self.cv_results_ if prefix in k]
        name = self._compared_metric(names)
        is_alive = [np.isfinite(record.scores).all() for record in records]
        self.cv_results_[f"rank_test_{name}"] = rank_means(
            self.cv_results_[prefix + name], np.array(is_alive, dtype=bool)
        )

    def _format_history(self, records: Sequence[Record]) -> list[dict[str, Any]]:
        """Return `history_`."""
        return format_population_history(
            [record for record in records if isinstance(record, MemberRecord)]
        )

    def _choose_best(self, choice: Choice) -> None:
        """Set `best_schedule_` beside what all searches set."""
        super()._choose_best(choice)
        if hasattr(self, "best_index_"):
            self.best_schedule_ = self.cv_results_["schedule"][self.best_index_]

    def _died_out(self, records: Sequence[Record]) -> str:
        """Return the message for a population without any model left."""
        last = records[-self.population_size :]
        errors = [
            scores["fit_error"]
            for record in last
            for scores in record.results
            if scores["fit_error"] is not None
        ]
        generation = len(records) // self.population_size - 1
        return (
            f"All {self.population_size} members of the population failed in "
            f"generation {generation} (of {self.n_generations}): none has a finite "
            "score on every split. Narrow the search space, or look at the reason. "
            + (
                f"The first error was:\n{errors[0]}"
                if errors
                else "No training raised: it is the scores, see 'scoring'."
            )
        )

    def _report_failures(
        self,
        results: Sequence[Mapping[str, Any]],
        n_tried: int,  # noqa: ARG002
    ) -> None:
        """Warn about failed fits, or raise if all of them failed."""
        warn_or_raise_about_failures(results, self.error_score)

    def _resolve_training(self, space: SearchSpace) -> ResolvedTraining:
        """Return how the estimator is trained."""
        names = {name: None for branch in space.branches for name in branch}
        return resolve_trainer(
            self.estimator,
            list(names),
            batch_size=cast(Any, self.batch_size),
            mutable=self.mutable,
        )

    def _make_population(
        self,
        space: SearchSpace,
        training: ResolvedTraining,
        splits: Sequence[Split],
        entropy: Sequence[int],
        prescribed: Sequence[Prescribed],
    ) -> Population:
        """Return the population in its first generation."""
        if self.exploit == "t-test" and len(splits) < 2:
            raise ValueError(
                "exploit='t-test' compares members split by split and needs at least "
                f"2 splits. Got {len(splits)} by cv={self.cv!r}. Use more splits, or "
                "exploit='truncation'."
            )
        rng = np.random.default_rng(entropy)
        try:
            candidates = initial_candidates(
                space, rng, prescribed, self.population_size
            )
        except SpaceExhaustedError:
            raise SearchSpaceError(
                "The 'constraint' allows none of the candidates that were drawn from "
                f"the search space. Got {self.constraint!r}. Loosen it, or widen the "
                "space."
            ) from None
        return Population(
            candidates,
            self._make_explorer(space, training),
            entropy,
            n_splits=len(splits),
            n_steps=self._n_steps(),
            exploit=cast(ExploitName, self.exploit),
            quantile=self.quantile,
        )

    def _n_steps(self) -> int:
        """Return the number of steps of a generation."""
        if self.steps_per_generation == "auto":
            return default_n_steps(self.estimator, self.n_generations)
        return int(self.steps_per_generation)

    def _resolved_arguments(self, space: SearchSpace) -> dict[str, Any]:  # noqa: ARG002
        """Return what a journal is to know of arguments that depend on others."""
        return {"steps_per_generation": self._n_steps()}

    def _make_explorer(
        self, space: SearchSpace, training: ResolvedTraining
    ) -> Explorer:
        """Return what finds parameters for copies."""
        probability = self.resample_probability
        roles = training.roles
        if self.explore == "pb2":
            return PB2Explorer(space, roles, resample_probability=probability)
        if self.explore == "resample":
            return ResampleExplorer(space, roles, resample_probability=probability)
        return PerturbExplorer(
            space,
            roles,
            resample_probability=probability,
            factors=self._check_perturbation(),
        )

    def _check_perturbation(self) -> tuple[float, float]:
        """Return the factors if they can lead both down and up."""
        factors = tuple(self.perturbation)
        if len(factors) == 2 and all(isinstance(f, numbers.Real) for f in factors):
            low, high = sorted(factors)
            if 0.0 < low < 1.0 < high:
                return float(low), float(high)
        raise ValueError(
            "The 'perturbation' parameter of PBTSearchCV must be two factors, one "
            f"between 0 and 1 and one above 1. Got {self.perturbation!r}; pass for "
            "example (0.8, 1.2)."
        )

    def _refit(self, plan: TrainingPlan, models: KeptModels, tasks: FitTasks) -> None:
        """Train a model along the schedule on all data, or gather the winner's."""
        started = time.time()
        if self.refit == "ensemble":
            self.best_estimator_ = SplitEnsemble(
                [
                    self._winner_on_split(plan, models, split)
                    for split in range(len(plan.splits))
                ]
            )
        else:
            estimator = clone(self.estimator)
            fit_params: Mapping[str, Any] = plan.settings["fit_params"]
            with tasks.refitting(estimator):
                self.best_estimator_ = train_along(
                    plan.training.trainer,
                    estimator,
                    self.best_schedule_,
                    plan.X,
                    plan.y,
                    split=None,
                    classes=plan.classes,
                    fit_params=fit_params,
                )
        self.refit_time_ = time.time() - started
        if hasattr(self.best_estimator_, "feature_names_in_"):
            self.feature_names_in_ = self.best_estimator_.feature_names_in_

    def _winner_on_split(
        self, plan: TrainingPlan, models: KeptModels, split: int
    ) -> Any:
        """Return the winner's model of a split.

        A search that goes on from a journal may have ended and removed its models
        before. The winner's are then trained again, to the same ones.
        """
        last = self.best_schedule_[-1]
        try:
            return models.load((last["generation"], last["member"], split))
        except FileNotFoundError:
            X, y, fit_params = rows_of_split(
                self.estimator,
                plan.X,
                plan.y,
                plan.splits[split][0],
                plan.settings["fit_params"],
            )
        return train_along(
            plan.training.trainer,
            clone(self.estimator),
            self.best_schedule_,
            X,
            y,
            split=split,
            classes=plan.classes,
            fit_params=fit_params,
        )


def _in_words_of_populations(
    outcome: LoopOutcome, schedule: EvaluationSource
) -> LoopOutcome:
    """Return why the training of a population ended."""
    if schedule.is_exhausted:
        return LoopOutcome("died out")
    return LoopOutcome("n_generations") if outcome.stop_reason == "n_iter" else outcome
