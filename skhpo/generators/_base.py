"""What every generator offers, and what all of ours have in common."""

import itertools
import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from skhpo.exceptions import SpaceExhaustedError
from skhpo.generators import _state
from skhpo.generators._initial import InitialDesign
from skhpo.generators._proposal import Prescribed, Proposal
from skhpo.space import SearchSpace
from skhpo.trials import Candidate, Trial

FloatArray = NDArray[np.float64]

# How many points of one source are tried before the next source is turned to.
_MOST_SOBOL_TRIES = 1000
_MOST_RANDOM_TRIES = 10_000
_MOST_RANDOM_TRIES_IF_FINITE = 1000
_MOST_ENUMERATED = 1_000_000
_RANDOM_BATCH = 64


class Generator(Protocol):
    """Proposes candidates and is told how they scored.

    What `ask` returns depends on the seed and on the asks and tells so far, never
    on the clock. Candidates that were asked for and not, or not completely, told
    are pending; a generator never proposes a candidate twice.

    .. versionadded:: 0.1

    Attributes
    ----------
    n_independent : int
        The first so many candidates depend on nothing that is told.

    Examples
    --------
    >>> from skhpo.generators import Generator, RandomGenerator
    >>> kind: type[Generator] = RandomGenerator
    """

    @property
    def n_independent(self) -> int:
        """The first so many candidates depend on nothing that is told."""
        ...

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
        ...

    def tell(self, trial: Trial) -> None:
        """Learn the scores of a candidate.

        Parameters
        ----------
        trial : Trial
            What is known of the candidate so far. A later trial of the same
            candidate replaces an earlier one.
        """
        ...

    def state_dict(self) -> dict[str, Any]:
        """Return the whole state, that of the random generator included.

        Returns
        -------
        state : dict
            Ready for JSON.
        """
        ...

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over the state of a generator that was made with equal arguments.

        Parameters
        ----------
        state : mapping of str to object
            What :meth:`state_dict` returned.
        """
        ...


class BaseGenerator(ABC):
    """Everything about a generator but the points that it prefers.

    Subclasses implement :meth:`propose`: points in falling order of preference,
    of which the first that is new and allowed becomes the candidate. Where they
    run out, random points follow, and in a finite space whatever is left.

    .. versionadded:: 0.1

    Parameters
    ----------
    space : SearchSpace
        The space.

    rng : numpy.random.Generator
        Source of all randomness.

    prescribed : sequence of (mapping, str), default=()
        Parameters to propose first, some or all of them, and their origin.

    n_initial : int, default=0
        Size of the initial design; the prescribed candidates count.

    Attributes
    ----------
    space : SearchSpace
        The space.

    rng : numpy.random.Generator
        Source of all randomness.

    design : InitialDesign
        The initial design.

    candidates : list of Candidate
        All candidates so far, in the order of proposal.

    trials : dict of int to Trial
        The latest trial of each candidate that was told of.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.generators import BaseGenerator, Proposal
    >>> from skhpo.space import Real, SearchSpace
    >>> class Ascending(BaseGenerator):
    ...     def propose(self):
    ...         yield Proposal(np.array([len(self.candidates) / 10]), "ascending")
    >>> space = SearchSpace({"C": Real(0.0, 10.0)})
    >>> generator = Ascending(space, np.random.default_rng(0))
    >>> [generator.ask().params["C"] for _ in range(3)]
    [0.0, 1.0, 2.0]
    """

    def __init__(
        self,
        space: SearchSpace,
        rng: np.random.Generator,
        *,
        prescribed: Sequence[Prescribed] = (),
        n_initial: int = 0,
    ) -> None:
        self.space = space
        self.rng = rng
        seed = int(rng.integers(2**63))
        self.design = InitialDesign(space, seed, prescribed, n_initial)
        self.candidates: list[Candidate] = []
        self.trials: dict[int, Trial] = {}
        self._seen: set[bytes] = set()
        self._allowed: dict[bytes, bool] = {}
        self._unvisited: Iterator[FloatArray] | None = None

    @property
    def n_independent(self) -> int:
        """The first so many candidates depend on nothing that is told."""
        return self.design.n_candidates

    @abstractmethod
    def propose(self) -> Iterator[Proposal]:
        """Name points in falling order of preference.

        Returns
        -------
        proposals : iterator of Proposal
            Canonical points; those proposed before, or not allowed, are skipped.
        """

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
        proposals = (
            self.sobol()
            if len(self.candidates) < self.design.n_candidates
            else self.propose()
        )
        for proposal in itertools.chain(proposals, self._random(), self._remaining()):
            if self._is_eligible(proposal):
                self._allowed.clear()
                return self._accept(proposal)
        raise self._exhausted()

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
        index = trial.candidate.index
        if not 0 <= index < len(self.candidates) or not np.array_equal(
            trial.candidate.point, self.candidates[index].point
        ):
            raise ValueError(
                f"A generator can only be told of candidates that it proposed. Got "
                f"{trial.candidate!r} after {len(self.candidates)} proposals; tell the "
                "generator that was asked for it."
            )
        self.trials[index] = trial

    def is_eligible(self, point: FloatArray) -> bool:
        """Tell whether a point is new and allowed.

        Parameters
        ----------
        point : ndarray of shape (n_dims,), dtype float64
            A canonical point.

        Returns
        -------
        is_eligible : bool
            Whether it may be proposed.
        """
        key = self.space.key(point)
        if key in self._seen or self.space.constraint is None:
            return key not in self._seen
        if key not in self._allowed:
            self._allowed[key] = self.space.is_allowed(self.space.decode(point))
        return self._allowed[key]

    def sobol(self) -> Iterator[Proposal]:
        """Go on with the initial design.

        Returns
        -------
        proposals : iterator of Proposal
            Prescribed candidates that are left, then Sobol points, not endlessly
            many.
        """
        return itertools.islice(self.design.proposals(), _MOST_SOBOL_TRIES)

    def state_dict(self) -> dict[str, Any]:
        """Return the whole state, that of the random generator included.

        Returns
        -------
        state : dict
            Ready for JSON.
        """
        return {
            "rng": _state.encode_rng(self.rng),
            "design": self.design.state_dict(),
            "candidates": [_state.encode_candidate(one) for one in self.candidates],
            "trials": [_state.encode_trial(trial) for trial in self.trials.values()],
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over the state of a generator that was made with equal arguments.

        Parameters
        ----------
        state : mapping of str to object
            What :meth:`state_dict` returned.

        Raises
        ------
        ValueError
            If the random generators are of different kinds.
        """
        _state.restore_rng(self.rng, state["rng"])
        self.design.load_state_dict(state["design"])
        self.candidates = [
            _state.decode_candidate(index, one, self.space)
            for index, one in enumerate(state["candidates"])
        ]
        trials = [_state.decode_trial(one, self.candidates) for one in state["trials"]]
        self.trials = {trial.candidate.index: trial for trial in trials}
        self._seen = {self.space.key(one.point) for one in self.candidates}
        self._unvisited = None

    def _is_eligible(self, proposal: Proposal) -> bool:
        """Tell whether a proposal is new and allowed, as decoded or as given."""
        if proposal.params is None:
            return self.is_eligible(proposal.point)
        return self.space.key(
            proposal.point
        ) not in self._seen and self.space.is_allowed(proposal.params)

    def _accept(self, proposal: Proposal) -> Candidate:
        """Make a proposal the next candidate."""
        params = proposal.params
        if params is None:
            params = self.space.decode(proposal.point)
        candidate = Candidate(
            len(self.candidates),
            proposal.point,
            params,
            proposal.origin,
            proposal.parents,
        )
        self.candidates.append(candidate)
        self._seen.add(self.space.key(proposal.point))
        return candidate

    def _random(self) -> Iterator[Proposal]:
        """Draw uniform points, not endlessly many."""
        n_tries = _MOST_RANDOM_TRIES
        if math.isfinite(self.space.cardinality):
            most = _MOST_RANDOM_TRIES_IF_FINITE
            n_tries = int(min(most, 2 * self.space.cardinality))
        shape = (_RANDOM_BATCH, self.space.n_dims)
        for _ in range(math.ceil(n_tries / _RANDOM_BATCH)):
            for point in self.space.canonicalize(self.rng.random(shape)):
                yield Proposal(point, "random")

    def _remaining(self) -> Iterator[Proposal]:
        """Go through a finite space, from where the last call ended.

        The points passed stay seen or not allowed for ever, so none is passed
        twice; a restored generator finds its place by passing them again.
        """
        if math.isinf(self.space.cardinality):
            return
        if self._unvisited is None:
            self._unvisited = itertools.islice(self.space.enumerate(), _MOST_ENUMERATED)
        for point in self._unvisited:
            yield Proposal(point, "enumerated")

    def _exhausted(self) -> SpaceExhaustedError:
        """Return the error that says that nothing is left."""
        return SpaceExhaustedError(
            f"No new candidate is left to propose in the search space of "
            f"{self.space.cardinality} points. Got asked for candidate number "
            f"{len(self.candidates) + 1}; stop the search, or widen the space or its "
            "constraint."
        )
