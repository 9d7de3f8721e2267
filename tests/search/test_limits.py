"""What ends a search before its time, and what it refuses to begin with."""

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from joblib import parallel_config
from sklearn.model_selection import ShuffleSplit, StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier

from _fits import SPACE, Interrupted, Parabola, Sleeping, X, given
from _searches import by_generator, by_loop


@pytest.fixture
def search_of(search_class):
    """Return a small search of an estimator."""

    def search_of(estimator, **settings):
        defaults = {"n_iter": 8, "cv": 2, "random_state": 0}
        return search_class(estimator, SPACE, **(defaults | settings))

    return search_of


@pytest.mark.parametrize("n_workers", [1, 2])
def test_no_fit_starts_after_the_time_limit(search_of, n_workers):
    """Sleeping fits cannot be faster than their sleep, so their number is bounded."""
    search = search_of(Sleeping(seconds=0.2), n_iter=1000, time_limit=1.0)
    with parallel_config("threading", n_jobs=n_workers):
        search.fit(X)
    assert search.stop_reason_ == "time limit"
    assert 2 <= search.n_fits_ <= 6 * n_workers
    assert search.best_estimator_.x == search.best_params_["x"]


def test_a_limit_of_few_digits_is_no_less_exact(search_of):
    """Added to the time in its own precision, it would end before the first fit."""
    search = search_of(Parabola(), time_limit=np.float32(60.0)).fit(X)
    assert search.stop_reason_ == "n_iter"


def test_the_time_limit_holds_for_what_waits_in_a_queue(search_of):
    """Evaluations that a worker process was sent too early do not run there."""
    search = search_of(Sleeping(seconds=0.2), n_iter=50, time_limit=2.0)
    search.set_params(
        n_jobs=2,
        pre_dispatch="all",
        initial_candidates=given(*np.linspace(0.1, 0.9, 50)),
    )
    # The first fit starts the workers, which may take the whole time on its own.
    search_of(Parabola(), n_jobs=2, n_iter=3).fit(X)
    assert search.fit(X).n_fits_ <= 22
    assert search.stop_reason_ == "time limit"


@pytest.mark.parametrize("n_workers", [1, 2])
def test_a_time_limit_without_a_complete_candidate_is_an_error(search_of, n_workers):
    """The error names the parameter and says how far the search came."""
    search = search_of(Sleeping(seconds=0.3), cv=5, time_limit=0.2)
    with (
        parallel_config("threading", n_jobs=n_workers),
        pytest.raises(ValueError, match=r"'time_limit' of 0\.2 .* 5 splits"),
    ):
        search.fit(X)
    assert search.history_[0]["status"] == "incomplete"


def test_candidates_cut_off_by_the_time_limit_are_in_the_history_only(search_of):
    """`cv_results_` has complete rows; the history has all that was proposed."""
    search = search_of(Sleeping(seconds=0.2), cv=4, time_limit=1.1).fit(X)
    status = [entry["status"] for entry in search.history_]
    assert status[-1] == "incomplete"
    assert len(search.cv_results_["params"]) == status.count("complete") >= 1
    assert not np.isnan(search.cv_results_["mean_test_score"]).any()


@pytest.mark.parametrize("backend", ["sequential", "threading"])
def test_an_interruption_leaves_what_is_complete(search_of, backend):
    """Complete candidates are on the object when KeyboardInterrupt arrives."""
    search = search_of(Interrupted(), initial_candidates=given(0.1, 0.2, 0.3, 0.4, 0.9))
    with parallel_config(backend, n_jobs=2), pytest.raises(KeyboardInterrupt):
        search.fit(X)
    assert search.stop_reason_ == "interrupted"
    assert search.cv_results_["param_x"][:2].tolist() == [0.1, 0.2]
    assert len(search.history_) >= len(search.cv_results_["params"])


def test_an_interruption_leaves_nothing_of_an_earlier_fit(search_of):
    """The results of a fit that ended do not mix with those of the next."""
    search = search_of(Interrupted()).set_params(initial_candidates=given(0.1))
    search.set_params(n_iter=1).fit(X)
    search.set_params(initial_candidates=given(0.9))
    with pytest.raises(KeyboardInterrupt):
        search.fit(X)
    assert not hasattr(search, "cv_results_")
    assert not hasattr(search, "best_estimator_")


SCRIPT = """
from _fits import SPACE, Sleeping, X
from skhpo.search import {name}

search = {name}(
    Sleeping(seconds=0.02), SPACE, n_iter=5000, cv=2, n_jobs=2, verbose=1
)
try:
    search.fit(X)
except KeyboardInterrupt:
    rows = len(search.cv_results_["params"])
    status = [entry["status"] for entry in search.history_]
    print("interrupted", rows, status.count("complete"), search.stop_reason_)
"""


