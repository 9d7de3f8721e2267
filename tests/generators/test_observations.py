"""From trials to observations."""

import numpy as np
import pytest

from skhpo.generators._observations import collect_observations
from skhpo.trials import Candidate, Trial, TrialStatus

NAN, INF = float("nan"), float("inf")


def collect(*rows, statuses=None):
    """Return the observations of split scores, told as the engine would."""
    trials = {}
    for index, scores in enumerate(rows):
        status = "complete" if np.isfinite(scores).all() else "running"
        status = (statuses or {}).get(index, status)
        candidate = Candidate(index, np.array([0.5]), {}, "sobol")
        trials[index] = Trial(candidate, np.array(scores), TrialStatus(status))
    return collect_observations(trials)


def test_complete_trials_are_observed_as_their_mean():
    """All splits count alike."""
    observations = collect([0.2, 0.4], [0.5, 0.9])
    np.testing.assert_allclose(observations.scores, [0.3, 0.7])
    assert observations.noise_scale.tolist() == [1.0, 1.0]


def test_partly_told_trials_are_corrected_by_the_split_effects():
    """The one known split is easier than the others by 0.3."""
    observations = collect([0.9, 0.6, 0.3], [0.7, 0.4, 0.1], [0.8, NAN, NAN])
    np.testing.assert_allclose(observations.scores, [0.6, 0.4, 0.5])
    assert observations.noise_scale.tolist() == [1.0, 1.0, 3.0]


def test_bad_candidates_do_not_tell_how_hard_a_split_is_for_good_ones():
    """The effects of splits are those of the better half, of three at least."""
    good = [[0.9, 0.8, 0.7], [0.8, 0.7, 0.6], [0.7, 0.6, 0.5]]
    bad = [[0.1, 0.2, 0.3], [0.0, 0.1, 0.2]]
    observations = collect(*good, *bad, [0.85, NAN, NAN])
    np.testing.assert_allclose(observations.scores[-1], 0.75)


def test_partly_told_trials_alone_are_plain_means():
    """Without a complete trial no split effect is known."""
    observations = collect([0.9, 0.5, NAN], [0.8, NAN, NAN])
    np.testing.assert_allclose(observations.scores, [0.7, 0.8])
    np.testing.assert_allclose(observations.noise_scale, [1.5, 3.0])


@pytest.mark.parametrize("scores", [[NAN, NAN], [0.9, NAN], [INF, 0.9], [-INF, 0.9]])
@pytest.mark.parametrize("status", ["failed", "complete"])
def test_failed_trials_get_the_worst_score(scores, status):
    """A single score that is not finite makes a trial that is over a failure."""
    observations = collect([0.2], [0.6], scores, statuses={2: status})
    np.testing.assert_allclose(observations.scores, [0.2, 0.6, 0.2])
    assert observations.noise_scale[2] == 1.0
    assert observations.n_finite == 2


def test_pending_trials_are_left_out():
    """A running trial without any finite score is no observation."""
    observations = collect([0.2], [NAN], [0.6], [INF], statuses={3: "running"})
    assert observations.indices.tolist() == [0, 2]


def test_discarded_trials_count_as_partly_told():
    """Without any finite score they have failed."""
    statuses = {1: "discarded", 2: "discarded"}
    observations = collect([0.5, 0.7], [0.2, NAN], [NAN, NAN], statuses=statuses)
    np.testing.assert_allclose(observations.scores, [0.6, 0.3, 0.3])
    assert observations.noise_scale.tolist() == [1.0, 2.0, 1.0]


def test_failures_alone_are_no_observations():
    """There is no worst finite score to give them."""
    observations = collect([NAN], [NAN], statuses={0: "failed", 1: "failed"})
    assert len(observations.indices) == observations.n_finite == 0


def test_nothing_told():
    """No trial, no observation."""
    assert len(collect().indices) == 0


def test_the_order_of_telling_does_not_matter():
    """Observations come in the order of proposal."""
    candidates = [Candidate(i, np.array([0.5]), {}, "sobol") for i in range(2)]
    trials = {
        i: Trial(candidates[i], np.array([float(i)]), TrialStatus.COMPLETE)
        for i in (1, 0)
    }
    assert collect_observations(trials).scores.tolist() == [0.0, 1.0]


def test_huge_scores_do_not_overflow():
    """Their sums stay finite."""
    observations = collect([1e308, 1e308], [-1e308, -1e308], [0.5, 0.7])
    assert np.isfinite(observations.scores).all()
    assert observations.scores[2] == 0.6


def test_each_objective_is_observed_for_itself():
    """A split counts only if all of its objectives are known."""
    observations = collect(
        [[0.2, 1.0], [0.4, 3.0]], [[0.5, 8.0], [0.9, 8.0]], [[0.1, NAN], [0.7, 5.0]]
    )
    expected = [[0.3, 2.0], [0.7, 8.0], [0.55, 4.5]]
    np.testing.assert_allclose(observations.scores, expected)
    assert observations.noise_scale.tolist() == [1.0, 1.0, 2.0]


def test_failed_trials_have_the_worst_of_each_objective():
    """Whatever they scored in another one."""
    observations = collect(
        [[0.2, 3.0]], [[0.4, 1.0]], [[9.0, NAN]], statuses={2: "failed"}
    )
    np.testing.assert_allclose(observations.scores[2], [0.2, 1.0])
    assert observations.has_failed.tolist() == [False, False, True]


def test_the_best_of_several_objectives_are_those_of_the_front():
    """Dominated candidates come last."""
    observations = collect([[0.0, 0.0]], [[1.0, 5.0]], [[5.0, 1.0]])
    assert observations.best_first().tolist() == [1, 2, 0]
