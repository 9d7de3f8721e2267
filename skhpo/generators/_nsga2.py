"""NSGA-II: a population that spreads over the front of several objectives."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.generators._base import BaseGenerator
from skhpo.generators._operators import Variation, tournament
from skhpo.generators._proposal import Prescribed, Proposal
from skhpo.pareto import crowded_order
from skhpo.space import SearchSpace
from skhpo.trials import Candidate, Trial, TrialStatus

FloatArray = NDArray[np.float64]

# By `benchmarks/quality/fronts.py population` ahead of 24 at 64 and 100 candidates and
# level at 200 (24 seeds); 8 is level there, and behind at 200.
_POPULATION_SIZE = 16
# The settings of the paper: eta_c = 15 to 20 and p_c = 0.9; mutation changes one
# coordinate on average, by a step whose mean is 1 / (eta_m + 2) with eta_m = 20.
_CROSSOVER_INDEX, _CROSSOVER_RATE = 15.0, 0.9
_MUTATION_STEP = 1.0 / 22.0
# How many children are bred at a time, until one is new and allowed.
_BROODS = (1, 31, 96)
# Scores beyond this are cut, so that their differences cannot overflow.
_LARGEST_SCORE = 1e150


class NSGA2Generator(BaseGenerator):
    """Breeds the least dominated and least crowded candidates.

    The population is the best that has been told, by fronts and within a front by
    crowding distance, after Deb et al. [1]_. It is renewed one candidate at a time
    (a steady state, as in Durillo et al. [2]_), so that nothing waits for the end of
    a generation. Two parents are selected by binary tournaments; numbers are crossed
    and mutated by simulated binary crossover and polynomial mutation, anything else
    by uniform crossover and a change to another choice.

    It works toward the front of any number of objectives; with a single one it is a
    plain genetic algorithm. Candidates that failed or are not complete are not
    bred from.

    .. versionadded:: 0.1

    Parameters
    ----------
    space : SearchSpace
        The space.

    rng : numpy.random.Generator
        Source of all randomness.

    prescribed : sequence of (mapping, str), default=()
        Parameters to propose first, some or all of them, and their origin.

    population_size : int, default=16
        How many candidates may be bred from, at least 2. The first so many, the
        prescribed ones and a Sobol sequence, are the initial population.

    Raises
    ------
    ValueError
        If the population is too small.

    References
    ----------
    .. [1] K. Deb, A. Pratap, S. Agarwal, T. Meyarivan, "A fast and elitist
       multiobjective genetic algorithm: NSGA-II", 2002.

    .. [2] J. J. Durillo, A. J. Nebro, F. Luna, E. Alba, "On the effect of the
       steady-state selection scheme in multi-objective genetic algorithms", 2009.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.generators import NSGA2Generator
    >>> from skhpo.space import Real, SearchSpace
    >>> from skhpo.trials import Candidate, Trial, TrialStatus
    >>> space = SearchSpace({"x": Real(-1.0, 3.0)})
    >>> generator = NSGA2Generator(
    ...     space, np.random.default_rng(0), population_size=8
    ... )
    >>> for _ in range(60):
    ...     candidate = generator.ask()
    ...     x = candidate.params["x"]
    ...     scores = np.array([[-(x**2), -((x - 2.0) ** 2)]])
    ...     generator.tell(Trial(candidate, scores, TrialStatus.COMPLETE))
    >>> [bool(-0.1 <= one.params["x"] <= 2.1) for one in generator.population]
    [True, True, True, True, True, True, True, True]
    """

    def __init__(
        self,
        space: SearchSpace,
        rng: np.random.Generator,
        *,
        prescribed: Sequence[Prescribed] = (),
        population_size: int = _POPULATION_SIZE,
    ) -> None:
        if population_size < 2:
            raise ValueError(
                "The 'population_size' of NSGA-II must be at least 2, since a child "
                f"has two parents. Got {population_size!r}; {_POPULATION_SIZE} suits "
                "most searches."
            )
        n_initial = max(population_size, len(prescribed))
        super().__init__(space, rng, prescribed=prescribed, n_initial=n_initial)
        self.population_size = population_size
        self._variation = Variation(space)
        # the candidates bred from, the best first, and their scores
        self._members: list[int] = []
        self._scores: list[FloatArray] = []

    @property
    def population(self) -> list[Candidate]:
        """The candidates that are bred from, the best first."""
        return [self.candidates[index] for index in self._members]

    def tell(self, trial: Trial) -> None:
        """Learn the scores of a candidate.

        Parameters
        ----------
        trial : Trial
            What is known of the candidate so far. A later trial of the same
            candidate replaces an earlier one.

        Raises
        ------
        ValueError
            If the candidate was not proposed by this generator.
        """
        super().tell(trial)
        index = trial.candidate.index
        if index in self._members:
            position = self._members.index(index)
            del self._members[position], self._scores[position]
        is_complete = trial.status is TrialStatus.COMPLETE
        if is_complete and np.isfinite(trial.split_scores).all():
            self._members.append(index)
            self._scores.append(_mean_scores(trial))
            self._select()

    def propose(self) -> Iterator[Proposal]:
        """Breed children; Sobol points while there are no two parents.

        Yields
        ------
        proposal : Proposal
            A child, or a point.
        """
        if len(self._members) < 2:
            yield from self.sobol()
            return
        for n_children in _BROODS:
            yield from self._breed(n_children)

    def state_dict(self) -> dict[str, Any]:
        """Return the whole state, that of the random generator included.

        Returns
        -------
        state : dict
            Ready for JSON.
        """
        return super().state_dict() | {"members": list(self._members)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over the state of a generator that was made with equal arguments.

        Parameters
        ----------
        state : mapping of str to object
            What :meth:`state_dict` returned.
        """
        super().load_state_dict(state)
        self._members = list(state["members"])
        self._scores = [_mean_scores(self.trials[index]) for index in self._members]

    def _select(self) -> None:
        """Sort the population, and drop the worst where it is too large."""
        kept = _survivors(np.array(self._scores), self.population_size)
        self._members = [self._members[row] for row in kept]
        self._scores = [self._scores[row] for row in kept]

    def _breed(self, n_children: int) -> Iterator[Proposal]:
        """Select parents, cross and mutate them."""
        parents = tournament(len(self._members), 2 * n_children, 2, self.rng)
        points = np.array(
            [self.candidates[self._members[one]].point for one in parents]
        )
        first, second = points[:n_children], points[n_children:]
        is_crossed = self.rng.random(n_children) < _CROSSOVER_RATE
        crossed = self._variation.cross(first, second, _CROSSOVER_INDEX, self.rng)
        rates = np.full(n_children, 1.0 / max(self.space.n_dims, 1))
        children = self._variation.mutate(
            np.where(is_crossed[:, None], crossed, first),
            rates,
            np.full(n_children, _MUTATION_STEP),
            self.rng,
        )
        pairs = parents.reshape(2, n_children).T
        for child, pair, both in zip(children, pairs, is_crossed, strict=True):
            kept = dict.fromkeys(pair if both else pair[:1])
            origin = "mutation" if len(kept) == 1 else "crossover"
            yield Proposal(child, origin, tuple(self._members[one] for one in kept))


def _survivors(scores: FloatArray, n_most: int) -> list[int]:
    """Return the rows that stay, the best first.

    The last ones go, but never the best of an objective. Crowding alone does not see to
    that in a population of fewer than twice as many members as objectives: the worst
    of an objective is an end of the front as well, and so is each of two equal ones.
    """
    order: list[int] = crowded_order(scores).tolist()
    ends = {max(order, key=lambda row: values[row]) for values in scores.T}
    while len(order) > n_most:
        expendable = [row for row in order if row not in ends]
        order.remove((expendable or order)[-1])
    return order


def _mean_scores(trial: Trial) -> FloatArray:
    """Return the score of each objective, cut to what can be subtracted."""
    cut = np.clip(trial.split_scores, -_LARGEST_SCORE, _LARGEST_SCORE)
    return np.asarray(cut.reshape(len(cut), -1).mean(axis=0), dtype=np.float64)
