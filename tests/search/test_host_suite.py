"""scikit-learn's own checks of an estimator, over what a search may wrap."""

import pytest
from sklearn.decomposition import PCA, FactorAnalysis
from sklearn.linear_model import (
    LogisticRegression,
    Ridge,
    SGDClassifier,
    SGDRegressor,
)
from sklearn.neighbors import KernelDensity
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from _searches import SEARCH_CLASSES, small_search
from skhpo import PBTSearchCV
from skhpo.space import Real


def searches():
    """Yield each search around one estimator of each kind."""
    for search_class in SEARCH_CLASSES:
        for estimator, space in (
            (LogisticRegression(), {"C": Real(0.1, 10, prior="log-uniform")}),
            (Ridge(), {"alpha": [0.1, 1.0]}),
            (KernelDensity(), {"bandwidth": [0.5, 1.0]}),
            (FactorAnalysis(), {"tol": [1e-2, 1e-3]}),
            (make_pipeline(StandardScaler(), PCA()), {"pca__whiten": [True, False]}),
            (
                make_pipeline(PCA(), LogisticRegression()),
                {"logisticregression__C": [0.1, 1.0]},
            ),
        ):
            yield small_search(
                search_class, estimator, space, n_candidates=3, error_score="raise"
            )


def trained():
    """Yield population-based training of what it is made for."""
    space = {"alpha": Real(1e-6, 1e-2, prior="log-uniform")}
    settings = {"population_size": 3, "n_generations": 2, "steps_per_generation": 3}
    for estimator in (SGDClassifier(), SGDRegressor()):
        for refit in (True, "ensemble"):
            yield PBTSearchCV(
                estimator,
                space,
                cv=2,
                refit=refit,
                random_state=0,
                error_score="raise",
                **settings,
            )


def granted(search):
    """Return what fails by the leave of scikit-learn, which RandomizedSearchCV has."""
    if not isinstance(search.estimator, Ridge):
        return {}
    return {
        "check_supervised_y_2d": (
            "Ridge takes a column of targets without the warning that the check "
            "demands: no search passes on the tag that says so."
        ),
    }


# The check hands NaN as labels to a splitter, which counts them as integers.
@pytest.mark.filterwarnings("ignore:invalid value encountered in cast:RuntimeWarning")
@parametrize_with_checks([*searches(), *trained()], expected_failed_checks=granted)
def test_search_passes_the_checks_of_its_host(estimator, check):
    """A search is a scikit-learn estimator in every respect that is checked."""
    check(estimator)
