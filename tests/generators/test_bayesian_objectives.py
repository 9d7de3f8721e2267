"""The Bayesian generator with several objectives."""

import json

import numpy as np
import pytest

from skhpo.generators import BayesianGenerator, RandomGenerator
from skhpo.pareto import hypervolume
from skhpo.space import Categorical, Real, SearchSpace
from skhpo.trials import Trial, TrialStatus

SPACE = SearchSpace(
    {"x": Real(0.0, 1.0), "y": Real(0.0, 1.0), "kind": Categorical(["a", "b"])}
)


def evaluate(params):
    """Return two scores that disagree about x, on two splits."""
    loss = (params["y"] - 0.3) ** 2 + 0.2 * (params["kind"] == "b")
    scores = np.array(
        [-((params["x"] - 0.2) ** 2) - loss, -100.0 * ((params["x"] - 0.8) ** 2 + loss)]
    )
    return np.outer([1.01, 0.99], scores)


def search(generator, n, n_told=2):
    """Ask for candidates and tell their scores; return the mean scores."""
    found = []
    for number in range(n):
        candidate = generator.ask()
        scores = evaluate(candidate.params)
        found.append(scores.mean(axis=0))
        if number % 3 == 2 and n_told < 2:
            scores[n_told:] = np.nan
            generator.tell(Trial(candidate, scores, TrialStatus.RUNNING))
        else:
            generator.tell(Trial(candidate, scores, TrialStatus.COMPLETE))
    return np.array(found)


def volume(scores):
    """Return the hypervolume, both objectives to one scale."""
    return hypervolume(scores * [1.0, 0.01], [-0.5, -0.5])


@pytest.mark.parametrize("surrogate", ["gp", "forest", "tpe"])
def test_it_finds_more_of_the_front_than_random_points(surrogate):
    """With each kind of model, on objectives of very different scales."""
    rng = np.random.default_rng(0)
    generator = BayesianGenerator(SPACE, rng, surrogate=surrogate)
    random = RandomGenerator(SPACE, np.random.default_rng(0))
    assert volume(search(generator, 40)) > volume(search(random, 40))


def test_it_finds_the_front():
    """Candidates close to it, from end to end."""
    generator = BayesianGenerator(SPACE, np.random.default_rng(0))
    search(generator, 40)
    close = [
        candidate.params["x"]
        for candidate in generator.candidates
        if candidate.params["kind"] == "a" and abs(candidate.params["y"] - 0.3) < 0.1
    ]
    close = [value for value in close if 0.1 < value < 0.9]
    assert min(close) < 0.3
    assert max(close) > 0.7
    assert len(close) > 15


@pytest.mark.parametrize("n_told", [0, 1])
def test_partly_told_and_pending_candidates_are_no_obstacle(n_told):
    """Every third candidate lacks a split, or both."""
    generator = BayesianGenerator(SPACE, np.random.default_rng(0))
    search(generator, 15, n_told)
    points = {candidate.point.tobytes() for candidate in generator.candidates}
    assert len(points) == 15


def test_failed_and_odd_scores_are_survived():
    """NaN in one objective, infinite, constant and huge ones."""
    for odd in ([np.nan, 1.0], [np.inf, 0.0], [1.0, 1.0], [1e300, -1e300]):
        generator = BayesianGenerator(SPACE, np.random.default_rng(0))
        search(generator, 4)
        for _ in range(6):
            candidate = generator.ask()
            is_finite = np.isfinite(odd).all()
            status = TrialStatus.COMPLETE if is_finite else TrialStatus.FAILED
            generator.tell(Trial(candidate, np.array([odd, odd]), status))
        assert np.isfinite([one.point for one in generator.candidates]).all()


def test_a_restored_generator_goes_on_bit_for_bit():
    """The scores of all objectives are in the state, missing ones included."""
    original, other = (
        BayesianGenerator(SPACE, np.random.default_rng(seed)) for seed in (0, 1)
    )
    search(original, 9, n_told=1)
    failed = original.ask()
    scores = np.array([[np.nan, -np.inf], [0.1, 0.2]])
    original.tell(Trial(failed, scores, TrialStatus.FAILED))
    other.load_state_dict(json.loads(json.dumps(original.state_dict())))
    assert search(original, 5).tolist() == search(other, 5).tolist()


def test_long_searches_leave_observations_out():
    """Beyond 300 the model keeps the front among what it is fitted to."""
    generator = BayesianGenerator(
        SPACE, np.random.default_rng(0), surrogate="tpe", n_initial=305
    )
    search(generator, 310)
    assert len(generator.candidates) == 310
