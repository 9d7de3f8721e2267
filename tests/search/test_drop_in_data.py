"""Data of every kind that the wrapped estimator takes goes through untouched."""
# ruff: noqa: ARG002 (the signatures are those that scikit-learn calls)

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csc_matrix, csr_array, csr_matrix
from sklearn.base import BaseEstimator
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.ensemble import IsolationForest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.impute import SimpleImputer
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics.pairwise import linear_kernel
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score
from sklearn.neighbors import KernelDensity
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC
from sklearn.utils import get_tags

from skhpo.space import Real

C = Real(0.01, 100, prior="log-uniform")


class Typed(BaseEstimator):
    """Accepts data of one type only."""

    def __init__(self, expected=None, a=0):
        self.expected = expected
        self.a = a

    def fit(self, X, y=None):
        """Refuse any other type."""
        if type(X) is not self.expected:
            raise TypeError(f"fit got {type(X)}")
        return self

    def score(self, X, y=None):
        """Refuse any other type."""
        if type(X) is not self.expected:
            raise TypeError(f"score got {type(X)}")
        return 1.0


@pytest.fixture
def pandas():
    """The optional package."""
    return pytest.importorskip("pandas")


@pytest.fixture
def frame(pandas, classification):
    """The data of `classification` with named columns and an unordered index."""
    X, y = classification
    index = np.random.default_rng(0).permutation(len(y))
    return (
        pandas.DataFrame(X, columns=list("abcde"), index=index),
        pandas.Series(y, index=index, name="label"),
    )


def test_frames_are_split_by_position(make_search, frame, classification):
    """A data frame gives the scores of its array, whatever its index."""
    search = make_search(LogisticRegression(), {"C": C})
    from_frame = search.fit(*frame).cv_results_["mean_test_score"]
    from_array = search.fit(*classification).cv_results_["mean_test_score"]
    assert_array_equal(from_frame, from_array)


def test_feature_names_come_in(make_search, frame, classification):
    """`feature_names_in_` is that of the refitted estimator, and only with names."""
    search = make_search(LogisticRegression(), {"C": C}).fit(*frame)
    assert search.feature_names_in_.tolist() == list("abcde")
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        search.predict(classification[0])
    assert not hasattr(search.fit(*classification), "feature_names_in_")


def test_feature_names_go_out(make_search, frame):
    """Transformed frames carry the names that the best transformer makes."""
    search = make_search(PCA(), {"n_components": [1, 2]}).fit(*frame)
    search.best_estimator_.set_output(transform="pandas")
    expected = [f"pca{i}" for i in range(search.best_params_["n_components"])]
    assert search.transform(frame[0]).columns.tolist() == expected
    assert search.best_estimator_.get_feature_names_out().tolist() == expected


def test_frames_arrive_as_frames(make_search, frame, pandas):
    """Each fit and each score gets a frame, not an array."""
    estimator = Typed(expected=pandas.DataFrame)
    search = make_search(estimator, {"a": [0, 1]}, error_score="raise").fit(*frame)
    assert search.best_score_ == 1.0


def test_categories_and_missing_values_are_the_estimators_business(
    make_search, classification
):
    """The search itself does not look into `X`."""
    X, y = classification[0].copy(), classification[1]
    X[::7, 0] = np.nan
    pipeline = make_pipeline(SimpleImputer(), LogisticRegression())
    space = {"simpleimputer__strategy": ["mean", "median"]}
    assert make_search(pipeline, space).fit(X, y).best_score_ > 0.5


@pytest.mark.parametrize(
    "estimator", [LogisticRegression(), SVC(kernel="precomputed"), KernelDensity()]
)
def test_what_data_a_search_takes_is_as_the_host_tells(make_search, estimator):
    """The tags of input and target are those of GridSearchCV around the estimator."""
    expected = get_tags(GridSearchCV(estimator, {}))
    assert get_tags(make_search(estimator, {})) == expected


@pytest.mark.parametrize("container", [csr_matrix, csr_array, csc_matrix])
def test_sparse_data(make_search, classification, container):
    """Sparse matrices give what their dense form gives, and arrive as such."""
    X, y = classification
    search = make_search(LogisticRegression(), {"C": C})
    sparse = search.fit(container(X), y).cv_results_["mean_test_score"]
    dense = search.fit(X, y).cv_results_["mean_test_score"]
    assert_allclose(sparse, dense)
    typed = Typed(expected=csr_matrix)
    make_search(typed, {"a": [0, 1]}, error_score="raise").fit(csr_matrix(X), y)


