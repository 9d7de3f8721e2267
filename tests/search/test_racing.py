"""Racing over splits, through a whole search."""

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from _searches import by_generator
from skhpo.racing import ForgivingRule
from skhpo.space import Real

SPACE = {"C": Real(1e-4, 1e3, prior="log-uniform"), "gamma": [1e-4, 1e-3, 0.01, 0.1]}
X, y = make_classification(180, n_informative=4, class_sep=2.0, random_state=0)

pytestmark = by_generator


def fitted(search_class, *, racing="auto", **arguments):
    """Return a search of 16 candidates on 6 splits."""
    arguments = {"n_iter": 16, "cv": 6, "random_state": 0, **arguments}
    return search_class(SVC(), SPACE, racing=racing, **arguments).fit(X, y)


def test_racing_saves_fits_and_the_winner_is_complete(search_class):
    """Some candidates are discarded, never the best one."""
    search = fitted(search_class)
    results = search.cv_results_
    assert search.n_fits_ < 16 * 6
    assert len(results["params"]) == 16
    assert results["n_splits_run"][search.best_index_] == 6
    assert results["n_splits_run"].sum() == search.n_fits_
    assert results["rank_test_score"][search.best_index_] == 1


def test_discarded_candidates_keep_their_scores_and_rank_last(search_class):
    """NaN where nothing ran, means over what ran, ranks after the complete."""
    results = fitted(search_class).cv_results_
    table = np.array([results[f"split{i}_test_score"] for i in range(6)]).T
    n_run = results["n_splits_run"]
    np.testing.assert_array_equal(np.isfinite(table).sum(axis=1), n_run)
    np.testing.assert_allclose(results["mean_test_score"], np.nanmean(table, axis=1))
    np.testing.assert_allclose(results["std_test_score"], np.nanstd(table, axis=1))
    is_complete = n_run == 6
    ranks = results["rank_test_score"]
    assert ranks[is_complete].max() < ranks[~is_complete].min()
    assert np.isfinite(results["mean_fit_time"]).all()


def test_the_history_says_who_was_discarded(search_class):
    """The status of each candidate agrees with the splits that it ran."""
    search = fitted(search_class)
    statuses = [entry["status"] for entry in search.history_]
    n_run = search.cv_results_["n_splits_run"]
    assert [status == "complete" for status in statuses] == (n_run == 6).tolist()
    assert "discarded" in statuses


@pytest.mark.parametrize("n_jobs", [2])
def test_racing_gives_the_same_candidates_for_any_number_of_workers(
    search_class, n_jobs
):
    """What is discarded depends on the scores, not on timing."""
    one, two = fitted(search_class, n_jobs=1), fitted(search_class, n_jobs=n_jobs)
    assert one.cv_results_["params"] == two.cv_results_["params"]
    np.testing.assert_array_equal(
        one.cv_results_["n_splits_run"], two.cv_results_["n_splits_run"]
    )


def test_without_racing_there_is_no_extra_column(search_class):
    """`cv_results_` is scikit-learn's."""
    assert "n_splits_run" not in fitted(search_class, racing=None).cv_results_


def test_a_rule_of_ones_own_is_asked(search_class):
    """Any object with the method decides; here nothing is ever hopeless."""

    class Patient:
        def is_hopeless(self, scores, others):
            assert 0 < np.isfinite(scores).sum() < 6
            assert np.isfinite(others).any(axis=1).all()
            assert others.shape[1] == 6
            return False

    search = fitted(search_class, racing=Patient())
    assert search.n_fits_ == 16 * 6


def test_two_metrics_are_raced_by_the_one_that_counts(search_class):
    """Both metrics have the columns of a race."""
    search = fitted(
        search_class,
        racing=ForgivingRule(),
        scoring=["accuracy", "f1"],
        refit="accuracy",
        n_iter=8,
    )
    assert search.cv_results_["rank_test_accuracy"][search.best_index_] == 1
    assert search.cv_results_["n_splits_run"][search.best_index_] == 6


@pytest.mark.filterwarnings("ignore:One or more of the test scores:UserWarning")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
def test_a_fit_that_fails_costs_one_split(search_class):
    """A candidate that cannot be fitted is not tried on the other splits."""
    space = {"max_depth": [1, 2, 3, -1], "min_samples_leaf": [1, 2, 4]}
    search = search_class(
        DecisionTreeClassifier(random_state=0),
        space,
        n_iter=12,
        cv=5,
        racing="auto",
        max_pending=0,
        random_state=0,
    )
    search.fit(X, y)
    n_run = search.cv_results_["n_splits_run"]
    depth = search.cv_results_["param_max_depth"]
    assert (n_run[depth == -1] == 1).all()
    assert search.best_params_["max_depth"] != -1


def test_racing_needs_a_rule(search_class):
    """A value that is none is refused before anything is fitted."""
    with pytest.raises(ValueError, match="racing"):
        fitted(search_class, racing="fast")


def test_a_single_split_leaves_nothing_to_race(search_class):
    """With one split every candidate is complete or failed."""
    cv = [next(iter(StratifiedKFold(2).split(X, y)))]
    search = fitted(search_class, cv=cv, n_iter=5)
    assert search.n_fits_ == 5


def test_several_objectives_are_no_race(search_class):
    """The error names both arguments, before anything is fitted."""
    with pytest.raises(ValueError, match=r"'racing'.*several objectives"):
        fitted(
            search_class,
            scoring=["accuracy", "f1"],
            objectives=["accuracy", "f1"],
            refit="accuracy",
        )


class FailsOnOneSplit(SVC):
    """Cannot be fitted without the first row."""

    def fit(self, X, y):
        """Fail for the split whose test rows hold the first one."""
        if not (X[:, 0] == globals()["X"][0, 0]).any():
            raise ValueError("the first row is missing")
        return super().fit(X, y)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
@pytest.mark.parametrize("max_pending", [0, 3])
def test_a_split_that_fails_for_all_does_not_decide(search_class, max_pending):
    """Where no candidate is complete without failures, none is given up for them."""

    def run(racing):
        return search_class(
            FailsOnOneSplit(),
            SPACE,
            n_iter=6,
            cv=KFold(4),
            error_score=0.0,
            max_pending=max_pending,
            random_state=0,
            racing=racing,
        ).fit(X, y)

    assert (run("auto").cv_results_["n_splits_run"] == 4).all()
    assert run("auto").best_score_ > 0.5


def test_a_search_in_which_everything_fails_ends_soon(search_class):
    """As without racing, some twenty candidates are enough to see it."""
    search = search_class(
        SVC(), {"C": Real(-2.0, -1.0)}, n_iter=200, cv=3, racing="auto", random_state=0
    )
    with pytest.raises(ValueError, match="ended early"):
        search.fit(X, y)
    assert search.n_fits_ < 150  # of 600
