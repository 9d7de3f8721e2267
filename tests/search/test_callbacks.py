"""scikit-learn's callbacks see the fits of a search as they see those of its own."""

import pytest
from joblib import parallel_config
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from _callbacks import EVALUATION, Counting, Propagating, Raising, Recording, Stopping
from _searches import by_generator

callbacks = pytest.importorskip(
    "sklearn.callback", reason="scikit-learn has callbacks from 1.9 on"
)

GRID = {"max_depth": [1, 2, 3]}
TREE = DecisionTreeClassifier(random_state=0)
# The estimator itself has no callbacks to be told about.
pytestmark = pytest.mark.filterwarnings("ignore:The estimator .* does not support call")


@pytest.fixture
def path(tmp_path):
    """Where a callback writes its record."""
    return tmp_path / "record"


@pytest.fixture
def record_of_host(tmp_path, classification):
    """A function that returns what a callback of GridSearchCV is told."""

    def record_of_host(estimator, grid, callback_class=Recording, **settings):
        callback = callback_class(tmp_path / "host")
        search = GridSearchCV(estimator, grid, cv=2, **settings)
        search.set_callbacks(callback).fit(*classification)
        return callback.lines()

    return record_of_host


@pytest.mark.parametrize("backend", ["sequential", "threading", "loky"])
def test_hooks_are_called_once_for_each_task(
    make_search, classification, path, record_of_host, backend
):
    """Tasks, their names and their places in the tree are those of GridSearchCV."""
    callback = Recording(path)
    search = make_search(TREE, GRID).set_callbacks(callback)
    with parallel_config(backend, n_jobs=2):
        search.fit(*classification)
    assert callback.lines() == record_of_host(TREE, GRID)
    assert callback.count("end", EVALUATION) == search.n_fits_ == 6


def test_without_refit_there_is_no_task_for_it(
    make_search, classification, path, record_of_host
):
    """The tree of tasks follows `refit`."""
    callback = Recording(path)
    make_search(TREE, GRID, refit=False).set_callbacks(callback).fit(*classification)
    assert callback.lines() == record_of_host(TREE, GRID, refit=False)


@by_generator
@pytest.mark.parametrize("backend", ["sequential", "loky"])
def test_callbacks_propagate_to_estimators(
    make_search, classification, path, record_of_host, backend
):
    """The tasks of a pipeline and of its steps hang below those of the search."""
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(max_iter=200))
    grid = {"logisticregression__C": [0.1, 1.0]}
    callback = Propagating(path)
    search = make_search(pipeline, grid).set_callbacks(callback)
    with parallel_config(backend, n_jobs=2):
        search.fit(*classification)
    assert len(callback.lines()) > 30
    # The order of candidates differs, and with it the number of iterations.
    outer = [line for line in callback.lines() if line.count(",") < 4]
    expected = record_of_host(pipeline, grid, Propagating)
    assert sorted(outer) == sorted(line for line in expected if line.count(",") < 4)


def test_hooks_get_the_search_itself(make_search, classification, path):
    """In the process of the search, hooks are called with it and the fit's data."""

    class Listening(Recording):
        seen = ()

        def on_fit_task_end(self, estimator, context, *, X=None, metadata=None):
            self.seen += ((estimator, context.task_name, len(X), metadata),)

    callback = Listening(path)
    X, y = classification
    search = make_search(TREE, {"max_depth": [1]}).set_callbacks(callback)
    search.fit(X, y, sample_weight=[1.0] * 60)
    assert all(estimator is search for estimator, *_ in callback.seen)
    sizes = {name: size for _, name, size, _ in callback.seen}
    assert sizes == {
        EVALUATION: 30,
        "search": 60,
        "refit-with-best-params": 60,
        "fit": 60,
    }
    assert all("sample_weight" in metadata for *_, metadata in callback.seen)


