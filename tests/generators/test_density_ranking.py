"""The ranking by densities of the good and of the rest."""

import numpy as np

from skhpo.generators._density_ranking import DensityRanking
from skhpo.generators._ranking import Evidence
from skhpo.space import Real, SearchSpace

SPACE = SearchSpace({name: Real(0.0, 1.0) for name in "ab"})
TOP = np.array([0.3, 0.7])


def rank(pending=()):
    """Return the points ranked by forty observations of a hill."""
    points = np.random.default_rng(0).random((40, 2))
    evidence = Evidence(
        points=points,
        scores=-((points - TOP) ** 2).sum(axis=1),
        noise_scale=np.ones(40),
        pending=np.array(pending).reshape(-1, 2),
        n_observed=40,
    )
    return DensityRanking(SPACE).rank(evidence, np.random.default_rng(1))


def test_the_best_ranked_points_lie_where_scores_are_good():
    """On average they are much closer to the top than the others."""
    distances = np.linalg.norm(rank() - TOP, axis=1)
    assert distances[:20].mean() < 0.5 * distances[-20:].mean()


def test_pending_points_count_as_not_good():
    """Around a crowd of them nothing is proposed."""
    crowded = rank()[0]
    gap = np.linalg.norm(rank(pending=[crowded] * 10)[0] - crowded)
    assert gap > 0.1


def test_points_are_canonical():
    """They can be proposed as they are."""
    points = rank()
    np.testing.assert_array_equal(points, SPACE.canonicalize(points))
