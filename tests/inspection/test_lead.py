"""How much of a lead is noise: against known cases and simulated searches."""

import math

import numpy as np
import pytest
from scipy.stats import ttest_rel

from skhpo.inspection import Comparison, WinnersCurse
from skhpo.inspection._lead import lead_of


def test_the_comparison_is_a_corrected_paired_t_test():
    """With K folds the t statistic is the usual one over sqrt(1 + K / (K - 1))."""
    rng = np.random.default_rng(0)
    winner, other = rng.normal(0.9, 0.05, 10), rng.normal(0.88, 0.05, 10)
    found = Comparison.of(winner, other)
    usual = ttest_rel(winner, other).statistic
    assert found.difference == pytest.approx((winner - other).mean())
    statistic = found.difference / found.standard_error
    assert statistic == pytest.approx(usual / math.sqrt(1 + 10 / 9))


def test_a_lead_on_every_split_alike_is_clear():
    """What is better everywhere by the same is better."""
    comparison = Comparison.of(np.full(4, 0.9), np.full(4, 0.8))
    assert comparison.is_clear
    assert comparison.p_value == 0.0


def test_equal_scores_are_no_lead():
    """Candidates that score the same cannot be told apart."""
    scores = np.array([0.9, 0.8, 0.7])
    assert not Comparison.of(scores, scores).is_clear


def test_a_single_split_tells_nothing():
    """Neither an error nor a probability is made up."""
    comparison = Comparison.of(np.array([0.9]), np.array([0.8]))
    assert math.isnan(comparison.standard_error)
    assert math.isnan(comparison.p_value)
    assert not comparison.is_clear


@pytest.mark.parametrize("spread", [0.0, 0.5, 1.0])
def test_the_curse_is_that_of_simulated_searches(spread):
    """On average the estimate is what the winner's mean has in excess of the truth."""
    rng = np.random.default_rng(0)
    true, estimated = [], []
    for _ in range(400):
        means = rng.normal(0.0, spread, 30)
        noise = rng.normal(0.0, 1.0, (30, 5))
        scores = means[:, None] + noise + rng.normal(0.0, 3.0, 5)
        winner = int(scores.mean(axis=1).argmax())
        true.append(noise.mean(axis=1)[winner])
        estimated.append(WinnersCurse.of(scores).estimate)
    assert np.mean(estimated) == pytest.approx(np.mean(true), rel=0.25)


def test_clearly_different_candidates_flatter_nobody():
    """Where the winner is the same whatever split is left out, nothing is selected."""
    scores = np.arange(5.0)[:, None] + 0.01 * np.random.default_rng(0).normal(
        size=(5, 4)
    )
    assert WinnersCurse.of(scores).estimate < 0.01


def test_two_splits_do_not_tell_the_curse():
    """Leaving one out of two leaves too little."""
    assert math.isnan(WinnersCurse.of(np.ones((5, 2))).estimate)


def test_the_lead_counts_who_is_close():
    """One candidate is alike, the other one is far behind on every split."""
    winner = np.array([0.90, 0.92, 0.88, 0.91])
    scores = np.array([winner, winner - [0.02, -0.02, 0.01, 0.0], winner - 0.3])
    lead = lead_of(scores, 0, baseline=2)
    assert lead.n_close == 1
    assert not lead.runner_up.is_clear
    assert lead.baseline.difference == pytest.approx(0.3)
    assert not lead.baseline_is_winner


def test_the_baseline_may_be_the_winner():
    """Then there is nothing to compare it with."""
    lead = lead_of(np.array([[0.9, 0.8, 0.7], [0.1, 0.2, 0.3]]), 0, baseline=0)
    assert lead.baseline is None
    assert lead.baseline_is_winner
