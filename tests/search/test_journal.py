"""A search with a journal goes on where it stopped, and finds what it would have."""

import json
import sys

import numpy as np
import pytest
from joblib import parallel_config
from sklearn.base import clone

from _callbacks import EVALUATION, Recording
from _fits import Careless, Failing, Interrupted, X
from _journals import tune
from skhpo import BayesSearchCV, EvolutionarySearchCV
from skhpo.exceptions import JournalError
from skhpo.journal import read_journal
from skhpo.stopping import Patience
from skhpo.trials import TrialStatus


@pytest.fixture
def path(tmp_path):
    """Where the journal is."""
    return tmp_path / "search.jsonl"


def several(estimator, X, y=None):
    """Score in ways of every type that scikit-learn takes."""
    score = estimator.score(X, y)
    return {
        "float": score,
        "int": int(100 * score),
        "bool": bool(score > -0.1),
        "float32": np.float32(score),
        "nan": np.nan if estimator.x > 0.6 else score,
        "inf": np.inf if estimator.x > 0.6 else score,
    }


def never(estimator, X, y=None):  # noqa: ARG001
    """Raise for some."""
    if estimator.x > 0.6:
        raise ValueError("there is no score")
    return np.float32(estimator.x)


def is_small(params):
    """Allow small values."""
    return params["x"] < 0.9


def all_of(search):
    """Return every column and every record but times, with types and exact values."""
    columns = {
        name: (type(column), getattr(column, "dtype", None), repr(column))
        for name, column in search.cv_results_.items()
        if "time" not in name
    }
    history = [
        {name: repr(value) for name, value in entry.items() if "time" not in name}
        for entry in search.history_
    ]
    for entry in history:
        del entry["proposed_at"], entry["completed_at"], entry["workers"]
    return columns, history, search.stop_reason_, search.n_fits_


def cut(path, n_lines, torn=b""):
    """Leave the first lines of a journal, and a piece of another one."""
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:n_lines]) + torn)
    return len(lines)


GENERATOR_CASES = {
    "plain": {},
    "failures": {"estimator": Failing(limit=0.6)},
    "all failed scores": {"scoring": never, "error_score": -1},
    "metrics": {"scoring": several, "refit": "float"},
    "train scores": {
        "scoring": several,
        "refit": "inf",
        "return_train_score": True,
        "estimator": Failing(limit=0.8),
    },
    "racing": {"racing": "auto", "n_iter": 12},
    "stop": {"stop": Patience(3)},
    "constraint": {"constraint": is_small},
    "no lag": {"max_pending": 0},
}


@pytest.mark.parametrize("case", GENERATOR_CASES)
@pytest.mark.parametrize("search_class", [BayesSearchCV, EvolutionarySearchCV])
@pytest.mark.filterwarnings("ignore")
def test_a_search_goes_on_at_every_line(path, search_class, case):
    """And finds, to the last bit and type, what an uninterrupted one finds."""
    search = tune(search_class, **GENERATOR_CASES[case])
    expected = all_of(clone(search).fit(X))
    search.set_params(journal=path)
    assert all_of(search.fit(X)) == expected
    whole = path.read_bytes()
    for n_lines in range(0, len(whole.splitlines()) + 1, 9):
        path.write_bytes(whole)
        cut(path, n_lines, torn=b'{"event":"s')
        if n_lines == 0:
            path.unlink()
        assert all_of(clone(search).fit(X)) == expected
        assert read_journal(path).stop_reason == search.stop_reason_


@pytest.mark.parametrize("algorithm", ["differential", "cmaes", "nsga2"])
@pytest.mark.filterwarnings("ignore:One or more of the test scores are non-finite")
def test_every_algorithm_goes_on(path, algorithm):
    """Objectives and state of the generator included."""
    several_objectives = {
        "scoring": several,
        "objectives": ["float", "float32"],
        "refit": False,
    }
    search = tune(
        EvolutionarySearchCV,
        algorithm=algorithm,
        population_size=4,
        n_iter=16,
        **(several_objectives if algorithm == "nsga2" else {}),
    )
    expected = all_of(clone(search).fit(X))
    n_lines = len(search.set_params(journal=path).fit(X).history_)
    cut(path, 2 * n_lines)
    assert all_of(search.fit(X)) == expected


def test_times_among_the_objectives_are_those_of_the_first_run(path):
    """So what goes on is the search that was begun."""
    search = tune(
        objectives=["score", "neg_fit_time"], refit=False, journal=path, n_iter=10
    )
    expected = clone(search).fit(X)
    cut(path, 20)
    found = search.fit(X)
    n_known = 4
    columns = [
        one.cv_results_["mean_fit_time"][:n_known].tolist() for one in (found, expected)
    ]
    assert columns[0] == columns[1]
    assert found.cv_results_["params"][:5] == expected.cv_results_["params"][:5]


@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_workers_go_on_where_one_stopped(path, backend):
    """And one where workers have."""
    expected = all_of(tune().fit(X))
    tune(journal=path).fit(X)
    cut(path, 20)
    with parallel_config(backend):
        assert all_of(tune(journal=path, n_jobs=2).fit(X)) == expected
    cut(path, 15)
    assert all_of(tune(journal=path).fit(X)) == expected


@pytest.mark.filterwarnings("ignore")
def test_nothing_is_run_twice(path):
    """What is in the journal is not fitted again, whatever it was."""
    search = tune(estimator=Failing(limit=0.6), journal=path).fit(X)
    n_lines = cut(path, 1000)
    search.fit(X)
    events = [json.loads(line)["event"] for line in path.read_text().splitlines()]
    assert events[n_lines:] == ["run", "end"]
    assert events.count("split") == 24


