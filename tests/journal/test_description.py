"""Digests of arguments and data: equal for equal content, in every process."""

import datetime
import decimal
import functools
import operator
import os
import subprocess
import sys
import threading

import numpy as np
import pytest
from scipy import sparse
from scipy.stats import loguniform, norm, uniform
from sklearn import config_context
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.feature_selection import SelectKBest, f_classif, f_regression
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.gaussian_process.kernels import RBF, WhiteKernel
from sklearn.metrics import fbeta_score, get_scorer, make_scorer
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from skhpo.journal._description import digest, digest_data, shown
from skhpo.racing import ForgivingRule
from skhpo.space import Integer, Real


class Sampled:
    """Draws something."""

    def __init__(self, low):
        self.low = low
        self.lock = threading.Lock()  # cannot be pickled

    def rvs(self, random_state=None):  # noqa: ARG002
        """Return the lower bound."""
        return self.low


def allowed(params):
    """Allow everything."""
    return bool(params) or True


def weighted(request):
    """Return an estimator that asks for weights, or not, or does not say."""
    with config_context(enable_metadata_routing=True):
        return SVC().set_fit_request(sample_weight=request)


def describable():
    """Return values of every kind, made anew each time."""
    itself = [1]
    itself.append(itself)
    return {
        "None": None,
        "numbers": [1, 1.0, True, np.float64(1.0), np.int64(1), float("nan"), 2j],
        "strings": ["1", b"1", ""],
        "containers": [(1, 2), [1, 2], {1, 2}, {"a": 1, "b": [2]}, frozenset("ab")],
        "arrays": [np.arange(3), np.arange(3.0), np.array(["a", None], dtype=object)],
        "sparse": sparse.csr_matrix(np.eye(3)),
        "functions": [allowed, len, np.exp, functools.partial(operator.add, 1)],
        "classes": [SVC, int],
        "estimator": make_pipeline(PCA(2), SelectKBest(f_classif), SVC(C=2)),
        "kernel": GaussianProcessClassifier(RBF(0.5) + WhiteKernel()),
        "distributions": {"C": loguniform(1e-3, 1e3), "x": uniform(0, 1), "y": norm()},
        "dimensions": {"C": Real(0.1, 1, prior="log-uniform"), "n": Integer(1, 5)},
        "scorers": [get_scorer("roc_auc"), make_scorer(fbeta_score, beta=2)],
        "rule": ForgivingRule(),
        "random": [np.random.RandomState(0), np.random.default_rng(0)],
        "method": [allowed.__call__, np.random.RandomState(1).rand],
        "itself": itself,
    }


def digests():
    """Return the digests of all of them."""
    return {name: digest(value) for name, value in describable().items()}


def test_equal_content_has_an_equal_digest():
    """However often it is made, and different content has another one."""
    first, second = digests(), digests()
    assert first == second
    assert len(set(first.values())) == len(first)


def test_digests_are_the_same_in_another_process():
    """There are no memory addresses in them, and no hashes of strings."""
    code = "import test_description; print(test_description.digests())"
    path = [os.path.dirname(__file__), *filter(None, sys.path), os.getcwd()]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(path), "PYTHONHASHSEED": "7"}
    output = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, check=True
    ).stdout
    # Functions of this file go by the name of their module.
    own = {"functions", "method"}
    found = {k: v for k, v in eval(output).items() if k not in own}
    assert found == {k: v for k, v in digests().items() if k not in own}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (1, 1.0),
        ("1", 1),
        ([1], (1,)),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (SVC(C=1), SVC(C=2)),
        (SVC(), make_pipeline(SVC())),
        (SelectKBest(f_classif), SelectKBest(f_regression)),
        (GaussianProcessClassifier(RBF(1.0)), GaussianProcessClassifier(RBF(2.0))),
        (loguniform(1e-3, 1e3), loguniform(1e-3, 1e2)),
        (norm(0, 1), uniform(0, 1)),
        (Real(0, 1), Real(0, 1, prior="log-uniform")),
        (make_scorer(fbeta_score, beta=1), make_scorer(fbeta_score, beta=2)),
        (functools.partial(operator.add, 1), functools.partial(operator.add, 2)),
        (np.random.RandomState(0), np.random.RandomState(1)),
        (np.zeros(2), np.zeros((2, 1))),
        (PCA(2), PCA(2).set_output(transform="pandas")),
        (weighted(None), weighted(True)),
        (weighted(True), weighted(False)),
    ],
)
def test_different_values_have_different_digests(one, other):
    """As far as their difference can matter to a search."""
    assert digest(one) != digest(other)


def test_what_cannot_be_described_goes_by_its_type():
    """What holds it is described all the same, by its other parts."""
    assert digest(threading.Lock()) == digest(threading.Lock()) != digest(None)
    assert digest(Sampled(1)) == digest(Sampled(1)) != digest(Sampled(2))


def test_an_estimator_that_asks_for_metadata_is_described():
    """The same in every clone."""
    assert digest(weighted(True)) == digest(clone(weighted(True)))


