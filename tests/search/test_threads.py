"""Searches that share a process, and its warnings, with other threads."""

import threading
import warnings

import pytest
from joblib import parallel_config
from sklearn.linear_model import LogisticRegression

from skhpo.space import Real

SPACE = {"C": Real(0.01, 100, prior="log-uniform")}


@pytest.fixture
def shown(monkeypatch):
    """The warnings that the process shows, in a way that the user has chosen."""
    shown = []
    monkeypatch.setattr(
        warnings, "showwarning", lambda message, *_, **__: shown.append(str(message))
    )
    warnings.simplefilter("always", UserWarning)
    return shown


def test_searches_that_overlap_leave_warnings_as_they_were(
    make_search, classification, shown
):
    """Of two searches at a time, neither silences the process when it ends."""
    early_runs, late_runs, early_is_over = (threading.Event() for _ in range(3))

    def start(mine, awaited):
        def score(*_):
            mine.set()
            awaited.wait(timeout=10)
            return 1.0

        search = make_search(LogisticRegression(), SPACE, scoring=score)
        thread = threading.Thread(target=search.fit, args=classification)
        thread.start()
        return thread

    early = start(early_runs, late_runs)
    early_runs.wait(timeout=10)
    late = start(late_runs, early_is_over)
    early.join()
    early_is_over.set()
    late.join()
    warnings.warn("after the searches", UserWarning, stacklevel=1)
    assert shown == ["after the searches"]


def test_a_fit_that_outlives_its_search_leaves_warnings_as_they_were(
    make_search, classification, shown
):
    """A thread cannot be stopped; when it ends, it takes nothing with it."""
    workers = []
    straggler_runs, search_is_over = threading.Event(), threading.Event()

    def score(*_):
        workers.append(threading.current_thread())
        if len(workers) == 1:
            straggler_runs.set()
            search_is_over.wait(timeout=10)
            return 1.0
        straggler_runs.wait(timeout=10)
        raise RuntimeError("ends the search")

    search = make_search(
        LogisticRegression(), SPACE, scoring=score, error_score="raise"
    )
    with (
        parallel_config("threading", n_jobs=2),
        pytest.raises(RuntimeError, match="ends the search"),
    ):
        search.fit(*classification)
    search_is_over.set()
    for worker in workers:
        worker.join(timeout=10)
    warnings.warn("after the search", UserWarning, stacklevel=1)
    assert shown == ["after the search"]


@pytest.mark.parametrize("backend", ["sequential", "threading"])
def test_warnings_of_fits_are_shown(make_search, classification, shown, backend):
    """What a fit warns of reaches the user, in a thread as well."""

    def score(*_):
        warnings.warn("from a fit", UserWarning, stacklevel=1)
        return 1.0

    search = make_search(LogisticRegression(), SPACE, scoring=score)
    with parallel_config(backend, n_jobs=2):
        search.fit(*classification)
    assert set(shown) == {"from a fit"}
