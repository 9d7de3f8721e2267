"""Every form of `cv` that scikit-learn takes, and splits that all candidates share."""
# ruff: noqa: ARG002 (the signatures are those that scikit-learn calls)

import numpy as np
import pytest
from joblib import parallel_config
from numpy.testing import assert_array_equal
from sklearn.base import BaseEstimator
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    KFold,
    LeaveOneGroupOut,
    PredefinedSplit,
    RepeatedStratifiedKFold,
    ShuffleSplit,
    StratifiedKFold,
    StratifiedShuffleSplit,
    TimeSeriesSplit,
)

GRID = {"C": [0.1, 1.0, 10.0]}
INDICES = np.arange(60)
SPLITS = [(INDICES[10:], INDICES[:10]), (INDICES[:50], INDICES[50:])]


class Rows(BaseEstimator):
    """Scores by the sum of the row numbers that it is tested on."""

    def __init__(self, a=0):
        self.a = a

    def fit(self, X, y=None):
        """Learn nothing."""
        return self

    def score(self, X, y=None):
        """Return a number that only depends on the split."""
        return float(X.sum())


class Miscounting(KFold):
    """Announces one split more than it makes."""

    def get_n_splits(self, *_, **__):
        """Return the wrong number."""
        return self.n_splits + 1


def split_scores(search):
    """Return the score of each candidate on each split, candidates by parameter."""
    results = search.cv_results_
    order = np.argsort([params["C"] for params in results["params"]])
    columns = [results[f"split{i}_test_score"] for i in range(search.n_splits_)]
    return np.transpose(columns)[order]


@pytest.mark.parametrize(
    "cv",
    [
        None,
        3,
        KFold(3),
        KFold(3, shuffle=True, random_state=0),
        StratifiedKFold(3),
        TimeSeriesSplit(3),
        RepeatedStratifiedKFold(n_splits=2, n_repeats=2, random_state=0),
        ShuffleSplit(2, random_state=0),
        StratifiedShuffleSplit(2, random_state=0),
        PredefinedSplit(INDICES % 3),
        SPLITS,
        [([True] * 40 + [False] * 20, [False] * 40 + [True] * 20)],
    ],
    ids=lambda cv: type(cv).__name__,
)
def test_splits_are_those_of_a_grid_search(make_search, classification, cv):
    """Number, order and scores of the splits are the same for every form of `cv`."""
    search = make_search(LogisticRegression(), GRID, cv=cv).fit(*classification)
    grid = GridSearchCV(LogisticRegression(), GRID, cv=cv).fit(*classification)
    assert search.n_splits_ == grid.n_splits_
    assert_array_equal(split_scores(search), split_scores(grid))


@pytest.mark.parametrize("cv", [GroupKFold(3), LeaveOneGroupOut()])
def test_groups_reach_the_splitter(make_search, classification, groups, cv):
    """No group is on both sides of a split, as in a grid search."""
    search = make_search(LogisticRegression(), GRID, cv=cv)
    search.fit(*classification, groups=groups)
    grid = GridSearchCV(LogisticRegression(), GRID, cv=cv)
    grid.fit(*classification, groups=groups)
    assert search.n_splits_ == grid.n_splits_
    assert_array_equal(split_scores(search), split_scores(grid))


def test_groups_are_missed(make_search, classification):
    """A splitter by groups says that it has none."""
    search = make_search(LogisticRegression(), GRID, cv=GroupKFold(3))
    with pytest.raises(ValueError, match="'groups' parameter should not be None"):
        search.fit(*classification)


def test_a_generator_of_splits_serves_all_candidates(make_search, classification):
    """Splits that can be read only once are read once."""
    search = make_search(LogisticRegression(), GRID, cv=(split for split in SPLITS))
    search.fit(*classification)
    grid = GridSearchCV(LogisticRegression(), GRID, cv=SPLITS).fit(*classification)
    assert_array_equal(split_scores(search), split_scores(grid))


def test_a_generator_of_splits_with_worker_processes(make_search, classification):
    """The search itself, which holds the generator, need not travel to workers."""
    search = make_search(LogisticRegression(), GRID, cv=(split for split in SPLITS))
    with parallel_config("loky", n_jobs=2):
        search.fit(*classification)
    assert search.n_fits_ == 6


@pytest.mark.parametrize(
    "cv", [KFold(2, shuffle=True), ShuffleSplit(3)], ids=["kfold", "shuffle-split"]
)
def test_random_splits_are_drawn_once(make_search, cv):
    """All candidates of a search meet the same splits, also without a seed."""
    X = 2.0 ** np.arange(20).reshape(-1, 1)
    search = make_search(Rows(), {"a": list(range(6))}, n_candidates=6, cv=cv).fit(X)
    for split in range(search.n_splits_):
        assert len(set(search.cv_results_[f"split{split}_test_score"])) == 1
    assert len(set(search.cv_results_["mean_test_score"])) == 1
    again = search.fit(X).cv_results_["split0_test_score"][0]
    assert (
        again
        != make_search(Rows(), {}, cv=cv).fit(X).cv_results_["split0_test_score"][0]
    )


def test_noise_scores_at_chance(make_search):
    """Labels that nothing can predict are not predicted by the best of many."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(200, 3)), rng.integers(2, size=200)
    search = make_search(
        DummyClassifier(strategy="stratified", random_state=0),
        {"random_state": list(range(12))},
        n_candidates=12,
        # other splits each time it is asked, the same for each run of the test
        cv=StratifiedKFold(4, shuffle=True, random_state=np.random.RandomState(0)),
    ).fit(X, y)
    assert 0.4 < search.cv_results_["mean_test_score"].mean() < 0.6
    assert search.best_score_ < 0.62


def test_a_splitter_that_miscounts_is_refused(make_search, classification):
    """The splits must be as many as announced."""
    search = make_search(LogisticRegression(), GRID, cv=Miscounting(2))
    with pytest.raises(ValueError, match="Expected 3 splits, got 2"):
        search.fit(*classification)


def test_an_empty_iterable_of_splits_is_refused(make_search, classification):
    """Without a split there is nothing to evaluate."""
    search = make_search(LogisticRegression(), GRID, cv=iter(()))
    with pytest.raises(ValueError, match="No fits were performed"):
        search.fit(*classification)


def test_splits_of_different_lengths_of_data_are_refused(make_search, classification):
    """`X` and `y` must be of one length."""
    X, y = classification
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        make_search(LogisticRegression(), GRID).fit(X, y[:-1])
