"""The contract of a generator, as a suite for pytest."""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from skhpo.exceptions import SpaceExhaustedError
from skhpo.generators import Generator
from skhpo.space import SearchSpace
from skhpo.testing import _spaces
from skhpo.trials import Candidate, Trial, TrialStatus

# The number of candidates that most tests ask for.
_N = 14


class GeneratorContract(ABC):
    """What every generator has to pass.

    .. versionadded:: 0.1

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.generators import RandomGenerator
    >>> from skhpo.testing import GeneratorContract
    >>> class TestMine(GeneratorContract):
    ...     def make_generator(self, space, seed):
    ...         return RandomGenerator(space, np.random.default_rng(seed))
    >>> TestMine().test_pending_candidates_are_not_proposed_again()
    """

    @abstractmethod
    def make_generator(self, space: SearchSpace, seed: int) -> Generator:
        """Make the generator under test.

        Parameters
        ----------
        space : SearchSpace
            The space to search.

        seed : int
            Seed of all its randomness.

        Returns
        -------
        generator : Generator
            A new generator.
        """

    def test_candidates_are_numbered_from_zero(self) -> None:
        """The index of a candidate is the number of candidates before it."""
        candidates = search(self.make_generator(_spaces.mixed_space(), 0), _N)
        assert [candidate.index for candidate in candidates] == list(range(_N))

    def test_no_candidate_is_proposed_twice(self) -> None:
        """Told candidates are not proposed again."""
        for space in (_spaces.mixed_space(), _spaces.conditional_space()):
            assert_distinct(space, search(self.make_generator(space, 0), _N))

    def test_pending_candidates_are_not_proposed_again(self) -> None:
        """Candidates that were never told of are not proposed again."""
        space = _spaces.finite_space()
        generator = self.make_generator(space, 0)
        assert_distinct(space, [generator.ask() for _ in range(12)])

    def test_a_finite_space_is_exhausted_after_all_its_points(self) -> None:
        """Each of the points is proposed once, and then the space is exhausted."""
        space = _spaces.finite_space()
        generator = self.make_generator(space, 0)
        assert_distinct(space, search(generator, 12))
        assert_exhausted(generator)
        assert_exhausted(generator)

    def test_a_constrained_finite_space_is_exhausted(self) -> None:
        """Of the points that the constraint allows, each is proposed once."""
        generator = self.make_generator(_spaces.finite_space(_spaces.is_odd), 0)
        candidates = search(generator, 7)
        assert all(_spaces.is_odd(dict(one.params)) for one in candidates)
        assert_exhausted(generator)

    def test_a_space_where_nothing_varies_has_one_candidate(self) -> None:
        """A space without axes is exhausted after one candidate."""
        for space in (SearchSpace({}), SearchSpace({"C": [1.0]})):
            generator = self.make_generator(space, 0)
            assert search(generator, 1)[0].point.shape == (0,)
            assert_exhausted(generator)

    def test_the_constraint_is_respected(self) -> None:
        """No candidate violates the constraint, whatever scores best."""
        generator = self.make_generator(_spaces.constrained_space(), 0)
        for _ in range(_N):
            candidate = generator.ask()
            assert _spaces.is_ordered(dict(candidate.params))
            params = candidate.params
            generator.tell(complete(candidate, [params["a"] - params["b"]]))

    def test_candidates_depend_on_the_seed_and_the_scores_alone(self) -> None:
        """Neither the clock nor NumPy's global random state matters."""
        space = _spaces.mixed_space()
        first = search(self.make_generator(space, 3), _N)
        np.random.random(5)  # noqa: NPY002 - the global state is the subject
        second = search(self.make_generator(space, 3), _N, pause=0.002)
        assert_same_points(first, second)

    def test_the_global_random_state_is_left_alone(self) -> None:
        """Nothing is drawn from NumPy's global random state."""
        before = repr(np.random.get_state())  # noqa: NPY002 - it is the subject
        search(self.make_generator(_spaces.sampled_space(), 0), _N)
        assert repr(np.random.get_state()) == before  # noqa: NPY002

    def test_seeds_differ(self) -> None:
        """Another seed gives other candidates."""
        space = _spaces.mixed_space()
        first = search(self.make_generator(space, 0), 3)
        second = search(self.make_generator(space, 1), 3)
        assert not np.array_equal(first[-1].point, second[-1].point)

    def test_independent_candidates_depend_on_no_scores(self) -> None:
        """The first `n_independent` candidates are the same whatever is told."""
        space = _spaces.mixed_space()
        told, untold = (self.make_generator(space, 0) for _ in range(2))
        n_independent = min(told.n_independent, _N)
        candidates = search(told, n_independent)
        assert_same_points(candidates, [untold.ask() for _ in candidates])

    def test_points_are_canonical_and_params_are_what_they_stand_for(self) -> None:
        """Every point is canonical, and the space decodes it to the parameters."""
        for space in (_spaces.mixed_space(), _spaces.conditional_space()):
            for candidate in search(self.make_generator(space, 0), _N):
                canonical = space.canonicalize(candidate.point[None])[0]
                assert np.array_equal(candidate.point, canonical)
                assert dict(candidate.params) == space.decode(candidate.point)

    def test_parameters_are_native(self) -> None:
        """Estimators get plain Python values, not NumPy's."""
        for candidate in search(self.make_generator(_spaces.mixed_space(), 0), _N):
            for value in candidate.params.values():
                assert type(value) in (int, float, str, bool)

    def test_all_branches_of_a_space_are_visited(self) -> None:
        """A candidate has the parameters of its branch, and no branch is left out."""
        candidates = search(self.make_generator(_spaces.conditional_space(), 0), 24)
        names = {
            candidate.params["kind"]: set(candidate.params) for candidate in candidates
        }
        assert names == {"line": {"kind", "C"}, "bend": {"kind", "C", "degree", "flip"}}

    def test_objects_that_are_only_drawn_from_are_searched_too(self) -> None:
        """A parameter without a model takes values that vary."""
        candidates = search(self.make_generator(_spaces.sampled_space(), 0), _N)
        assert len({candidate.params["drawn"] for candidate in candidates}) > _N // 2

    def test_any_scores_are_survived(self) -> None:
        """NaN, infinite, constant, huge and tiny scores are no obstacle."""
        for scores in _ODD_SCORES:
            space = _spaces.mixed_space()
            generator = self.make_generator(space, 0)
            candidates = []
            for number in range(_N):
                candidates.append(generator.ask())
                score = scores[number % len(scores)]
                generator.tell(complete(candidates[-1], [score, score]))
            assert_distinct(space, candidates)
            points = np.array([candidate.point for candidate in candidates])
            assert np.isfinite(points).all()

    def test_scores_may_come_split_by_split(self) -> None:
        """A trial told in part is accepted, and replaced when it is told again."""
        space = _spaces.mixed_space()
        generator = self.make_generator(space, 0)
        candidates = []
        for _ in range(_N):
            candidates.append(generator.ask())
            for n_known in (1, 2, 3):
                generator.tell(partial(candidates[-1], n_known, 3))
        assert_distinct(space, candidates)

    def test_discarded_candidates_are_accepted(self) -> None:
        """A candidate whose splits are never completed is no obstacle."""
        space = _spaces.mixed_space()
        generator = self.make_generator(space, 0)
        candidates = []
        for _ in range(_N):
            candidates.append(generator.ask())
            trial = partial(candidates[-1], 1, 3)
            generator.tell(trial)
            if len(candidates) % 2:
                generator.tell(replace(trial, status=TrialStatus.DISCARDED))
        assert_distinct(space, candidates)

    def test_a_restored_generator_goes_on_bit_for_bit(self) -> None:
        """Saved at any moment as JSON and restored, it proposes the same points."""
        for space in (
            _spaces.mixed_space(),
            _spaces.conditional_space(),
            _spaces.constrained_space(),
        ):
            for n_before in (0, 2, 9):
                original = self.make_generator(space, 5)
                search(original, n_before)
                leave_unfinished(original)
                restored = self.make_generator(space, 6)
                restored.load_state_dict(json.loads(json.dumps(original.state_dict())))
                assert_same_points(search(original, 5), search(restored, 5))

    def test_a_restored_generator_knows_what_it_proposed(self) -> None:
        """A finite space is exhausted after the same number of candidates."""
        space = _spaces.finite_space()
        original = self.make_generator(space, 0)
        search(original, 7)
        restored = self.make_generator(space, 0)
        restored.load_state_dict(json.loads(json.dumps(original.state_dict())))
        assert [one.index for one in search(restored, 5)] == [7, 8, 9, 10, 11]
        assert_exhausted(restored)

    def test_saving_the_state_changes_nothing(self) -> None:
        """A generator that was saved goes on as one that was not."""
        space = _spaces.mixed_space()
        saved, other = (self.make_generator(space, 0) for _ in range(2))
        search(saved, 8)
        search(other, 8)
        saved.state_dict()
        assert_same_points(search(saved, 4), search(other, 4))


