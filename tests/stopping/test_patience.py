"""Patience."""

import numpy as np
import pytest

from _trials import trial_of, trials_of
from skhpo.stopping import Patience
from skhpo.trials import TrialStatus


def test_candidates_since_the_last_improvement_are_counted():
    """Equal scores and failures are no improvement, better ones start anew."""
    scores = [0.5, 0.5, 0.4, 0.6, 0.1, None]
    assert not Patience(3).should_stop(trials_of(*scores))
    assert Patience(3).should_stop(trials_of(*scores, 0.6))
    assert not Patience(3).should_stop(trials_of(*scores, 0.7))


def test_a_small_improvement_is_none():
    """But small improvements that add up within the patience are one."""
    assert Patience(2, 0.05).should_stop(trials_of(0.5, 0.52, 0.54))
    assert not Patience(3, 0.05).should_stop(trials_of(0.5, 0.52, 0.54, 0.56))


def test_what_is_not_over_does_not_count():
    """A partly told candidate is neither an improvement nor the lack of one."""
    running = trial_of(1, 0.4, np.nan, status=TrialStatus.RUNNING)
    assert not Patience(1).should_stop([trial_of(0, 0.5, 0.5), running])


def test_a_discarded_candidate_is_no_improvement():
    """However well it did on the splits that it ran."""
    discarded = trial_of(1, 0.9, np.nan, status=TrialStatus.DISCARDED)
    assert Patience(1).should_stop([trial_of(0, 0.5, 0.5), discarded])


def test_only_failures_are_no_improvement():
    """A search that never has a score does not go on for ever."""
    assert Patience(2).should_stop(trials_of(None, None))
    assert not Patience(2).should_stop(trials_of(None, 0.1))


def test_with_several_objectives_the_front_has_to_move():
    """Whatever no earlier candidate reaches in all objectives is an improvement."""
    front = [
        trial_of(index, scores)
        for index, scores in enumerate([(0.5, 0.5), (0.9, 0.1), (0.1, 0.9)])
    ]
    for n_told in (1, 2, 3):
        assert not Patience(1).should_stop(front[:n_told])
    assert Patience(1).should_stop([*front, trial_of(3, (0.5, 0.4))])
    assert Patience(1, 0.2).should_stop([*front, trial_of(3, (0.6, 0.6))])
    assert not Patience(1, 0.05).should_stop([*front, trial_of(3, (0.6, 0.6))])


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((0,), "'n_candidates'.*Got 0"),
        ((2.5,), r"'n_candidates'.*Got 2\.5"),
        ((3, -1.0), r"'min_improvement'.*Got -1\.0"),
        ((3, float("nan")), "'min_improvement'.*Got nan"),
        ((3, "little"), "'min_improvement'.*Got 'little'"),
    ],
)
def test_a_patience_that_makes_no_sense_is_refused(arguments, named):
    """The error names the parameter and the value."""
    with pytest.raises(ValueError, match=named):
        Patience(*arguments)
