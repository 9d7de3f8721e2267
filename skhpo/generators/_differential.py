"""Differential evolution with success-history adaptation, told one result at a time."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from skhpo.generators._base import BaseGenerator
from skhpo.generators._observations import collect_observations
from skhpo.generators._operators import Variation
from skhpo.generators._proposal import Prescribed, Proposal
from skhpo.generators._success_history import SuccessHistory
from skhpo.space import SearchSpace
from skhpo.trials import Candidate, Trial, TrialStatus

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_LEAST_POPULATION = 4  # what the mutation needs, and the N_min of [1]
_SHARE_OF_BUDGET, _LEAST_AT_FIRST, _MOST_PER_AXIS = 16, 6, 18
# The share of the best that a mutation moves toward, and the size of the archive in
# populations.
_BEST_SHARE, _ARCHIVE_SHARE = 0.11, 2.6
_MOST_TRIES = 100
# The probability that some choice of a mutant is one by chance, as in CatCMA: the
# differences between members do not lead to what none of them has.
_CHOSEN_BY_CHANCE = 0.27


@dataclass(frozen=True, eq=False)
class _Child:
    """A candidate that challenges a member of the population."""

    target: int
    genome: FloatArray
    scale_factor: float
    crossover_rate: float


class DifferentialEvolutionGenerator(BaseGenerator):
    """Moves members of a population toward the best, by differences between others.

    L-SHADE [1]_ in a steady state: each time it is asked, the next member of the
    population is mutated by current-to-pbest with an archive [2]_ and crossed with
    the mutant; once the child has been told, it replaces the member that it
    challenged unless it is worse. The scale factor and the crossover rate follow
    those that succeeded, the population shrinks linearly to 4 over the budget.

    Numbers move as real numbers, ordered ones too. A choice goes over to that of the
    best with the scale factor as its probability, and to that of a random member
    where the two random members differ; now and then it changes at random, since what
    no member has would be out of reach. What a change of branch makes active is taken
    from the best, or redrawn.

    .. versionadded:: 0.1

    Parameters
    ----------
    space : SearchSpace
        The space.

    rng : numpy.random.Generator
        Source of all randomness.

    prescribed : sequence of (mapping, str), default=()
        Parameters to propose first, some or all of them, and their origin.

    n_candidates : int, default=100
        How many candidates will be asked for, over which the population shrinks.

    population_size : int or "auto", default="auto"
        The first size of the population, at least 4, which is the initial design.
        ``"auto"`` is a sixteenth of `n_candidates`, but 6 at least and no more than
        18 for each axis.

    References
    ----------
    .. [1] R. Tanabe, A. Fukunaga, "Improving the search performance of SHADE using
       linear population size reduction", 2014.

    .. [2] J. Zhang, A. C. Sanderson, "JADE: adaptive differential evolution with
       optional external archive", 2009.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.generators import DifferentialEvolutionGenerator
    >>> from skhpo.space import Real, SearchSpace
    >>> from skhpo.trials import Trial, TrialStatus
    >>> space = SearchSpace({"x": Real(0.0, 1.0), "y": Real(0.0, 1.0)})
    >>> generator = DifferentialEvolutionGenerator(space, np.random.default_rng(0))
    >>> best = -np.inf
    >>> for _ in range(100):
    ...     candidate = generator.ask()
    ...     score = -((candidate.point - 0.3) ** 2).sum()
    ...     generator.tell(Trial(candidate, np.array([score]), TrialStatus.COMPLETE))
    ...     best = max(best, score)
    >>> bool(best > -1e-2)
    True
    """

    def __init__(
        self,
        space: SearchSpace,
        rng: np.random.Generator,
        *,
        prescribed: Sequence[Prescribed] = (),
        n_candidates: int = 100,
        population_size: int | Literal["auto"] = "auto",
    ) -> None:
        if population_size == "auto":
            most = _MOST_PER_AXIS * max(space.n_dims, 1)
            population_size = min(n_candidates // _SHARE_OF_BUDGET, most)
            population_size = max(_LEAST_AT_FIRST, population_size)
        self._first_size = int(max(_LEAST_POPULATION, population_size))
        super().__init__(space, rng, prescribed=prescribed, n_initial=self._first_size)
        self._n_candidates = n_candidates
        self._variation = Variation(space)
        kinds = np.array([axis.kind for axis in space.axes], dtype=object)
        self._is_numeric = (kinds == "continuous") | (kinds == "ordered")
        self._is_sampled = kinds == "sampled"
        n_chosen = max(int((kinds == "categorical").sum()), 1)
        self._choice_rate = 1.0 - (1.0 - _CHOSEN_BY_CHANCE) ** (1.0 / n_chosen)
        self._history = SuccessHistory()
        self._genomes: dict[int, FloatArray] = {}
        # indices of candidates; the children that were not told yet by theirs
        self._population: list[int] = []
        self._archive: list[int] = []
        self._children: dict[int, _Child] = {}
        self._next_member = 0
        self._n_told = 0
        # by the trials as they stand, None where these have changed since
        self._scores: dict[int, float] | None = None

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
        self._genomes[candidate.index] = np.array(candidate.point)
        if candidate.parents:
            self._children[candidate.index] = self._bred
            self._genomes[candidate.index] = self._bred.genome
        return candidate

    def propose(self) -> Iterator[Proposal]:
        """Mutate and cross the next member; Sobol points without a population.

        Yields
        ------
        proposal : Proposal
            A child, until many were neither new nor allowed.
        """
        if len(self._population) < _LEAST_POPULATION:
            yield from self.sobol()
            return
        self._next_member = (self._next_member + 1) % len(self._population)
        target = self._population[self._next_member]
        for _ in range(_MOST_TRIES):
            self._bred, parents = self._breed(target)
            point = self.space.canonicalize(self._bred.genome[None])[0]
            yield Proposal(point, "differential evolution", parents)

    def tell(self, trial: Trial) -> None:
        """Learn the scores of a candidate.

        Parameters
        ----------
        trial : Trial
            What is known of the candidate so far. Only the first trial that is over
            counts for the population.

        Raises
        ------
        ValueError
            If the candidate was not proposed by this generator.
        """
        index = trial.candidate.index
        known = self.trials.get(index)
        super().tell(trial)
        self._scores = None
        was_over = known is not None and known.status is not TrialStatus.RUNNING
        if was_over or trial.status is TrialStatus.RUNNING:
            return
        self._n_told += 1
        child = self._children.pop(index, None)
        if child is None:
            self._join(index)
        else:
            self._challenge(index, child)
        if self._n_told % max(len(self._population), _LEAST_POPULATION) == 0:
            self._history.learn()
        self._shrink()

    def state_dict(self) -> dict[str, Any]:
        """Return the whole state, that of the random generator included.

        Returns
        -------
        state : dict
            Ready for JSON.
        """
        kept = {*self._population, *self._archive, *self._children}
        return super().state_dict() | {
            "genomes": [[i, g.tolist()] for i, g in self._genomes.items() if i in kept],
            "population": list(self._population),
            "archive": list(self._archive),
            "children": [
                [index, one.target, one.scale_factor, one.crossover_rate]
                for index, one in self._children.items()
            ],
            "history": self._history.state_dict(),
            "next_member": self._next_member,
            "n_told": self._n_told,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over the state of a generator that was made with equal arguments.

        Parameters
        ----------
        state : mapping of str to object
            What :meth:`state_dict` returned.
        """
        super().load_state_dict(state)
        self._genomes = {one.index: np.array(one.point) for one in self.candidates}
        self._genomes |= {int(i): np.array(genome) for i, genome in state["genomes"]}
        self._population = [int(index) for index in state["population"]]
        self._archive = [int(index) for index in state["archive"]]
        self._children = {
            int(index): _Child(int(target), self._genomes[index], float(f), float(cr))
            for index, target, f, cr in state["children"]
        }
        self._history.load_state_dict(state["history"])
        self._next_member = int(state["next_member"])
        self._n_told = int(state["n_told"])
        self._scores = None

    def _score(self, index: int) -> float:
        """Return the score of a candidate, failed ones below all others."""
        if self._scores is None:
            self._scores = collect_observations(self.trials).finite_scores()
        return self._scores.get(index, -math.inf)

    def _breed(self, target: int) -> tuple[_Child, tuple[int, ...]]:
        """Make a child of a member: current-to-pbest/1/bin, eqs. 4 and 6 of [2]."""
        scale_factor, crossover_rate = self._history.draw(self.rng)
        best, first, second = self._partners(target)
        own, top = self._genomes[target], self._genomes[best]
        left, right = self._genomes[first], self._genomes[second]
        rows = np.array([own, top, left, right])
        is_active = self.space.active(rows)
        pull = np.where(is_active[0] & is_active[1], top - own, 0.0)
        push = np.where(is_active[2] & is_active[3], left - right, 0.0)
        mutant = own + scale_factor * (pull + push)
        mutant = np.where(mutant < 0.0, own / 2, mutant)  # eq. 5 of JADE
        mutant = np.where(mutant > 1.0, (1.0 + own) / 2, mutant)
        chosen = self._choose(rows, is_active, scale_factor)
        mutant = np.where(self._is_numeric, mutant, chosen)
        mutant[self._is_sampled] = self.rng.random(int(self._is_sampled.sum()))
        is_crossed = self.rng.random(self.space.n_dims) < crossover_rate
        if self.space.n_dims:
            is_crossed[self.rng.integers(self.space.n_dims)] = True
        genome = np.where(is_crossed, mutant, own)
        parents = rows[:1], rows[1:2]
        repaired = self._variation.repair(genome[None], *parents, self.rng)[0]
        # where the member has a value that the best lacks, the mutation stands
        genome = np.where(is_active[0], genome, repaired)
        child = _Child(target, genome, scale_factor, crossover_rate)
        # the best may be the member itself, or one of the two others
        return child, tuple(dict.fromkeys((target, best, first, second)))

    def _partners(self, target: int) -> tuple[int, int, int]:
        """Draw one of the best, another member, and one that may be of the archive."""
        ranked = sorted(self._population, key=self._score, reverse=True)
        n_best = max(2, round(_BEST_SHARE * len(ranked)))
        best = ranked[self.rng.integers(n_best)]
        others = [one for one in self._population if one != target]
        first = others[self.rng.integers(len(others))]
        others = [one for one in others + self._archive if one != first]
        return best, first, others[self.rng.integers(len(others))]

    def _choose(
        self, rows: FloatArray, is_active: BoolArray, scale_factor: float
    ) -> FloatArray:
        """Mutate the choices of the member in the first row."""
        own, top, left, right = rows
        luck = self.rng.random((2, len(own)))
        choice = np.where(is_active[1] & (luck[0] < scale_factor), top, own)
        differ = is_active[2] & is_active[3] & (left != right)
        goes_left = differ & (luck[1] < scale_factor)
        rows = np.where(goes_left, left, choice)[None]
        rows = self._variation.mutate_choices(rows, self._choice_rate, self.rng)
        return np.asarray(rows[0], dtype=np.float64)

    def _join(self, index: int) -> None:
        """Let a candidate without a target into the population if there is room."""
        if len(self._population) < self._size():
            self._population.append(index)
            return
        worst = min(self._population, key=self._score)
        if self._score(index) > self._score(worst):
            self._population[self._population.index(worst)] = index

    def _challenge(self, index: int, child: _Child) -> None:
        """Let a child replace the member that it challenged, unless it is worse."""
        if child.target not in self._population:
            # its target has been replaced, or left with the shrinking population
            self._join(index)
            return
        gain = self._score(index) - self._score(child.target)
        if gain > 0.0:
            self._archive.append(child.target)
            while len(self._archive) > _ARCHIVE_SHARE * len(self._population):
                self._archive.pop(int(self.rng.integers(len(self._archive))))
            self._history.add(child.scale_factor, child.crossover_rate, gain)
        if not gain < 0.0:
            self._population[self._population.index(child.target)] = index

    def _size(self) -> int:
        """Return the size of the population by what is spent, eq. 10 of [1]."""
        spent = min(1.0, self._n_told / max(self._n_candidates, 1))
        return round(self._first_size + (_LEAST_POPULATION - self._first_size) * spent)

    def _shrink(self) -> None:
        """Let the worst members go."""
        while len(self._population) > self._size():
            worst = min(self._population, key=self._score)
            self._population.remove(worst)
