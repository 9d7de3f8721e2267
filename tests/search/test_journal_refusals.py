"""The journal of one search is refused by another, which is told what differs."""

import os

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn import config_context
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import make_scorer
from sklearn.model_selection import KFold, ShuffleSplit

from _climbers import DATA
from _fits import SPACE, Parabola, X
from _journals import tune
from skhpo import BayesSearchCV, EvolutionarySearchCV
from skhpo.exceptions import JournalError
from skhpo.space import Real
from skhpo.stopping import Patience

Y = np.arange(24) % 2


@pytest.fixture
def path(tmp_path):
    """Where the journal is."""
    return tmp_path / "search.jsonl"


def is_small(params):
    """Allow small values."""
    return params["x"] < 0.9


def is_smaller(params):
    """Allow smaller values."""
    return params["x"] < 0.8


CHANGES = {
    "data": ({}, (X + 1.0, Y)),
    "data, rows": ({}, (X[:-3], Y[:-3])),
    "data, target": ({}, (X, 1 - Y)),
    "data, sparse": ({}, (sparse.csr_matrix(X), Y)),
    "data, frame": ({}, (pd.DataFrame(X, columns=["a"]), Y)),
    "cv": ({"cv": KFold(3, shuffle=True, random_state=0)}, (X, Y)),
    "cv, number": ({"cv": 4}, (X, Y)),
    "random_state": ({"random_state": 1}, (X, Y)),
    "scoring": ({"scoring": make_scorer(max)}, (X, Y)),
    "initial_candidates": ({"initial_candidates": None}, (X, Y)),
    "estimator": ({"estimator__seconds": 1}, (X, Y)),
    "param_distributions": ({"space": SPACE | {"x": Real(0, 2)}}, (X, Y)),
    "constraint": ({"constraint": is_smaller}, (X, Y)),
    "error_score": ({"error_score": 0}, (X, Y)),
    "return_train_score": ({"return_train_score": True}, (X, Y)),
    "racing": ({"racing": "auto"}, (X, Y)),
    "surrogate": ({"surrogate": "forest"}, (X, Y)),
    "acquisition": ({"acquisition": "ucb"}, (X, Y)),
    "objectives": ({"objectives": ["score", "neg_fit_time"]}, (X, Y)),
    "class": ({"search_class": EvolutionarySearchCV}, (X, Y)),
}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The lines of a journal."""
    path = tmp_path_factory.mktemp("journal") / "search.jsonl"
    tune(journal=path, n_iter=2, constraint=is_small).fit(X, Y)
    return path.read_bytes()


@pytest.mark.parametrize("change", CHANGES)
def test_another_search_is_refused(path, written, change):
    """With what differs, before anything is fitted, and the journal stays as it is."""
    path.write_bytes(written)
    settings, data = CHANGES[change]
    settings = {"constraint": is_small, **settings}
    if settings.pop("estimator__seconds", None):
        settings["estimator"] = Parabola(kind="b")
        settings["initial_candidates"] = [{"x": 0.5, "kind": "a"}]
    if "objectives" in settings:
        settings["refit"] = False
    name = change.partition(",")[0]
    message = f"differs in [^.]*{name}.*\n(.*\n)*  {name}: .* in the journal, .* now"
    with pytest.raises(JournalError, match=message):
        tune(journal=path, n_iter=2, **settings).fit(*data)
    assert path.read_bytes() == written
    assert os.listdir(path.parent) == ["search.jsonl"]


def test_only_what_differs_is_named(path, written):
    """So the reader finds it."""
    path.write_bytes(written)
    search = tune(journal=path, n_iter=2, constraint=is_small, random_state=1)
    with pytest.raises(JournalError) as caught:
        search.fit(X, Y)
    assert "differs in random_state.\n  random_state: 0 in the journal, 1 now\n" in str(
        caught.value
    )


def test_metadata_must_be_the_same(path):
    """Sample weights are data too."""
    space = {"alpha": Real(1e-5, 1.0, prior="log-uniform")}
    model = SGDClassifier(random_state=0)
    search = BayesSearchCV(model, space, n_iter=2, random_state=0, journal=path)
    weights = np.linspace(1.0, 2.0, len(DATA[1]))
    search.fit(*DATA, sample_weight=weights)
    search.fit(*DATA, sample_weight=weights.copy())
    for other in ({}, {"sample_weight": 2 * weights}):
        with pytest.raises(JournalError, match="differs in fit parameters"):
            search.fit(*DATA, **other)


@pytest.mark.parametrize(
    "change",
    [
        {"verbose": 1},
        {"n_jobs": 1},
        {"pre_dispatch": "all"},
        {"refit": False},
        {"stop": Patience(100)},
        {"time_limit": 1000.0},
    ],
)
def test_how_a_search_is_run_may_change(path, written, change):
    """And for how long, and what happens when it is over."""
    path.write_bytes(written)
    search = tune(journal=path, n_iter=2, constraint=is_small, **change).fit(X, Y)
    assert search.n_fits_ == 6


def test_random_splits_must_be_seeded(path):
    """Others are drawn anew, and the error says how to keep them."""
    search = tune(journal=path, n_iter=2, cv=ShuffleSplit(3))
    search.fit(X)
    with pytest.raises(JournalError, match=r"differs in cv(.*\n)*.*from a fixed seed"):
        search.fit(X)


def test_other_candidates_are_not_mixed_in(path):
    """A function that keeps its name and changes its mind is found out."""

    def make_constraint(limit):
        """Return a constraint; all of them have the same name."""
        return lambda params: params["x"] < limit

    tune(journal=path, constraint=make_constraint(1.0)).fit(X)
    with pytest.raises(JournalError, match=r"Candidate \d is not the one.*of yours"):
        tune(journal=path, constraint=make_constraint(0.4)).fit(X)


def test_a_change_of_versions_is_suspected(path, monkeypatch):
    """Where candidates differ."""
    monkeypatch.setattr("scipy.__version__", "0.1")
    tune(journal=path, constraint=lambda params: params["x"] < 1).fit(X)
    monkeypatch.undo()
    with pytest.raises(JournalError, match=r"scipy 0\.1 became"):
        tune(journal=path, constraint=lambda params: params["x"] < 0.4).fit(X)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        (
            {"search_class": EvolutionarySearchCV, "algorithm": "differential"},
            "n_iter: 8 in the journal, 16 now",
        ),
        (
            {"initial_candidates": tune(n_iter=12).fit(X).cv_results_},
            "initial_candidates: 2 candidates, .* in the journal, 4 candidates",
        ),
    ],
)
def test_n_iter_may_not_be_raised_where_candidates_depend_on_it(path, settings, named):
    """The error says so."""
    tune(journal=path, **settings).fit(X)
    with pytest.raises(JournalError, match=named):
        tune(journal=path, n_iter=16, **settings).fit(X)


def test_another_file_is_left_alone(path):
    """It is not taken for a journal that is torn."""
    path.write_text("notes")
    with pytest.raises(JournalError, match="no journal"):
        tune(journal=path).fit(X)
    assert path.read_text() == "notes"


@pytest.mark.parametrize("random_state", [0, None])
def test_a_folder_is_no_journal(tmp_path, random_state):
    """Nor is what cannot be read or written for another reason."""
    with pytest.raises(JournalError, match="must be a file that can be read"):
        tune(journal=tmp_path, random_state=random_state).fit(X)
    assert os.listdir(tmp_path) == []
    assert not tmp_path.with_name(f"{tmp_path.name}.lock").exists()


def test_a_journal_that_cannot_be_written_is_told(path, written, monkeypatch):
    """Before anything is fitted."""
    path.write_bytes(written)

    def refuse(path, n_bytes):  # noqa: ARG001
        """Fail as for a file that is for reading only."""
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("skhpo.journal._journal.AppendedFile", refuse)
    search = tune(journal=path, n_iter=2, constraint=is_small)
    with pytest.raises(JournalError, match=r"written to\. Got: .* denied\. Name"):
        search.fit(X, Y)
    assert os.listdir(path.parent) == ["search.jsonl"]


def test_what_an_estimator_asks_for_must_be_the_same(path):
    """With metadata routing: whether it gets the weights is no parameter of it."""
    space = {"alpha": Real(1e-5, 1.0, prior="log-uniform")}
    with config_context(enable_metadata_routing=True):
        for asks in (True, False):
            model = SGDClassifier(random_state=0).set_fit_request(sample_weight=asks)
            model.set_score_request(sample_weight=True)
            search = BayesSearchCV(model, space, n_iter=2, journal=path)
            weights = np.linspace(1.0, 2.0, len(DATA[1]))
            if asks:
                search.fit(*DATA, sample_weight=weights)
            else:
                with pytest.raises(JournalError, match="differs in estimator"):
                    search.fit(*DATA, sample_weight=weights)


def test_a_journal_without_a_candidate_is_begun_anew(path):
    """A search that was refused before its first fit may be corrected."""
    with pytest.raises(ValueError, match="fit_time_limit"):
        tune(journal=path, n_iter=2, fit_time_limit=5.0, random_state=1).fit(X)
    assert tune(journal=path, n_iter=2).fit(X).n_fits_ == 6
    with pytest.raises(JournalError, match="differs in random_state"):
        tune(journal=path, n_iter=2, random_state=1).fit(X)
