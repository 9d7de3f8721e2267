"""CMA-ES for mixed spaces, told one result at a time."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from skhpo.generators._base import BaseGenerator
from skhpo.generators._categorical_distribution import CategoricalDistribution
from skhpo.generators._covariance_adaptation import CovarianceAdaptation
from skhpo.generators._learning_rates import LearningRates
from skhpo.generators._margin import Margin
from skhpo.generators._observations import collect_observations
from skhpo.generators._proposal import Prescribed, Proposal
from skhpo.space import SearchSpace
from skhpo.trials import Candidate, Trial, TrialStatus

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

_N_INITIAL, _N_SOBOL_AFTER_PRESCRIBED = 6, 3
_TRUST_REGION = 1.0
_MOST_SAMPLES = 500
_MOST_REDRAWS = 10
# A distribution narrower than this has converged.
_LEAST_DEVIATION = 1e-11


@dataclass(frozen=True, eq=False)
class _Sample:
    """A draw from the distribution, which knows more than the point it stands for."""

    numbers: FloatArray
    choices: IntArray
    generation: int


class CMAESGenerator(BaseGenerator):
    """Draws from a distribution that moves and stretches toward good candidates.

    Numbers come from a multivariate normal distribution, adapted by CMA-ES [1]_, with
    a margin that keeps the levels of ordered ones within reach [2]_; choices come
    from categorical distributions, adapted by natural gradients [3]_. On request the
    learning rates fall where updates contradict each other, as under noise [4]_.

    There is no barrier between generations: each candidate is drawn from the
    distribution as it stands, which is updated whenever `population_size` of them
    have been told. Those drawn before the last update count as solutions from
    outside [5]_. A draw that was evaluated before counts again with the score that it
    has, and costs nothing. Once the distribution has converged, it starts again from
    a random point with twice the population [6]_.

    .. versionadded:: 0.1

    Parameters
    ----------
    space : SearchSpace
        The space.

    rng : numpy.random.Generator
        Source of all randomness.

    prescribed : sequence of (mapping, str), default=()
        Parameters to propose first, some or all of them, and their origin.

    n_initial : int or "auto", default="auto"
        Size of the initial design; the prescribed candidates count. The best of it is
        the first mean; without any that is the centre of the cube.

    population_size : int or "auto", default="auto"
        How many results make an update, at least 3. ``"auto"`` is 4 + 3 ln d.

    step_size : float, default=0.25
        The standard deviation to begin with, as a share of each range.

    adapts_learning_rates : bool, default=False
        Whether the learning rates follow the signal-to-noise ratio: slower where
        there is no noise, and more robust where there is and the budget is long.

    References
    ----------
    .. [1] N. Hansen, "The CMA evolution strategy: a tutorial", 2016.

    .. [2] R. Hamano, S. Saito, M. Nomura, S. Shirakawa, "CMA-ES with margin:
       lower-bounding marginal probability for mixed-integer black-box optimization",
       2022.

    .. [3] R. Hamano, S. Saito, M. Nomura, K. Uchida, S. Shirakawa, "CatCMA:
       stochastic optimization for mixed-category problems", 2024.

    .. [4] M. Nomura, Y. Akimoto, I. Ono, "CMA-ES with learning rate adaptation: can
       CMA-ES with default population size solve multimodal and noisy problems?",
       2023.

    .. [5] N. Hansen, "Injecting external solutions into CMA-ES", 2011.

    .. [6] A. Auger, N. Hansen, "A restart CMA evolution strategy with increasing
       population size", 2005.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.generators import CMAESGenerator
    >>> from skhpo.space import Real, SearchSpace
    >>> from skhpo.trials import Trial, TrialStatus
    >>> space = SearchSpace({"x": Real(0.0, 1.0), "y": Real(0.0, 1.0)})
    >>> generator = CMAESGenerator(space, np.random.default_rng(0))
    >>> best = -np.inf
    >>> for _ in range(120):
    ...     candidate = generator.ask()
    ...     score = -((candidate.point - 0.3) ** 2).sum()
    ...     generator.tell(Trial(candidate, np.array([score]), TrialStatus.COMPLETE))
    ...     best = max(best, score)
    >>> bool(best > -1e-4)
    True
    """

    def __init__(
        self,
        space: SearchSpace,
        rng: np.random.Generator,
        *,
        prescribed: Sequence[Prescribed] = (),
        n_initial: int | Literal["auto"] = "auto",
        population_size: int | Literal["auto"] = "auto",
        step_size: float = 0.25,
        adapts_learning_rates: bool = False,
    ) -> None:
        if n_initial == "auto":
            n_initial = _N_INITIAL
            if prescribed:
                n_initial = len(prescribed) + _N_SOBOL_AFTER_PRESCRIBED
        super().__init__(space, rng, prescribed=prescribed, n_initial=n_initial)
        axes = list(enumerate(space.axes))
        self._numeric = [c for c, a in axes if a.kind in ("continuous", "ordered")]
        self._chosen = [c for c, a in axes if a.kind == "categorical"]
        self._drawn = [c for c, a in axes if a.kind == "sampled"]
        if population_size == "auto":
            n_modelled = len(self._numeric) + len(self._chosen)
            population_size = 4 + int(3 * math.log(max(n_modelled, 1)))
        self._first_population_size = max(3, population_size)
        self._step_size = step_size
        self._adapts = adapts_learning_rates
        self._n_restarts = -1
        self._samples: dict[int, _Sample] = {}
        self._told: list[tuple[int, _Sample]] = []
        self._index_of: dict[bytes, int] = {}

    def propose(self) -> Iterator[Proposal]:
        """Draw from the distribution.

        Yields
        ------
        proposal : Proposal
            A point, until many draws were neither new nor allowed.
        """
        if self._n_restarts < 0:
            self._start(self._first_mean())
        for _ in range(_MOST_SAMPLES):
            sample = self._draw()
            point = self._point(sample)
            if self.is_eligible(point):
                self._latest = sample
                yield Proposal(point, "cma-es")
            index = self._index_of.get(self.space.key(point))
            if index is not None and self._is_over(index):
                self._count(index, sample)

    def ask(self) -> Candidate:
        """Propose a candidate.

        Returns
        -------
        candidate : Candidate
            A candidate that was not proposed before and that is allowed.

        Raises
        ------
        SpaceExhaustedError
            If no such candidate is left.
        """
        candidate = super().ask()
        self._index_of[self.space.key(candidate.point)] = candidate.index
        if candidate.origin == "cma-es":
            self._samples[candidate.index] = self._latest
        return candidate

    def tell(self, trial: Trial) -> None:
        """Learn the scores of a candidate.

        Parameters
        ----------
        trial : Trial
            What is known of the candidate so far. Only the first trial that is over
            counts for the distribution.

        Raises
        ------
        ValueError
            If the candidate was not proposed by this generator.
        """
        super().tell(trial)
        if self._is_over(trial.candidate.index):
            sample = self._samples.pop(trial.candidate.index, None)
            if sample is not None:
                self._count(trial.candidate.index, sample)

    def _is_over(self, index: int) -> bool:
        """Tell whether all is known of a candidate that ever will be."""
        trial = self.trials.get(index)
        return trial is not None and trial.status is not TrialStatus.RUNNING

    def _first_mean(self) -> FloatArray:
        """Return the best point of the initial design, or the centre of the cube."""
        observations = collect_observations(self.trials)
        if observations.n_finite == 0:
            return np.full(self.space.n_dims, 0.5)
        best = observations.indices[int(observations.scores.argmax())]
        return np.array(self.candidates[best].point)

    def _start(self, mean: FloatArray) -> None:
        """Begin at a point; the population doubles with each restart."""
        self._n_restarts += 1
        size = self._first_population_size * 2**self._n_restarts
        self._population_size = size
        self._normal = self._margin = self._categories = None
        if self._numeric:
            d = len(self._numeric)
            rates = LearningRates(d) if self._adapts else None
            self._normal = CovarianceAdaptation(
                mean[self._numeric], self._step_size, size, rates
            )
            axes = [self.space.axes[column] for column in self._numeric]
            self._margin = Margin(axes, size)
            self._margin.correct(self._normal)
        if self._chosen:
            n_choices = [self._n_choices(column) for column in self._chosen]
            self._categories = CategoricalDistribution(n_choices, size, _TRUST_REGION)
        self._generation = 0
        self._samples.clear()
        self._told.clear()

    def _n_choices(self, column: int) -> int:
        """Return the number of choices of a categorical axis."""
        n_levels = self.space.axes[column].n_levels
        assert n_levels is not None
        return n_levels

    def _draw(self) -> _Sample:
        """Draw from the distribution, within the cube where that is soon done."""
        numbers = np.empty(0)
        if self._normal is not None:
            draws = self._normal.sample(_MOST_REDRAWS, self.rng)
            is_inside = ((draws >= 0.0) & (draws <= 1.0)).all(axis=1)
            numbers = np.clip(draws[is_inside.argmax()], 0.0, 1.0)
        choices = np.empty(0, dtype=np.intp)
        if self._categories is not None:
            choices = self._categories.sample(1, self.rng)[0]
        return _Sample(numbers, choices, self._generation)

    def _point(self, sample: _Sample) -> FloatArray:
        """Return the canonical point that a draw stands for."""
        point = np.empty(self.space.n_dims)
        point[self._numeric] = sample.numbers
        for column, choice in zip(self._chosen, sample.choices, strict=True):
            point[column] = self.space.axes[column].from_level(choice)
        point[self._drawn] = self.rng.random(len(self._drawn))
        canonical: FloatArray = self.space.canonicalize(point[None])[0]
        return canonical

    def _count(self, index: int, sample: _Sample) -> None:
        """Add a result, and update the distribution when there are enough."""
        self._told.append((index, sample))
        if len(self._told) >= self._population_size:
            ranked = self._ranked()
            self._told = []
            if ranked:
                self._update(ranked)

    def _ranked(self) -> list[tuple[int, _Sample]]:
        """Sort the results, the best first; nothing where all have failed."""
        trials = {index: self.trials[index] for index, _ in self._told}
        observations = collect_observations(trials)
        scores = dict(zip(observations.indices, observations.scores, strict=True))
        failed = set(observations.indices[observations.has_failed])
        if not scores:
            return []
        return sorted(
            self._told, key=lambda one: (one[0] in failed, -scores.get(one[0], -np.inf))
        )

    def _update(self, ranked: list[tuple[int, _Sample]]) -> None:
        """Let the distributions learn from one population."""
        points = np.array([self.candidates[index].point for index, _ in ranked])
        is_active = self.space.active(points)
        is_older = np.array([one.generation < self._generation for _, one in ranked])
        if self._categories is not None:
            choices = np.array([one.choices for _, one in ranked])
            self._categories.update(choices, is_active[:, self._chosen])
        if self._normal is not None and self._margin is not None:
            numbers = np.array([one.numbers for _, one in ranked])
            numbers = _without_drag(
                numbers, is_active[:, self._numeric], self._normal.mean
            )
            self._normal.update(numbers, is_older)
            self._margin.correct(self._normal)
        self._generation += 1
        if self._has_converged():
            self._start(self.rng.random(self.space.n_dims))

    def _has_converged(self) -> bool:
        """Tell whether further draws would all be alike."""
        if self._normal is None:
            return False
        return bool(self._normal.deviations.max() < _LEAST_DEVIATION)

    def state_dict(self) -> dict[str, Any]:
        """Return the whole state, that of the random generator included.

        Returns
        -------
        state : dict
            Ready for JSON.
        """
        state = super().state_dict() | {"n_restarts": self._n_restarts}
        if self._n_restarts < 0:
            return state
        categories, normal = self._categories, self._normal
        return state | {
            "generation": self._generation,
            "normal": None if normal is None else normal.state_dict(),
            "categories": None if categories is None else categories.state_dict(),
            "samples": [_encode(*one) for one in self._samples.items()],
            "told": [_encode(*one) for one in self._told],
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over the state of a generator that was made with equal arguments.

        Parameters
        ----------
        state : mapping of str to object
            What :meth:`state_dict` returned.
        """
        super().load_state_dict(state)
        self._index_of = {
            self.space.key(one.point): one.index for one in self.candidates
        }
        self._n_restarts = int(state["n_restarts"])
        if self._n_restarts < 0:
            return
        self._n_restarts -= 1
        self._start(np.full(self.space.n_dims, 0.5))
        self._generation = int(state["generation"])
        if self._normal is not None:
            self._normal.load_state_dict(state["normal"])
        if self._categories is not None:
            self._categories.load_state_dict(state["categories"])
        self._samples = dict(map(_decode, state["samples"]))
        self._told = list(map(_decode, state["told"]))


def _without_drag(
    numbers: FloatArray, is_active: NDArray[np.bool_], mean: FloatArray
) -> FloatArray:
    """Let inactive coordinates, which say nothing, lie around the mean.

    They keep their spread, since anything narrower would shrink the distribution.
    """
    if is_active.all():
        return numbers
    n_inactive = np.maximum((~is_active).sum(axis=0), 1)
    shift = np.where(is_active, 0.0, numbers - mean).sum(axis=0) / n_inactive
    return np.where(is_active, numbers, numbers - shift)


def _encode(index: int, sample: _Sample) -> dict[str, Any]:
    """Return a draw, ready for JSON."""
    return {
        "index": index,
        "numbers": sample.numbers.tolist(),
        "choices": sample.choices.tolist(),
        "generation": sample.generation,
    }


def _decode(state: Mapping[str, Any]) -> tuple[int, _Sample]:
    """Restore a draw."""
    numbers = np.array(state["numbers"], dtype=np.float64)
    choices = np.array(state["choices"], dtype=np.intp)
    return int(state["index"]), _Sample(numbers, choices, int(state["generation"]))
