"""A Gaussian process around what earlier searches say."""

import numpy as np
import pytest

from skhpo.space import Real, SearchSpace
from skhpo.surrogates import GaussianProcess
from skhpo.transfer import PriorKnowledge, PriorSearch, TransferProcess

SPACE = SearchSpace({"x": Real(0.0, 1.0), "y": Real(0.0, 1.0)})
RNG = np.random.default_rng(0)
POINTS = RNG.random((30, 2))
SEEN = np.array([[0.1, 0.9], [0.4, 0.3], [0.7, 0.6], [0.9, 0.2], [0.2, 0.1]])


def hill(points):
    """Return a smooth function of mean about 0."""
    return np.sin(5.0 * points[:, 0]) + np.cos(4.0 * points[:, 1])


def fitted(scores, targets=None):
    """Return a process that knows one search, fitted to few observations."""
    knowledge = PriorKnowledge(SPACE, [PriorSearch(POINTS, scores)])
    targets = standardized(hill(SEEN)) if targets is None else targets
    return TransferProcess(knowledge).fit(SEEN, targets)


def standardized(values):
    """Return values of mean 0 and standard deviation 1."""
    return (values - values.mean()) / values.std()


def errors(process):
    """Return the mean error of the order of unseen points."""
    rows = RNG.random((200, 2))
    return 1.0 - np.corrcoef(process.predict(rows).mean, hill(rows))[0, 1]


def test_a_search_that_agrees_makes_predictions_better():
    """Five observations alone say much less."""
    alone = GaussianProcess(np.arange(2)).fit(SEEN, standardized(hill(SEEN)))
    process = fitted(hill(POINTS))
    assert process.weights[0] > 0.5
    assert errors(process) < 0.3 * errors(alone)


def test_a_search_that_contradicts_changes_nothing():
    """The process is that of the observations alone."""
    alone = GaussianProcess(np.arange(2)).fit(SEEN, standardized(hill(SEEN)))
    process = fitted(-hill(POINTS))
    assert not process.weights.any()
    assert np.array_equal(process.predict(POINTS).mean, alone.predict(POINTS).mean)


def test_observations_are_believed_more_than_searches():
    """Where something was observed, the search does not matter."""
    targets = standardized(hill(SEEN))
    process = fitted(hill(POINTS), targets)
    assert process.weights.any()
    assert process.predict(SEEN).mean == pytest.approx(targets, abs=0.3)


def test_gradients_are_those_of_the_predictions():
    """Compared with finite differences."""
    process = fitted(hill(POINTS))
    row = np.array([0.33, 0.58])
    mean, sd, mean_gradient, sd_gradient = process.predict_gradient(row)
    posterior = process.predict(row[None])
    assert mean == pytest.approx(posterior.mean[0])
    assert sd == pytest.approx(posterior.sd[0])
    for axis in range(2):
        step = 1e-5 * np.eye(2)[axis]
        above, below = (process.predict((row + s)[None]) for s in (step, -step))
        assert mean_gradient[axis] == pytest.approx(
            (above.mean[0] - below.mean[0]) / 2e-5, rel=1e-4
        )
        assert sd_gradient[axis] == pytest.approx(
            (above.sd[0] - below.sd[0]) / 2e-5, rel=1e-3
        )


def test_pending_rows_lose_their_doubt_and_some_of_their_mean():
    """They are believed to score as predicted, the search included, or less."""
    process = fitted(hill(POINTS))
    rows = np.array([[0.5, 0.9]])
    before = process.predict(rows)
    after = process.condition(rows, pessimism=0.0).predict(rows)
    assert after.mean == pytest.approx(before.mean, abs=1e-6)
    less = process.condition(rows, pessimism=2.0).predict(rows)
    assert less.mean == pytest.approx(before.mean - 2.0 * before.sd, rel=0.2)
    assert process.condition(rows).predict(rows).mean < before.mean
    assert after.sd[0] < 0.6 * before.sd[0]
    assert process.predict(rows).sd[0] == before.sd[0]


def test_draws_vary_around_the_predictions():
    """Functions drawn include what the search says, with their gradients."""
    process = fitted(hill(POINTS))
    rng = np.random.default_rng(1)
    draws = [process.sample(rng) for _ in range(200)]
    values = np.array([draw(POINTS) for draw in draws])
    values -= values.mean(axis=1, keepdims=True)
    mean = process.predict(POINTS).mean
    assert np.corrcoef(values.mean(axis=0), mean)[0, 1] > 0.98
    value, gradient = draws[0].value_and_gradient(POINTS[0])
    step = np.array([1e-6, 0.0])
    slope = (draws[0]((POINTS[0] + step)[None])[0] - value) / 1e-6
    assert gradient[0] == pytest.approx(slope, rel=1e-3)


def test_a_long_search_needs_no_others():
    """Beyond 64 observations earlier searches have no weight."""
    rows = RNG.random((65, 2))
    process = fitted(hill(POINTS))
    assert not process.fit(rows, standardized(hill(rows))).weights.any()
