"""Fit times: their model, how much they count, and the candidates that they make."""

import json
import pickle
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from skhpo.generators import BayesianGenerator
from skhpo.generators._fit_times import FitTimeModel, cost_weight
from skhpo.space import Categorical, Real, SearchSpace
from skhpo.testing import GeneratorContract
from skhpo.trials import Trial, TrialStatus

SPACE = SearchSpace({"x": Real(0.0, 1.0), "y": Real(0.0, 1.0)})
POINTS = np.random.default_rng(0).random((20, 2))
TIMES = np.exp(3.0 * POINTS[:, 0])


class Timed(BayesianGenerator):
    """Is told, with each trial that did not fail, of a time that rises with the point.

    The suite of the contract tells scores alone.
    """

    def tell(self, trial):
        """Add the time."""
        if trial.status is not TrialStatus.FAILED:
            fit_time = float(np.exp(4.0 * trial.candidate.point.sum()))
            trial = replace(trial, fit_time=fit_time)
        super().tell(trial)


class TestCostAwareGenerator(GeneratorContract):
    """The contract."""

    def make_generator(self, space, seed):
        """Make the generator under test."""
        rng = np.random.default_rng(seed)
        return Timed(space, rng, cost="fit_time", n_candidates=40)


class TestCostAwareDensities(GeneratorContract):
    """The contract."""

    def make_generator(self, space, seed):
        """Make the generator under test."""
        rng = np.random.default_rng(seed)
        return Timed(space, rng, surrogate="tpe", cost="fit_time")


def search(n, fit_time_of, score_of, seed=0, **options):
    """Return the trials of a search."""
    generator = BayesianGenerator(SPACE, np.random.default_rng(seed), **options)
    trials = []
    for _ in range(n):
        candidate = generator.ask()
        x, y = candidate.params["x"], candidate.params["y"]
        scores, seconds = np.array([score_of(x, y)]), fit_time_of(x, y)
        trials.append(Trial(candidate, scores, TrialStatus.COMPLETE, fit_time=seconds))
        generator.tell(trials[-1])
    return trials


def two_peaks(x, y):
    """Return a score with equally high peaks at x = 0.2 and x = 0.8."""
    return -((abs(x - 0.5) - 0.3) ** 2) - (y - 0.5) ** 2


def dear_on_the_right(x, y):  # noqa: ARG001
    """Return seconds from 1 to 400."""
    return float(np.exp(6.0 * x))


def test_logarithms_of_times_are_predicted():
    """Relative to their mean, from few of them."""
    model = FitTimeModel(SPACE).fit(POINTS, TIMES)
    predicted = model.at(np.array([[0.1, 0.5], [0.9, 0.5]]))
    assert predicted[1] - predicted[0] == pytest.approx(2.4, abs=0.05)
    assert model.at(POINTS).mean() == pytest.approx(0.0, abs=0.01)


def test_gradients_are_those_of_the_predictions():
    """As differences of them show; the features of these points are the points."""
    model = FitTimeModel(SPACE).fit(POINTS, TIMES)
    row = np.array([0.3, 0.6])
    value, gradient = model.value_and_gradient(row)
    assert value == pytest.approx(model(row[None])[0])
    differences = approx_fprime(row, lambda one: model(one[None])[0], 1e-6)
    np.testing.assert_allclose(gradient, differences, rtol=1e-3, atol=1e-5)


def test_unknown_times_are_left_out():
    """It is as if their points were not there."""
    known = FitTimeModel(SPACE).fit(POINTS[:10], TIMES[:10])
    times = np.where(np.arange(20) < 10, TIMES, np.nan)
    assert FitTimeModel(SPACE).fit(POINTS, times).at(POINTS).tolist() == (
        known.at(POINTS).tolist()
    )


@pytest.mark.parametrize(
    "times",
    [np.full(20, np.nan), np.full(20, 3.0), TIMES * 1e-6, np.r_[1.0, [np.nan] * 19]],
    ids=["none", "equal", "too short", "one"],
)
def test_times_that_tell_nothing_make_everything_cost_the_same(times):
    """None at all, equal ones, and those that are the noise of the clock."""
    model = FitTimeModel(SPACE).fit(POINTS, times)
    assert not model.at(POINTS).any()
    value, gradient = model.value_and_gradient(POINTS[0])
    assert value == 0.0
    assert not gradient.any()


