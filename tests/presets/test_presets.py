"""Ready spaces and starting candidates."""

import numpy as np
import pytest
from sklearn.base import clone, is_classifier
from sklearn.datasets import make_classification, make_regression
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.feature_selection import SelectPercentile
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.impute import SimpleImputer
from sklearn.kernel_approximation import Nystroem
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import (
    ElasticNet,
    Lasso,
    LogisticRegression,
    LogisticRegressionCV,
    Ridge,
    RidgeClassifier,
    SGDClassifier,
    SGDRegressor,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.svm import SVC, SVR, LinearSVC, LinearSVR
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from skhpo import presets
from skhpo.presets._registry import known_names
from skhpo.search import BayesSearchCV
from skhpo.space import SearchSpace

# Forests are as many trees as the estimator says, so these have few.
ESTIMATORS = [
    LogisticRegression(max_iter=20),
    Ridge(),
    RidgeClassifier(),
    Lasso(max_iter=50),
    ElasticNet(max_iter=50),
    SGDClassifier(max_iter=20),
    SGDRegressor(max_iter=20),
    SVC(max_iter=500),
    SVR(max_iter=500),
    LinearSVC(max_iter=50),
    LinearSVR(max_iter=50),
    KernelRidge(),
    GaussianProcessRegressor(),
    KNeighborsClassifier(),
    KNeighborsRegressor(),
    DecisionTreeClassifier(),
    DecisionTreeRegressor(),
    RandomForestClassifier(n_estimators=3),
    RandomForestRegressor(n_estimators=3),
    ExtraTreesClassifier(n_estimators=3),
    ExtraTreesRegressor(n_estimators=3),
    GradientBoostingClassifier(),
    GradientBoostingRegressor(),
    HistGradientBoostingClassifier(),
    HistGradientBoostingRegressor(),
    AdaBoostClassifier(),
    AdaBoostClassifier(DecisionTreeClassifier()),
    AdaBoostRegressor(),
    MLPClassifier(max_iter=3),
    MLPRegressor(max_iter=3),
    make_pipeline(
        SimpleImputer(),
        StandardScaler(),
        SelectPercentile(),
        PolynomialFeatures(),
        PCA(),
        SVC(max_iter=500),
    ),
    make_pipeline(Nystroem(), LogisticRegression(max_iter=20)),
]
# Parameters that only cost time here.
CHEAP = {"n_estimators": 5, "max_iter": 5, "hidden_layer_sizes": (8,)}


def seeded(estimator):
    """Fix all seeds."""
    names = [name for name in estimator.get_params() if name.endswith("random_state")]
    return clone(estimator).set_params(**dict.fromkeys(names, 0))


def third_party():
    """Return the boosters of other libraries."""
    xgboost, lightgbm = map(pytest.importorskip, ("xgboost", "lightgbm"))
    return [
        xgboost.XGBClassifier(n_jobs=1),
        xgboost.XGBRegressor(n_jobs=1),
        lightgbm.LGBMClassifier(verbose=-1, n_jobs=1),
        lightgbm.LGBMRegressor(verbose=-1, n_jobs=1),
    ]


def data_for(estimator):
    """Return a small data set of its kind, with scaled columns."""
    if is_classifier(estimator):
        return make_classification(n_samples=120, n_features=8, random_state=0)
    X, y = make_regression(n_samples=120, n_features=8, noise=1.0, random_state=0)
    return X, y / y.std()


def random_candidates(space, n):
    """Return candidates of a space at random."""
    points = np.random.default_rng(0).random((n, space.n_dims))
    return [space.decode(point) for point in space.canonicalize(points)]


def cheaper(params):
    """Replace what only takes time; that it lies in the space is checked before."""
    return {
        name: CHEAP.get(name.rpartition("__")[2], value)
        for name, value in params.items()
    }


def check_fits(estimator):
    """Fit the starting candidates and some at random; all of them lie in the space."""
    space = SearchSpace(presets.space_for(estimator))
    starting = presets.starting_candidates(estimator)
    for params in starting:
        assert space.decode(space.encode(params)).keys() == params.keys()
    X, y = data_for(estimator)
    for params in [*starting, *random_candidates(space, 5)]:
        seeded(estimator).set_params(**cheaper(params)).fit(X, y).predict(X)


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=str)
@pytest.mark.filterwarnings("ignore")
def test_candidates_of_the_space_can_be_fitted(estimator):
    """Starting candidates lie in the space, and they and random ones train."""
    check_fits(estimator)


