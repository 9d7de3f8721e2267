"""A population with a journal goes on where it stopped, with the models that it had."""

import os

import numpy as np
import pytest
from numpy.testing import assert_array_equal, assert_equal
from sklearn.base import clone
from sklearn.linear_model import SGDClassifier

from _climbers import DATA, SPACE, Climber, Diverging, Stumbling, X, climb, story_of
from skhpo import PBTSearchCV
from skhpo.exceptions import JournalError
from skhpo.journal import read_journal
from skhpo.space import Real

# How many scores are left until somebody presses Ctrl-C; not part of any search.
LEFT = [0]
MODELS = "search.jsonl.checkpoints"


@pytest.fixture
def path(tmp_path):
    """Where the journal is."""
    return tmp_path / "search.jsonl"


def interruptible(estimator, X, y=None):
    """Score, or do not come to that."""
    LEFT[0] -= 1
    if LEFT[0] == 0:
        raise KeyboardInterrupt
    return estimator.score(X, y)


def fading(estimator, X, y=None):
    """Score in the first generation, and no more."""
    return estimator.score(X, y) if estimator.n_calls_ == 1 else float("nan")


def interrupted(path, n_scores, **settings):
    """Return a search of a population that was interrupted after some scores.

    Each of four generations has six members, on three splits.
    """
    search = climb(scoring=interruptible, journal=path, **settings)
    LEFT[0] = n_scores
    with pytest.raises(KeyboardInterrupt):
        search.fit(X)
    LEFT[0] = -1
    return search


@pytest.mark.parametrize("refit", [True, "ensemble"])
@pytest.mark.parametrize("n_scores", [1, 5, 19, 30, 37, 72])
def test_a_population_goes_on(path, n_scores, refit):
    """Wherever it was interrupted, and its models are gone when it has ended."""
    expected = climb(scoring=interruptible, refit=refit).fit(X)
    search = interrupted(path, n_scores, refit=refit)
    assert sorted(os.listdir(path.parent)) == ["search.jsonl", MODELS]
    LEFT[0] = 10**6
    assert_equal(story_of(search.fit(X)), story_of(expected))
    assert 10**6 - LEFT[0] == 72 - (n_scores - 1)
    assert os.listdir(path.parent) == ["search.jsonl"]


@pytest.mark.parametrize("explore", ["resample", "pb2"])
@pytest.mark.parametrize("estimator", [Stumbling(), Diverging()])
@pytest.mark.filterwarnings("ignore")
def test_failures_and_explorers_go_on(path, estimator, explore):
    """A failed member is a failed one again, however it failed."""
    settings = {"estimator": estimator, "explore": explore}
    expected = climb(scoring=interruptible, **settings).fit(X)
    search = interrupted(path, 40, **settings)
    assert_equal(story_of(search.fit(X)), story_of(expected))


def test_a_population_that_has_ended_is_there_at_once(path):
    """Its ensemble is trained again, to the same models, since they are gone."""
    search = PBTSearchCV(
        SGDClassifier(loss="log_loss"),
        {"alpha": Real(1e-6, 1e-1, prior="log-uniform")},
        population_size=4,
        n_generations=3,
        steps_per_generation=2,
        cv=2,
        refit="ensemble",
        random_state=0,
        journal=path,
    )
    models = [clone(search).fit(*DATA).best_estimator_.models for _ in range(2)]
    for first, second in zip(*models, strict=True):
        assert_array_equal(first.coef_, second.coef_)


def test_the_models_may_lie_elsewhere(path, tmp_path):
    """In a folder that workers on several hosts see."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    search = interrupted(path, 30, checkpoint_dir=elsewhere)
    assert os.listdir(elsewhere) == [MODELS]
    search.fit(X)
    assert os.listdir(elsewhere) == []


def models_of(path, generation):
    """Return the files of the models of a generation."""
    return sorted((path.parent / MODELS).glob(f"{generation}-*.model"))


def test_only_models_of_the_journal_are_loaded(path):
    """A file that somebody has changed is not, since loading it would run it."""
    search = interrupted(path, 30)
    for model in models_of(path, 0):
        model.write_bytes(b"cos\nabort\n(tR.")
    with pytest.raises(JournalError, match=r"generation 0.* is another one"):
        search.fit(X)


def test_a_missing_model_is_told(path):
    """With what to do."""
    search = interrupted(path, 30)
    for model in models_of(path, 0):
        model.unlink()
    with pytest.raises(JournalError, match=r"is not there.*Put the folder back"):
        search.fit(X)


def test_no_more_than_two_generations_of_models_are_kept(path):
    """Those that training may still go on from."""
    interrupted(path, 60)
    assert [len(models_of(path, generation)) for generation in range(4)] == [
        0,
        0,
        18,
        6,
    ]


def test_more_generations_go_on_from_an_early_end(path):
    """As if there had been so many from the beginning; but not when all has ended."""
    expected = story_of(climb(scoring=interruptible, n_generations=6).fit(X))
    search = interrupted(path, 30)
    search.set_params(n_generations=6)
    assert_equal(story_of(search.fit(X)), expected)
    with pytest.raises(JournalError, match="come to its end, which removes it"):
        search.set_params(n_generations=7).fit(X)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("population_size", 5),
        ("exploit", "tournament"),
        ("explore", "resample"),
        ("quantile", 0.5),
        ("resample_probability", 0.5),
        ("perturbation", (0.5, 2.0)),
        ("steps_per_generation", 2),
        ("batch_size", 3),
        ("mutable", []),
        ("estimator", Climber(rate=0.4)),
        ("random_state", 1),
        ("initial_candidates", [{"rate": 0.1}]),
        ("param_distributions", {"rate": Real(0.0, 0.5)}),
    ],
)
def test_another_population_is_refused(path, name, value):
    """With what differs."""
    climb(n_generations=1, journal=path).fit(X)
    search = climb(n_generations=1, journal=path).set_params(**{name: value})
    with pytest.raises(JournalError, match=rf"differs in [^.]*{name}"):
        search.fit(X)


def test_data_and_splits_must_be_the_same(path):
    """For a population as for other searches."""
    climb(n_generations=1, journal=path).fit(X)
    with pytest.raises(JournalError, match="differs in data"):
        climb(n_generations=1, journal=path).fit(X + np.array([[0.0]]) + 1.0)
    with pytest.raises(JournalError, match="differs in cv"):
        climb(n_generations=1, journal=path, cv=4).fit(X)


def test_without_a_seed_the_drawn_one_is_taken_up(path):
    """The members are those that the first run would have gone on with."""
    search = climb(random_state=None, journal=path, space=SPACE)
    expected = story_of(search.fit(X))
    assert_equal(story_of(clone(search).fit(X)), expected)


def test_a_population_that_has_died_out_leaves_no_models(path):
    """Nothing can go on from them, and the next run says the same."""
    for _ in range(2):
        with pytest.raises(ValueError, match="All 6 members of the population failed"):
            climb(scoring=fading, journal=path).fit(X)
        assert os.listdir(path.parent) == ["search.jsonl"]
        contents = read_journal(path)
        assert (contents.stop_reason, len(contents.candidates)) == ("died out", 12)


def test_models_need_a_folder(path):
    """Where something else has its name the message says what to do."""
    path.with_name(MODELS).write_text("notes")
    with pytest.raises(JournalError, match=r"needs a folder for models.*Name"):
        climb(journal=path).fit(X)
    assert path.with_name(MODELS).read_text() == "notes"
