"""What the racing rules discard, and what they do not."""

import numpy as np
import pytest
from scipy.optimize import bisect
from scipy.stats import norm

from skhpo.racing import ForgivingRule, PredictiveRule, make_rule

RULES = [ForgivingRule(), PredictiveRule()]


def scores(rng, quality, n_splits=10, split_effects=None, noise=0.02):
    """Draw the split scores of candidates of some quality."""
    quality = np.asarray(quality, dtype=float)[:, None]
    effects = np.zeros(n_splits) if split_effects is None else split_effects
    return quality + effects + noise * rng.standard_normal((len(quality), n_splits))


def known(scores, n_splits):
    """Return the scores of a candidate with the first splits told only."""
    padded = np.full(n_splits, np.nan)
    padded[: len(scores)] = scores
    return padded


def discards(rule, candidate, complete):
    """Return after how many splits a candidate is discarded, or None."""
    for n_told in range(1, len(candidate)):
        if rule.is_hopeless(known(candidate[:n_told], len(candidate)), complete):
            return n_told
    return None


@pytest.mark.parametrize("rule", RULES)
def test_a_much_worse_candidate_is_given_up_after_its_first_split(rule):
    """Where the gap is many times the noise, one split is enough."""
    rng = np.random.default_rng(0)
    complete = scores(rng, [0.9, 0.85, 0.8, 0.7])
    worse = scores(rng, [0.5])[0]
    assert discards(rule, worse, complete) == 1


@pytest.mark.parametrize("rule", RULES)
def test_a_better_candidate_is_never_given_up(rule):
    """A candidate ahead on every split runs to its end."""
    rng = np.random.default_rng(0)
    complete = scores(rng, [0.9, 0.85, 0.8, 0.7])
    better = complete.max(axis=0) + 0.01
    assert discards(rule, better, complete) is None


def test_a_better_candidate_survives_bad_luck_on_hard_splits():
    """Candidates are compared split by split: hard splits are hard for all."""
    rng = np.random.default_rng(0)
    effects = np.linspace(-0.3, 0.3, 10)
    complete = scores(rng, [0.6, 0.55, 0.5, 0.4], split_effects=effects, noise=0.01)
    better = scores(rng, [0.62], split_effects=effects, noise=0.01)[0]
    assert better[0] < complete.mean(axis=1).max()
    assert discards(PredictiveRule(), better, complete) is None


def test_hard_splits_do_not_protect_a_worse_candidate_from_the_predictive_rule():
    """Where splits differ, the paired rule discards what the forgiving one keeps."""
    rng = np.random.default_rng(0)
    effects = np.linspace(0.3, -0.3, 10)
    complete = scores(rng, [0.6, 0.5, 0.45, 0.4], split_effects=effects, noise=0.01)
    worse = scores(rng, [0.5], split_effects=effects, noise=0.01)[0]
    assert discards(PredictiveRule(), worse, complete) == 1
    assert discards(ForgivingRule(), worse, complete) is None


def test_fits_gain_more_where_the_hopeless_are_given_up():
    """Of candidates like those complete, what a fit improves on average."""
    rng = np.random.default_rng(0)
    every, kept, n_run = 0.0, 0.0, 0
    for _ in range(400):
        table = scores(rng, rng.normal(0.8, 0.02, 9), noise=0.03)
        complete, candidate = table[:8], table[8]
        gain = max(0.0, candidate.mean() - complete.mean(axis=1).max())
        n_told = discards(PredictiveRule(), candidate, complete)
        every += gain
        kept += gain if n_told is None else 0.0
        n_run += n_told or 10
    assert kept / n_run > 1.5 * every / 4000


def test_any_splits_may_come_first():
    """The effects of those that are known are taken out."""
    rng = np.random.default_rng(0)
    effects = np.linspace(-0.3, 0.3, 10)
    complete = scores(rng, [0.6, 0.55, 0.5, 0.4], split_effects=effects, noise=0.01)
    one = np.full(10, np.nan)
    one[9] = 0.62 + effects[9]
    assert not PredictiveRule().is_hopeless(one, complete)
    one[9] = 0.45 + effects[9]
    assert PredictiveRule().is_hopeless(one, complete)


