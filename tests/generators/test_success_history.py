"""The memory of differential evolution."""

import json

import numpy as np

from skhpo.generators._success_history import SuccessHistory


def draws(history, n=3000):
    """Return the medians of what is drawn."""
    rng = np.random.default_rng(0)
    return np.median([history.draw(rng) for _ in range(n)], axis=0)


def test_begins_in_the_middle_and_follows_success():
    """The more an improvement gained, the more its parameters count."""
    history = SuccessHistory()
    np.testing.assert_allclose(draws(history), [0.5, 0.5], atol=0.05)
    for _ in range(6):
        history.add(0.9, 0.1, 100.0)
        history.add(0.2, 0.9, 1e-3)
        history.learn()
    np.testing.assert_allclose(draws(history), [0.9, 0.1], atol=0.05)


def test_nothing_is_learned_without_success():
    """The means stay."""
    history = SuccessHistory()
    before = history.state_dict()
    history.learn()
    assert history.state_dict() == before


def test_a_crossover_rate_of_zero_is_final():
    """Where only single coordinates succeeded, it stays with them."""
    history = SuccessHistory()
    for _ in range(6):
        history.add(0.5, 0.0, 1.0)
        history.learn()
    for _ in range(6):
        history.add(0.5, 0.9, 1.0)
        history.learn()
    assert draws(history)[1] == 0.0


def test_gains_over_failed_candidates_are_no_obstacle():
    """They are infinite, and the state is ready for JSON all the same."""
    history, restored = SuccessHistory(), SuccessHistory()
    history.add(0.7, 0.3, np.inf)
    restored.load_state_dict(
        json.loads(json.dumps(history.state_dict(), allow_nan=False))
    )
    for one in (history, restored):
        one.learn()
    assert restored.state_dict() == history.state_dict()
    assert draws(history)[0] > 0.5
