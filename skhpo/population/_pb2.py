"""PB2: parameters from a model of what they gained, and when."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.acquisition import Mutation, UpperConfidenceBound
from skhpo.generators._threads import one_blas_thread
from skhpo.population._explore import MutableAxes, ResampleExplorer, Transition
from skhpo.population._trainer import Role
from skhpo.space import FeatureMap, SearchSpace
from skhpo.surrogates import GaussianProcess, transform_targets

FloatArray = NDArray[np.float64]

# A model of fewer gains would only repeat its prior.
_FEWEST_TRANSITIONS = 3
# The process costs the cube of this; what is old counts little anyway.
_MOST_TRANSITIONS = 300
_N_UNIFORM, _N_MUTANTS, _N_PARENTS = 500, 200, 8
_SCALES = (0.3, 0.15, 0.05)


class PB2Explorer:
    """Proposes what a time-varying Gaussian process expects to gain most.

    After Parker-Holder et al. [1]_: the process learns by how much the score of a
    model grew in a generation, from its parameters, the generation, and the score
    that it started from; the proposal maximises the upper confidence bound for the
    generation to come. Members that were given parameters for it before count as
    having gained what was expected, and the same parameters are not proposed twice,
    so that the members of one generation differ.

    Other than in the paper the kernel is a Matern-5/2 with one lengthscale for each
    parameter, for the time and for the score, all fitted; choices without an order
    are coded one-hot; and the maximum is sought by random points and mutants of the
    best of them, so that whole numbers, choices and the constraint are kept.

    .. versionadded:: 0.1

    Parameters
    ----------
    space : SearchSpace
        The space.

    roles : mapping of str to {"mutable", "structural"}
        The role of each parameter; structural ones are left as they are.

    resample_probability : float, default=0.25
        With which probability a parameter is drawn anew while too few gains are
        known: in the first generations.

    References
    ----------
    .. [1] J. Parker-Holder, V. Nguyen, S. J. Roberts, "Provably efficient online
       hyperparameter optimization with population-based bandits", 2020.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.population import PB2Explorer, Transition
    >>> from skhpo.space import Real, SearchSpace
    >>> space = SearchSpace({"alpha": Real(0.0, 1.0)})
    >>> explorer = PB2Explorer(space, {"alpha": "mutable"})
    >>> gains = [
    ...     Transition(1, 0.5, np.array([u]), gain=0.1 - abs(u - 0.7))
    ...     for u in np.linspace(0, 1, 9)
    ... ]
    >>> explorer.learn(gains, [])
    >>> _, params = explorer.explore(
    ...     np.array([0.1]),
    ...     {"alpha": 0.1},
    ...     generation=2,
    ...     start_score=0.5,
    ...     rng=np.random.default_rng(0),
    ... )
    >>> 0.5 < params["alpha"] < 0.9
    True
    """

    def __init__(
        self,
        space: SearchSpace,
        roles: Mapping[str, Role],
        *,
        resample_probability: float = 0.25,
    ) -> None:
        self._space = space
        self._axes = MutableAxes(space, roles)
        self._random = ResampleExplorer(
            space, roles, resample_probability=resample_probability
        )
        self._mutation = Mutation(space)
        self._feature_map = FeatureMap(space.axes)
        groups = np.concatenate([[0, 1], self._feature_map.groups + 2])
        self._process = GaussianProcess(groups.astype(np.intp))
        self._model: GaussianProcess | None = None
        self._elites = np.empty((0, space.n_dims))
        self._taken: set[bytes] = set()

    def learn(
        self, transitions: Sequence[Transition], continuing: Sequence[Transition]
    ) -> None:
        """Fit the process to the gains so far.

        Parameters
        ----------
        transitions : sequence of Transition
            What became of every model in every generation but the first; those of
            failed members are left out.

        continuing : sequence of Transition
            The members that go on with the parameters they have.
        """
        self._taken = {self._space.key(one.point) for one in continuing}
        known = [one for one in transitions if np.isfinite(one.gain)]
        known = known[-_MOST_TRANSITIONS:]
        if len(known) < _FEWEST_TRANSITIONS:
            return
        scores = np.array([one.start_score for one in known])
        self._offset = float(scores.min())
        self._spread = float(np.ptp(scores)) or 1.0
        self._n_generations = max(one.generation for one in known) + 1
        gains = np.array([one.gain for one in known])
        with one_blas_thread():
            self._model = self._process.fit(
                self._features(known), transform_targets(gains)
            )
            if continuing:
                self._model = self._believe(self._model, continuing)
        order = np.argsort(-gains, kind="stable")[:_N_PARENTS]
        self._elites = np.array([known[position].point for position in order])

    def explore(
        self,
        point: FloatArray,
        params: Mapping[str, Any],
        *,
        generation: int,
        start_score: float,
        rng: np.random.Generator,
    ) -> tuple[FloatArray, dict[str, Any]]:
        """Propose the values of the mutable parameters that promise most.

        Parameters
        ----------
        point : ndarray of shape (n_dims,), dtype float64
            The canonical point of the model that was copied.

        params : mapping of str to object
            Its parameters.

        generation : int
            The generation that they are for.

        start_score : float
            The mean score of the model.

        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        point : ndarray of shape (n_dims,), dtype float64
            A canonical point that the constraint allows.

        params : dict of str to object
            What it stands for.
        """
        columns = self._axes.columns(point)
        if self._model is None or not len(columns):
            return self._random.explore(
                point,
                params,
                generation=generation,
                start_score=start_score,
                rng=rng,
            )
        is_fixed = np.ones(self._space.n_dims, dtype=bool)
        is_fixed[columns] = False
        with one_blas_thread():
            ranked = self._rank(point, is_fixed, generation, start_score, rng)
            new = (one for one in ranked if self._space.key(one) not in self._taken)
            found = self._axes.first_allowed(new, point, params)
            if found is None:
                # A small space may have nothing new; a copy has its own seeds too.
                found = self._axes.first_allowed(ranked, point, params)
            if found is None:
                return point, dict(params)
            self._taken.add(self._space.key(found[0]))
            chosen = Transition(generation, start_score, found[0], np.nan)
            self._model = self._believe(self._model, [chosen])
        return found

    def _believe(
        self, model: GaussianProcess, pending: Sequence[Transition]
    ) -> GaussianProcess:
        """Let the model believe in what is predicted of pending transitions."""
        return model.condition(self._features(pending), pessimism=0.0)

    def _rank(
        self,
        point: FloatArray,
        is_fixed: NDArray[np.bool_],
        generation: int,
        start_score: float,
        rng: np.random.Generator,
    ) -> FloatArray:
        """Return points that share what is fixed, the most promising first."""
        assert self._model is not None
        bound = UpperConfidenceBound(self._model)

        def fixed(points: FloatArray) -> FloatArray:
            return self._space.canonicalize(np.where(is_fixed, point, points))

        def promise(points: FloatArray) -> FloatArray:
            return bound(self._with_context(points, generation, start_score))

        points = fixed(
            np.vstack([point[None], self._elites, rng.random((_N_UNIFORM, len(point)))])
        )
        values = promise(points)
        for scale in _SCALES:
            parents = points[np.argsort(-values, kind="stable")[:_N_PARENTS]]
            mutants = fixed(self._mutation(parents, _N_MUTANTS, scale, rng))
            points = np.vstack([points, mutants])
            values = np.append(values, promise(mutants))
        return points[np.argsort(-values, kind="stable")]

    def _features(self, transitions: Sequence[Transition]) -> FloatArray:
        """Return what the process sees of members, a row each."""
        return np.vstack(
            [
                self._with_context(one.point[None], one.generation, one.start_score)
                for one in transitions
            ]
        )

    def _with_context(
        self, points: FloatArray, generation: int, start_score: float
    ) -> FloatArray:
        """Return features of points: the time, the score at the start, the rest."""
        features = self._feature_map.transform(points, self._space.active(points))
        context = [
            generation / self._n_generations,
            (start_score - self._offset) / self._spread,
        ]
        return np.hstack([np.tile(context, (len(points), 1)), features])