@pytest.mark.parametrize("kind", ["csr", "csc", "coo", "lil", "bsr", "dok", "dia"])
@pytest.mark.parametrize("wrap", [sparse.csr_matrix, sparse.csr_array])
def test_sparse_data_are_compared_by_content(kind, wrap):
    """Not by what they remember: who asks whether they are sorted changes nothing."""
    one, other = (wrap(np.diag([1.0, 2.0, 3.0])).asformat(kind) for _ in range(2))
    if kind in ("csr", "csc"):
        assert one.has_sorted_indices
        assert one.has_canonical_format
    assert digest_data(one) == digest_data(other) != digest_data(2 * other)


@pytest.mark.parametrize("kind", ["csr", "csc", "bsr"])
def test_sparse_data_that_were_sorted_are_the_same(kind):
    """Estimators sort them in place; whoever asks for a digest leaves them alone."""
    sorted_one = sparse.csr_matrix(np.arange(1.0, 10.0).reshape(3, 3)).asformat(kind)
    mixed = sorted_one.copy()
    for line in range(len(mixed.indptr) - 1):
        row = slice(mixed.indptr[line], mixed.indptr[line + 1])
        mixed.indices[row] = mixed.indices[row][::-1].copy()
        mixed.data[row] = mixed.data[row][::-1].copy()
    mixed.has_sorted_indices = False
    before = mixed.indices.copy()
    first = digest_data(mixed)
    np.testing.assert_array_equal(mixed.indices, before)
    mixed.sort_indices()
    assert first == digest_data(mixed) == digest_data(sorted_one)


def test_categories_count():
    """Which there are, in which order, and whether that is one of size."""
    pandas = pytest.importorskip("pandas")
    columns = [
        pandas.Series(pandas.Categorical(["x", "y"], list(names), ordered=ordered))
        for names, ordered in [("xy", False), ("yx", False), ("xy", True)]
    ]
    assert len({digest_data(column) for column in columns}) == 3
    assert digest_data(columns[0]) == digest_data(columns[0].copy())


def test_data_frames_are_compared_by_content():
    """Names and types count, blocks of memory do not."""
    pandas = pytest.importorskip("pandas")
    columns = {"a": [1.0, 2.0], "b": ["x", None], "c": [3.0, 4.0]}
    frame = pandas.DataFrame(columns)
    built = pandas.DataFrame({"a": columns["a"]})
    for name in ("b", "c"):
        built[name] = columns[name]
    assert digest_data(frame) == digest_data(built)
    assert digest_data(frame) != digest_data(frame.rename(columns={"a": "d"}))
    assert digest_data(frame) != digest_data(frame.astype({"a": int}))
    assert digest_data(frame["a"]) != digest_data(frame["c"])
    assert digest_data(frame["b"].astype("category")) != digest_data(frame["b"])


@pytest.mark.parametrize("data", [None, [[1, 2]], ["a text", "b"], np.eye(2), range(3)])
def test_any_data_have_a_digest(data):
    """And any two of them another one."""
    assert digest_data(data, None) == digest_data(data, None)
    assert digest_data(data, None) != digest_data([data], None)


@pytest.mark.parametrize(
    "make",
    [
        lambda: datetime.date(2026, 1, 31),
        lambda: decimal.Decimal("1.5"),
        lambda: np.float64(1.5),
        lambda: (1.0, 2.0),
        lambda: [1.0, 2.0],
        lambda: {"colour": "red"},
    ],
)
def test_equal_items_of_data_may_be_one_object(make):
    """Data that are read again are the same, however a reader shares what is equal."""
    one, *others = (make() for _ in range(5))
    shared, apart = np.empty(2, dtype=object), np.empty(2, dtype=object)
    shared[:], apart[:] = [one, one], others[:2]
    assert digest_data(shared) == digest_data(apart)
    assert digest_data([one, one]) == digest_data(others[2:])
    assert digest_data([one, one]) != digest_data([one])


def test_the_order_of_features_by_name_says_nothing():
    """It is another in each process where it comes from a set of strings."""
    one, other = {"a": 1.0, "b": 2.0}, {"b": 2.0, "a": 1.0}
    assert digest_data([one]) == digest_data([other])
    assert digest_data([one]) != digest_data([{"a": 2.0, "b": 1.0}])


def test_a_memory_map_is_the_array_that_it_maps(tmp_path):
    """Data of a search that goes on may come from elsewhere."""
    np.save(tmp_path / "data.npy", np.eye(3))
    mapped = np.load(tmp_path / "data.npy", mmap_mode="r")
    assert digest_data(mapped) == digest_data(np.eye(3))


def test_a_space_is_shown_with_its_distributions():
    """As it was written, or a refusal could not tell two spaces apart."""
    text = shown([{"C": loguniform(0.1, b=10), "tol": [norm()]}, {"n": (1, 2)}])
    assert text == "[{'C': loguniform(0.1, b=10), 'tol': [norm()]}, {'n': (1, 2)}]"


def test_what_is_shown_has_no_address():
    """And is short."""
    text = shown([allowed, Sampled(1), "x" * 1000])
    assert "0x" not in text
    assert len(text) == 100