def test_a_stop_request_ends_the_search(make_search, classification, path):
    """What is complete counts, is refitted, and the end is told to the callback."""
    callback = Stopping(path, EVALUATION, n_before=4)
    search = make_search(TREE, {"max_depth": list(range(1, 20))}, n_candidates=8)
    search.set_callbacks(callback).fit(*classification)
    assert search.stop_reason_ == "callback"
    assert search.n_fits_ == callback.count("begin", EVALUATION) == 5
    assert len(search.cv_results_["params"]) == 2
    assert [entry["status"] for entry in search.history_][-1] == "incomplete"
    assert search.best_estimator_.max_depth == search.best_params_["max_depth"]
    assert callback.count("end", "search") == callback.count("end", "fit") == 1


@by_generator  # a population has so many fits ready that all may be on their way
@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_a_stop_request_from_a_worker(make_search, classification, path, backend):
    """The request reaches the search, which takes in what is still running."""
    callback = Stopping(path, EVALUATION, n_before=4)
    search = make_search(TREE, {"max_depth": list(range(1, 40))}, n_candidates=20)
    with parallel_config(backend, n_jobs=2):
        search.set_callbacks(callback).fit(*classification)
    assert search.stop_reason_ == "callback"
    assert 5 <= search.n_fits_ == callback.count("end", EVALUATION) < 30


def test_a_stop_request_before_anything_is_complete(make_search, classification, path):
    """Without a complete candidate there is nothing to choose from."""
    search = make_search(TREE, GRID).set_callbacks(Stopping(path, EVALUATION))
    with pytest.raises(ValueError, match=r"\(callback\) before a candidate was comp"):
        search.fit(*classification)


@pytest.mark.parametrize("task_name", ["search", "refit-with-best-params", "fit"])
def test_a_stop_request_elsewhere_changes_nothing(
    make_search, classification, path, task_name
):
    """Only the end of an evaluation is a point to stop at."""
    search = make_search(TREE, GRID).set_callbacks(Stopping(path, task_name))
    search.fit(*classification)
    assert search.stop_reason_ == "space exhausted"
    assert search.n_fits_ == 6


def test_an_error_in_a_begin_hook_fails_the_fit(make_search, classification, path):
    """The fit counts as failed, and the search goes on, as GridSearchCV does."""
    callback = Raising(path, "begin", EVALUATION, task_id=2)
    search = make_search(TREE, GRID).set_callbacks(callback)
    with (
        pytest.warns(FitFailedWarning, match="1 fits failed out of a total of 6"),
        pytest.warns(UserWarning, match="non-finite"),
    ):
        search.fit(*classification)
    assert search.history_[1]["status"] == "failed"
    assert callback.count("end", EVALUATION) == 6
    with pytest.raises(ValueError, match="raised by the callback in begin"):
        search.set_params(error_score="raise").fit(*classification)


@pytest.mark.parametrize("backend", ["sequential", "threading"])
@pytest.mark.parametrize(
    ("hook", "task"),
    [
        ("end", (EVALUATION, 4)),
        ("begin", ("search", 0)),
        ("end", ("search", 0)),
        ("begin", ("refit-with-best-params", 1)),
        ("end", ("fit", 0)),
        ("setup", ("fit", 0)),
    ],
)
def test_an_error_in_another_hook_ends_the_search(
    make_search, classification, path, hook, task, backend
):
    """The callback's error reaches the user, and the callback is torn down."""
    callback = Raising(path, hook, *task)
    search = make_search(TREE, GRID).set_callbacks(callback)
    with (
        parallel_config(backend, n_jobs=2),
        pytest.raises(ValueError, match="raised by the callback"),
    ):
        search.fit(*classification)
    assert callback.count("teardown", "fit") == 1


def test_an_interrupted_search_is_torn_down(make_search, classification, path):
    """An interruption in a hook passes through, and what is complete is kept."""
    callback = Raising(path, "end", EVALUATION, task_id=3, error=KeyboardInterrupt)
    search = make_search(TREE, GRID).set_callbacks(callback)
    with pytest.raises(KeyboardInterrupt):
        search.fit(*classification)
    assert search.stop_reason_ == "interrupted"
    assert len(search.cv_results_["params"]) == 1
    assert callback.count("teardown", "fit") == 1


