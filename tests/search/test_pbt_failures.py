"""Members that raise, diverge or die, and searches that are cut short."""

import glob
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from joblib import parallel_config
from sklearn.base import clone
from sklearn.exceptions import FitFailedWarning, NotFittedError
from sklearn.utils.validation import check_is_fitted

from _climbers import (
    Climber,
    Diverging,
    Dying,
    Exhausted,
    Interrupted,
    Overflowing,
    Sleeping,
    Stumbling,
    Watching,
    X,
    climb,
    rates,
)
from skhpo.callbacks import SearchCallback
from skhpo.population._checkpoints import FolderCheckpoints, MemoryCheckpoints

# From Python 3.12 on it warns of what multiprocessing does on Linux.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:One or more of the test scores:UserWarning"),
]
FAILED = pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")

# The two that are above one half fail; the others are no worse for that.
MIXED = rates(0.3, 0.9, 0.2, 0.95, 0.25, 0.4)


@pytest.fixture
def folder(tmp_path):
    """Where the checkpoints of a search are made."""
    return tmp_path


@FAILED
@pytest.mark.parametrize("exploit", ["truncation", "tournament", "t-test"])
@pytest.mark.parametrize("estimator", [Stumbling(), Diverging(), Overflowing()])
def test_a_member_that_fails_takes_over_another_model(estimator, exploit):
    """It ranks last, costs only itself, and is a copy in the next generation."""
    search = climb(
        estimator, exploit=exploit, n_generations=2, initial_candidates=MIXED
    ).fit(X)
    first, second = search.history_[:6], search.history_[6:]
    status = [entry["status"] for entry in first]
    assert status == ["complete", "failed"] * 2 + ["complete"] * 2
    for member in (1, 3):
        assert second[member]["event"] == "exploit"
        assert second[member]["parent"] in (0, 2, 4, 5)
    assert search.best_params_["rate"] <= 0.5


@FAILED
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_most_members_may_fail(n_jobs):
    """More than the quantile: all of them take over from who is left."""
    given = rates(0.9, 0.8, 0.3, 0.95, 0.85, 0.7)
    search = climb(
        Stumbling(), n_jobs=n_jobs, n_generations=2, initial_candidates=given
    ).fit(X)
    second = search.history_[6:]
    assert [entry["parent"] for entry in second] == [2] * 6


def test_failures_are_summed_up():
    """One warning counts the pieces of training that raised."""
    search = climb(Stumbling(), n_generations=1, initial_candidates=MIXED)
    with pytest.warns(FitFailedWarning, match="6 fits failed out of a total of 18"):
        search.fit(X)
    assert np.isnan(search.cv_results_["mean_test_score"][[1, 3]]).all()
    assert search.cv_results_["rank_test_score"][[1, 3]].tolist() == [5, 5]


@FAILED
def test_a_failed_member_has_the_error_score_and_ranks_last_all_the_same():
    """A number as `error_score` is for the results; copies are made as ever."""
    search = climb(
        Stumbling(), error_score=99.0, n_generations=2, initial_candidates=MIXED
    ).fit(X)
    assert [entry["event"] for entry in search.history_[6:]].count("exploit") == 2
    assert all(entry["parent"] not in (1, 3) for entry in search.history_[6:])


@FAILED
def test_a_failed_member_never_wins_by_its_error_score():
    """Not even in the last generation, and although the score is shown."""
    search = climb(
        Stumbling(),
        error_score=99.0,
        n_generations=1,
        initial_candidates=MIXED,
    ).fit(X)
    assert search.cv_results_["mean_test_score"][[1, 3]].tolist() == [99.0, 99.0]
    assert search.cv_results_["rank_test_score"][[1, 3]].tolist() == [5, 5]
    assert search.best_params_["rate"] <= 0.5
    assert search.best_score_ < 99.0


def _raising(estimator, X, y=None):  # noqa: ARG001
    if estimator.rate > 0.5:
        raise ValueError("no score")
    return -estimator.rate


def _raising_of_two(estimator, X, y=None):  # noqa: ARG001
    return {"first": _raising(estimator, X), "second": 1.0}


def _infinite(estimator, X, y=None):  # noqa: ARG001
    return np.inf if estimator.rate > 0.5 else -estimator.rate


