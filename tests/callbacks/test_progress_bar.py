"""What the progress bar shows."""

import pickle

import pytest
from sklearn.base import clone

from _climbers import X as ROWS
from _climbers import climb
from _fits import SPACE, Interrupted, Parabola, X, given
from _rungs import climb_rungs
from skhpo import BayesSearchCV
from skhpo.callbacks import ProgressBar

pytest.importorskip("rich")


def search_of(estimator=None, **settings):
    """Return a search of four candidates on two splits, with a bar."""
    estimator = Parabola() if estimator is None else estimator
    defaults = {"n_iter": 4, "cv": 2, "random_state": 0, "callbacks": [ProgressBar()]}
    return BayesSearchCV(estimator, SPACE, **(defaults | settings))


@pytest.fixture
def shown(capsys, monkeypatch):
    """A function that returns what was written, on a wide page."""
    monkeypatch.setenv("COLUMNS", "200")
    return lambda: capsys.readouterr().out


def test_it_shows_candidates_and_the_best_score(shown):
    """All of them at the end."""
    search = search_of().fit(X)
    text = shown()
    assert "BayesSearchCV" in text
    assert "4/4 candidates" in text
    assert f"best {search.best_score_:.4g}" in text


def test_it_is_full_when_candidates_were_discarded(shown):
    """Splits that never run are not waited for."""
    search = search_of(
        n_iter=12, cv=4, racing="auto", initial_candidates=given(0.3)
    ).fit(X)
    assert search.n_fits_ < 48
    assert "12/12 candidates" in shown()


def test_it_shows_generations_of_a_population(shown):
    """Members are no candidates of their own."""
    climb(callbacks=[ProgressBar()]).fit(ROWS)
    assert "4/4 generations" in shown()


def test_it_shows_the_size_of_a_front(shown):
    """With several objectives there is no best score."""
    search = search_of(objectives=["score", "neg_fit_time"], refit="knee").fit(X)
    assert f"{len(search.pareto_front_)} on the front" in shown()


def test_it_does_not_run_over(shown):
    """A split that is run again with more of a resource counts once."""

    class Measured(ProgressBar):
        def close(self):
            (task,) = self._bar.tasks
            self.length = task.completed, task.total
            super().close()

    bar = Measured()
    climb_rungs(bar, n_splits=2, resources=(1, 3, 9))
    assert bar.length == (2, 2)
    assert "1/1 candidates" in shown()


def test_it_ends_with_an_interrupted_search(shown):
    """And says so; the next search can have a bar again."""
    search = search_of(Interrupted(), n_iter=20)
    with pytest.raises(KeyboardInterrupt):
        search.fit(X)
    assert "(interrupted)" in shown()
    search.set_params(estimator=Parabola(), n_iter=2).fit(X)
    assert "2/2 candidates" in shown()


def test_searches_with_a_bar_are_cloned_and_pickled():
    """Before and after `fit`."""
    search = pickle.loads(pickle.dumps(clone(search_of(n_iter=1))))
    assert pickle.loads(pickle.dumps(search.fit(X))).n_fits_ == 2
