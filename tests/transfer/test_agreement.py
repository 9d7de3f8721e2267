"""Weights of earlier searches."""

import numpy as np
import pytest

from skhpo.transfer import agreement_weights

RNG = np.random.default_rng(0)
TARGETS = RNG.normal(size=10)
UNKNOWN = np.zeros(10)


def test_a_search_that_agrees_gets_most_of_the_weight():
    """One that contradicts gets none, and one that says nothing little."""
    means = np.column_stack([TARGETS, -TARGETS, UNKNOWN])
    agrees, contradicts, says_nothing = agreement_weights(means, UNKNOWN, TARGETS)
    assert agrees > 0.8
    assert contradicts < 0.05
    assert says_nothing < 0.1


def test_searches_that_contradict_get_no_weight_at_all():
    """What is left is the search as it is without them."""
    means = np.column_stack([-TARGETS, -2.0 * TARGETS])
    assert not agreement_weights(means, UNKNOWN, TARGETS).any()


def test_a_search_loses_its_weight_to_a_present_one_that_knows_better():
    """The same agreement counts for less once the left-out are predicted well."""
    roughly = TARGETS[:, None].round()
    early = agreement_weights(roughly, UNKNOWN, TARGETS)[0]
    late = agreement_weights(roughly, TARGETS, TARGETS)[0]
    assert late < 0.8 * early


def test_the_order_of_the_targets_is_what_counts():
    """Their scale is that of other data, so it says nothing."""
    means = RNG.normal(size=(10, 2))
    left_out = np.full(10, -100.0)  # says of each that all others are greater
    expected = agreement_weights(means, left_out, TARGETS)
    assert agreement_weights(means, left_out, TARGETS**3) == pytest.approx(expected)


def test_searches_that_say_the_same_share_the_weight():
    """None is preferred."""
    first, second = agreement_weights(
        np.column_stack([TARGETS, TARGETS]), UNKNOWN, TARGETS
    )
    assert first == pytest.approx(second)
    assert first + second > 0.8


@pytest.mark.parametrize("n", [1, 2])
def test_few_observations_leave_the_searches_about_alike(n):
    """Weights are positive before anything can contradict."""
    weights = agreement_weights(np.zeros((n, 3)), np.zeros(n), TARGETS[:n])
    assert weights == pytest.approx(np.full(3, 0.25), abs=0.03)


def test_equal_targets_say_nothing():
    """A constant score leaves the weights as they were."""
    means = RNG.normal(size=(6, 2))
    weights = agreement_weights(means, np.zeros(6), np.zeros(6))
    assert weights == pytest.approx([0.375, 0.375])


def test_less_trust_asks_for_more_evidence():
    """Few observations that agree give less weight, many as much; without it none."""
    few, many = (
        [
            agreement_weights(y[:, None], np.zeros(len(y)), y, trust=np.array([t]))[0]
            for t in (0.8, 0.1, 0.0)
        ]
        for y in (TARGETS[:3], RNG.normal(size=60))
    )
    assert few[0] > 2.0 * few[1] > few[2] == 0.0
    assert many[:2] == pytest.approx([1.0, 1.0], abs=0.02)
    assert many[2] == 0.0


def test_trust_is_in_each_search():
    """Of two that say the same, the one that is trusted more weighs more."""
    means = np.column_stack([TARGETS, TARGETS])
    trust = np.array([0.6, 0.2])
    first, second = agreement_weights(means, UNKNOWN, TARGETS, trust=trust)
    assert first == pytest.approx(3.0 * second)
