"""The searches under test, and small data that they are fitted to."""

from functools import partial

import numpy as np
import pytest
from sklearn.datasets import make_classification, make_regression

from _searches import SEARCH_CLASSES, small_search


@pytest.fixture(params=SEARCH_CLASSES, ids=lambda search_class: search_class.__name__)
def search_class(request):
    """Each search class in turn."""
    return request.param


@pytest.fixture
def make_search(search_class):
    """A function of estimator and space that returns a small search of each class."""
    return partial(small_search, search_class)


@pytest.fixture(scope="session")
def classification():
    """Two classes, 60 samples of 5 features, not quite separable."""
    X, y = make_classification(
        n_samples=60,
        n_features=5,
        n_informative=3,
        n_redundant=0,
        n_clusters_per_class=1,
        flip_y=0.1,
        random_state=0,
    )
    return read_only(X, y)


@pytest.fixture(scope="session")
def regression():
    """60 samples of 5 features with noise."""
    X, y = make_regression(n_samples=60, n_features=5, noise=20.0, random_state=0)
    return read_only(X, y)


@pytest.fixture(scope="session")
def groups():
    """Six groups of ten neighbouring samples."""
    return np.repeat(np.arange(6), 10)


def read_only(*arrays):
    """Return the arrays, shared by all tests and therefore not writeable."""
    for array in arrays:
        array.setflags(write=False)
    return arrays
