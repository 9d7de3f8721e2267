"""What all generators have in common."""

import numpy as np
import pytest

from skhpo.exceptions import SpaceExhaustedError
from skhpo.generators import BaseGenerator, Proposal, RandomGenerator
from skhpo.space import Integer, Real, SearchSpace
from skhpo.trials import Candidate, Trial, TrialStatus

SPACE = SearchSpace({"a": Real(0.0, 1.0), "b": Integer(0, 4)})


class Stubborn(BaseGenerator):
    """Prefers the same points every time."""

    preferred = ([0.2, 0.5], [0.4, 0.5], [0.6, 0.5])

    def propose(self):
        """Name the points."""
        for point in self.space.canonicalize(self.preferred):
            yield Proposal(point, "stubborn", parents=(0,))


def make(kind=Stubborn, space=SPACE, seed=0, **kwargs):
    """Return a generator."""
    return kind(space, np.random.default_rng(seed), **kwargs)


def test_the_first_new_point_is_taken():
    """Points proposed before are skipped; after the last one random points follow."""
    generator = make()
    candidates = [generator.ask() for _ in range(5)]
    assert [one.point[0] for one in candidates[:3]] == [0.2, 0.4, 0.6]
    origins = [one.origin for one in candidates]
    assert origins == ["stubborn"] * 3 + ["random"] * 2


def test_the_first_allowed_point_is_taken():
    """Points that the constraint excludes are skipped."""
    space = SearchSpace(
        {"a": Real(0.0, 1.0), "b": Integer(0, 4)},
        constraint=lambda params: params["a"] > 0.5,
    )
    assert make(space=space).ask().point[0] == 0.6


def test_origin_and_parents_are_passed_on():
    """The candidate says where it comes from."""
    candidate = make().ask()
    assert (candidate.origin, candidate.parents) == ("stubborn", (0,))


def test_the_initial_design_comes_first():
    """Prescribed candidates, Sobol points, then the generator's own."""
    generator = make(prescribed=[({"b": 2}, "baseline")], n_initial=3)
    assert generator.n_independent == 3
    origins = [generator.ask().origin for _ in range(4)]
    assert origins == ["baseline", "sobol", "sobol", "stubborn"]


def test_a_finite_space_is_covered_by_enumeration():
    """What random points keep missing is found."""
    space = SearchSpace({"a": Integer(0, 299)})
    generator = make(RandomGenerator, space)
    values = [generator.ask().params["a"] for _ in range(300)]
    assert sorted(values) == list(range(300))
    with pytest.raises(SpaceExhaustedError, match=r"300 points.*301.*widen the space"):
        generator.ask()


def test_rare_allowed_points_are_found():
    """Enumeration finds what the constraint leaves."""
    space = SearchSpace(
        {"a": Integer(0, 99), "b": Integer(0, 99)},
        constraint=lambda params: params["a"] == 77 and params["b"] < 30,
    )
    generator = make(RandomGenerator, space)
    values = [generator.ask().params["b"] for _ in range(30)]
    assert sorted(values) == list(range(30))
    with pytest.raises(SpaceExhaustedError):
        generator.ask()


def test_later_trials_replace_earlier_ones():
    """What is known of a candidate is what was told last."""
    generator = make()
    candidate = generator.ask()
    for score, status in ((np.nan, TrialStatus.RUNNING), (0.5, TrialStatus.COMPLETE)):
        generator.tell(Trial(candidate, np.array([0.5, score]), status))
    assert generator.trials[0].status is TrialStatus.COMPLETE


@pytest.mark.parametrize(
    "stranger",
    [
        Candidate(0, np.array([0.3, 0.5]), {}, "elsewhere"),
        Candidate(9, np.array([0.2, 0.5]), {}, "elsewhere"),
        Candidate(-1, np.array([0.2, 0.5]), {}, "elsewhere"),
    ],
)
def test_only_own_candidates_can_be_told(stranger):
    """Another generator's candidate is refused."""
    generator = make()
    generator.ask()
    with pytest.raises(ValueError, match="candidates that it proposed"):
        generator.tell(Trial(stranger, np.array([0.5]), TrialStatus.COMPLETE))


def test_state_holds_what_was_told():
    """Scores that JSON has no number for survive, and so do origin and parents."""
    generator = make()
    candidate = generator.ask()
    scores = [np.nan, -np.inf, 0.1]
    generator.tell(Trial(candidate, np.array(scores), TrialStatus.FAILED))
    restored = make()
    restored.load_state_dict(generator.state_dict())
    trial = restored.trials[0]
    np.testing.assert_array_equal(trial.split_scores, scores)
    assert trial.status is TrialStatus.FAILED
    assert (trial.candidate.origin, trial.candidate.parents) == ("stubborn", (0,))


@pytest.mark.parametrize("kind", ["MT19937", "PCG64DXSM", "Philox", "SFC64"])
def test_any_random_generator_can_be_saved(kind):
    """The bit generators whose states hold arrays are restored too."""
    first, second = (
        RandomGenerator(SPACE, np.random.Generator(getattr(np.random, kind)(seed)))
        for seed in (0, 1)
    )
    first.ask()
    second.load_state_dict(first.state_dict())
    assert first.ask().point.tolist() == second.ask().point.tolist()


def test_states_of_another_random_generator_are_refused():
    """The error names both kinds."""
    state = make().state_dict()
    other = RandomGenerator(SPACE, np.random.Generator(np.random.Philox(0)))
    with pytest.raises(ValueError, match=r"PCG64.*Philox"):
        other.load_state_dict(state)
