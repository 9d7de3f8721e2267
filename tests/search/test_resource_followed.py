"""Multi-fidelity with a journal, and with callbacks that follow it."""

# ruff: noqa: ARG002 (the signatures are those of the hooks)

import numpy as np
import pytest
from numpy.testing import assert_equal

from _fits import SPACE, X, results_of
from _resource_fits import Improving
from _searches import by_generator
from skhpo.callbacks import SearchCallback

pytestmark = by_generator


@pytest.fixture
def make_search(search_class):
    """Return a search of a dozen candidates with 1, 3 and 9 steps."""

    def make_search(**arguments):
        defaults = {"n_iter": 12, "cv": 3, "random_state": 0}
        return search_class(
            Improving(),
            SPACE,
            resource="steps",
            min_resource=1,
            **{**defaults, **arguments},
        )

    return make_search


class Climbs(SearchCallback):
    """Remembers what it is told."""

    def __init__(self):
        self.plan, self.rungs, self.ends = None, [], []

    def on_search_begin(self, event):
        """Take note."""
        self.plan = event.plan

    def on_rung_end(self, event):
        """Take note."""
        self.rungs.append(event)

    def on_candidate_end(self, event):
        """Take note."""
        self.ends.append(event)


class InterruptAt(SearchCallback):
    """Presses Ctrl-C after some fits."""

    def __init__(self, n_fits):
        self.n_fits = n_fits

    def on_split_end(self, event):
        """Count down."""
        self.n_fits -= 1
        if self.n_fits == 0:
            raise KeyboardInterrupt


@pytest.mark.parametrize("n_fits", [1, 10, 21, 34])
def test_a_search_with_a_resource_goes_on(make_search, tmp_path, n_fits):
    """Models that are gone are trained again, and the results are what they were."""
    expected = make_search().fit(X)
    journal = tmp_path / "search.jsonl"
    with pytest.raises(KeyboardInterrupt):
        make_search(journal=journal, callbacks=[InterruptAt(n_fits)]).fit(X)
    assert len(journal.read_text().splitlines()) > n_fits
    found = make_search(journal=journal).fit(X)
    assert_equal(results_of(found), results_of(expected))
    assert found.n_fits_ == expected.n_fits_
    for one, other in zip(found.history_, expected.history_, strict=True):
        scores = [
            [rung["split_scores"] for rung in entry["rungs"]] for entry in (one, other)
        ]
        assert_equal(*scores)


def test_callbacks_follow_candidates_up(make_search):
    """Each part of the resource is an event, and each candidate ends once."""
    told = Climbs()
    search = make_search(callbacks=[told]).fit(X)
    rungs, ends = told.rungs, told.ends
    assert told.plan.resources == (1, 3, 9)
    assert sorted(event.candidate for event in ends) == list(range(12))
    whole = [event for event in ends if event.resource == 9]
    assert {event.status for event in whole} == {"complete"}
    assert {event.status for event in ends if event.resource < 9} == {"discarded"}
    assert len(whole) == (search.cv_results_["n_resources"] == 9).sum()
    counts = [len(entry["rungs"]) for entry in search.history_]
    assert len(rungs) == sum(min(count, 2) for count in counts)
    assert ends[-1].standing.best_score == search.best_score_
    assert ends[-1].standing.n_over == 12
    assert np.isfinite([event.score for event in rungs]).all()