@pytest.mark.filterwarnings("ignore:Scoring failed:UserWarning")
@pytest.mark.parametrize(
    ("scoring", "refit"),
    [
        (_raising, True),
        (_raising_of_two, "first"),
        ({"first": _raising, "second": _infinite}, "first"),
        (_infinite, True),
    ],
)
@pytest.mark.parametrize("n_generations", [1, 2])
def test_a_member_without_a_finite_score_never_wins(scoring, refit, n_generations):
    """A number as `error_score` does not make it a good one, nor does infinity."""
    search = climb(
        Climber(),
        scoring=scoring,
        refit=refit,
        error_score=99.0,
        n_generations=n_generations,
        initial_candidates=MIXED,
    ).fit(X)
    status = [entry["status"] for entry in search.history_[:6]]
    assert status == ["complete", "failed"] * 2 + ["complete"] * 2
    assert all(entry["parent"] not in (1, 3) for entry in search.history_[6:])
    assert search.best_params_["rate"] <= 0.5
    assert np.isfinite(search.best_score_)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_error_score_raise_raises(n_jobs, folder):
    """What the step raised, with the results so far kept and nothing left behind."""
    search = climb(
        Exhausted(), error_score="raise", n_jobs=n_jobs, checkpoint_dir=folder
    )
    with pytest.raises(FloatingPointError, match="no step is left"):
        search.fit(X)
    assert search.cv_results_["n_steps"].tolist() == [2] * 6
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_first_generation_without_success_is_an_error(n_jobs):
    """The error is scikit-learn's and shows the reason."""
    search = climb(
        Stumbling(),
        n_jobs=n_jobs,
        initial_candidates=rates(0.6, 0.7, 0.8, 0.9, 1, 0.65),
    )
    with pytest.raises(ValueError, match="All the 18 fits failed") as caught:
        search.fit(X)
    assert "the rate is too large" in str(caught.value)


@FAILED
def test_a_population_that_dies_out_is_an_error():
    """The error names the generation; the results of the one before are kept."""
    search = climb(Exhausted())
    with pytest.raises(ValueError, match=r"All 6 members .* in generation 2") as caught:
        search.fit(X)
    assert "no step is left" in str(caught.value)
    assert search.stop_reason_ == "died out"
    assert search.cv_results_["n_steps"].tolist() == [2] * 6
    assert not hasattr(search, "best_estimator_")


@FAILED
def test_members_that_each_fail_somewhere_have_died_out():
    """A member counts as alive only if it is on all splits."""

    class Picky(Climber):
        def score(self, X, _=None):
            return np.nan if 0.0 in X else 1.0

    with pytest.raises(ValueError, match=r"in generation 0 .*No training raised"):
        climb(Picky()).fit(X)


@FAILED
@pytest.mark.parametrize("backend", ["loky", "multiprocessing"])
def test_a_worker_that_dies_costs_only_its_member(backend):
    """What was in flight besides is run again, with the same result."""
    settings = {
        "cv": 2,
        "population_size": 4,
        "n_generations": 2,
        "initial_candidates": rates(0.1, 0.9, 0.2, 0.3),
    }
    search = climb(Dying(), **settings)
    with parallel_config(backend, n_jobs=2):
        search.fit(X)
    first, second = search.history_[:4], search.history_[4:]
    assert [entry["status"] == "failed" for entry in first] == [
        False,
        True,
        False,
        False,
    ]
    assert [entry["event"] == "exploit" for entry in second] == [
        entry["status"] == "failed" for entry in first
    ]
    quiet = climb(Stumbling(), **settings).fit(X)
    scores = [entry["split_scores"].tolist() for entry in search.history_]
    np.testing.assert_array_equal(
        scores, [entry["split_scores"].tolist() for entry in quiet.history_]
    )


def test_a_worker_that_dies_raises_if_failures_are_to_raise():
    """With `error_score="raise"` the error says what the usual causes are."""
    search = climb(Dying(), n_jobs=2, error_score="raise", initial_candidates=MIXED)
    with pytest.raises(RuntimeError, match="memory"):
        search.fit(X)


def test_an_interruption_leaves_the_last_complete_generation():
    """KeyboardInterrupt arrives with the results on the object."""
    search = climb(Interrupted())
    with pytest.raises(KeyboardInterrupt):
        search.fit(X)
    assert search.stop_reason_ == "interrupted"
    assert search.cv_results_["n_steps"].tolist() == [2] * 6
    assert len(search.best_schedule_) == 2
    assert len(search.history_) == 18
    with pytest.raises(NotFittedError):
        check_is_fitted(search)