def test_callbacks_survive_clone_and_a_second_fit(make_search, classification, path):
    """Clones share the callbacks, and each fit runs them anew."""
    callback = Recording(path)
    search = make_search(TREE, GRID).set_callbacks(callback).fit(*classification)
    clone(search).fit(*classification)
    search.fit(*classification)
    assert set(callback.lines().values()) == {3}


def test_callbacks_change_no_result(make_search, classification, path):
    """A search with callbacks finds what it finds without."""
    search = make_search(TREE, {"max_depth": list(range(1, 20))}, n_candidates=12)
    plain = clone(search).fit(*classification)
    search.set_callbacks(Recording(path)).fit(*classification)
    assert search.cv_results_["params"] == plain.cv_results_["params"]
    assert_array_equal(
        search.cv_results_["mean_test_score"], plain.cv_results_["mean_test_score"]
    )


def test_a_task_travels_without_the_others(make_search, classification, path):
    """A worker gets a task and those above it, however many there are beside it.

    That holds for the search that the hooks get, too. Otherwise what is sent would
    grow with each candidate, and tasks would be added while a thread pickles them.
    """
    callback = Counting(path)
    search = make_search(TREE, {"max_depth": list(range(1, 9))}, n_candidates=8)
    with parallel_config("loky", n_jobs=2):
        search.set_callbacks(callback).fit(*classification)
    lines = callback.lines()
    assert lines.total() == 16
    assert {line.split(",")[0] for line in lines} == {"3 tasks"}
    sizes = [int(line.split()[2]) for line in lines]
    # Those that travel together share a few bytes.
    assert max(sizes) - min(sizes) < 100


@by_generator  # as above
def test_other_hosts_are_reported_on(make_search, classification, path):
    """Where the workers may be on another host, the search itself calls the hooks."""
    distributed = pytest.importorskip("distributed")
    callback = Stopping(path, EVALUATION, n_before=4)
    search = make_search(TREE, {"max_depth": list(range(1, 40))}, n_candidates=20)
    search.set_callbacks(callback)
    local = {"processes": False, "n_workers": 1, "dashboard_address": ":0"}
    with distributed.Client(**local), parallel_config("dask"):
        search.fit(*classification)
    assert search.stop_reason_ == "callback"
    assert 5 <= search.n_fits_ == callback.count("begin", EVALUATION) < 30


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_progress_bar(make_search, classification, capsys, monkeypatch, n_jobs):
    """The progress bar of scikit-learn shows the tasks of the search."""
    pytest.importorskip("rich")
    monkeypatch.setenv("COLUMNS", "200")
    search = make_search(LogisticRegression(), {"C": [0.1, 1.0]}, n_jobs=n_jobs)
    search.set_callbacks(callbacks.ProgressBar()).fit(*classification)
    shown = capsys.readouterr().out
    assert f"{type(search).__name__} - fit" in shown
    assert "search" in shown
    assert "100%" in shown


@by_generator
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_scoring_monitor(make_search, classification, n_jobs):
    """A monitor on the estimator logs all its fits below one run of the search."""
    monitor = callbacks.ScoringMonitor(scoring="accuracy")
    estimator = LogisticRegression(max_iter=200).set_callbacks(monitor)
    make_search(estimator, {"C": [0.1, 1.0]}, n_jobs=n_jobs).fit(*classification)
    (log,) = monitor.get_logs(select="all")
    # Two candidates on two splits, and the refit.
    evaluations = {row["task_id_path"][:3] for row in log.data}
    assert {path[:2] for path in evaluations} == {(0, 0), (0, 1)}
    assert {path[2] for path in evaluations if path[1] == 0} == {0, 1, 2, 3}
    assert all(0 <= row["accuracy"] <= 1 for row in log.data)
