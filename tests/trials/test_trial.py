"""Trials with one objective and with several."""

import numpy as np
import pytest

from skhpo.trials import Candidate, Trial, TrialStatus

CANDIDATE = Candidate(0, np.array([0.5]), {"C": 1.0}, "baseline")


def trial(split_scores, status=TrialStatus.RUNNING):
    """Return a trial with these scores."""
    return Trial(CANDIDATE, np.array(split_scores), status)


def test_the_score_is_the_mean_of_what_is_known():
    """With one objective there is one score, and the array of it."""
    one = trial([0.5, 0.75, np.nan])
    assert one.n_objectives == 1
    assert one.score == 0.625
    assert one.scores.tolist() == [0.625]


def test_each_objective_has_a_mean():
    """A split counts if all of its objectives are finite."""
    several = trial([[1.0, -3.0], [2.0, -5.0], [9.0, np.nan], [np.nan, np.nan]])
    assert several.n_objectives == 2
    assert several.scores.tolist() == [1.5, -4.0]


def test_several_objectives_have_no_single_score():
    """The error names what there is instead."""
    with pytest.raises(ValueError, match=r"2 objectives.*'scores'"):
        _ = trial([[1.0, 2.0]]).score


@pytest.mark.parametrize("scores", [[0.5, 0.5], [[0.5, 0.5], [0.5, 0.5]]])
def test_failed_trials_score_nan(scores):
    """Whatever the splits that did not fail say."""
    assert np.isnan(trial(scores, TrialStatus.FAILED).scores).all()


@pytest.mark.parametrize("scores", [[], 0.5, [[[0.5]]], [[]]])
def test_other_shapes_are_refused(scores):
    """Scores have one axis, or two with several objectives."""
    with pytest.raises(ValueError, match="shape"):
        trial(scores)