def test_a_greater_gain_discards_earlier():
    """What a fit must promise decides how many are run."""
    rng = np.random.default_rng(0)
    n_run = dict.fromkeys((0.05, 0.2, 0.8), 0)
    for _ in range(100):
        table = scores(rng, rng.normal(0.8, 0.02, 9), noise=0.03)
        for gain in n_run:
            n_run[gain] += discards(PredictiveRule(gain), table[8], table[:8]) or 10
    assert n_run[0.05] > n_run[0.2] > n_run[0.8]


@pytest.mark.parametrize("n_splits", [5, 10])
@pytest.mark.parametrize("left", [1, 2, 4])
def test_what_is_given_up_would_win_with_ten_to_twenty_percent(n_splits, left):
    """So probable it is for a candidate at the border to end above the best."""
    table = scores(np.random.default_rng(0), [0.9, 0.5, 0.1], n_splits)
    means, effects = table.mean(axis=1), table.mean(axis=0) - table.mean()
    variance = ((table - means[:, None] - effects) ** 2).sum() / (2 * (n_splits - 1))
    n_told, rule = n_splits - left, PredictiveRule()

    def side(level):
        told = known((level + effects)[:n_told], n_splits)
        return 1.0 if rule.is_hopeless(told, table) else -1.0

    behind = bisect(side, 0.5, 1.5) - means.max()
    deviation = left / n_splits * np.sqrt(variance * (1 / n_told + 1 / left))
    assert 0.1 < norm.cdf(behind / deviation) < 0.2


def test_without_spread_nothing_that_only_ties_goes_on():
    """On a saturated task an equal candidate cannot end above the best."""
    complete = np.ones((4, 5))
    assert PredictiveRule().is_hopeless(known([1.0], 5), complete)


def started(n_splits, *rows):
    """Return the scores of candidates that are not complete."""
    return np.array([known(row, n_splits) for row in rows])


def test_candidates_race_each_other_before_any_is_complete():
    """Far behind on the splits that are known of all, the rest is not worth it."""
    others = started(10, [0.9, 0.8, 0.85], [0.91, 0.79, 0.84], [0.6])
    rule = PredictiveRule()
    assert rule.is_hopeless(known([0.7, 0.6, 0.66], 10), others)
    assert not rule.is_hopeless(known([0.905, 0.80, 0.84], 10), others)
    assert not rule.is_hopeless(known([0.7], 10), others), "a single split is a guess"


def test_the_best_so_far_goes_on_without_any_spread():
    """Where all are equal, someone must become complete."""
    others = started(5, [1.0, 1.0], [1.0, 1.0], [1.0, 1.0])
    assert not PredictiveRule().is_hopeless(known([1.0, 1.0], 5), others)


def test_two_candidates_are_no_ground_for_a_prediction():
    """With two of them the spread is a guess."""
    others = np.array([[0.9, 0.9, 0.9]])
    assert not PredictiveRule().is_hopeless(known([0.1, 0.1], 3), others)


def test_the_forgiving_rule_waits_for_a_complete_candidate():
    """It compares with the worst split of the best one."""
    others = started(5, [0.9, 0.9], [0.8, 0.8])
    assert not ForgivingRule().is_hopeless(known([0.1], 5), others)


def test_the_argument_of_a_search_makes_a_rule():
    """None, a name, or an object with the method."""
    own = ForgivingRule()
    assert make_rule(None) is None
    assert make_rule("auto") == PredictiveRule()
    assert make_rule(own) is own


@pytest.mark.parametrize("racing", ["fast", 3, ForgivingRule])
def test_what_is_no_rule_is_refused_with_what_would_be(racing):
    """The message names the parameter, the value and what would be right."""
    with pytest.raises(ValueError, match=r"'racing'.*None, 'auto' or a rule.*Got"):
        make_rule(racing)


@pytest.mark.parametrize("gain", [0.0, -1, np.inf, np.nan])
def test_a_gain_out_of_bounds_is_refused(gain):
    """It would discard no candidate, or all."""
    with pytest.raises(ValueError, match=r"'gain'.*Got"):
        PredictiveRule(gain)