def test_a_restored_model_predicts_the_same():
    """Its hyperparameters are not fitted to every new time."""
    model = FitTimeModel(SPACE).fit(POINTS[:15], TIMES[:15])
    restored = FitTimeModel(SPACE)
    restored.load_state_dict(json.loads(json.dumps(model.state_dict())))
    for n in (16, 20):
        left, right = (one.fit(POINTS[:n], TIMES[:n]) for one in (model, restored))
        assert left.at(POINTS).tolist() == right.at(POINTS).tolist()


def test_the_weight_falls_with_the_candidates_that_are_left():
    """From 1 behind the initial design to 0; a design may be all there is."""
    weights = [cost_weight(14, n, n_design=4) for n in (2, 4, 9, 13, 14, 20)]
    assert weights == pytest.approx([1.0, 1.0, 0.5, 0.1, 0.0, 0.0])
    assert cost_weight(4, 4, n_design=4) == cost_weight(3, 3, n_design=4) == 0.0


@pytest.mark.parametrize("surrogate", ["gp", "forest", "tpe"])
def test_of_equal_peaks_the_cheap_one_is_searched(surrogate):
    """In less time than a search takes that looks at scores alone."""
    shared = {"surrogate": surrogate, "seed": 3}
    plain = search(25, dear_on_the_right, two_peaks, **shared)
    aware = search(
        25, dear_on_the_right, two_peaks, cost="fit_time", n_candidates=25, **shared
    )
    seconds = [sum(trial.fit_time for trial in one) for one in (aware, plain)]
    assert seconds[0] < seconds[1]
    assert max(trial.score for trial in aware) > -0.05


@pytest.mark.parametrize("surrogate", ["gp", "forest", "tpe"])
def test_without_times_the_candidates_are_those_of_a_plain_search(surrogate):
    """There is nothing to look at."""
    shared = {"surrogate": surrogate, "acquisition": "logei"}
    found = [
        [
            trial.candidate.params
            for trial in search(12, lambda *_: None, two_peaks, cost=cost, **shared)
        ]
        for cost in (None, "fit_time")
    ]
    assert found[0] == found[1]


def test_the_improvement_and_its_logarithm_are_the_same_per_cost():
    """Whichever is named, their quotient has one maximum."""
    found = [
        [
            trial.candidate.params
            for trial in search(
                10, dear_on_the_right, two_peaks, cost="fit_time", acquisition=name
            )
        ]
        for name in ("ei", "logei", "auto")
    ]
    assert found[0] == found[1] == found[2]


def test_spaces_without_numbers():
    """Times that depend on a word are learned, too."""
    space = SearchSpace({"a": Categorical([*"uvwxyz"]), "b": Categorical([*"uvwxyz"])})
    generator = BayesianGenerator(space, np.random.default_rng(0), cost="fit_time")
    words = []
    for _ in range(20):
        candidate = generator.ask()
        words.append(candidate.params["a"])
        seconds = 100.0 if words[-1] in "xyz" else 1.0
        scores = np.array([float(candidate.params["b"] == "w")])
        trial = Trial(candidate, scores, TrialStatus.COMPLETE, fit_time=seconds)
        generator.tell(trial)
    assert sum(word in "xyz" for word in words[8:]) <= 3


def test_it_can_be_pickled():
    """And goes on as it would have."""
    generator = Timed(SPACE, np.random.default_rng(0), cost="fit_time", n_candidates=20)
    for _ in range(8):
        candidate = generator.ask()
        scores = np.array([two_peaks(**candidate.params)])
        generator.tell(Trial(candidate, scores, TrialStatus.COMPLETE))
    other = pickle.loads(pickle.dumps(generator))
    assert other.ask().point.tolist() == generator.ask().point.tolist()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cost": "score_time"}, r"'cost' .* Got 'score_time'; None looks"),
        (
            {"cost": "fit_time", "acquisition": "ucb"},
            r"'acquisition' .* per second. Got 'ucb'; choose",
        ),
        ({"cost": "fit_time", "acquisition": "thompson"}, r"Got 'thompson'"),
    ],
)
def test_what_makes_no_sense_is_refused(options, message):
    """The error names the argument and the way out."""
    with pytest.raises(ValueError, match=message):
        BayesianGenerator(SPACE, np.random.default_rng(0), **options)
