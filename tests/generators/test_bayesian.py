"""The Bayesian generator."""

import json

import numpy as np
import pytest

from skhpo.exceptions import SpaceExhaustedError
from skhpo.generators import BayesianGenerator, RandomGenerator
from skhpo.space import Categorical, Integer, Real, SearchSpace
from skhpo.testing import GeneratorContract
from skhpo.trials import Trial, TrialStatus

SPACE = SearchSpace({name: Real(0.0, 1.0) for name in "abc"})


class TestBayesianGenerator(GeneratorContract):
    """The contract."""

    def make_generator(self, space, seed):
        """Make the generator under test."""
        return BayesianGenerator(space, np.random.default_rng(seed))


def make(space=SPACE, seed=0, kind=BayesianGenerator, **kwargs):
    """Return a generator."""
    return kind(space, np.random.default_rng(seed), **kwargs)


def bowl(params):
    """Return the negative squared distance from a point within the space."""
    values = np.array([params[name] for name in "abc"])
    return -float(((values - [0.3, 0.6, 0.8]) ** 2).sum())


def tell(generator, candidate, *scores, status=TrialStatus.COMPLETE):
    """Tell split scores."""
    generator.tell(Trial(candidate, np.array(scores), status))


def best_of(generator, objective, n):
    """Return the best score of a search."""
    scores = []
    for _ in range(n):
        candidate = generator.ask()
        scores.append(objective(candidate.params))
        tell(generator, candidate, scores[-1])
    return max(scores)


@pytest.mark.parametrize("seed", range(3))
def test_gets_much_closer_than_random_search(seed):
    """Twenty candidates get within a hundredth of an easy optimum."""
    assert best_of(make(seed=seed), bowl, 20) > -1e-4
    assert best_of(make(seed=seed, kind=RandomGenerator), bowl, 20) < -1e-3


def test_finds_a_mixed_optimum_of_a_conditional_space():
    """One model serves all branches."""
    space = SearchSpace(
        [
            {"kind": ["line"], "slope": Real(0.0, 1.0)},
            {"kind": ["bend"], "degree": Integer(1, 30), "word": Categorical([*"abc"])},
        ]
    )

    def objective(params):
        if params["kind"] == "line":
            return params["slope"] / 2
        return 1.0 - abs(params["degree"] - 21) / 30 - 0.2 * (params["word"] != "b")

    assert best_of(make(space), objective, 30) >= 1.0 - 1 / 30


def test_noise_does_not_stop_the_search():
    """Later candidates are better than those of the initial design."""
    rng = np.random.default_rng(0)
    generator = make(n_initial=10)
    scores = []
    for _ in range(40):
        candidate = generator.ask()
        scores.append(bowl(candidate.params))
        tell(generator, candidate, scores[-1] + rng.normal(0.0, 0.05))
    assert np.median(scores[25:]) > np.median(scores[:10]) / 2


@pytest.mark.parametrize(("prescribed", "expected"), [((), 4), (({}, "baseline"), 3)])
def test_size_of_the_initial_design(prescribed, expected):
    """Three candidates where one was prescribed, four otherwise."""
    prescribed = [prescribed] if prescribed else []
    assert make(prescribed=prescribed).n_independent == expected
    assert make(n_initial=7).n_independent == 7


def test_sobol_points_until_two_scores_are_known():
    """Neither pending nor failed candidates make a model."""
    generator = make()
    candidates = [generator.ask() for _ in range(6)]
    tell(generator, candidates[0], 0.5)
    tell(generator, candidates[1], np.nan, status=TrialStatus.FAILED)
    assert {one.origin for one in [*candidates, generator.ask()]} == {"sobol"}
    tell(generator, candidates[2], 0.6)
    assert generator.ask().origin == "bayesian"


def test_pending_candidates_repel():
    """Proposals without any result between them are spread."""
    generator = make()
    best_of(generator, bowl, 10)
    points = np.array([generator.ask().point for _ in range(4)])
    distances = np.linalg.norm(points[:, None] - points, axis=2)
    assert distances[np.triu_indices(4, 1)].min() > 1e-3


