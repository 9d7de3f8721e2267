"""What the racing rules discard, and what they do not."""

import numpy as np
import pytest

from skhpo.racing import ForgivingRule, PredictiveRule, make_rule

RULES = [ForgivingRule(), PredictiveRule()]


def scores(rng, quality, n_splits=10, split_effects=None, noise=0.02):
    """Draw the split scores of candidates of some quality."""
    quality = np.asarray(quality, dtype=float)[:, None]
    effects = np.zeros(n_splits) if split_effects is None else split_effects
    return quality + effects + noise * rng.standard_normal((len(quality), n_splits))


def discards(rule, candidate, complete):
    """Return after how many splits a candidate is discarded, or None."""
    for n_told in range(1, len(candidate)):
        if rule.is_hopeless(candidate[:n_told], complete):
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


@pytest.mark.parametrize("risk", [0.05, 0.1])
def test_the_predictive_rule_keeps_its_risk(risk):
    """Of candidates like those complete, few that would win are given up."""
    rng = np.random.default_rng(0)
    n_winners = n_lost = 0
    for _ in range(400):
        table = scores(rng, rng.normal(0.8, 0.02, 9), noise=0.03)
        complete, candidate = table[:8], table[8]
        if candidate.mean() > complete.mean(axis=1).max():
            n_winners += 1
            n_lost += discards(PredictiveRule(risk), candidate, complete) is not None
    assert n_winners > 25
    # what is asked after each of nine splits is at risk nine times
    assert n_lost / n_winners < 3 * risk


def test_without_spread_nothing_that_only_ties_goes_on():
    """On a saturated task an equal candidate cannot end above the best."""
    complete = np.ones((4, 5))
    assert PredictiveRule().is_hopeless(np.ones(1), complete)


def test_few_complete_candidates_are_no_ground_for_a_prediction():
    """With two complete candidates the spread is a guess."""
    complete = np.array([[0.9, 0.9, 0.9], [0.8, 0.8, 0.8]])
    assert not PredictiveRule().is_hopeless(np.array([0.1]), complete)


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


@pytest.mark.parametrize("risk", [0.0, 0.5, 5, np.nan])
def test_a_risk_out_of_bounds_is_refused(risk):
    """It would discard all candidates or none."""
    with pytest.raises(ValueError, match=r"'risk'.*Got"):
        PredictiveRule(risk)
