"""Trials of a search, made from scores alone."""

import numpy as np

from skhpo.trials import Candidate, Trial, TrialStatus


def trial_of(index, *scores, status=TrialStatus.COMPLETE, point=0.5):
    """Return a trial with these scores on its splits."""
    candidate = Candidate(index, np.atleast_1d(point), {}, "sobol")
    return Trial(candidate, np.array(scores, dtype=float), status)


def trials_of(*scores):
    """Return complete trials with one split each; None stands for a failed one."""
    return [
        trial_of(index, np.nan, status=TrialStatus.FAILED)
        if score is None
        else trial_of(index, score)
        for index, score in enumerate(scores)
    ]