@pytest.mark.parametrize("number", range(4))
@pytest.mark.filterwarnings("ignore")
def test_candidates_of_boosters_of_other_libraries_can_be_fitted(number):
    """The same holds for XGBoost and LightGBM."""
    check_fits(third_party()[number])


def test_every_known_name_is_an_estimator_that_is_tested():
    """The tests above leave no model out."""
    tested = {
        type(getattr(one, "_final_estimator", one)).__name__ for one in ESTIMATORS
    }
    others = {"XGBClassifier", "XGBRegressor", "LGBMClassifier", "LGBMRegressor"}
    assert tested | others == set(known_names())


def test_the_estimator_as_it_is_comes_first_where_it_lies_in_the_space():
    """Otherwise the first is next to the library's default."""
    assert presets.starting_candidates(Ridge(alpha=0.5))[0] == {"alpha": 0.5}
    assert presets.starting_candidates(Ridge(alpha=0.0))[0] == {"alpha": 1.0}


def test_a_starting_candidate_occurs_once():
    """The default of the estimator is among those that are known to do well."""
    candidates = presets.starting_candidates(Ridge())
    assert [one["alpha"] for one in candidates] == [1.0, 30.0, 0.01]


def test_parameters_of_a_pipeline_are_prefixed_by_their_step():
    """Steps that nothing is known of have no parameters in the space."""
    pipeline = Pipeline([("scale", StandardScaler()), ("svc", SVC())])
    branches = presets.space_for(pipeline)
    assert [branch["svc__kernel"] for branch in branches] == [
        ["rbf"],
        ["poly"],
        ["linear"],
    ]
    assert all(name.startswith("svc__") for one in branches for name in one)


def test_a_subclass_of_a_user_is_known():
    """It has the parameters of what it was made from."""

    class Mine(Ridge):
        """A subclass outside of the library."""

    assert set(presets.space_for(Mine())) == {"alpha"}


@pytest.mark.parametrize(
    "estimator", [GaussianNB(), LogisticRegressionCV(), make_pipeline(GaussianNB()), 3]
)
def test_an_unknown_estimator_is_refused_with_what_is_known(estimator):
    """The message names it and lists the others."""
    with pytest.raises(ValueError, match=r"no ready search space.*Ridge"):
        presets.space_for(estimator)
    with pytest.raises(ValueError, match="no ready search space"):
        presets.starting_candidates(estimator)


def test_changing_what_was_returned_changes_no_preset():
    """Lists and dicts are copies."""
    space = presets.space_for(KNeighborsClassifier())
    space["weights"].append("mine")
    presets.starting_candidates(KNeighborsClassifier())[1]["p"] = 7
    assert presets.space_for(KNeighborsClassifier())["weights"] == [
        "uniform",
        "distance",
    ]
    assert presets.starting_candidates(KNeighborsClassifier())[1]["p"] != 7


def test_a_search_evaluates_the_starting_candidates_first():
    """Space and candidates go into a search as they are."""
    X, y = data_for(SVC())
    candidates = presets.starting_candidates(SVC())
    search = BayesSearchCV(
        SVC(),
        presets.space_for(SVC()),
        initial_candidates=candidates,
        n_iter=len(candidates),
        cv=2,
        random_state=0,
    ).fit(X, y)
    assert search.cv_results_["params"] == candidates
