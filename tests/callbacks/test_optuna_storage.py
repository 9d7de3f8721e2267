"""A search in a storage of Optuna, and what the dashboard shows of it."""

import copy
import pickle
from datetime import datetime

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression, Ridge

from _climbers import Interrupted as InterruptedClimber
from _climbers import X as ROWS
from _climbers import climb, rates
from _fits import SPACE, Failing, Interrupted, Parabola, X, given
from _listeners import Listening
from _rungs import climb_rungs
from skhpo import BayesSearchCV
from skhpo.callbacks import OptunaStorage
from skhpo.exceptions import CallbackFailedWarning
from skhpo.space import Real

optuna = pytest.importorskip("optuna")


def search_of(*callbacks, estimator=None, space=SPACE, **settings):
    """Return a search of four candidates on two splits."""
    estimator = Parabola() if estimator is None else estimator
    defaults = {"n_iter": 4, "cv": 2, "random_state": 0, "callbacks": list(callbacks)}
    return BayesSearchCV(estimator, space, **(defaults | settings))


def only_study(storage):
    """Return the only study of a storage."""
    (summary,) = optuna.get_all_study_summaries(storage)
    return optuna.load_study(study_name=summary.study_name, storage=storage)


@pytest.fixture(params=["memory", "journal", "sqlite"])
def storage(request, tmp_path):
    """What a user may give, and how to open it afterwards."""
    if request.param == "memory":
        memory = optuna.storages.InMemoryStorage()
        yield memory, lambda: memory
    elif request.param == "journal":
        path = tmp_path / "search.log"
        backend = optuna.storages.journal.JournalFileBackend
        yield path, lambda: optuna.storages.JournalStorage(backend(str(path)))
    else:
        url = f"sqlite:///{tmp_path}/search.db"
        opened = optuna.storages.RDBStorage(url)
        yield url, lambda: opened
        opened.remove_session()
        opened.engine.dispose()


@pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning")
def test_the_study_has_what_the_results_have(storage):
    """Parameters, scores, split scores and times, in whatever storage."""
    given_storage, reopen = storage
    search = search_of(OptunaStorage(given_storage, study_name="parabola")).fit(X)
    study = only_study(reopen())
    assert study.study_name == "parabola"
    assert [trial.params for trial in study.trials] == search.cv_results_["params"]
    assert study.best_value == search.best_score_
    assert study.metric_names == ["score"]
    for trial, entry in zip(study.trials, search.history_, strict=True):
        assert trial.state.name == "COMPLETE"
        assert trial.user_attrs["split_scores"] == entry["split_scores"].tolist()
        assert trial.user_attrs["fit_times"] == entry["fit_times"].tolist()
        assert trial.user_attrs["origin"] == entry["origin"]
        steps = dict(enumerate(entry["split_scores"].tolist()))
        assert trial.intermediate_values == steps
        assert trial.datetime_start <= trial.datetime_complete <= datetime.now()
    attributes = study.user_attrs
    assert attributes["search"] == "BayesSearchCV"
    assert attributes["estimator"] == "Parabola()"
    assert attributes["stop_reason"] == "n_iter"
    assert attributes["best_params"] == search.best_params_
    assert "scikit-learn" in attributes["versions"]


def test_each_search_is_a_study():
    """A name that is taken gets a number, so that no study is mixed up."""
    memory = optuna.storages.InMemoryStorage()
    callback = OptunaStorage(memory, study_name="twice")
    search = search_of(callback, n_iter=1)
    search.fit(X)
    assert callback.study_name_ == "twice"
    search.fit(X)
    assert callback.study_name_ == "twice (2)"
    names = {one.study_name for one in optuna.get_all_study_summaries(memory)}
    assert names == {"twice", "twice (2)"}


def test_trials_run_before_they_are_complete():
    """After its first split a candidate is a running trial, with that score."""
    memory = optuna.storages.InMemoryStorage()

    class Looking(Listening):
        def on_split_end(self, event):
            super().on_split_end(event)
            trial = only_study(memory).trials[event.candidate]
            self.seen = [*getattr(self, "seen", []), trial]

    looking = Looking()
    search_of(OptunaStorage(memory), looking, n_iter=2).fit(X)
    assert [trial.state.name for trial in looking.seen] == ["RUNNING"] * 4
    assert [len(trial.intermediate_values) for trial in looking.seen] == [1, 2, 1, 2]
    assert looking.seen[0].params == looking.told[1][1].params


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
@pytest.mark.filterwarnings("ignore:One or more of the test scores are non-finite")
def test_failed_candidates_are_failed_trials():
    """They have no value, and the last line of the traceback."""
    memory = optuna.storages.InMemoryStorage()
    search_of(
        OptunaStorage(memory),
        estimator=Failing(),
        initial_candidates=given(0.3, 0.9),
        n_iter=2,
    ).fit(X)
    complete, failed = only_study(memory).trials
    assert (complete.state.name, failed.state.name) == ("COMPLETE", "FAIL")
    assert failed.user_attrs["error"].startswith("FloatingPointError: x is too large")
    assert failed.user_attrs["split_scores"] == [None, None]
    assert failed.values is None


