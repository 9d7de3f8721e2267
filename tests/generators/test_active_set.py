"""The choice of observations for a model of bounded cost."""

import numpy as np

from skhpo.generators._active_set import ActiveSet
from skhpo.generators._observations import Observations


def observe(n):
    """Return observations whose scores rise and fall."""
    scores = np.sin(np.arange(n) * 1.7)
    return Observations(np.arange(n), scores, np.ones(n), np.zeros(n, dtype=bool))


def test_all_are_used_up_to_the_limit():
    """Nothing is left out of 300 observations."""
    rows = ActiveSet().select(observe(300), np.random.default_rng(0))
    assert rows.tolist() == list(range(300))


def test_the_best_half_is_kept_beyond_the_limit():
    """Of more observations the best are used, and a random rest."""
    observations = observe(1000)
    rows = ActiveSet().select(observations, np.random.default_rng(0))
    assert len(set(rows.tolist())) == 250
    assert np.isin(np.argsort(-observations.scores)[:125], rows).all()
    assert observations.scores[rows].min() < -0.9


def test_the_set_is_kept_and_new_observations_join():
    """The set changes by the new ones only, until it has to be thinned out again."""
    active_set, rng = ActiveSet(), np.random.default_rng(0)
    before = active_set.select(observe(301), rng)
    after = active_set.select(observe(304), rng)
    assert after.tolist() == [*before.tolist(), 301, 302, 303]
    sizes = [len(active_set.select(observe(n), rng)) for n in range(305, 600)]
    assert max(sizes) == 300