@by_loop
@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
@pytest.mark.parametrize("send", [os.kill, os.killpg], ids=["process", "group"])
def test_ctrl_c_leaves_what_is_complete(search_class, send):
    """With worker processes too, whether or not they get the signal themselves."""
    with subprocess.Popen(
        [sys.executable, "-u", "-c", SCRIPT.format(name=search_class.__name__)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
        text=True,
        start_new_session=True,
    ) as process:
        while "[5/" not in (line := process.stdout.readline()):
            assert line, "the search ended early"
        send(process.pid, signal.SIGINT)
        last = process.stdout.read().splitlines()[-1]
    _, n_rows, n_complete, reason = last.split()
    assert 5 <= int(n_rows) == int(n_complete) < 5000
    assert reason == "interrupted"


@by_generator
def test_a_finite_space_ends_the_search_when_it_is_exhausted(search_class):
    """Each of its points is evaluated once."""
    space = {"x": [0.1, 0.2, 0.3], "kind": ["a", "b"]}
    search = search_class(
        Parabola(), space, n_iter=50, cv=2, constraint=lambda p: p["x"] != 0.2
    ).fit(X)
    assert search.stop_reason_ == "space exhausted"
    seen = {tuple(params.values()) for params in search.cv_results_["params"]}
    assert len(seen) == len(search.cv_results_["params"]) == 4


@pytest.mark.parametrize("n_iter", [6, 7])
def test_a_space_as_large_as_the_budget_ends_the_search(search_class, n_iter):
    """It is the space that ends it where the budget is larger."""
    space = {"x": [0.1, 0.2, 0.3], "kind": ["a", "b"]}
    search = search_class(Parabola(), space, n_iter=n_iter, cv=2).fit(X)
    assert len(search.cv_results_["params"]) == 6
    assert search.stop_reason_ == ("n_iter" if n_iter == 6 else "space exhausted")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n_iter", 0),
        ("n_iter", 2.5),
        ("n_iter", "many"),
        ("param_distributions", 3),
        ("scoring", "no such score"),
        ("n_jobs", "all"),
        ("refit", 3.5),
        ("cv", "five"),
        ("cv", 1.5),
        ("verbose", "loud"),
        ("pre_dispatch", "2*workers"),
        ("random_state", "seed"),
        ("error_score", "ignore"),
        ("return_train_score", "both"),
        ("constraint", "x < 1"),
        ("initial_candidates", "none"),
        ("initial_candidates", 3),
        ("initial_candidates", [3]),
        ("max_pending", -1),
        ("max_pending", 1.5),
        ("max_pending", "all"),
        ("time_limit", 0),
        ("time_limit", -1.0),
        ("time_limit", "1 h"),
    ],
)
def test_an_invalid_argument_is_named(search_of, monkeypatch, name, value):
    """The error names the argument and comes before any fit, with 2 workers too."""
    monkeypatch.setattr(Parabola, "act", lambda _: pytest.fail("a fit has begun"))
    search = search_of(Parabola(), refit=False)
    with (
        parallel_config("threading", n_jobs=2),
        pytest.raises((TypeError, ValueError), match=name),
    ):
        search.set_params(**{name: value}).fit(X)


@pytest.mark.parametrize(
    ("space", "named"),
    [
        ([], "'param_distributions'"),
        ({"x": []}, "'x'"),
        ({"x": 3.0}, "'x'"),
        ([{}, 3], "3"),
    ],
)
def test_an_invalid_space_is_named(search_class, space, named):
    """The error names the parameter, or what is no space at all."""
    with pytest.raises((TypeError, ValueError), match=named):
        search_class(Parabola(), space).fit(X)


@pytest.mark.parametrize(
    "make_splitter",
    [partial(StratifiedKFold, shuffle=True), ShuffleSplit],
    ids=["folds", "shuffle"],
)
def test_noise_scores_at_chance(search_class, make_splitter):
    """A splitter that differs each time is asked once: no fit sees its test rows."""
    rng = np.random.default_rng(0)
    data, labels = rng.normal(size=(400, 5)), np.arange(400) % 2
    search = search_class(
        KNeighborsClassifier(),
        {"n_neighbors": range(1, 40, 2)},
        n_iter=15,
        cv=make_splitter(5, random_state=np.random.RandomState(0)),
        random_state=0,
    ).fit(data, labels)
    scores = search.cv_results_["mean_test_score"]
    assert len(scores) == 15
    assert (abs(scores - 0.5) < 0.12).all()


def test_all_candidates_meet_the_same_splits(search_of):
    """Scores that depend only on the split are equal, though the seed is not set."""
    search = search_of(
        Parabola(), cv=ShuffleSplit(3), initial_candidates=given(0.3)
    ).fit(X)
    for split in range(3):
        own = search.cv_results_[f"split{split}_test_score"]
        shift = own - search.cv_results_["split0_test_score"]
        np.testing.assert_allclose(shift, shift[0], atol=1e-12)


@by_generator
def test_progress_shows_the_best_score_so_far(search_of, capsys):
    """With `verbose=1` there is one line for each candidate."""
    search_of(
        Parabola(), n_iter=3, verbose=1, initial_candidates=given(0.5, 0.3, 0.9)
    ).fit(np.zeros((10, 1)))
    first, *lines = capsys.readouterr().out.splitlines()
    assert first == "Fitting 2 folds for each of 3 candidates, totalling 6 fits"
    assert [line.rpartition(",")[0] for line in lines] == [
        "[1/3] candidate 0: score -0.04, best -0.04 (candidate 0)",
        "[2/3] candidate 1: score 0, best 0 (candidate 1)",
        "[3/3] candidate 2: score -0.36, best 0 (candidate 1)",
    ]


def test_nothing_is_printed_by_default(search_of, capsys):
    """`verbose=0` is silent."""
    search_of(Parabola()).fit(X)
    assert capsys.readouterr() == ("", "")


def test_a_constraint_that_allows_nothing_is_refused(search_class, monkeypatch):
    """It is named, and no fit has begun."""
    monkeypatch.setattr(Parabola, "act", lambda _: pytest.fail("a fit has begun"))
    search = search_class(Parabola(), SPACE, constraint=lambda _: False)
    with pytest.raises(ValueError, match="'constraint'"):
        search.fit(X)