def test_discarded_candidates_are_pruned_trials():
    """Their value is the mean over the splits that ran."""
    memory = optuna.storages.InMemoryStorage()
    search = search_of(
        OptunaStorage(memory),
        n_iter=12,
        cv=4,
        racing="auto",
        initial_candidates=given(0.3),
    ).fit(X)
    states = {"complete": "COMPLETE", "discarded": "PRUNED"}
    trials = {tuple(trial.params.items()): trial for trial in only_study(memory).trials}
    for entry in search.history_:
        trial = trials[tuple(entry["params"].items())]
        assert trial.state.name == states[entry["status"]]
        assert trial.value == pytest.approx(np.nanmean(entry["split_scores"]))
    assert "PRUNED" in {trial.state.name for trial in trials.values()}


def test_several_objectives_have_several_directions():
    """All are maximised, under their names."""
    memory = optuna.storages.InMemoryStorage()
    search = search_of(
        OptunaStorage(memory), objectives=["score", "neg_fit_time"], refit="knee"
    ).fit(X)
    study = only_study(memory)
    assert [direction.name for direction in study.directions] == ["MAXIMIZE"] * 2
    assert study.metric_names == ["score", "neg_fit_time"]
    best = {trial.number for trial in study.best_trials}
    assert best == set(search.pareto_front_.tolist())


def test_conditional_parameters_have_names_of_their_own():
    """A name with another range in another branch is another parameter."""
    memory = optuna.storages.InMemoryStorage()
    models = [Ridge(), LogisticRegression()]
    space = [
        {"kind": ["a"], "x": Real(0.0, 0.5)},
        {"kind": ["b"], "x": Real(0.1, 1.0, prior="log-uniform")},
        {"kind": models, "x": [0.3]},
    ]
    search = search_of(OptunaStorage(memory), space=space, n_iter=12).fit(X)
    seen = {}
    for trial, params in zip(
        only_study(memory).trials, search.cv_results_["params"], strict=True
    ):
        names = set(trial.params)
        kind = params["kind"]
        seen.setdefault(kind if isinstance(kind, str) else "model", names)
        assert trial.user_attrs["params"]["x"] == params["x"]
        for name in names:
            assert name.split(" (")[0].split("[")[0] in params
    assert seen["a"] == {"kind (fixed)", "x[0]"}
    assert seen["b"] == {"kind (fixed)", "x[1]"}
    assert seen["model"] == {"kind", "x (fixed)"}


def test_members_of_a_population_are_trials():
    """With the mean score after each generation, and the last parameters."""
    memory = optuna.storages.InMemoryStorage()
    search = climb(
        callbacks=[OptunaStorage(memory)], initial_candidates=rates(0.3)
    ).fit(ROWS)
    study = only_study(memory)
    assert len(study.trials) == search.population_size
    assert study.best_value == search.best_score_
    assert study.best_params == search.best_params_
    for trial in study.trials:
        assert list(trial.intermediate_values) == [1, 2, 3, 4]
        assert trial.intermediate_values[4] == pytest.approx(trial.value)
        params = [step["params"] for step in trial.user_attrs["schedule"]]
        assert params[-1] == trial.params
        assert len(params) == search.n_generations


def test_a_resource_makes_a_learning_curve():
    """Splits that are run again with more of it are intermediate values over it."""
    memory = optuna.storages.InMemoryStorage()
    climb_rungs(OptunaStorage(memory))
    (trial,) = only_study(memory).trials
    assert trial.intermediate_values == {1: 1.5, 3: 3.5, 9: 9.5}
    assert trial.value == 9.5


def test_an_interrupted_search_leaves_no_running_trial():
    """What is incomplete has failed, and the reason is written down."""
    memory = optuna.storages.InMemoryStorage()
    search = search_of(OptunaStorage(memory), estimator=Interrupted(), n_iter=20)
    with pytest.raises(KeyboardInterrupt):
        search.fit(X)
    study = only_study(memory)
    n_complete = len(search.cv_results_["params"])
    states = [trial.state.name for trial in study.trials]
    assert states == ["COMPLETE"] * n_complete
    assert study.user_attrs["stop_reason"] == "interrupted"
    assert study.user_attrs["error"] == "KeyboardInterrupt()"


def test_an_interrupted_population_stands_as_after_its_last_generation():
    """Members that were in the middle of the next one have no part in it."""
    memory = optuna.storages.InMemoryStorage()
    search = climb(InterruptedClimber(), callbacks=[OptunaStorage(memory)])
    with pytest.raises(KeyboardInterrupt):
        search.fit(ROWS)
    study = only_study(memory)
    if hasattr(search, "cv_results_"):
        assert study.best_value == search.best_score_
    assert "RUNNING" not in {trial.state.name for trial in study.trials}


def test_copies_write_to_the_same_storage():
    """So do clones of a search; and callbacks travel."""
    memory = optuna.storages.InMemoryStorage()
    search = search_of(OptunaStorage(memory), n_iter=1)
    clone(search).fit(X)
    assert only_study(memory).trials
    callback = copy.deepcopy(OptunaStorage(memory, study_name="a"))
    assert callback.storage is memory
    fitted = search.fit(X)
    again = pickle.loads(pickle.dumps(fitted))
    assert again.callbacks[0].study_name_ == fitted.callbacks[0].study_name_


def test_a_storage_that_cannot_be_written_harms_nobody(tmp_path):
    """The search goes on, after a warning."""
    search = search_of(OptunaStorage(tmp_path / "missing" / "search.log"))
    with pytest.warns(CallbackFailedWarning, match="OptunaStorage raised"):
        search.fit(X)
    assert search.stop_reason_ == "n_iter"
