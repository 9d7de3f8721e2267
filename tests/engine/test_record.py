"""What the engine keeps of a candidate, as a trial."""

import numpy as np
import pytest

from skhpo.engine import Record
from skhpo.trials import Candidate

FAILED = {"fit_error": "ValueError: no", "fit_time": 900.0}


def record_of(*results):
    """Return the record of a candidate whose splits gave these results."""
    return Record(
        Candidate(0, np.array([0.5]), {"C": 1.0}, "baseline"),
        scores=np.array([0.5 if result else np.nan for result in results]),
        finished=np.array([result is not None for result in results]),
        results=list(results),
        suggestion_time=0.01,
        proposed_at=0.0,
    )


def took(seconds):
    """Return the result of a fit."""
    return {"test_scores": 0.5, "fit_error": None, "fit_time": seconds}


@pytest.mark.parametrize(("n_told", "expected"), [(0, None), (1, 2.0), (2, 3.0)])
def test_the_fit_time_is_a_mean_over_the_splits_told(n_told, expected):
    """What has finished, but was not told, must not show: it depends on timing."""
    record = record_of(took(2.0), took(4.0), took(9.0))
    assert record.as_trial(n_told).fit_time == expected


@pytest.mark.parametrize(
    ("results", "expected"),
    [((took(2.0), FAILED), 2.0), ((FAILED, FAILED), None), ((None, None), None)],
)
def test_failed_fits_have_no_time(results, expected):
    """How long they took until they failed means nothing."""
    assert record_of(*results).as_trial(2).fit_time == expected


def test_results_without_times_have_none():
    """A loop of somebody else may not take them."""
    assert record_of({"test_scores": 0.5}, {}).as_trial(2).fit_time is None