def test_texts(make_search):
    """A list of strings is split like any other sequence."""
    X = ["a good day", "a bad day", "good", "bad", "so good", "so bad"] * 4
    y = [1, 0] * 12
    pipeline = make_pipeline(CountVectorizer(), LogisticRegression())
    search = make_search(pipeline, {"countvectorizer__binary": [True, False]})
    assert search.fit(X, y).best_score_ == 1.0
    assert search.predict(["good", "bad"]).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("estimator", "name"), [(SVC(kernel="precomputed"), "C"), (KernelRidge(), "alpha")]
)
def test_precomputed_kernels_are_split_on_both_sides(
    make_search, classification, estimator, name
):
    """The pairwise tag is the estimator's: rows and columns are cut alike."""
    X, y = classification
    estimator.set_params(kernel="precomputed")
    search = make_search(estimator, {name: C})
    assert get_tags(search).input_tags.pairwise
    precomputed = search.fit(linear_kernel(X), y).cv_results_["mean_test_score"]
    search.set_params(estimator__kernel="linear")
    assert not get_tags(search).input_tags.pairwise
    assert_allclose(precomputed, search.fit(X, y).cv_results_["mean_test_score"])


def test_a_precomputed_kernel_in_nested_cross_validation(make_search, classification):
    """The outer loop cuts the kernel of the search as well."""
    X, y = classification
    search = make_search(SVC(kernel="precomputed"), {"C": C})
    scores = cross_val_score(search, linear_kernel(X), y, cv=2, error_score="raise")
    assert scores.shape == (2,)


def test_data_of_three_dimensions(make_search):
    """What `X` and `y` look like beyond their length is the estimator's business."""
    X, y = np.zeros((12, 2, 3)), np.zeros((12, 4, 5))
    estimator = Typed(expected=np.ndarray)
    search = make_search(estimator, {"a": [0, 1]}, error_score="raise").fit(X, y)
    assert search.best_score_ == 1.0


def test_lists(make_search, regression):
    """Plain lists are taken as they are."""
    X, y = regression
    search = make_search(Ridge(), {"alpha": C})
    from_lists = search.fit(X.tolist(), y.tolist()).cv_results_["mean_test_score"]
    assert_array_equal(from_lists, search.fit(X, y).cv_results_["mean_test_score"])


@pytest.mark.parametrize(
    ("estimator", "grid"),
    [
        (KMeans(n_init=1, random_state=0), {"n_clusters": [2, 3, 4]}),
        (KernelDensity(), {"bandwidth": [0.1, 1.0, 10.0]}),
        (PCA(), {"n_components": [1, 2, 3]}),
    ],
    ids=["clusters", "density", "transformer"],
)
def test_unsupervised_estimators_need_no_target(
    make_search, classification, estimator, grid
):
    """Without `y` the best is what a grid search finds."""
    X, _ = classification
    cv = KFold(3, shuffle=True, random_state=0)
    search = make_search(estimator, grid, cv=cv).fit(X)
    expected = GridSearchCV(estimator, grid, cv=cv).fit(X)
    assert search.best_params_ == expected.best_params_
    assert search.best_score_ == expected.best_score_
    assert search.score(X) == expected.score(X)


def test_density_of_samples(make_search, classification):
    """A density is scored sample by sample through the search."""
    X, _ = classification
    search = make_search(KernelDensity(), {"bandwidth": C}).fit(X)
    best = search.best_estimator_
    assert_array_equal(search.score_samples(X), best.score_samples(X))


def test_outliers(make_search, classification):
    """An outlier detector is tuned with a scorer that needs no target."""
    X, _ = classification
    search = make_search(
        IsolationForest(n_estimators=3, random_state=0),
        {"max_features": [0.5, 1.0]},
        scoring=lambda estimator, X, *_: estimator.score_samples(X).mean(),
    ).fit(X)
    assert set(search.predict(X)) <= {-1, 1}


def test_sparse_data_through_a_transformer(make_search, classification):
    """A transformer of sparse data works as a search."""
    X = csr_matrix(classification[0])
    search = make_search(
        TruncatedSVD(random_state=0),
        {"n_components": [1, 2]},
        scoring=lambda estimator, *_: estimator.explained_variance_ratio_.sum(),
    ).fit(X)
    assert search.best_params_ == {"n_components": 2}
    assert search.transform(X).shape == (60, 2)
    assert search.inverse_transform(search.transform(X)).shape == X.shape
