"""NoImprovementExpected, and what it concludes from the trials."""

import numpy as np
import pytest

from _trials import trial_of
from skhpo.space import Real, SearchSpace
from skhpo.stopping import NoImprovementExpected
from skhpo.stopping._evidence import collect_evidence
from skhpo.stopping._no_improvement_expected import look_out
from skhpo.trials import TrialStatus

SPACE = SearchSpace({"x": Real(0.0, 1.0)})
ALWAYS = {"min_candidates": 2, "check_every": 1}


def parabola(n, noise, *, until=1.0):
    """Return trials of a parabola on [0, until], with a spread between the splits."""
    spread = noise * np.array([-1.0, 0.0, 1.0])
    points = np.linspace(0.0, until, n)
    return [
        trial_of(index, *(-((x - 0.3) ** 2) + spread), point=x)
        for index, x in enumerate(points)
    ]


def stops(trials, **settings):
    """Return what the rule says."""
    rule = NoImprovementExpected(**settings).with_space(SPACE)
    return rule.should_stop(trials)


def test_it_stops_when_splits_differ_more_than_what_can_be_gained():
    """The same scores with splits that agree leave something to gain."""
    assert stops(parabola(20, noise=0.2))
    assert not stops(parabola(20, noise=1e-4))


def test_it_goes_on_while_much_of_the_space_is_unknown():
    """A maximum may lie where nothing has been tried."""
    assert stops(parabola(20, noise=0.03))
    assert not stops(parabola(20, noise=0.03, until=0.05))


def test_it_waits_for_enough_candidates_and_asks_now_and_then():
    """By the number of candidates, so that the answer does not depend on the past."""
    settings = {"min_candidates": 20, "check_every": 5}
    answers = {n: stops(parabola(n, noise=0.2), **settings) for n in range(5, 31)}
    assert [n for n, answer in answers.items() if answer] == [20, 25, 30]


def test_the_order_in_which_trials_were_told_does_not_matter():
    """The outlook is the same to the last bit."""
    trials = parabola(12, noise=0.01)
    there, back = (
        look_out(SPACE, collect_evidence(one)) for one in (trials, trials[::-1])
    )
    assert there == back


def test_the_noise_is_corrected_for_overlapping_training_sets():
    """A variance of 0.01 on three splits makes sqrt(0.01 (1/3 + 1/2))."""
    evidence = collect_evidence(parabola(11, noise=0.1))
    assert evidence.noise == pytest.approx(np.sqrt(0.01 * (1 / 3 + 1 / 2)))
    assert evidence.best == pytest.approx(0.0)


def test_failed_and_discarded_candidates_are_evidence_too():
    """A failed one counts as the worst, a discarded one without its hard splits."""
    trials = [
        *(trial_of(i, 0.5 + i, 0.7 + i, point=i / 10) for i in range(6)),
        trial_of(6, np.nan, 9.0, status=TrialStatus.FAILED, point=0.8),
        trial_of(7, 3.5, np.nan, status=TrialStatus.DISCARDED, point=0.9),
        trial_of(8, 99.0, np.nan, status=TrialStatus.RUNNING, point=1.0),
    ]
    evidence = collect_evidence(trials)
    np.testing.assert_allclose(evidence.scores[5:], [5.6, 0.6, 3.6])
    np.testing.assert_allclose(evidence.noise_scale[5:], [1.0, 1.0, 2.0])
    assert evidence.best == pytest.approx(5.6)


def test_of_many_candidates_the_best_are_kept():
    """The model stays cheap."""
    evidence = collect_evidence(parabola(1000, noise=0.01))
    assert len(evidence.scores) == 200
    assert evidence.scores.max() > -1e-6
    assert evidence.scores.min() < -0.45
    assert evidence.n_candidates == 1000


@pytest.mark.parametrize(
    "trials",
    [
        [],
        [trial_of(i, np.nan, np.nan, status=TrialStatus.FAILED) for i in range(30)],
        [trial_of(i, 0.5, np.nan, status=TrialStatus.RUNNING) for i in range(30)],
    ],
    ids=["none", "failed", "running"],
)
def test_without_scores_it_goes_on(trials):
    """Nothing can be concluded."""
    assert not stops(trials, **ALWAYS)


def test_equal_scores_do_no_harm():
    """Nothing is divided by their spread; as they have no unit, the search goes on."""
    trials = [trial_of(i, 0.4, 0.6, point=i / 20) for i in range(20)]
    outlook = look_out(SPACE, collect_evidence(trials))
    assert np.isfinite(outlook).all()
    assert not stops(trials)


def test_what_is_not_allowed_is_not_hoped_for():
    """Beyond the constraint nothing can be gained."""
    trials = parabola(20, noise=0.03, until=0.35)
    free = look_out(SPACE, collect_evidence(trials))
    bound = SearchSpace({"x": Real(0.0, 1.0)}, constraint=lambda p: p["x"] <= 0.35)
    assert look_out(bound, collect_evidence(trials)).regret < free.regret


def test_it_needs_to_know_the_space():
    """The error says how to tell it."""
    with pytest.raises(ValueError, match="space=param_distributions"):
        NoImprovementExpected(**ALWAYS).should_stop(parabola(9, noise=0.1))


@pytest.mark.parametrize(
    ("name", "value"),
    [("min_candidates", 1), ("min_candidates", 9.5), ("check_every", 0)],
)
def test_numbers_that_make_no_sense_are_refused(name, value):
    """The error names the parameter and the value."""
    with pytest.raises(ValueError, match=f"{name!r}.*Got {value}"):
        NoImprovementExpected(**{name: value})
