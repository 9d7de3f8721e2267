"""Search by population-based training."""

import numbers
import os
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Self, cast, get_args

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from skhpo._compat._sklearn import (
    BaseSearchCV,
    Interval,
    StrOptions,
    fit_context,
    named_scorers,
)
from skhpo.callbacks import SearchCallback
from skhpo.population import ExploitName, ExploreName, replay_schedule
from skhpo.population._replay import classes_of
from skhpo.search._checks import check_ensemble
from skhpo.search._given import Given
from skhpo.search._initial_candidates import resolve_initial_candidates
from skhpo.search._journalling import entropy_of, opened_journal
from skhpo.search._population_journal import opened_checkpoints
from skhpo.search._population_search import PopulationSearchCV
from skhpo.search._training_plan import TrainingPlan


class PBTSearchCV(PopulationSearchCV):
    """Population-based training with cross-validation.

    For estimators that train step by step: perceptrons, linear models trained by
    stochastic gradient descent, boosting. A population of models trains at the same
    time; after every generation the worst take over copies of the best and go on
    with other parameters [1]_. So parameters change in the course of one training,
    and what is found is no set of parameters but a schedule of them, such as a
    learning rate that falls.

    Each member of the population is one model for each split of the
    cross-validation, all with the same parameters; its score is the mean over the
    splits. A copy goes from each split to the same split, so that no model ever
    sees the rows it is scored on. The schedule of the winner is then followed on the
    whole data from the beginning.

    .. versionadded:: 0.1

    Parameters
    ----------
    estimator : estimator object
        The estimator to train, or a pipeline that ends with it, see
        :func:`skhpo.population.resolve_trainer`. The transformers of a pipeline are
        fitted once for each split.

    param_distributions : dict or list of dicts
        The search space, as in :class:`BayesSearchCV`. Parameters that belong to the
        trained weights (such as ``hidden_layer_sizes``) never change in
        mid-training: a copy has those of the model that it was made of. With a list
        of dicts this holds for the branch too.

    population_size : int, default=12
        Number of members. Fewer than about 8 have little to choose from; a multiple
        of the number of workers keeps them all busy.

    n_generations : int, default=10
        Number of generations. The training costs ``population_size * n_generations *
        steps_per_generation`` steps on each split.

    steps_per_generation : int or "auto", default="auto"
        For how many steps a model is trained between two comparisons: epochs,
        iterations or trees, depending on the estimator. ``"auto"`` divides the
        length of the estimator's own training (its ``max_iter`` or
        ``n_estimators``, at most 200; 100 where it has neither) by `n_generations`.

    exploit : {"truncation", "tournament", "t-test"}, default="truncation"
        Which members copy which, see :func:`skhpo.population.choose_donors`:
        the worst `quantile` copies the best, each member copies a random other one
        that is better, or one that is significantly better over the splits.

    explore : {"perturb", "resample", "pb2"}, default="perturb"
        How the parameters of a copy change. ``"perturb"``: numbers are multiplied by
        one of the factors in `perturbation`, ordered values go to a neighbour, and
        with `resample_probability` a parameter is drawn anew instead, which is the
        only way in which unordered choices change. ``"resample"``: parameters are
        drawn anew with `resample_probability`, at least one of them. ``"pb2"``: a
        Gaussian process proposes them that has learned what the parameters gained in
        which generation [2]_, which suits populations of 4 to 8.

    quantile : float, default=0.25
        Which part of the members copies, and which part is copied, with
        ``exploit="truncation"``.

    resample_probability : float, default=0.25
        With which probability a parameter is drawn anew.

    perturbation : tuple of (float, float), default=(0.8, 1.2)
        The factors of ``explore="perturb"``, one below 1 and one above.

    scoring : str, callable, list, tuple or dict, default=None
        As in ``RandomizedSearchCV``. With several metrics members are compared by
        the one that `refit` names, and by the first one if `refit` names none.

    n_jobs : int, default=None
        Number of workers, as in joblib. None means 1 unless in a
        :func:`joblib.parallel_config` context, which also chooses the backend. The
        members wait for each other after each generation.

    refit : bool, str, or callable, default=True
        True: follow `best_schedule_` on the whole data, from scratch. ``"ensemble"``:
        keep the winner's models of all splits, which average or vote (classifiers and
        regressors with one metric). The name of a
        metric or a callable that maps `cv_results_` to `best_index_`: as in
        ``RandomizedSearchCV``, followed as by True.

    cv : int, cross-validation generator or iterable, default=None
        As in ``RandomizedSearchCV``. Each split multiplies the cost; a single one, as
        of ``ShuffleSplit(1)``, is what the algorithm was published with.

    verbose : int, default=0
        From 1 on, a line for each generation; from 2 on, scikit-learn's messages for
        each piece of training.

    pre_dispatch : int or str, default='2*n_jobs'
        Most tasks that the workers hold at a time, running ones included.

    random_state : int, RandomState instance or None, default=None
        Seed of everything random, that of the models included: a ``random_state`` of
        `estimator` itself does not matter. An int makes the search repeatable for
        any number and kind of workers.

    error_score : 'raise' or numeric, default=np.nan
        Score of a piece of training that raises. A member that raises, or whose score
        is not finite, ranks last and takes over another model, whatever the number; the
        search goes on unless it is ``'raise'``, or all members fail.

    return_train_score : bool, default=False
        Whether `cv_results_` has train scores.

    constraint : callable, default=None
        Maps the params dict of a member to true where it is allowed.

    initial_candidates : "default", None, list of dicts, DataFrame, dict, search or \
            path, default="default"
        What the first members start with, as in :class:`BayesSearchCV`; the others
        start with points of a Sobol sequence.

    batch_size : int or "auto", default="auto"
        Rows in a call of ``partial_fit``, see
        :func:`skhpo.population.resolve_trainer`.

    mutable : sequence of str, default=None
        The parameters that may change in mid-training, for estimators that
        :func:`skhpo.population.resolve_trainer` does not know; or to keep others
        fixed.

    checkpoint_dir : str or path, default=None
        Where models wait for the next generation, in a folder of its own that is
        removed at the end: never more than those of two generations. None is the
        place of temporary files. With workers on several hosts it must be one that
        all of them see. Without worker processes the models stay in memory.

    time_limit : float, default=None
        Seconds after which no piece of training starts, nor, before that, one that is
        expected to take longer than what is left. Those that run are finished. `fit`
        then goes on with the last complete generation.

    journal : str or path, default=None
        A file that keeps what the search finds, as in :class:`BayesSearchCV`; `fit`
        goes on after the last split that was finished. Beside it, or in
        `checkpoint_dir`, the models wait in a folder, ``search.jsonl.checkpoints`` for
        ``search.jsonl``, until the last generation is over. They are pickles: a search
        that goes on runs what is in them, so never let it go on from a journal and
        folder of a stranger. Only models whose digest is in the journal are loaded.
        `n_generations` may be raised until then, if `steps_per_generation` is a number.
    callbacks : list of SearchCallback, default=None
        What follows the search while it runs, and may end it: a progress bar, loggers
        to MLflow and Optuna, or callbacks of your own, see `skhpo.callbacks`.

    Attributes
    ----------
    best_schedule_ : list of dict
        What the winner's model went through, a record for each generation:
        ``generation``, ``member`` (who trained it), ``parent`` (whose model it was
        before), ``event`` (``"init"``, ``"continue"``, or ``"exploit"`` where a model
        was copied and given other parameters), ``start`` (steps before), ``n_steps``,
        ``unit``, ``params``, ``seed`` (for the whole data) and ``split_seeds``. See
        :func:`skhpo.population.replay_schedule`.

    cv_results_ : dict of numpy (masked) ndarrays
        As in ``RandomizedSearchCV``, with one row for each member of the last
        complete generation: ``params`` are the last ones, times those of the last
        generation. Further columns: ``n_steps`` (in all), ``n_exploits`` (copies on
        the way to the model), ``parent`` (who was copied last; the member's own
        number if nobody) and ``schedule`` (as `best_schedule_`).

    best_estimator_ : estimator
        The model trained along `best_schedule_`, or a
        :class:`skhpo.population.SplitEnsemble`; only with `refit`.

    best_score_ : float
        Mean cross-validated score of the winner; not with a callable `refit`. It is
        optimistic: the same scores have decided about every copy.

    best_params_ : dict
        The last parameters of the winner. They alone do not make the model: a
        training with them from the beginning is another one.

    best_index_ : int
        The winner, by its row in `cv_results_`.

    scorer_ : function or a dict
        The scorer, or a dict of scorers with several metrics.

    n_splits_ : int
        Number of splits.

    refit_time_ : float
        Seconds that the refit took.

    multimetric_ : bool
        Whether there are several metrics.

    classes_ : ndarray of shape (n_classes,)
        Class labels; only with `refit` and a classifier.

    n_features_in_ : int
        Number of features seen during ``fit``; only with `refit`.

    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features; only with `refit` and if they are all strings.

    history_ : list of dict
        A record for each member in each generation: ``generation``, ``member``,
        ``parent``, ``event``, ``start``, ``n_steps``, ``params``, ``origin``
        (``"baseline"``, ``"partial baseline"``, ``"given"``, ``"sobol"``,
        ``"random"``, ``"enumerated"`` or ``"explored"``), ``status``
        (``"complete"``, ``"failed"`` or ``"incomplete"``), ``score``,
        ``split_scores``, ``fit_errors`` (for each split why a step failed, or
        None), ``fit_times``, ``score_times`` and ``suggestion_time`` in
        seconds, ``start_times``, ``proposed_at`` and ``completed_at`` in seconds from
        the start, and ``workers``, a name for each process and thread.

    stop_reason_ : str
        ``"n_generations"``, ``"time limit"``, ``"callback"``, ``"died out"`` or
        ``"interrupted"``.

    n_fits_ : int
        Number of pieces of training on splits, failed ones included; with a `journal`
        those of all its runs.

    See Also
    --------
    BayesSearchCV : Searches for parameters that do not change in mid-training.

    Notes
    -----
    `best_score_` is chosen from the last generation after every generation was
    selected by the same splits, so it promises too much, the more so the smaller the
    data. Score the search on rows that it was not given, or by nested
    cross-validation.

    scikit-learn's callbacks are told of each piece of training as of a fit. They are
    not handed down to the estimators, whose training goes on from piece to piece.

    References
    ----------
    .. [1] M. Jaderberg et al. (2017). Population based training of neural networks.
    .. [2] J. Parker-Holder, V. Nguyen, S. J. Roberts (2020). Provably efficient
       online hyperparameter optimization with population-based bandits. Advances in
       Neural Information Processing Systems 33.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import SGDClassifier
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from skhpo import PBTSearchCV
    >>> from skhpo.space import Real
    >>> X, y = load_iris(return_X_y=True)
    >>> model = make_pipeline(
    ...     StandardScaler(), SGDClassifier(learning_rate="constant", eta0=0.1)
    ... )
    >>> search = PBTSearchCV(
    ...     model,
    ...     {"sgdclassifier__eta0": Real(1e-4, 1.0, prior="log-uniform")},
    ...     population_size=6,
    ...     n_generations=4,
    ...     steps_per_generation=2,
    ...     random_state=0,
    ... )
    >>> search.fit(X, y).score(X, y) > 0.9
    True
    >>> [record["start"] for record in search.best_schedule_]
    [0, 2, 4, 6]
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSearchCV._parameter_constraints,
        "param_distributions": [dict, list],
        "population_size": [Interval(numbers.Integral, 1, None, closed="left")],
        "n_generations": [Interval(numbers.Integral, 1, None, closed="left")],
        "steps_per_generation": [
            Interval(numbers.Integral, 1, None, closed="left"),
            StrOptions({"auto"}),
        ],
        "exploit": [StrOptions(set(get_args(ExploitName)))],
        "explore": [StrOptions(set(get_args(ExploreName)))],
        "quantile": [Interval(numbers.Real, 0, 0.5, closed="right")],
        "resample_probability": [Interval(numbers.Real, 0, 1, closed="both")],
        "perturbation": [tuple, list],
        "random_state": ["random_state"],
        "constraint": [callable, None],
        "initial_candidates": "no_validation",
        "batch_size": [
            Interval(numbers.Integral, 1, None, closed="left"),
            StrOptions({"auto"}),
        ],
        "mutable": [list, tuple, None],
        "checkpoint_dir": [str, os.PathLike, None],
        "time_limit": [Interval(numbers.Real, 0, None, closed="neither"), None],
        "journal": [str, os.PathLike, None],
        "callbacks": [list, tuple, None],
    }

    def __init__(
        self,
        estimator: BaseEstimator,
        param_distributions: dict[str, Any] | list[dict[str, Any]],
        *,
        population_size: int = 12,
        n_generations: int = 10,
        steps_per_generation: int | str = "auto",
        exploit: str = "truncation",
        explore: str = "perturb",
        quantile: float = 0.25,
        resample_probability: float = 0.25,
        perturbation: tuple[float, float] = (0.8, 1.2),
        scoring: Any = None,
        n_jobs: int | None = None,
        refit: bool | str | Callable[[dict[str, Any]], int] = True,
        cv: Any = None,
        verbose: int = 0,
        pre_dispatch: int | str = "2*n_jobs",
        random_state: int | np.random.RandomState | None = None,
        error_score: float | str = np.nan,
        return_train_score: bool = False,
        constraint: Callable[[dict[str, Any]], Any] | None = None,
        initial_candidates: Any = "default",
        batch_size: int | str = "auto",
        mutable: Sequence[str] | None = None,
        checkpoint_dir: str | os.PathLike[str] | None = None,
        time_limit: float | None = None,
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
        self.population_size = population_size
        self.n_generations = n_generations
        self.steps_per_generation = steps_per_generation
        self.exploit = exploit
        self.explore = explore
        self.quantile = quantile
        self.resample_probability = resample_probability
        self.perturbation = perturbation
        self.random_state = random_state
        self.constraint = constraint
        self.initial_candidates = initial_candidates
        self.batch_size = batch_size
        self.mutable = mutable
        self.checkpoint_dir = checkpoint_dir
        self.time_limit = time_limit
        self.journal = journal
        self.callbacks = callbacks

    @fit_context(prefer_skip_nested_validation=False)  # type: ignore[untyped-decorator]
    def fit(self, X: Any, y: Any = None, **params: Any) -> Self:
        """Train the population, then a model along the winner's schedule.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training data.

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

        StepwiseTrainingError
            If the estimator cannot be trained step by step, or one of the parameters
            has no place in such a training. Nothing has been fitted then.

        JournalError
            If the `journal` is broken, in use, or that of another search, or if the
            models beside it are not those that it speaks of.

        ValueError
            If another argument is invalid, or if all members fail.
        """
        self._forget_earlier_fit()
        given = Given.of(self, X, y, params)
        check_ensemble(self.estimator, self.refit)
        training = self._resolve_training(given.space)
        entropy = entropy_of(self)
        prescribed = resolve_initial_candidates(
            self.initial_candidates, self.estimator, given.space, self.population_size
        )
        tasks, splits = given.open(self)
        plan = TrainingPlan(
            X=given.X,
            y=given.y,
            splits=splits,
            classes=classes_of(self.estimator, given.y),
            space=given.space,
            training=training,
            population=self._make_population(
                given.space, training, splits, entropy, prescribed
            ),
            settings=given.settings(self),
            seed=entropy[0],
        )
        with (
            opened_journal(
                self, given, splits, entropy=entropy, prescribed=prescribed
            ) as journal,
            opened_checkpoints(self.journal, self.checkpoint_dir) as folder,
            self._telling_callbacks() as live,
        ):
            models = self._train(plan, folder, tasks, given.choice, journal, live)
            self._choose_best(given.choice)
            if self.refit:
                self._refit(plan, models, tasks)
            # An early end leaves them for a run that goes on.
            if journal is not None and self.stop_reason_ == "n_generations":
                folder.remove()
            self.scorer_ = named_scorers(given.scorers)
            tasks.finish()
        return self

    def replay(self, X: Any, y: Any = None, **fit_params: Any) -> Any:
        """Train another model along `best_schedule_`, on any data.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training data.

        y : array-like of shape (n_samples,) or (n_samples, n_output), default=None
            Target.

        **fit_params : dict of str -> object
            Passed to ``fit`` of the estimator.

        Returns
        -------
        model : estimator object
            The trained model. With the data of `fit` it is, bit for bit,
            `best_estimator_` as ``refit=True`` gives it.
        """
        check_is_fitted(self, "best_schedule_")
        return replay_schedule(
            self.estimator,
            self.best_schedule_,
            X,
            y,
            batch_size=cast(Any, self.batch_size),
            mutable=self.mutable,
            fit_params=fit_params,
        )
