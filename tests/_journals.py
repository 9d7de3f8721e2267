"""Journals made by hand, for those who read them, and searches that write some."""

from _fits import SPACE, Parabola
from skhpo import BayesSearchCV
from skhpo.journal._events import (
    CandidateDiscarded,
    CandidateProposed,
    RunStarted,
    SearchEnded,
    SearchStarted,
    SplitFinished,
    as_fields,
)
from skhpo.journal._lines import write_line

STARTED = SearchStarted("BayesSearchCV", 2, 1, (1, 2), {"data": ("ab", "an array")})
RUN = RunStarted("2026-01-01T00:00:00+00:00", {"numpy": "2"}, {"max_pending": 3})


def proposed(candidate, **params):
    """Return the event of a candidate."""
    return CandidateProposed(
        candidate, (0.25, 0.5), params or {"C": 1.0}, "cd", "sobol", (0,)
    )


def finished(candidate, split, score=0.5, **others):
    """Return the event of a result."""
    return SplitFinished(candidate, split, score, 0.5, 10, 0.1, 0.01, **others)


EVENTS = [
    STARTED,
    RUN,
    proposed(0, C=1.0, kernel="rbf", model={"repr": "SVC()"}),
    finished(0, 0),
    finished(0, 1, duration=0.2, warnings=(("UserWarning", "slow", "a.py", 3),)),
    proposed(1, C=None),
    finished(1, 0, float("nan"), fit_error="ValueError: too large"),
    CandidateDiscarded(1),
    SearchEnded("n_iter"),
]


def lines_of(*events):
    """Return events as the lines of a journal."""
    return [write_line(as_fields(event)) for event in events]


def journal_of(path, *events):
    """Write a journal and return its path."""
    path.write_bytes(b"".join(lines_of(*events)))
    return path


def tune(search_class=BayesSearchCV, estimator=None, space=SPACE, **settings):
    """Return a search of eight candidates on three splits."""
    estimator = Parabola() if estimator is None else estimator
    settings = {"n_iter": 8, "cv": 3, "random_state": 0, **settings}
    return search_class(estimator, space, **settings)
