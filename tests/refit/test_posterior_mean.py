"""The candidate that a model of all scores expects most of."""

import pickle

import numpy as np
import pytest
from scipy.stats import loguniform, uniform
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV, ParameterSampler
from sklearn.svm import SVC

from skhpo.exceptions import SearchSpaceError
from skhpo.refit import PosteriorMean, SpaceAwareRule
from skhpo.space import Categorical, Real, SearchSpace

SPACE = {"x": Real(0.0, 1.0)}


def results(params, scores):
    """Return the part of `cv_results_` that a rule reads."""
    scores = np.array(scores, dtype=float)
    table = {f"split{i}_test_score": column for i, column in enumerate(scores.T)}
    return {**table, "mean_test_score": scores.mean(axis=1), "params": params}


def noisy_line(noise, n_splits=5, n=21):
    """Return candidates on a line, whose scores fall off from x = 0.3."""
    x = np.linspace(0, 1, n)
    scores = -((x - 0.3) ** 2)[:, None] + noise * np.ones(n_splits)
    return [{"x": value} for value in x.tolist()], scores


def test_lucky_candidate_among_poor_ones_is_not_believed():
    """Scores that stand out by one split lose against a region that is good."""
    params, scores = noisy_line(np.zeros((21, 1)))
    scores += 0.02 * np.random.default_rng(0).standard_normal(scores.shape)
    scores[16, 0] += 1.5
    table = results(params, scores)
    assert table["mean_test_score"].argmax() == 16
    assert abs(params[PosteriorMean(SPACE)(table)]["x"] - 0.3) <= 0.1


def test_candidate_that_is_clearly_best_is_not_overruled():
    """However noisy the others are, two standard errors are a limit for the model."""
    rng = np.random.default_rng(0)
    x = np.linspace(0, 1, 21)
    params = [{"x": value} for value in x.tolist()]
    scores = -x[:, None] + rng.standard_normal((21, 5))
    scores[20] = scores.mean(axis=1).max() + 0.3 + 0.01 * rng.standard_normal(5)
    assert PosteriorMean(SPACE)(results(params, scores)) == 20


def test_scores_without_noise_are_believed():
    """Where all splits agree on the differences, the best mean score wins."""
    params, scores = noisy_line(np.zeros((21, 1)))
    scores += np.linspace(0, 0.5, 5)  # hard and easy splits are no noise
    scores[16] += 0.3
    assert PosteriorMean(SPACE)(results(params, scores)) == 16


def test_finds_better_candidates_than_the_mean_under_noise():
    """On noisy scores the winner is truly better on the average."""
    rng = np.random.default_rng(0)
    regrets = []
    for _ in range(20):
        params, scores = noisy_line(0.0)
        truth = scores.mean(axis=1)
        table = results(params, scores + 0.3 * rng.standard_normal(scores.shape))
        rows = [PosteriorMean(SPACE)(table), table["mean_test_score"].argmax()]
        regrets.append(truth.max() - truth[rows])
    ours, best_mean = np.mean(regrets, axis=0)
    assert ours < 0.5 * best_mean


def test_failed_candidates_never_win():
    """A candidate with a missing split score is left out."""
    params, scores = noisy_line(0.0)
    scores[6, 2] = np.nan
    assert PosteriorMean(SPACE)(results(params, scores)) in (5, 7)


@pytest.mark.parametrize("n_splits", [1, 5])
def test_equal_scores_go_to_the_first(n_splits):
    """Where nothing differs, the first candidate wins, as in scikit-learn."""
    params, _ = noisy_line(0.0)
    assert PosteriorMean(SPACE)(results(params, np.ones((21, n_splits)))) == 0


def test_one_candidate_wins():
    """A single candidate needs no comparison, nor a space with a dimension."""
    assert PosteriorMean({"x": [1]})(results([{"x": 1}], [[0.5, 0.7]])) == 0


def test_one_split_is_enough():
    """With one split the noise is learned from the candidates alone."""
    params, scores = noisy_line(0.0, n_splits=1)
    assert PosteriorMean(SPACE)(results(params, scores)) == 6


def test_very_many_candidates_are_thinned_out():
    """Of more candidates than the model takes, any complete one can still win."""
    params, scores = noisy_line(0.0, n_splits=2, n=601)
    assert abs(params[PosteriorMean(SPACE)(results(params, scores))]["x"] - 0.3) < 0.01


def test_conditional_and_sampled_parameters_are_understood():
    """Branches, choices and what can only be sampled find their place."""
    space = [
        {"kernel": ["linear"], "C": loguniform(0.1, 10)},
        {"kernel": ["rbf", "poly"], "C": loguniform(0.1, 10), "seed": _Drawn()},
    ]
    params = list(ParameterSampler(space, 12, random_state=0))
    scores = [[one["C"], one["C"] + 1] for one in params]
    assert PosteriorMean(space)(results(params, scores)) == np.argmax(
        [one["C"] for one in params]
    )


class _Drawn:
    """A parameter that can only be sampled."""

    def rvs(self, random_state=None):
        return float(uniform.rvs(random_state=random_state))


def test_space_is_needed():
    """Without a space the error says how to give it."""
    params, scores = noisy_line(0.0)
    with pytest.raises(
        ValueError, match=r"Got space=None; .*PosteriorMean\(param_grid"
    ):
        PosteriorMean()(results(params, scores))


def test_candidate_outside_of_the_space_is_named():
    """A space that is not that of the search is refused."""
    with pytest.raises(SearchSpaceError, match="'x' lies outside"):
        PosteriorMean({"x": [1, 2]})(results([{"x": 3}], [[0.5, 0.7]]))


def test_space_can_be_told():
    """A rule takes the space of a search, unless it was given one."""
    space = SearchSpace(SPACE)
    rule = PosteriorMean()
    assert isinstance(rule, SpaceAwareRule)
    assert rule.with_space(space).space is space
    assert rule.space is None
    given = PosteriorMean(SPACE)
    assert given.with_space(space) is given


def test_serves_grid_search():
    """scikit-learn's own searches take it with the grid."""
    X, y = load_iris(return_X_y=True)
    grid = {"C": [0.1, 1.0, 10.0], "kernel": ["linear", "rbf"]}
    search = clone(GridSearchCV(SVC(), grid, refit=PosteriorMean(grid))).fit(X, y)
    assert search.best_index_ == PosteriorMean(grid)(search.cv_results_)
    assert search.score(X, y) > 0.95


def test_prints_as_what_makes_it():
    """The representation is the call, and the rule can be pickled."""
    rule = PosteriorMean({"kernel": Categorical(["a", "b"])}, metric="f1")
    for copy in (eval(repr(rule)), pickle.loads(pickle.dumps(rule))):
        assert (copy.space, copy.metric) == (rule.space, "f1")
