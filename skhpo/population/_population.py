"""A population from one generation to the next."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.exceptions import SpaceExhaustedError
from skhpo.generators import Prescribed, RandomGenerator
from skhpo.population._exploit import ExploitName, choose_donors
from skhpo.population._explore import Explorer, Transition
from skhpo.population._member import Event, MemberStep, lineage_of
from skhpo.population._seeds import StepSeeds
from skhpo.space import SearchSpace
from skhpo.trials import Candidate

FloatArray = NDArray[np.float64]


def initial_candidates(
    space: SearchSpace,
    rng: np.random.Generator,
    prescribed: Sequence[Prescribed],
    population_size: int,
) -> list[Candidate]:
    """Return the parameters that a population starts with.

    Parameters
    ----------
    space : SearchSpace
        The space.

    rng : numpy.random.Generator
        Source of randomness.

    prescribed : sequence of (mapping, str)
        Parameters to start with, some or all of them, and their origin.

    population_size : int
        How many members there are.

    Returns
    -------
    list of Candidate
        Prescribed ones, then points of a Sobol sequence. A space of fewer points is
        gone through again: members with equal parameters have their own seeds.

    Raises
    ------
    SpaceExhaustedError
        If the constraint allows nothing.
    """
    generator = RandomGenerator(
        space, rng, prescribed=prescribed, n_initial=population_size
    )
    candidates: list[Candidate] = []
    while len(candidates) < population_size:
        try:
            candidates.append(generator.ask())
        except SpaceExhaustedError:
            if not candidates:
                raise
            n_missing = population_size - len(candidates)
            again = [candidates[i % len(candidates)] for i in range(n_missing)]
            return [*candidates, *again]
    return candidates


class Population:
    """Members that train for a generation, are compared, and copy each other.

    It knows neither data nor models: what a member is to do are its steps, and how
    well it did is told as scores.

    .. versionadded:: 0.1

    Parameters
    ----------
    candidates : sequence of Candidate
        What the members start with.

    explorer : Explorer
        Finds parameters for copies.

    entropy : sequence of int
        Source of all seeds.

    n_splits : int
        How many models a member consists of, one for each split.

    n_steps : int
        How many steps a generation has.

    exploit : {"truncation", "tournament", "t-test"}, default="truncation"
        Who copies whom, see :func:`choose_donors`.

    quantile : float, default=0.25
        The part of the members that copies, or is copied, with the truncation.

    Attributes
    ----------
    generations : list of list of MemberStep
        The steps of all members, generation by generation.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.population import PerturbExplorer, Population
    >>> from skhpo.space import Real, SearchSpace
    >>> from skhpo.trials import Candidate
    >>> space = SearchSpace({"alpha": Real(0.1, 1.0)})
    >>> candidates = [
    ...     Candidate(i, np.array([i / 3]), space.decode([i / 3]), "given")
    ...     for i in range(4)
    ... ]
    >>> population = Population(
    ...     candidates,
    ...     PerturbExplorer(space, {"alpha": "mutable"}),
    ...     [0],
    ...     n_splits=1,
    ...     n_steps=5,
    ... )
    >>> steps = population.advance(np.array([[0.1], [0.2], [0.3], [0.4]]))
    >>> [(step.parent, step.event) for step in steps]
    [(3, 'exploit'), (1, 'continue'), (2, 'continue'), (3, 'continue')]
    """

    def __init__(
        self,
        candidates: Sequence[Candidate],
        explorer: Explorer,
        entropy: Sequence[int],
        *,
        n_splits: int,
        n_steps: int,
        exploit: ExploitName = "truncation",
        quantile: float = 0.25,
    ) -> None:
        self._explorer = explorer
        self._seeds = StepSeeds(entropy)
        self._n_splits = n_splits
        self._n_steps = n_steps
        self._exploit: ExploitName = exploit
        self._quantile = quantile
        self._transitions: list[Transition] = []
        self._means = np.full(len(candidates), np.nan)
        self.generations: list[list[MemberStep]] = [
            [
                MemberStep(
                    generation=0,
                    member=member,
                    parent=None,
                    point=candidate.point,
                    params=dict(candidate.params),
                    event="init",
                    origin=candidate.origin,
                    start=0,
                    n_steps=n_steps,
                    seeds=self._seeds_of(0, member),
                )
                for member, candidate in enumerate(candidates)
            ]
        ]

    def advance(self, split_scores: FloatArray) -> list[MemberStep]:
        """Compare the members and decide what each of them does next.

        Parameters
        ----------
        split_scores : ndarray of shape (n_members, n_splits), dtype float64
            The scores of the last generation. A member has failed where one of its
            scores is not finite.

        Returns
        -------
        steps : list of MemberStep
            What each member does, also appended to `generations`.

        Raises
        ------
        ValueError
            If all members have failed.
        """
        generation = len(self.generations)
        rng = self._seeds.generator(generation)
        donors = choose_donors(
            split_scores, rng, exploit=self._exploit, quantile=self._quantile
        )
        with np.errstate(invalid="ignore"):
            means = np.mean(split_scores, axis=1)
        self._note_transitions(means)
        self._means = means
        stays = donors == np.arange(len(donors))
        self._explorer.learn(
            self._transitions,
            [self._transition(generation, m) for m in np.flatnonzero(stays).tolist()],
        )
        steps = [
            self._continued(member)
            if stays[member]
            else self._copied(member, donor, rng)
            for member, donor in enumerate(donors.tolist())
        ]
        self.generations.append(steps)
        return steps

    def lineage(self, generation: int, member: int) -> list[MemberStep]:
        """Return the steps that made a model.

        Parameters
        ----------
        generation : int
            The generation that it was trained in last.

        member : int
            Whose model it is.

        Returns
        -------
        steps : list of MemberStep
            One for each generation, the first one first.
        """
        return lineage_of(self.generations, generation, member)

    def _note_transitions(self, means: FloatArray) -> None:
        """Remember by how much the last generation gained."""
        for step in self.generations[-1]:
            if step.parent is not None:
                start_score = float(self._means[step.parent])
                gain = float(means[step.member] - start_score)
                self._transitions.append(
                    Transition(step.generation, start_score, step.point, gain)
                )

    def _transition(self, generation: int, member: int) -> Transition:
        """Return what is known in advance of a member that just goes on."""
        step = self.generations[-1][member]
        return Transition(
            generation, float(self._means[member]), step.point, float("nan")
        )

    def _continued(self, member: int) -> MemberStep:
        """Let a member go on."""
        step = self.generations[-1][member]
        return self._successor(
            step, member, step.point, step.params, "continue", step.origin
        )

    def _copied(self, member: int, donor: int, rng: np.random.Generator) -> MemberStep:
        """Let a member go on as another one, with parameters of its own."""
        step = self.generations[-1][donor]
        point, params = self._explorer.explore(
            step.point,
            step.params,
            generation=step.generation + 1,
            start_score=float(self._means[donor]),
            rng=rng,
        )
        return self._successor(step, member, point, params, "exploit", "explored")

    def _successor(
        self,
        step: MemberStep,
        member: int,
        point: FloatArray,
        params: dict[str, Any],
        event: Event,
        origin: str,
    ) -> MemberStep:
        """Return the step that follows another one."""
        return MemberStep(
            generation=step.generation + 1,
            member=member,
            parent=step.member,
            point=point,
            params=params,
            event=event,
            origin=origin,
            start=step.start + step.n_steps,
            n_steps=self._n_steps,
            seeds=self._seeds_of(step.generation + 1, member),
        )

    def _seeds_of(self, generation: int, member: int) -> tuple[int, ...]:
        """Return the seeds of a step."""
        return tuple(self._seeds.of_training(generation, member, self._n_splits))
