"""What a search logs to a real tracking store of MLflow, a database in a file."""

import csv
import pickle
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone

from _climbers import X as ROWS
from _climbers import climb
from _fits import SPACE, Failing, Interrupted, Parabola, X, given
from _rungs import climb_rungs
from skhpo import BayesSearchCV
from skhpo.callbacks import MLflowLogger

mlflow = pytest.importorskip("mlflow")
pytest.importorskip("sqlalchemy")

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*loader strategy is deprecated"),
    pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning"),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """The address of a database, and a client to look into it."""
    folder = tmp_path_factory.mktemp("mlflow")
    uri = f"sqlite:///{folder}/mlflow.db"
    with pytest.MonkeyPatch.context() as patch:
        # where artifacts go by default
        patch.chdir(folder)
        yield uri, mlflow.MlflowClient(uri)


def number_of(run):
    """Return the number of the candidate of a run."""
    return int(run.data.tags["mlflow.runName"].split()[-1])


@pytest.fixture
def experiment(store, request):
    """A function that makes a logger of an experiment of this test, and its runs."""
    uri, client = store
    name = request.node.name

    def logger(**settings):
        return MLflowLogger(uri, name, **settings)

    def runs():
        found = client.search_runs([client.get_experiment_by_name(name).experiment_id])
        children = [run for run in found if "mlflow.parentRunId" in run.data.tags]
        parents = [run for run in found if run not in children]
        return parents, sorted(children, key=number_of)

    return logger, runs


def search_of(*callbacks, estimator=None, **settings):
    """Return a search of four candidates on two splits."""
    estimator = Parabola() if estimator is None else estimator
    defaults = {"n_iter": 4, "cv": 2, "random_state": 0, "callbacks": list(callbacks)}
    return BayesSearchCV(estimator, SPACE, **(defaults | settings))


def test_a_search_is_a_run_with_a_run_for_each_candidate(experiment):
    """Parameters, scores, times and status are those of the search."""
    make_logger, runs = experiment
    logger = make_logger()
    search = search_of(logger, return_train_score=True).fit(X)
    (parent,), children = runs()
    assert parent.info.run_id == logger.run_id_
    assert parent.info.status == "FINISHED"
    assert parent.data.params["search"] == "BayesSearchCV"
    assert parent.data.params["estimator"] == "Parabola()"
    assert parent.data.params["random_state"] == "0"
    assert "version.scikit-learn" in parent.data.tags
    assert parent.data.metrics["best_score"] == search.best_score_
    assert parent.data.tags["stop_reason"] == "n_iter"
    assert parent.data.tags["best.x"] == repr(search.best_params_["x"])
    results = search.cv_results_
    assert len(children) == 4
    for row, run in enumerate(children):
        assert run.data.tags["mlflow.parentRunId"] == logger.run_id_
        assert run.info.status == "FINISHED"
        assert run.data.params == {k: str(v) for k, v in results["params"][row].items()}
        for name in ("split0_test_score", "mean_test_score", "std_test_score"):
            assert run.data.metrics[name] == pytest.approx(results[name][row])
        assert run.data.metrics["mean_train_score"] == pytest.approx(
            results["mean_train_score"][row]
        )
        assert run.data.metrics["mean_fit_time"] == pytest.approx(
            results["mean_fit_time"][row]
        )
        assert parent.info.start_time <= run.info.start_time <= run.info.end_time
        assert run.info.end_time <= parent.info.end_time


def test_the_best_score_is_a_curve(experiment, store):
    """With a point for each candidate."""
    make_logger, _ = experiment
    logger = make_logger()
    search = search_of(logger).fit(X)
    history = store[1].get_metric_history(logger.run_id_, "best_score")
    best = np.maximum.accumulate(search.cv_results_["mean_test_score"])
    assert [(one.step, one.value) for one in history][:4] == list(enumerate(best, 1))


def test_results_are_artifacts(experiment, store, tmp_path):
    """Tables that a spreadsheet reads."""
    make_logger, _ = experiment
    logger = make_logger()
    search = search_of(logger).fit(X)
    path = store[1].download_artifacts(logger.run_id_, "", str(tmp_path))
    with Path(path, "cv_results.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    means = [float(row["mean_test_score"]) for row in rows]
    assert means == search.cv_results_["mean_test_score"].tolist()
    assert [float(row["param_x"]) for row in rows] == search.cv_results_[
        "param_x"
    ].tolist()
    with Path(path, "history.csv").open(newline="") as file:
        statuses = [row["status"] for row in csv.DictReader(file)]
    assert statuses == ["complete"] * 4


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
@pytest.mark.filterwarnings("ignore:One or more of the test scores are non-finite")
def test_failed_and_discarded_candidates_are_marked(experiment):
    """A failed one has the last line of the traceback, and no mean score."""
    make_logger, runs = experiment
    search = search_of(
        make_logger(),
        estimator=Failing(),
        n_iter=12,
        cv=4,
        racing="auto",
        error_score=0.0,
        initial_candidates=given(0.3, 0.9),
    ).fit(X)
    _, children = runs()
    marks = {"complete": "FINISHED", "discarded": "KILLED", "failed": "FAILED"}
    expected = [marks[entry["status"]] for entry in search.history_]
    assert [run.info.status for run in children] == expected
    assert set(expected) == set(marks.values())
    for run in children:
        failed = run.info.status == "FAILED"
        assert failed == ("mean_test_score" not in run.data.metrics)
        assert failed == ("x is too large" in run.data.tags.get("error", ""))


def test_only_the_best_may_have_runs(experiment):
    """Those that are overtaken are deleted."""
    make_logger, runs = experiment
    search = search_of(make_logger(max_children=2), n_iter=6).fit(X)
    _, children = runs()
    logged = sorted(run.data.metrics["mean_test_score"] for run in children)
    best = sorted(search.cv_results_["mean_test_score"])[-2:]
    assert logged == pytest.approx(best)


def test_members_of_a_population_have_curves(experiment, store):
    """A point for each generation, over the steps of the training."""
    make_logger, runs = experiment
    search = climb(callbacks=[make_logger()], population_size=4, cv=2).fit(ROWS)
    (parent,), children = runs()
    assert len(children) == search.population_size
    assert parent.data.metrics["best_score"] == search.best_score_
    for member, run in enumerate(children):
        curve = store[1].get_metric_history(run.info.run_id, "mean_test_score")
        rates = store[1].get_metric_history(run.info.run_id, "param.rate")
        entries = [e for e in search.history_ if e["member"] == member]
        assert [one.step for one in curve] == [1, 2, 3, 4]
        assert [one.value for one in curve] == pytest.approx(
            [entry["score"] for entry in entries]
        )
        assert [one.value for one in rates] == [e["params"]["rate"] for e in entries]
        assert run.info.status == "FINISHED"


@pytest.mark.parametrize("max_children", [None, 1])
def test_a_resource_makes_curves(experiment, store, max_children):
    """Splits that are run again with more of it are points over it."""
    make_logger, runs = experiment
    climb_rungs(make_logger(max_children=max_children))
    _, (run,) = runs()
    curve = store[1].get_metric_history(run.info.run_id, "split1_test_score")
    expected = [(1, 2.0), (3, 4.0), (9, 10.0)]
    assert [(one.step, one.value) for one in curve] == (
        expected if max_children is None else expected[-1:]
    )
    assert run.data.metrics["mean_test_score"] == 9.5


def test_an_interrupted_search_has_failed(experiment):
    """Its runs are ended all the same, and the results are there."""
    make_logger, runs = experiment
    search = search_of(make_logger(), estimator=Interrupted(), n_iter=20)
    with pytest.raises(KeyboardInterrupt):
        search.fit(X)
    (parent,), children = runs()
    assert parent.info.status == "FAILED"
    assert parent.data.tags["stop_reason"] == "interrupted"
    assert {run.info.status for run in children} == {"FINISHED"}
    assert len(children) == len(search.cv_results_["params"])


def test_several_objectives_are_several_metrics(experiment):
    """Each metric has its columns, and the front its size."""
    make_logger, runs = experiment
    search = search_of(
        make_logger(), objectives=["score", "neg_score_time"], refit="knee"
    ).fit(X)
    (parent,), children = runs()
    assert parent.data.metrics["n_front"] == len(search.pareto_front_)
    assert all("mean_test_score" in run.data.metrics for run in children)


@pytest.mark.filterwarnings("ignore:.*Any type hint is inferred as AnyType")
def test_the_model_is_logged_on_request(experiment, store, tmp_path):
    """It predicts as the search does, from where MLflow finds models."""
    pytest.importorskip("mlflow.sklearn")
    from sklearn.neighbors import KNeighborsRegressor

    make_logger, _ = experiment
    logger = make_logger(log_model=True)
    search = BayesSearchCV(
        KNeighborsRegressor(), {"n_neighbors": [1, 2]}, cv=2, callbacks=[logger]
    ).fit(X, X[:, 0])
    path = store[1].download_artifacts(logger.run_id_, "model", str(tmp_path))
    model = mlflow.sklearn.load_model(path)
    np.testing.assert_array_equal(model.predict(X), search.predict(X))


def test_no_run_becomes_active(experiment):
    """The user's own run is left alone."""
    make_logger, _ = experiment
    search_of(make_logger(), n_iter=1).fit(X)
    assert mlflow.active_run() is None


def test_loggers_travel(experiment):
    """A search with a logger is cloned and pickled, before and after `fit`."""
    make_logger, runs = experiment
    search = pickle.loads(pickle.dumps(clone(search_of(make_logger(), n_iter=1))))
    fitted = pickle.loads(pickle.dumps(search.fit(X)))
    assert fitted.callbacks[0].run_id_ == runs()[0][0].info.run_id