def test_failed_candidates_are_avoided():
    """Where everything fails, the search does not stay."""
    generator = make()
    n_failed = 0
    for _ in range(25):
        candidate = generator.ask()
        if candidate.params["a"] > 0.5:
            n_failed += candidate.index > 8
            tell(generator, candidate, np.nan, status=TrialStatus.FAILED)
        else:
            tell(generator, candidate, 1.0 + candidate.params["a"])
    assert n_failed < 8


def test_the_order_of_telling_does_not_matter():
    """Between two asks only what is known counts."""
    first, second = make(), make()
    candidates = [(first.ask(), second.ask()) for _ in range(4)]
    for left, _ in candidates:
        tell(first, left, bowl(left.params), status=TrialStatus.COMPLETE)
    for _, right in reversed(candidates):
        tell(second, right, np.nan, status=TrialStatus.RUNNING)
        tell(second, right, bowl(right.params), status=TrialStatus.COMPLETE)
    assert first.ask().point.tolist() == second.ask().point.tolist()


def test_long_searches_go_on_bit_for_bit():
    """Beyond the observations that a model is fitted to, and with kept parameters."""
    generator, restored = make(n_initial=306), make(seed=1, n_initial=306)
    best_of(generator, bowl, 308)
    restored.load_state_dict(json.loads(json.dumps(generator.state_dict())))
    for _ in range(2):
        left, right = generator.ask(), restored.ask()
        assert left.point.tolist() == right.point.tolist()
        assert left.origin == "bayesian"
        tell(generator, left, bowl(left.params))
        tell(restored, right, bowl(right.params))


def test_categorical_spaces():
    """Without any continuous axis the best combination is found."""
    space = SearchSpace({name: Categorical(list("uvwxyz")) for name in "abcde"})

    def objective(params):
        return sum(value == "w" for value in params.values())

    assert best_of(make(space), objective, 60) >= 4


def test_one_score_among_failures():
    """With a single score there is no model yet, and the search goes on."""
    generator = make()
    candidates = []
    for number in range(12):
        candidates.append(generator.ask())
        tell(generator, candidates[-1], 0.5 if number == 3 else np.nan)
    assert {candidate.origin for candidate in candidates} == {"sobol"}
    assert len({candidate.point.tobytes() for candidate in candidates}) == 12


@pytest.mark.parametrize("score", [1.0, np.nan, -np.inf])
def test_a_space_of_two_candidates(score):
    """Both are proposed, whatever they score, and then nothing is left."""
    generator = make(SearchSpace({"word": Categorical(["yes", "no"])}))
    words = set()
    for _ in range(2):
        candidate = generator.ask()
        words.add(candidate.params["word"])
        tell(generator, candidate, score)
    assert words == {"yes", "no"}
    with pytest.raises(SpaceExhaustedError):
        generator.ask()


def test_fifty_dimensions():
    """Many axes, of which one matters, are searched better than at random."""
    space = SearchSpace({f"x{number}": Real(0.0, 1.0) for number in range(50)})
    generator = make(space)
    scores = []
    for _ in range(16):
        candidate = generator.ask()
        scores.append(-abs(candidate.params["x7"] - 0.9))
        tell(generator, candidate, scores[-1])
    assert np.median(scores[8:]) > -0.2 > np.median(scores[:4])


@pytest.mark.parametrize("unit", [2.0**40, 2.0**-40])
def test_the_unit_of_the_scores_does_not_matter(unit):
    """Scores of about 1e12 and 1e-12 lead to the candidates that those of 1 do."""
    plain, scaled = make(), make()
    for _ in range(9):
        left, right = plain.ask(), scaled.ask()
        assert left.point.tolist() == right.point.tolist()
        tell(plain, left, bowl(left.params))
        tell(scaled, right, unit * bowl(right.params))


def test_heavy_tailed_scores_do_not_hide_the_optimum():
    """Outliers of many magnitudes only keep the search off a quarter of the space."""
    tail = np.random.default_rng(0)

    def objective(params):
        if params["a"] > 0.75:
            return -(10.0 ** tail.uniform(0, 9))
        return bowl(params)

    assert best_of(make(), objective, 25) > -0.05
