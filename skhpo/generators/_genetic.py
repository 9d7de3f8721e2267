"""A genetic algorithm in a steady state, for small budgets and mixed spaces."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from skhpo.generators._base import BaseGenerator
from skhpo.generators._observations import Observations, collect_observations
from skhpo.generators._operators import Variation, tournament
from skhpo.generators._preselection import Preselection
from skhpo.generators._proposal import Prescribed, Proposal
from skhpo.space import SearchSpace
from skhpo.trials import Candidate

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

# All of these were chosen by the quality benchmark, at 64 and 200 candidates.
_N_INITIAL, _N_SOBOL_AFTER_PRESCRIBED = 4, 2
_POPULATION_SIZE = 10
_TOURNAMENT_SIZE = 2
_CROSSOVER_RATE, _CROSSOVER_INDEX = 0.7, 5.0
# How many coordinates of a child change in the mean, and how far.
_N_CHANGES, _STEP = 1.5, 0.25
_LARGEST_RATE, _STEP_BOUNDS = 0.8, (0.01, 0.4)
_ADAPTATION = 0.3
_BROOD_SIZE = 32
_MOST_BROODS = 20


@dataclass(frozen=True, eq=False)
class _Brood:
    """Children of one moment, the most promising first."""

    points: FloatArray
    parents: list[tuple[int, ...]]
    rates: FloatArray
    steps: FloatArray


class GeneticGenerator(BaseGenerator):
    """Breeds from the best candidates so far: a steady-state genetic algorithm.

    Each time it is asked, it breeds from the best `population_size` candidates that
    have been told of, so that there are no generations to wait for and the best are
    never lost. Parents are selected by tournaments; most children come from two, by
    simulated binary crossover [1]_ of their numbers and uniform crossover of
    everything else, and all are mutated: numbers by polynomial mutation [2]_, choices
    by another choice. What a change of branch makes active is taken from the parent
    that has it, or redrawn.

    The mutation rate and the length of the steps are inherited and mutated
    themselves, after Baeck and Schuetz [3]_, so that those of successful lines
    prevail. Of a brood of children the one is proposed whose nearest neighbours
    scored best and that is not too close to them [4]_. No candidate is bred twice, and
    near-clones of better candidates are not bred from [5]_.

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
        Size of the initial design; the prescribed candidates count. ``"auto"`` is
        two more than the prescribed candidates, and 4 without any.

    population_size : int or "auto", default="auto"
        How many of the best candidates can be parents. ``"auto"`` is 10.

    References
    ----------
    .. [1] K. Deb, R. B. Agrawal, "Simulated binary crossover for continuous search
       space", 1995.

    .. [2] K. Deb, S. Agrawal, "A niched-penalty approach for constraint handling in
       genetic algorithms", 1999.

    .. [3] T. Baeck, M. Schuetz, "Intelligent mutation rate control in canonical
       genetic algorithms", 1996.

    .. [4] J. Zhang, A. Zhou, K. Tang, G. Zhang, "Preselection via classification: a
       case study on evolutionary multiobjective optimization", 2018.

    .. [5] A. Petrowski, "A clearing procedure as a niching method for genetic
       algorithms", 1996.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.generators import GeneticGenerator
    >>> from skhpo.space import Categorical, Real, SearchSpace
    >>> from skhpo.trials import Trial, TrialStatus
    >>> space = SearchSpace({"x": Real(0.0, 1.0), "kind": Categorical(["a", "b", "c"])})
    >>> generator = GeneticGenerator(space, np.random.default_rng(0))
    >>> best = -np.inf
    >>> for _ in range(40):
    ...     candidate = generator.ask()
    ...     params = candidate.params
    ...     score = (params["kind"] == "b") - (params["x"] - 0.3) ** 2
    ...     generator.tell(Trial(candidate, np.array([score]), TrialStatus.COMPLETE))
    ...     best = max(best, score)
    >>> bool(best > 0.99)
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
    ) -> None:
        if n_initial == "auto":
            n_initial = _N_INITIAL
            if prescribed:
                n_initial = len(prescribed) + _N_SOBOL_AFTER_PRESCRIBED
        super().__init__(space, rng, prescribed=prescribed, n_initial=n_initial)
        if population_size == "auto":
            population_size = _POPULATION_SIZE
        self._population_size = max(1, population_size)
        self._variation = Variation(space)
        self._preselection = Preselection(space)
        # mutation rate and step of the candidates that were bred
        self._strategies: dict[int, tuple[float, float]] = {}

    def propose(self) -> Iterator[Proposal]:
        """Breed; Sobol points without candidates to breed from.

        Yields
        ------
        proposal : Proposal
            A child, the most promising of each brood first.
        """
        observations = collect_observations(self.trials)
        if observations.n_finite < 2:
            yield from self.sobol()
            return
        population = self._select_population(observations)
        for _ in range(_MOST_BROODS):
            brood = self._breed(population)
            for row in self._sort(brood.points, observations):
                parents = brood.parents[row]
                origin = "mutation" if len(parents) == 1 else "crossover"
                self._bred = float(brood.rates[row]), float(brood.steps[row])
                yield Proposal(brood.points[row], origin, parents)

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
        if candidate.parents:
            self._strategies[candidate.index] = self._bred
        return candidate

    def state_dict(self) -> dict[str, Any]:
        """Return the whole state, that of the random generator included.

        Returns
        -------
        state : dict
            Ready for JSON.
        """
        strategies = [[index, *one] for index, one in self._strategies.items()]
        return super().state_dict() | {"strategies": strategies}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over the state of a generator that was made with equal arguments.

        Parameters
        ----------
        state : mapping of str to object
            What :meth:`state_dict` returned.
        """
        super().load_state_dict(state)
        self._strategies = {
            int(index): (float(rate), float(step))
            for index, rate, step in state["strategies"]
        }

    def _breed(self, population: IntArray) -> _Brood:
        """Breed children of the best candidates."""
        mothers, fathers = self._select(population)
        first, second = self._points(mothers), self._points(fathers)
        is_crossed = self.rng.random(_BROOD_SIZE) < _CROSSOVER_RATE
        is_crossed &= mothers != fathers
        crossed = self._variation.cross(first, second, _CROSSOVER_INDEX, self.rng)
        children = np.where(is_crossed[:, None], crossed, first)
        rates, steps = self._inherit(mothers)
        mutants = self._variation.mutate(children, rates, steps, self.rng)
        parents: list[tuple[int, ...]] = [
            (int(mother), int(father)) if both else (int(mother),)
            for mother, father, both in zip(mothers, fathers, is_crossed, strict=True)
        ]
        return _Brood(mutants, parents, rates, steps)

    def _select_population(self, observations: Observations) -> IntArray:
        """Return the best candidates without their clones, the best first."""
        order = np.argsort(-observations.scores, kind="stable")
        ranked = observations.indices[order]
        kept = self._preselection.clear(
            self._points(ranked), self._population_size, len(self.candidates)
        )
        return ranked[kept]

    def _select(self, population: IntArray) -> tuple[IntArray, IntArray]:
        """Select pairs of parents that differ, if there is more than one."""
        n, size = len(population), _TOURNAMENT_SIZE
        first = tournament(n, _BROOD_SIZE, size, self.rng)
        second = tournament(n, _BROOD_SIZE, size, self.rng)
        second = np.where(first == second, (second + 1) % n, second)
        return population[first], population[second]

    def _inherit(self, parents: IntArray) -> tuple[FloatArray, FloatArray]:
        """Mutate the parents' rates and steps, eq. 7 of Baeck and Schuetz."""
        d = max(self.space.n_dims, 1)
        default = (min(_N_CHANGES / d, _LARGEST_RATE), _STEP)
        inherited = [self._strategies.get(int(index), default) for index in parents]
        rates, steps = np.array(inherited).T
        luck = _ADAPTATION * self.rng.standard_normal((2, len(parents)))
        rates = 1.0 / (1.0 + (1.0 - rates) / rates * np.exp(-luck[0]))
        least = min(0.5 / d, _LARGEST_RATE)
        return (
            np.clip(rates, least, _LARGEST_RATE),
            np.clip(steps * np.exp(luck[1]), *_STEP_BOUNDS),
        )

    def _sort(self, children: FloatArray, observations: Observations) -> IntArray:
        """Sort children, the most promising first."""
        pending = np.setdiff1d(np.arange(len(self.candidates)), observations.indices)
        return self._preselection.sort(
            children,
            self._points(observations.indices),
            observations.scores,
            self._points(pending),
        )

    def _points(self, indices: IntArray) -> FloatArray:
        """Return the points of candidates."""
        points = [self.candidates[index].point for index in indices]
        return np.array(points).reshape(len(indices), self.space.n_dims)
