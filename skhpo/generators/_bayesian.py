"""Bayesian optimization: a model of the scores, and where it promises most."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from skhpo.acquisition import AcquisitionName
from skhpo.generators._active_set import ActiveSet
from skhpo.generators._base import BaseGenerator
from skhpo.generators._fit_times import CostName, cost_weight
from skhpo.generators._observations import Observations, collect_observations
from skhpo.generators._prior_design import (
    PRIOR_ORIGIN,
    first_points,
    with_first_points,
)
from skhpo.generators._proposal import Prescribed, Proposal
from skhpo.generators._ranking import Evidence
from skhpo.generators._ranking_choice import SurrogateName, make_ranking
from skhpo.generators._scalarization import scalarize
from skhpo.generators._threads import one_blas_thread
from skhpo.space import SearchSpace
from skhpo.surrogates import Surrogate
from skhpo.transfer import PriorKnowledge

FloatArray = NDArray[np.float64]

# One known-good configuration is worth more than two Sobol points; designs of 3 to 8
# were ties in experiments, and 12 cost much.
_N_INITIAL, _N_SOBOL_AFTER_PRESCRIBED = 4, 2
# Earlier searches that are believed after two scores end the design, and name a
# candidate. Those that are not cost nothing: the design goes on as without them. When
# they named one before any score, that was most of the harm where they misled.
_N_INITIAL_IF_BELIEVED, _BELIEF = 2, 0.5
# So many they name for a model that cannot learn from them, and so many in all while
# there are no scores for a model.
_N_FOR_OTHER_SURROGATES, _MOST_FROM_PRIOR = 2, 4


class BayesianGenerator(BaseGenerator):
    """Proposes where a model of the scores promises most.

    After an initial design, by default a Gaussian process is fitted to the
    transformed scores and the logarithm of the expected improvement is maximised,
    as in Snoek et al. [1]_. Pending candidates are believed to score half a
    standard deviation less than predicted, which keeps proposals apart; candidates
    that were told of in part count for less; failed ones score as the worst of the
    others. Beyond 300 observations the model is fitted to a part of them, so that the
    time for a proposal stays bounded.

    Trials with several objectives are searched for their front: for each proposal
    the objectives are weighed anew, at random, as in ParEGO [3]_, and the model is
    one of the weighted scores.

    .. versionadded:: 0.1

    Parameters
    ----------
    space : SearchSpace
        The space.

    rng : numpy.random.Generator
        Source of all randomness.

    prescribed : sequence of (mapping, str), default=()
        Parameters to propose first, some or all of them, and their origin.

    prior : PriorKnowledge, default=None
        Earlier searches. A Gaussian process becomes a `TransferProcess`, which follows
        them as far as they agree with each other and with what is told. If they agree
        with each other they name a candidate once they are followed, and up to four
        where no two scores have been told when the initial design is over. For any
        other surrogate they name the two candidates behind the prescribed ones.

    n_initial : int or "auto", default="auto"
        Size of the initial design; the prescribed candidates and those that `prior`
        names count. ``"auto"`` is two more than these, and 4 without any. With
        `prior` and a Gaussian process it is one more, and 2 without any; the others
        follow while the earlier searches are not believed.

    surrogate : {"auto", "gp", "forest", "tpe"} or Surrogate, default="auto"
        The model of the scores.

        - ``"gp"``: a `GaussianProcess`.
        - ``"forest"``: a `Forest` of randomised trees.
        - ``"tpe"``: the densities of good and of other candidates, after
          Bergstra et al. [2]_; pending candidates count as not good.
        - ``"auto"``: the Gaussian process, whatever the space and however long the
          search. On 15 tuning problems of neural networks, boosted trees and single
          trees, among them conditional ones, the forest and the densities found
          worse candidates within 16, 32 and 64 evaluations alike, for each of the
          three kinds of models. The densities take a sixth of the time.
        - Any object with the methods of `Surrogate`. A copy of it is fitted anew
          for each proposal, to the features of a `FeatureMap`. If it remembers
          something from one fit to the next, it should be a `StatefulSurrogate`.

    acquisition : {"auto", "logei", "ei", "pi", "ucb", "thompson"}, default="auto"
        What a candidate promises, given the model.

        - ``"logei"``: the logarithm of the expected improvement.
        - ``"ei"``: the expected improvement.
        - ``"pi"``: the probability of improvement.
        - ``"ucb"``: the upper confidence bound.
        - ``"thompson"``: a draw from the posterior.
        - ``"auto"``: the logarithm of the expected improvement. On the same
          problems no other did significantly better, and the probability of
          improvement much worse.

        The densities of ``surrogate="tpe"`` rank as the expected improvement does
        and know no other: ``"auto"``, ``"logei"`` and ``"ei"`` are the same there.

    cost : {"fit_time"}, default=None
        What a candidate promises is divided by what it costs, to the power of alpha:
        the `fit_time` that a Gaussian process of the logarithms predicts from those
        that were told. Alpha falls from 1 at the first candidate behind the initial
        design to 0 at the last one, as in the cost-cooling of Lee et al. [4]_. Trials
        without a `fit_time` are left out, and earlier searches have none. An upper
        confidence bound or a draw cannot be had for its cost. None: the cost does not
        matter.

    n_candidates : int, default=None
        With a `cost`, how many candidates there are to be. None: alpha stays 1. It does
        not fall with the seconds that are left: where they were the budget, that gained
        nothing in experiments.

    Raises
    ------
    ValueError
        If the surrogate, the acquisition function or the cost is unknown, or they do
        not go together.

    References
    ----------
    .. [1] J. Snoek, H. Larochelle, R. P. Adams, "Practical Bayesian optimization
       of machine learning algorithms", 2012.

    .. [2] J. Bergstra, R. Bardenet, Y. Bengio, B. Kegl, "Algorithms for
       hyper-parameter optimization", 2011.

    .. [3] J. Knowles, "ParEGO: a hybrid algorithm with on-line landscape
       approximation for expensive multiobjective optimization problems", 2006.

    .. [4] E. H. Lee, V. Perrone, C. Archambeau, M. Seeger, "Cost-aware Bayesian
       optimization", 2020.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.generators import BayesianGenerator
    >>> from skhpo.space import Real, SearchSpace
    >>> from skhpo.trials import Trial, TrialStatus
    >>> space = SearchSpace({"x": Real(0.0, 1.0)})
    >>> generator = BayesianGenerator(space, np.random.default_rng(0))
    >>> best = -np.inf
    >>> for _ in range(12):
    ...     candidate = generator.ask()
    ...     score = -((candidate.params["x"] - 0.3) ** 2)
    ...     generator.tell(Trial(candidate, np.array([score]), TrialStatus.COMPLETE))
    ...     best = max(best, score)
    >>> bool(best > -1e-3)
    True
    """

    def __init__(
        self,
        space: SearchSpace,
        rng: np.random.Generator,
        *,
        prescribed: Sequence[Prescribed] = (),
        prior: PriorKnowledge | None = None,
        n_initial: int | Literal["auto"] = "auto",
        surrogate: SurrogateName | Surrogate = "auto",
        acquisition: AcquisitionName = "auto",
        cost: CostName | None = None,
        n_candidates: int | None = None,
    ) -> None:
        can_learn = prior is not None and _can_learn(surrogate)
        n_named = 0 if can_learn else _N_FOR_OTHER_SURROGATES
        prescribed = with_first_points(prescribed, space, prior, n_named)
        self._n_unless_believed = 0
        if n_initial == "auto" and can_learn:
            self._n_unless_believed = _default_size(len(prescribed))
            n_initial = len(prescribed) + 1 if prescribed else _N_INITIAL_IF_BELIEVED
        elif n_initial == "auto":
            n_initial = _default_size(len(prescribed))
        super().__init__(space, rng, prescribed=prescribed, n_initial=n_initial)
        self._ranking = make_ranking(
            space, surrogate, acquisition, self.is_eligible, rng, prior, cost
        )
        self._active_set = ActiveSet()
        self._prior = prior
        self._cost = cost
        self._n_candidates = n_candidates

    def propose(self) -> Iterator[Proposal]:
        """Rank points by what the model promises; Sobol points without a model.

        Yields
        ------
        proposal : Proposal
            A point, the most promising first.
        """
        observations = collect_observations(self.trials)
        if observations.n_finite < 2:
            yield from self._named_by_prior()
            yield from self.sobol()
            return
        evidence = self._evidence(observations)
        yield from self._as_prior_deserves(evidence)
        with one_blas_thread():
            points = self._ranking.rank(evidence, self.rng)
        for point in points:
            yield Proposal(point, "bayesian")

    def state_dict(self) -> dict[str, Any]:
        """Return the whole state, that of the random generator included.

        Returns
        -------
        state : dict
            Ready for JSON.
        """
        return super().state_dict() | {
            "ranking": self._ranking.state_dict(),
            "left_out": sorted(self._active_set.left_out),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over the state of a generator that was made with equal arguments.

        Parameters
        ----------
        state : mapping of str to object
            What :meth:`state_dict` returned.
        """
        super().load_state_dict(state)
        self._ranking.load_state_dict(state["ranking"])
        self._active_set.left_out = set(state["left_out"])

    def _named_by_prior(self) -> Iterator[Proposal]:
        """Name what served earlier searches best, if these agree with each other."""
        n_named = sum(one.origin == PRIOR_ORIGIN for one in self.candidates)
        if self._prior is None or n_named >= _MOST_FROM_PRIOR:
            return
        with one_blas_thread():
            trust = float(self._prior.trust.sum())
        if trust < _BELIEF:
            return
        taken = self._points(np.arange(len(self.candidates)))
        for point in first_points(self._prior, 1, taken):
            yield Proposal(point, PRIOR_ORIGIN)

    def _as_prior_deserves(self, evidence: Evidence) -> Iterator[Proposal]:
        """Name a candidate once earlier searches are believed.

        The design was cut short for them; it goes on while they are not.
        """
        is_named = any(one.origin == PRIOR_ORIGIN for one in self.candidates)
        is_over = len(self.candidates) >= self._n_unless_believed
        if not self._n_unless_believed or (is_named and is_over):
            return
        with one_blas_thread():
            is_believed = self._ranking.weigh_prior(evidence) >= _BELIEF
        if is_believed and not is_named:
            yield from self._named_by_prior()
        elif not is_believed and not is_over:
            yield from self.sobol()

    def _evidence(self, observations: Observations) -> Evidence:
        """Gather what the ranking may learn from."""
        used = observations.take(self._active_set.select(observations, self.rng))
        scores = used.scores
        if scores.ndim == 2:
            scores = scalarize(scores, self.rng)
        pending = np.setdiff1d(np.arange(len(self.candidates)), observations.indices)
        return Evidence(
            points=self._points(used.indices),
            scores=scores,
            noise_scale=used.noise_scale,
            pending=self._points(pending),
            n_observed=len(observations.indices),
            fit_times=self._fit_times(used.indices),
            cost_weight=self._cost_weight(),
        )

    def _fit_times(self, indices: NDArray[np.intp]) -> FloatArray | None:
        """Return the fit times of candidates, NaN where unknown; None if no matter."""
        if self._cost is None:
            return None
        known = [self.trials[index].fit_time for index in indices.tolist()]
        return np.array([np.nan if one is None else one for one in known])

    def _cost_weight(self) -> float:
        """Return how much fit times count: less and less, where there is an end."""
        if self._n_candidates is None:
            return 1.0
        return cost_weight(self._n_candidates, len(self.candidates), self.n_independent)

    def _points(self, indices: NDArray[np.intp]) -> FloatArray:
        """Return the points of candidates."""
        points = [self.candidates[index].point for index in indices]
        return np.array(points).reshape(len(indices), self.space.n_dims)


def _can_learn(surrogate: object) -> bool:
    """Tell whether the model is one that follows earlier searches."""
    return isinstance(surrogate, str) and surrogate in ("auto", "gp")


def _default_size(n_prescribed: int) -> int:
    """Return the size of the initial design."""
    return n_prescribed + _N_SOBOL_AFTER_PRESCRIBED if n_prescribed else _N_INITIAL
