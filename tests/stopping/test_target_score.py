"""TargetScore."""

import numpy as np
import pytest

from _trials import trial_of, trials_of
from skhpo.stopping import TargetScore
from skhpo.trials import TrialStatus


def test_the_score_is_to_be_reached():
    """By any candidate, the latest or not; failures have no score."""
    assert TargetScore(0.9).should_stop(trials_of(0.5, 0.9, 0.7, None))
    assert not TargetScore(0.9).should_stop(trials_of(0.5, 0.89, None))
    assert not TargetScore(-np.inf).should_stop(trials_of(None))


@pytest.mark.parametrize("status", [TrialStatus.RUNNING, TrialStatus.DISCARDED])
def test_only_a_complete_candidate_reaches_it(status):
    """A mean over the first splits does not count."""
    assert not TargetScore(0.9).should_stop([trial_of(0, 0.95, np.nan, status=status)])


@pytest.mark.parametrize("score", [float("nan"), "high", None])
def test_a_target_that_is_no_number_is_refused(score):
    """The error names the value."""
    with pytest.raises(ValueError, match="'score' of TargetScore"):
        TargetScore(score)