_ODD_SCORES: tuple[Sequence[float], ...] = (
    [float("nan")],
    [float("-inf"), float("inf"), float("nan"), 1.0],
    [1.0],
    [0.0, 1e300, -1e300, 0.5],
    [1e12, 1e12 + 1.0, 1e12 - 3.0],
    [1e-12, 2e-12, -3e-12],
    [1e-300, 5e-324, 0.0],
    [0.1, 0.2, float("nan"), -1e12, 0.3],
)


def complete(candidate: Candidate, scores: Sequence[float]) -> Trial:
    """Return a trial whose evaluation is over."""
    is_finite = np.isfinite(scores).all()
    status = TrialStatus.COMPLETE if is_finite else TrialStatus.FAILED
    return Trial(candidate, np.array(scores), status)


def partial(candidate: Candidate, n_known: int, n_splits: int) -> Trial:
    """Return a trial of which the first splits are known."""
    scores = np.full(n_splits, np.nan)
    scores[:n_known] = _spaces.score(candidate.params) + 0.1 * np.arange(n_known)
    is_over = n_known == n_splits
    status = TrialStatus.COMPLETE if is_over else TrialStatus.RUNNING
    return Trial(candidate, scores, status)


def search(generator: Generator, n: int, pause: float = 0.0) -> list[Candidate]:
    """Ask for candidates and tell their scores at once."""
    candidates = []
    for _ in range(n):
        candidates.append(generator.ask())
        time.sleep(pause)
        generator.tell(complete(candidates[-1], [_spaces.score(candidates[-1].params)]))
    return candidates


def leave_unfinished(generator: Generator) -> None:
    """Leave a failed, a pending and a partly told candidate behind."""
    failed, _, running = (generator.ask() for _ in range(3))
    generator.tell(complete(failed, [float("nan")]))
    generator.tell(partial(running, 1, 3))


def assert_distinct(space: SearchSpace, candidates: Sequence[Candidate]) -> None:
    """Check that no candidate occurs twice."""
    keys = {space.key(candidate.point) for candidate in candidates}
    assert len(keys) == len(candidates)


def assert_same_points(left: Sequence[Candidate], right: Sequence[Candidate]) -> None:
    """Check that candidates are equal to the last bit."""
    assert points_of(left) == points_of(right)


def points_of(candidates: Sequence[Candidate]) -> list[Any]:
    """Return the points as lists."""
    return [candidate.point.tolist() for candidate in candidates]


def assert_exhausted(generator: Generator) -> None:
    """Check that no candidate is left."""
    try:
        candidate = generator.ask()
    except SpaceExhaustedError:
        return
    raise AssertionError(f"The space should be exhausted. Got {candidate!r}.")