SCRIPT = """
from _climbers import X, Sleeping, climb

search = climb(
    Sleeping(), n_generations=500, n_jobs=2, verbose=1, checkpoint_dir={folder!r}
)
try:
    search.fit(X)
except KeyboardInterrupt:
    print("interrupted", len(search.cv_results_["params"]), search.stop_reason_)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
@pytest.mark.parametrize("send", [os.kill, os.killpg], ids=["process", "group"])
def test_ctrl_c_leaves_results_and_no_checkpoints(send, folder):
    """With worker processes, whether or not they get the signal themselves."""
    with subprocess.Popen(
        [sys.executable, "-u", "-c", SCRIPT.format(folder=str(folder))],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths())},
        text=True,
        start_new_session=True,
    ) as process:
        while "[2/" not in (line := process.stdout.readline()):
            assert line, "the search ended early"
        assert list(folder.iterdir()) != []
        send(process.pid, signal.SIGINT)
        last = process.stdout.read().splitlines()[-1]
    assert last == "interrupted 6 interrupted"
    assert list(folder.iterdir()) == []


def paths():
    """Return where the script finds the test doubles and the package."""
    return [str(Path(__file__).parents[1]), *filter(None, sys.path)]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_the_time_limit_ends_it_with_a_generation(n_jobs):
    """Members are compared after equal training; what was begun is history."""
    search = climb(Sleeping(), n_generations=500, cv=2, population_size=3)
    search.set_params(time_limit=2.0, refit=False)
    with parallel_config("threading", n_jobs=n_jobs):
        search.fit(X)
    assert search.stop_reason_ == "time limit"
    n_done = len(search.best_schedule_)
    assert 1 <= n_done <= 7
    assert search.cv_results_["n_steps"].tolist() == [n_done] * 3
    assert len(search.history_) in (3 * n_done, 3 * n_done + 3)


def test_a_time_limit_in_the_first_generation_leaves_who_is_complete():
    """Their training is equal, too."""
    search = climb(Sleeping(), cv=2, population_size=30, time_limit=1.5, refit=False)
    search.set_params(n_generations=1).fit(X)
    assert 1 <= len(search.cv_results_["params"]) < 30


def test_a_time_limit_without_a_complete_member_is_an_error():
    """The error names the parameter."""
    with pytest.raises(ValueError, match=r"'time_limit' of 0\.05 .* 3 splits"):
        climb(Sleeping(), n_generations=1, time_limit=0.05).fit(X)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_checkpoints_are_gone_after_a_fit(folder, monkeypatch, n_jobs):
    """In the folder named, or where temporary files are."""
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "default"))
    (folder / "default").mkdir()
    (folder / "named").mkdir()
    for checkpoint_dir in (None, folder / "named"):
        climb(n_jobs=n_jobs, checkpoint_dir=checkpoint_dir, refit="ensemble").fit(X)
    left = glob.glob(f"{folder}/**/skhpo-population-*", recursive=True)
    assert left == []
    assert list((folder / "named").iterdir()) == []


def test_no_more_than_two_generations_are_kept_on_disk(folder, tmp_path_factory):
    """However many there are."""
    log = tmp_path_factory.mktemp("log") / "counts"
    estimator = Watching(watched=str(folder), log=str(log))
    climb(estimator, n_generations=8, n_jobs=2, checkpoint_dir=folder).fit(X)
    counts = [int(line) for line in log.read_text().splitlines()]
    assert 18 < max(counts) <= 2 * 18


@pytest.mark.parametrize("exploit", ["truncation", "tournament", "t-test"])
def test_models_that_nobody_goes_on_with_are_not_kept_in_memory(monkeypatch, exploit):
    """Only the leader's 3 stay beside as many as a generation has, and the one in use.

    So a population takes the memory of one generation and not of two.
    """
    counts = []
    save = MemoryCheckpoints.save

    def counted(self, place, model):
        save(self, place, model)
        counts.append(len(self._kept))

    monkeypatch.setattr(MemoryCheckpoints, "save", counted)
    climb(n_generations=8, exploit=exploit).fit(X)
    assert 18 < max(counts) <= 18 + 3 + 1


class EndsAfter(SearchCallback):
    """Ends a search after so many members have been trained for a generation."""

    def __init__(self, n_candidates):
        self.n_candidates = n_candidates

    def on_candidate_end(self, event):  # noqa: ARG002
        """Count."""
        self.n_candidates -= 1
        return self.n_candidates == 0


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_an_early_end_leaves_the_ensemble_of_the_last_generation(monkeypatch, n_jobs):
    """Its models are still there: none of them is trained again."""
    monkeypatch.delattr("skhpo.search._population_search.train_along")
    with parallel_config("threading", n_jobs=n_jobs):
        search = climb(refit="ensemble", callbacks=[EndsAfter(15)]).fit(X)
    assert search.stop_reason_ == "callback"
    rates_of_winner = [record["params"]["rate"] for record in search.best_schedule_]
    assert len(rates_of_winner) == 2
    for model in search.best_estimator_.models:
        assert [rate for rate, _ in model.trace_] == rates_of_winner


def test_a_missing_checkpoint_says_what_to_do(folder):
    """Hosts that do not see the folder are told of the argument."""
    with pytest.raises(FileNotFoundError, match="checkpoint_dir"):
        FolderCheckpoints(str(folder)).load((0, 0, 0))


@FAILED
def test_a_fit_leaves_nothing_of_an_earlier_one():
    """The results of a fit that ended do not mix with those of the next."""
    search = climb().fit(X)
    search.set_params(estimator=Exhausted(), n_generations=3)
    with pytest.raises(ValueError, match="All 6 members"):
        search.fit(X)
    assert not hasattr(search, "best_estimator_")
    assert not hasattr(clone(search), "best_schedule_")


def test_a_checkpoint_folder_that_is_not_there_is_named(tmp_path):
    """With the parameter and the way out, before anything is fitted."""
    search = climb(checkpoint_dir=tmp_path / "missing")
    with pytest.raises(ValueError, match=r"'checkpoint_dir'.*missing.*Make it first"):
        search.fit(X)
    assert not hasattr(search, "history_")
