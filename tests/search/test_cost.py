"""`BayesSearchCV` with a `cost`.

Times are measured here, so what is found does not matter: the tests of the generators
have made-up ones.
"""

import numpy as np
import pytest
from joblib import parallel_config
from sklearn.base import clone

from _fits import SPACE, Dawdling, Failing, X
from _journals import tune
from skhpo import BayesSearchCV, EvolutionarySearchCV
from skhpo.exceptions import JournalError
from skhpo.generators import BayesianGenerator


def aware(**settings):
    """Return a search whose fits take up to 5 ms, as it happens."""
    return tune(**{"estimator": Dawdling(), "cost": "fit_time", **settings})


@pytest.fixture
def told(monkeypatch):
    """Return what generators are told, the latest trial of each candidate."""
    trials = {}
    tell = BayesianGenerator.tell

    def listen(self, trial):
        trials[trial.candidate.index] = trial
        tell(self, trial)

    monkeypatch.setattr(BayesianGenerator, "tell", listen)
    return trials


@pytest.mark.parametrize(
    "settings",
    [
        {"surrogate": "forest", "acquisition": "pi"},
        {"surrogate": "tpe"},
        {"time_limit": 60.0, "n_jobs": 2},
        {"racing": "auto"},
        {"prior_searches": [tune(n_iter=6).fit(X)]},
    ],
    ids=["forest", "tpe", "time limit", "racing", "prior searches"],
)
def test_it_searches(settings):
    """With any model, and with what else changes which fits there are."""
    with parallel_config("threading"):
        search = aware(**settings).fit(X)
    assert search.stop_reason_ == "n_iter"
    assert len(search.cv_results_["params"]) == 8
    assert search.best_score_ == max(search.cv_results_["mean_test_score"])


def test_the_model_learns_the_times_in_the_history(told):
    """Each trial has the mean over its splits."""
    search = aware().fit(X)
    for entry in search.history_:
        expected = np.mean(entry["fit_times"])
        assert told[entry["candidate"]].fit_time == pytest.approx(expected)
    assert clone(search).get_params()["cost"] == "fit_time"


@pytest.mark.filterwarnings("ignore")
def test_failed_fits_have_no_time(told):
    """They count as the worst score, and that is enough."""
    search = aware(estimator=Failing(limit=0.6)).fit(X)
    is_failed = [entry["status"] == "failed" for entry in search.history_]
    assert any(is_failed)
    assert is_failed == [told[index].fit_time is None for index in sorted(told)]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"cost": "score_time"}, "'cost' parameter of BayesSearchCV must be"),
        (
            {"objectives": ["r2", "neg_fit_time"], "refit": False},
            r"'objectives' parameter must be None with a 'cost': .* leave one of them",
        ),
        ({"resource": "n_samples"}, r"'resource' parameter must be None with a 'cost'"),
        ({"acquisition": "ucb"}, r"With cost='fit_time', the 'acquisition' .* 'ucb'"),
    ],
)
def test_what_makes_no_sense_is_refused(told, settings, message):
    """Before anything is fitted."""
    with pytest.raises(ValueError, match=message):
        aware(**settings).fit(X)
    assert not told


def test_only_the_bayesian_search_has_it():
    """Evolution has no promise that could be divided by a cost."""
    with pytest.raises(TypeError, match="cost"):
        EvolutionarySearchCV(Dawdling(), SPACE, cost="fit_time")
    assert BayesSearchCV(Dawdling(), SPACE).cost is None


@pytest.mark.parametrize("settings", [{}, {"racing": "auto"}, {"surrogate": "tpe"}])
def test_a_journal_makes_the_same_candidates_of_the_same_times(
    told, tmp_path, settings
):
    """To the last bit, for all that it has; what is fitted anew takes another time."""
    search = aware(journal=tmp_path / "search.jsonl", n_iter=12, **settings).fit(X)
    params, first_told = search.cv_results_["params"], dict(told)
    told.clear()
    assert clone(search).fit(X).cv_results_["params"] == params
    assert {index: trial.fit_time for index, trial in told.items()} == {
        index: trial.fit_time for index, trial in first_told.items()
    }
    lines = search.journal.read_bytes().splitlines(keepends=True)
    search.journal.write_bytes(b"".join(lines[: len(lines) // 2]))
    assert len(clone(search).fit(X).history_) == 12


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_iter": 9}, "n_iter: 8 in the journal, 9 now"),
        ({"cost": None}, "cost: 'fit_time' in the journal, None now"),
    ],
)
def test_a_journal_goes_on_with_the_same_n_iter(tmp_path, settings, message):
    """On another one it would have proposed other candidates."""
    search = aware(journal=tmp_path / "search.jsonl").fit(X)
    with pytest.raises(JournalError, match=message):
        search.set_params(**settings).fit(X)
