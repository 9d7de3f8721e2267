"""Evolutionary search."""

import numbers
import os
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, cast, get_args

import numpy as np
from sklearn.base import BaseEstimator

from skhpo._compat._sklearn import Interval, StrOptions
from skhpo.callbacks import SearchCallback
from skhpo.generators import EvolutionName, Generator, make_evolution
from skhpo.search._base import GeneratorSearchCV
from skhpo.search._initial_candidates import Prescribed
from skhpo.space import SearchSpace
from skhpo.transfer import PriorKnowledge


class EvolutionarySearchCV(GeneratorSearchCV):
    """Evolutionary optimization of hyperparameters with cross-validation.

    It stands where :class:`sklearn.model_selection.GridSearchCV` or
    :class:`sklearn.model_selection.RandomizedSearchCV` stood. A new candidate is bred
    from the best so far as soon as a worker is free: there are no generations to wait
    for, and the same `random_state` gives the same candidates whatever the timing. To
    breed one takes a few milliseconds however many there have been, so it suits
    searches of many cheap candidates on many workers;
    :class:`skhpo.BayesSearchCV` needs fewer candidates.

    The best parameters are refitted on the whole data, and the methods of the
    estimator (``predict``, ``transform``, ``score`` and so on) are those of the
    refitted one.

    .. versionadded:: 0.1

    Parameters
    ----------
    estimator : estimator object
        The estimator to tune. It is cloned for every fit; either it has a ``score``
        method or `scoring` is given.

    param_distributions : dict or list of dicts
        The search space: parameter names with, value by value,

        - a list or array: numbers in rising or falling order make an ordered
          dimension, anything else (strings, tuples, None, estimators) an unordered
          one;
        - a frozen `scipy.stats` distribution;
        - any other object with a ``rvs(random_state=)`` method, which is sampled but
          not modelled;
        - a dimension of `skhpo.space`, such as
          ``Real(1e-6, 1e2, prior="log-uniform")``.

        A ``param_grid`` written for ``GridSearchCV`` works as it is. A list of dicts
        is one joint space with branches: a parameter that a branch lacks is inactive
        there, and masked in `cv_results_`.

    n_iter : int, default=100
        Number of candidates to evaluate. A finite space may end earlier, since no
        candidate is evaluated twice.

    algorithm : {"auto", "genetic", "differential", "cmaes", "nsga2"}, default="auto"
        How candidates are bred.

        - ``"genetic"``: crossover and mutation of the best so far, with preselection
          by their nearest neighbours; suits any space, and small budgets.
        - ``"differential"``: L-SHADE differential evolution, which takes its time and
          suits budgets of many hundreds.
        - ``"cmaes"``: covariance matrix adaptation with a margin for whole numbers and
          categorical distributions for choices; suits numbers that depend on each
          other, and budgets from some hundreds on.
        - ``"nsga2"``: NSGA-II, for several objectives.
        - ``"auto"``: ``"nsga2"`` with several objectives and ``"genetic"`` with one.

    population_size : int or "auto", default="auto"
        How many candidates are bred from, or for CMA-ES learned from at a time.
        ``"auto"`` is the algorithm's own default. At least 2, and at least
        4 for ``"differential"`` and ``"cmaes"``. It should be well below `n_iter`: the
        first so many candidates of ``"differential"`` and ``"nsga2"`` (16 by default)
        are the initial design, and ``"cmaes"`` learns nothing before.

    scoring : str, callable, list, tuple or dict, default=None
        As in ``RandomizedSearchCV``. With several metrics the search maximises the
        one that `refit`, or the ``metric`` of a rule given for it, names, and the
        first one if neither does; or all that `objectives` names.

    n_jobs : int, default=None
        Number of workers, as in joblib. None means 1 unless in a
        :func:`joblib.parallel_config` context, which also chooses the backend:
        loky, threading, multiprocessing, dask or ray.

    refit : bool, str, or callable, default=True
        As in ``RandomizedSearchCV``: whether to refit, the metric to refit by, or a
        callable that maps `cv_results_` to `best_index_`, such as the rules of
        `skhpo.refit`. By default the best mean score wins, as in scikit-learn. With
        `objectives` also ``"knee"``: the candidate of the front where giving up a
        little in one objective gains the most in the others.

    cv : int, cross-validation generator or iterable, default=None
        As in ``RandomizedSearchCV``. The splits are drawn once for a search.

    verbose : int, default=0
        From 1 on, a line for each candidate with the best score so far; from 2 on,
        scikit-learn's messages for each fit.

    pre_dispatch : int or str, default='2*n_jobs'
        Most tasks that the workers hold at a time, running ones included.

    random_state : int, RandomState instance or None, default=None
        Seed of the candidates. An int makes the search repeatable, for one worker
        and two alike if there are three splits or more, and with an explicit
        `max_pending` for any number of workers and splits.

    error_score : 'raise' or numeric, default=np.nan
        Score of a fit that raises. The search goes on unless it is ``'raise'``, or
        not one fit of the first 20 candidates, or of the whole initial design if
        that is longer, succeeds.

    return_train_score : bool, default=False
        Whether `cv_results_` has train scores.

    objectives : list or tuple of str, default=None
        Two or more names of what to maximise at once, toward the front of the
        candidates that no other one surpasses in everything. Metrics of `scoring`,
        and ``"neg_fit_time"`` and ``"neg_score_time"``, the negative seconds of a
        fit and of its scoring. If `scoring` is None or a name, the objectives that
        are names of scikit-learn's scorers are scored as well; a single metric
        without a name is called ``"score"``. Times differ from run to run: with
        them among the objectives, the same `random_state` does not give the same
        candidates. None means a single objective.

    constraint : callable, default=None
        Maps the params dict of a candidate to true where it is allowed. Candidates
        that are not allowed are never evaluated.

    initial_candidates : "default", None, list of dicts, DataFrame, dict, search or \
            path, default="default"
        What to evaluate first. ``"default"``: the current values of `estimator`
        where they lie in the space, for each of the first five branches of a list of
        dicts; parameters whose values do not are completed by the initial design. If
        all of them do, the result is never worse than the estimator as it is, on the
        same splits. A list of dicts or a DataFrame with a column for each parameter,
        each of which may be partial. Or another search (fitted, its `cv_results_`, or
        its journal), of which the best that lie in the space are evaluated.

    max_pending : int or "auto", default="auto"
        How many of the latest split scores a proposal may lack. It fixes which
        results are known when a candidate is bred, so that timing and the
        number of workers do not matter. ``"auto"`` is the smallest number that keeps
        the workers busy: the same for one and two workers where there are three
        splits or more, growing with the number of workers.

    racing : None, "auto" or rule, default=None
        Whether a candidate that promises too little is given up before all of its
        splits have been fitted. None evaluates every candidate on all splits.
        ``"auto"`` is :class:`skhpo.racing.PredictiveRule`; any object with its method
        ``is_hopeless`` will do. Candidates then advance side by side, so that workers
        do not run splits that a result still missing would save. What is given up
        keeps the scores it has, and never ranks before a candidate that is complete.

    stop : None, "auto", rule, or list of these, default=None
        What may end the search before its budget is used up: a rule of
        `skhpo.stopping`, such as ``Patience(20)`` or ``TargetScore(0.95)``, or any
        object with a method ``should_stop(trials)``. Of several, the first to say so
        ends it. ``"auto"`` is :class:`skhpo.stopping.NoImprovementExpected`: what can
        still be gained is less than the noise of the best score. What counts is what
        has been told in order, so timing does not matter. None: the search goes on.

    time_limit : float, default=None
        Seconds after which no fit starts; those that run are finished. From the
        second candidate on, no fit starts either that is expected to take longer than
        what is left, going by what similar ones took. `fit` then goes on with the
        complete candidates.

    fit_time_limit : float, default=None
        Seconds that one fit on one split may take, with its scoring. It is then ended
        and counts as failed, see `error_score`. Only for the loky and multiprocessing
        backends, so with `n_jobs` of 2 or more: fits that share a process with the
        search cannot be ended. A fit within compiled code that does not return to
        Python is ended a second later, with its worker process; what ran beside it
        is run again. The refit has no limit.

    resource : str, default=None
        What candidates are given a part of before the most promising get more:
        ``"n_samples"``, the training rows; a parameter of the estimator that makes
        its fits longer, such as ``"n_estimators"``, ``"max_iter"`` or
        ``"classifier__max_iter"``; or ``"epochs"``, passes over the training rows for
        estimators with ``partial_fit``. None gives all to everyone. See the notes.

    min_resource : int or "auto", default="auto"
        The least that a candidate gets. ``"auto"`` makes three amounts at most, so
        with `factor` 3 it is 1/9 of `max_resource`, and for ``"n_samples"`` at least
        two samples for each split and class.

    max_resource : int or "auto", default="auto"
        The most that a candidate gets, and the refit. ``"auto"`` is the number of
        samples, or the estimator's own value of the parameter.

    factor : float, default=3
        How many times more each amount is than the one before, and one in how many
        candidates gets it.

    prior_searches : list or tuple, default=None
        Earlier searches of the same estimator, on other data or on a part of it: fitted
        searches of skhpo or scikit-learn, `cv_results_` as a dict or a DataFrame, or
        the path of a `journal`. The two candidates that together served them best come
        right after `initial_candidates`, and so are in the first population. Parameters
        that this space lacks are ignored where the others still tell the candidate;
        what lies outside of the space is left out. Of several metrics the one counts
        that `refit` names, of the earlier search or else of this one.

    journal : str or path, default=None
        A file that keeps what the search finds: a line for each split that is
        finished, see `skhpo.journal`. If it is there already, `fit` goes on where the
        search stopped, however it was stopped, and gives what it would have given
        uninterrupted; times are those of the fits as they were run. Data, splits and
        all arguments that the candidates or scores depend on must be those that it
        was begun with; data are compared by their values, functions by their names.
        `n_iter` may be raised, but for ``"differential"``, which plans by it, and
        ``random_state=None`` takes up what was drawn. A `time_limit` is that of the
        run. A killed process loses no finished split; a loss of power those of the
        last moments.

    callbacks : list of SearchCallback, default=None
        What follows the search while it runs, and may end it: a progress bar, loggers
        to MLflow and Optuna, or callbacks of your own, see `skhpo.callbacks`.

    Attributes
    ----------
    cv_results_ : dict of numpy (masked) ndarrays
        As in ``RandomizedSearchCV``, with one row for each complete candidate. With
        `racing` there are also rows for discarded candidates, with NaN for the
        splits that did not run and means over the others, and a column
        ``n_splits_run``. With a `resource` each row has the scores with the most of it
        that the candidate got, ``n_resources`` says how much that was and ``iter``
        how often it was given more, as in ``HalvingRandomSearchCV``. More of the
        resource ranks before a better mean, and failed candidates rank last.

    best_estimator_ : estimator
        The estimator refitted with the best parameters; only with `refit`.

    best_score_ : float
        Mean cross-validated score of the best candidate; not with a callable
        `refit`. With ``refit="knee"`` and several metrics it is the score in the
        first of the `objectives` that is a metric, and so is that of ``score``.

    best_params_ : dict
        Parameters of the best candidate.

    best_index_ : int
        Row of the best candidate in `cv_results_`.

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

    pareto_front_ : ndarray of shape (n_front,), dtype intp
        Rows in `cv_results_` of the candidates that no other one dominates, the best
        in the first objective first. Candidates with a failed fit or without a
        finite score are not among them. Only with `objectives`.

    hypervolume_ : float
        The volume that the front dominates above `reference_point_`, in the product
        of the objectives' units; 0.0 for an empty front. Only with `objectives`.
        Compare searches by :func:`skhpo.pareto.hypervolume` with one reference.

    reference_point_ : ndarray of shape (n_objectives,), dtype float64
        The worst mean score of each objective among all complete candidates without
        a failed fit; NaN if there are none. Only with `objectives`.

    history_ : list of dict
        A record for each candidate proposed: ``candidate`` (position in the order of
        proposal), ``params``, ``origin`` (``"baseline"``, ``"partial baseline"``,
        ``"given"``, ``"prior search"`` or ``"sobol"`` for the initial design, then the
        operator: ``"crossover"``, ``"mutation"``, ``"differential evolution"`` or
        ``"cma-es"``; ``"random"`` or ``"enumerated"`` where nothing new was bred),
        ``parents`` (the positions of the candidates that it was bred from),
        ``status`` (``"complete"``, ``"failed"``, ``"discarded"`` or ``"incomplete"``),
        ``score`` and ``split_scores`` (with a number for each of several `objectives`),
        ``fit_errors`` (for each split why it failed, or None),
        ``fit_times``, ``score_times`` and ``suggestion_time`` in seconds,
        ``start_times`` of the fits, ``proposed_at`` and ``completed_at`` in seconds
        from the start, and ``workers``, a name for each fit's process and thread. With
        a `resource` also ``resource`` and ``rungs``, a list with the ``resource``,
        ``split_scores``, ``fit_times`` and ``completed_at`` of each amount; the status
        of a candidate that did not get all of it is ``"discarded"``.

    stop_reason_ : str
        ``"n_iter"``, ``"space exhausted"``, ``"time limit"``, ``"callback"``,
        ``"interrupted"``, or the class name of the rule in `stop` that ended the
        search, such as ``"Patience"``.

    n_fits_ : int
        Number of fits on splits, failed ones included; with a `journal` those of all
        its runs.

    See Also
    --------
    skhpo.BayesSearchCV : Proposes each candidate by a model of the scores.
    sklearn.model_selection.RandomizedSearchCV : Samples candidates at random.

    Notes
    -----
    Every algorithm starts from the same kind of initial design: the baseline followed
    by points of a scrambled Sobol sequence. No candidate is evaluated twice.

    The genetic algorithm selects by tournaments, crosses by simulated binary crossover
    [1]_ and uniform crossover, and mutates with rates that adapt themselves. The others
    are L-SHADE [2]_, CMA-ES [3]_ with margin [4]_ and with categorical distributions
    [5]_, and NSGA-II [6]_.

    The first steps of a pipeline are shared as in :class:`skhpo.BayesSearchCV`, with
    the same scores.

    With a `resource` the search is asynchronous successive halving [7]_ of the
    candidates that are bred, as described with :class:`skhpo.BayesSearchCV`; scores of
    smaller amounts are shifted by what the best candidates gained from one to the next.

    References
    ----------
    .. [1] Deb, K., Agrawal, R. B. (1995). Simulated binary crossover for continuous
       search space. Complex Systems 9, 115-148.
    .. [2] Tanabe, R., Fukunaga, A. (2014). Improving the search performance of SHADE
       using linear population size reduction. IEEE Congress on Evolutionary
       Computation.
    .. [3] Hansen, N. (2016). The CMA evolution strategy: a tutorial. arXiv:1604.00772.
    .. [4] Hamano, R., Saito, S., Nomura, M., Shirakawa, S. (2022). CMA-ES with margin:
       lower-bounding marginal probability for mixed-integer black-box optimization.
       Genetic and Evolutionary Computation Conference.
    .. [5] Hamano, R., Saito, S., Nomura, M., Uchida, K., Shirakawa, S. (2024). CatCMA:
       stochastic optimization for mixed-category problems. Genetic and Evolutionary
       Computation Conference.
    .. [6] Deb, K., Pratap, A., Agarwal, S., Meyarivan, T. (2002). A fast and elitist
       multiobjective genetic algorithm: NSGA-II. IEEE Transactions on Evolutionary
       Computation 6(2), 182-197.
    .. [7] Li, L., Jamieson, K., Rostamizadeh, A., Gonina, E., Ben-tzur, J., Hardt,
       M., Recht, B., Talwalkar, A. (2020). A system for massively parallel
       hyperparameter tuning. Proceedings of Machine Learning and Systems 2.

    Examples
    --------
    >>> from scipy.stats import loguniform
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import EvolutionarySearchCV
    >>> X, y = load_iris(return_X_y=True)
    >>> search = EvolutionarySearchCV(
    ...     SVC(),
    ...     {"C": loguniform(1e-3, 1e3), "kernel": ["linear", "rbf"]},
    ...     n_iter=20,
    ...     random_state=0,
    ... )
    >>> search.fit(X, y).best_score_ > 0.97
    np.True_
    >>> search.history_[-1]["parents"] != ()
    True

    Training rows are the resource here: most candidates see a ninth of them.

    >>> search = EvolutionarySearchCV(
    ...     SVC(),
    ...     {"C": loguniform(1e-3, 1e3), "kernel": ["linear", "rbf"]},
    ...     n_iter=9,
    ...     random_state=0,
    ...     resource="n_samples",
    ...     min_resource=16,
    ... ).fit(X, y)
    >>> sorted(set(search.cv_results_["n_resources"].tolist()))
    [17, 50, 150]
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **GeneratorSearchCV._parameter_constraints,
        "algorithm": [StrOptions(set(get_args(EvolutionName)))],
        "population_size": [
            Interval(numbers.Integral, 2, None, closed="left"),
            StrOptions({"auto"}),
        ],
    }

    def __init__(
        self,
        estimator: BaseEstimator,
        param_distributions: dict[str, Any] | list[dict[str, Any]],
        *,
        n_iter: int = 100,
        algorithm: str = "auto",
        population_size: int | str = "auto",
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
        racing: Any = None,
        stop: Any = None,
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
            estimator,
            param_distributions,
            n_iter=n_iter,
            scoring=scoring,
            n_jobs=n_jobs,
            refit=refit,
            cv=cv,
            verbose=verbose,
            pre_dispatch=pre_dispatch,
            random_state=random_state,
            error_score=error_score,
            return_train_score=return_train_score,
            objectives=objectives,
            constraint=constraint,
            initial_candidates=initial_candidates,
            max_pending=max_pending,
            racing=racing,
            stop=stop,
            time_limit=time_limit,
            fit_time_limit=fit_time_limit,
            resource=resource,
            min_resource=min_resource,
            max_resource=max_resource,
            factor=factor,
            prior_searches=prior_searches,
            journal=journal,
            callbacks=callbacks,
        )
        self.algorithm = algorithm
        self.population_size = population_size

    def _resolved_arguments(self, space: SearchSpace) -> dict[str, Any]:
        """Return what a journal is to know of arguments that depend on others."""
        if self.algorithm != "differential":
            return {}
        # Its population shrinks with what is left of the budget.
        return {"n_iter": int(min(self.n_iter, space.cardinality))}

    def _make_generator(
        self,
        space: SearchSpace,
        random_generator: np.random.Generator,
        prescribed: Sequence[Prescribed],
        prior: PriorKnowledge | None,
    ) -> Generator:
        """Return the generator of the algorithm."""
        return make_evolution(
            space,
            random_generator,
            algorithm=cast(EvolutionName, self.algorithm),
            n_candidates=int(min(self.n_iter, space.cardinality)),
            population_size=cast(Any, self.population_size),
            n_objectives=self._n_objectives,
            prescribed=prescribed,
            prior=prior,
        )
