"""What several earlier searches say together."""

import numpy as np
import pytest

from skhpo.space import Categorical, Real, SearchSpace
from skhpo.transfer import PriorKnowledge, PriorSearch

SPACE = SearchSpace({"x": Real(0.0, 1.0)})
GRID = np.linspace(0.0, 1.0, 21)[:, None]
NOTHING = np.empty((0, 1))


def peak_at(where):
    """Return a search whose score is greatest at a point."""
    return PriorSearch(GRID, -np.abs(GRID[:, 0] - where))


def test_the_first_point_serves_all_searches():
    """It lies between their peaks, the next one near one of them."""
    knowledge = PriorKnowledge(SPACE, [peak_at(0.4), peak_at(0.6)])
    first, second = knowledge.first_points(2, taken=NOTHING)[:, 0]
    assert 0.4 <= first <= 0.6
    assert second != first


def test_what_is_evaluated_anyway_is_not_chosen_again():
    """A search that is served already does not count."""
    knowledge = PriorKnowledge(SPACE, [peak_at(0.2), peak_at(0.8)])
    points = knowledge.first_points(1, taken=np.array([[0.2]]))
    assert points[0, 0] == pytest.approx(0.8, abs=0.11)


def test_the_constraint_is_respected():
    """What it excludes is not chosen, however good it was."""
    space = SearchSpace({"x": Real(0.0, 1.0)}, constraint=lambda one: one["x"] < 0.5)
    knowledge = PriorKnowledge(space, [peak_at(0.6)])
    assert (knowledge.first_points(3, taken=NOTHING) < 0.5).all()


def test_there_may_be_fewer_points_than_wanted():
    """Each point is chosen once."""
    search = PriorSearch(GRID[:2], np.array([0.0, 1.0]))
    points = PriorKnowledge(SPACE, [search, search]).first_points(5, taken=NOTHING)
    assert sorted(points[:, 0]) == [0.0, pytest.approx(0.05)]


def test_candidates_that_failed_count_as_the_worst():
    """They are not chosen while there are others."""
    scores = np.where(GRID[:, 0] > 0.5, np.nan, GRID[:, 0])
    search = PriorSearch(GRID, scores)
    assert np.isfinite(search.scores).all()
    assert search.scores.min() == 0.0
    point = PriorKnowledge(SPACE, [search]).first_points(1, taken=NOTHING)[0, 0]
    assert point <= 0.5


def test_searches_that_agree_deserve_trust():
    """And one that contradicts them none."""
    opposite = PriorSearch(GRID, np.abs(GRID[:, 0] - 0.4))
    searches = [peak_at(0.4), opposite, peak_at(0.45)]
    first, second, third = PriorKnowledge(SPACE, searches).trust
    assert first + third > 0.6
    assert second < 0.02
    assert PriorKnowledge(SPACE, searches[:2]).trust.sum() < 0.05


def test_what_agrees_by_chance_deserves_less_trust():
    """Scores in random order predict nothing of each other."""
    rng = np.random.default_rng(0)
    searches = [PriorSearch(GRID, rng.normal(size=21)) for _ in range(4)]
    assert PriorKnowledge(SPACE, searches).trust.sum() < 0.5


def test_nothing_is_known_of_a_single_search():
    """No other one could speak against it."""
    assert PriorKnowledge(SPACE, [peak_at(0.4)]).trust == pytest.approx([0.75])


@pytest.mark.parametrize("scores", [[np.nan, np.nan], [1.0]])
def test_a_search_needs_scores(scores):
    """One for each point, and a finite one among them."""
    with pytest.raises(ValueError, match="needs a score for each point"):
        PriorSearch(GRID[:2], np.array(scores))


def test_many_long_searches_stay_as_cheap_as_a_few():
    """The models have a bounded number of anchors, whatever the searches hold."""
    rng = np.random.default_rng(0)
    space = SearchSpace({"x": Real(0.0, 1.0), "kind": Categorical(["a", "b"])})
    searches = []
    for _ in range(6):
        points = space.canonicalize(rng.random((150, 2)))
        searches.append(PriorSearch(points, -np.abs(points[:, 0] - 0.3)))
    knowledge = PriorKnowledge(space, searches)
    trend = knowledge.means.weighted(np.full(6, 1 / 6))
    assert len(trend.anchors) <= 200
    points = space.canonicalize(rng.random((50, 2)))
    values = trend(knowledge.features(points))
    assert np.corrcoef(values, -np.abs(points[:, 0] - 0.3))[0, 1] > 0.95