def test_an_interrupted_search_goes_on(path):
    """What was complete before Ctrl-C is in the journal."""
    candidates = [{"x": value, "kind": "a"} for value in (0.1, 0.2, 0.9)]
    shared = {"initial_candidates": candidates, "n_iter": 3, "cv": 3}
    search = tune(estimator=Interrupted(limit=0.5), journal=path, **shared)
    with pytest.raises(KeyboardInterrupt):
        search.fit(X)
    contents = read_journal(path)
    assert [one.status for one in contents.candidates][:2] == [TrialStatus.COMPLETE] * 2
    assert contents.stop_reason is None
    with pytest.raises(KeyboardInterrupt):
        search.fit(X)
    assert len(read_journal(path).candidates[0].results) == 3


def test_the_journal_can_be_read_while_it_is_written(path):
    """But nobody else can write it, and to read it takes the lock from nobody."""
    n_seen = []

    class Watching:
        """Looks at the journal of the search that asks it."""

        def should_stop(self, trials):
            """Look, and stop."""
            n_seen.append((len(trials), len(read_journal(path).candidates)))
            with pytest.raises(JournalError, match="in use by another search"):
                tune(journal=path).fit(X)
            return len(n_seen) == 2

    search = tune(journal=path, stop=Watching()).fit(X)
    assert search.stop_reason_ == "Watching"
    assert n_seen[0][1] >= n_seen[0][0]


def test_n_iter_may_be_raised(path):
    """The search goes on as if it had been longer from the beginning."""
    for search_class in (BayesSearchCV, EvolutionarySearchCV):
        journal = path.with_name(search_class.__name__)
        tune(search_class, n_iter=4, journal=journal).fit(X)
        for n_iter in (10, 6):
            expected = all_of(tune(search_class, n_iter=n_iter).fit(X))
            longer = tune(search_class, n_iter=n_iter, journal=journal)
            assert all_of(longer.fit(X)) == expected


def test_n_iter_may_be_as_large_as_numbers_are(path):
    """For whoever means to end a search by time."""
    for _ in range(2):
        search = tune(space={"x": [0.1, 0.2]}, n_iter=sys.maxsize, journal=path)
        assert search.fit(X).n_fits_ == 6


def test_a_journal_says_that_all_fits_have_failed(path):
    """A search that goes on says so again, without a fit."""
    search = tune(estimator=Failing(limit=-1.0), journal=path, n_iter=30)
    for _ in range(2):
        with pytest.raises(
            ValueError, match=r"(?s)All the 60 fits failed.*ended early"
        ):
            search.fit(X)
        assert read_journal(path).stop_reason == "all failed"


def test_without_a_seed_the_drawn_one_is_taken_up(path):
    """The candidates are those that the first run would have gone on with."""
    search = tune(random_state=None, journal=path)
    expected = all_of(search.fit(X))
    cut(path, 20)
    assert all_of(clone(search).fit(X)) == expected
    assert all_of(tune(random_state=None).fit(X)) != expected


def test_more_workers_take_up_the_lag_of_the_first_run(path):
    """Unless they are told to lag otherwise."""
    expected = all_of(tune(journal=path).fit(X))
    cut(path, 20)
    with parallel_config("threading", n_jobs=5):
        assert all_of(tune(journal=path).fit(X)) == expected
    with pytest.raises(JournalError, match="max_pending: 2 in the journal, 4 now"):
        tune(journal=path, max_pending=4).fit(X)


def test_results_of_an_earlier_run_cost_no_time(path):
    """A limit that is over at once ends the search only where fits are missing."""
    expected = tune(journal=path).fit(X)
    search = tune(journal=path, time_limit=1e-9).fit(X)
    assert all_of(search)[:2] == all_of(expected)[:2]
    cut(path, 15)
    search = tune(journal=path, time_limit=1e-9).fit(X)
    assert (search.stop_reason_, search.n_fits_) == ("time limit", 9)


def test_a_search_that_ran_out_of_time_goes_on(path):
    """What was not run is no failure."""
    expected = all_of(tune().fit(X))
    tune(journal=path).fit(X)
    cut(path, 15)
    tune(journal=path, time_limit=1e-9).fit(X)
    assert all_of(tune(journal=path).fit(X)) == expected


def test_warnings_of_workers_are_kept(path):
    """A search that goes on warns of what the first run was warned of."""
    search = tune(estimator=Careless(), journal=path, n_jobs=2, n_iter=2)
    for _ in range(2):
        with (
            pytest.warns(UserWarning, match="the fit is careless"),
            pytest.warns(RuntimeWarning, match="the fit is slow"),
        ):
            search.fit(X)


@pytest.mark.filterwarnings("ignore:The estimator .* does not support call")
def test_callbacks_hear_of_recalled_results(path):
    """So what they show of the progress is complete."""
    pytest.importorskip("sklearn.callback", reason="from scikit-learn 1.9 on")
    tune(journal=path).fit(X)
    cut(path, 15)
    callback = Recording(path.with_name("record"))
    tune(journal=path).set_callbacks(callback).fit(X)
    assert callback.count("begin", EVALUATION) == 24
    assert callback.count("end", EVALUATION) == 24


def test_a_torn_header_is_begun_anew(path):
    """There is nothing in it yet."""
    tune(journal=path, n_iter=2).fit(X)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.warns(UserWarning, match="torn"):
        tune(journal=path, n_iter=2).fit(X)
    assert len(read_journal(path).candidates) == 2
