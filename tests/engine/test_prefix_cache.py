"""What a process keeps of fitted steps, and when it gives it out."""

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression
from sklearn.metrics import get_scorer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from _steps import Recorded, recorded_fits
from skhpo.engine import SplitEvaluator, _prefixes
from skhpo.engine._frozen import Frozen, freeze
from skhpo.engine._prefix_store import PrefixKey, PrefixStore
from skhpo.engine._prefixes import STORE, can_share_prefixes, without_own_frames
from skhpo.engine._repeatable import digest, is_never_repeatable, needs_proof

X = np.random.default_rng(0).normal(size=(40, 4))
SPLITS = [(np.arange(20), np.arange(20, 40)), (np.arange(20, 40), np.arange(20))]


def fit_of(n_bytes):
    """Return a fit of a size."""
    return Frozen(bytes(n_bytes))


def key(number, search="one"):
    """Return a key."""
    return PrefixKey(search, 0, number)


def test_store_is_bounded():
    """What was used last stays, and never more than the limit."""
    store = PrefixStore(max_bytes=100)
    for number in range(3):
        store.put(key(number), fit_of(40))
        store.get(key(0))
    assert store.n_bytes == 80
    assert store.get(key(0)) is not None
    assert store.get(key(1)) is None
    store.put(key(9), fit_of(101))
    assert store.n_bytes == 0


def test_same_key_is_kept_once():
    """A fit takes the place of an earlier one."""
    store = PrefixStore()
    store.put(key(0), fit_of(40))
    store.put(key(0), fit_of(50))
    assert (len(store), store.n_bytes) == (1, 50)


def test_search_is_forgotten_alone():
    """The end of a search leaves the fits of others."""
    store = PrefixStore()
    store.put(key(0), fit_of(40))
    store.put(key(0, search="two"), fit_of(50))
    store.forget("one")
    assert (len(store), store.n_bytes) == (1, 50)


def test_worker_process_forgets_the_last_search():
    """In a worker a new search empties the store; elsewhere it does not."""
    store = PrefixStore()
    store.ledger("one", is_only_search=True)
    store.put(key(0), fit_of(40))
    store.ledger("two", is_only_search=False)
    assert len(store) == 1
    store.ledger("three", is_only_search=True)
    assert (len(store), store.n_bytes) == (0, 0)


@pytest.mark.parametrize(
    "array",
    [
        np.asfortranarray(X),
        X[:, 1:3],
        X.T[1:3],
        X[::2, 0],
        X[::3, ::2],
        np.broadcast_to(X[0], (3, 4)),
    ],
    ids=["fortran", "columns", "rows", "strided", "grid", "broadcast"],
)
def test_frozen_arrays_keep_their_strides(array):
    """Products of a thawed array round as those of the original."""
    thawed = freeze(array).thaw()
    np.testing.assert_array_equal(thawed, array)
    assert thawed.strides == array.strides
    assert thawed.flags.writeable == array.flags.writeable
    assert not np.may_share_memory(thawed, array)


def test_frozen_objects_cannot_be_changed():
    """What is thawed is a new object each time."""
    frozen = freeze((csr_array(np.eye(3)), StandardScaler().fit(X)))
    for _ in range(2):
        matrix, scaler = frozen.thaw()
        assert matrix.sum() == 3
        np.testing.assert_array_equal(scaler.mean_, X.mean(axis=0))
        matrix.data[:] = 0
        scaler.mean_ = None


def test_functions_without_a_name_stay_references():
    """A transformer with a lambda can be frozen."""
    thawed = freeze(FunctionTransformer(lambda values: values + 1)).thaw()
    assert thawed.transform(1) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (1, 1.0),
        (0.0, -0.0),
        ("1", 1),
        (None, "None"),
        ((1, 2), (1.0, 2.0)),
        (PCA(2), PCA(3)),
        (StandardScaler(), StandardScaler().set_output(transform="pandas")),
    ],
)
def test_different_values_have_different_digests(one, other):
    """Values that an estimator could tell apart are told apart."""
    assert digest(one) != digest(other)


@pytest.mark.parametrize("value", [1, 0.5, float("nan"), "a", None, (1, 2), PCA(2)])
def test_equal_values_have_equal_digests(value):
    """A copy has the digest of the original."""
    copy = clone(value) if hasattr(value, "fit") else value
    assert digest(copy) == digest(value)


def test_random_generators_make_a_step_unfit():
    """An instance in any part of a transformer is seen, an integer is none."""
    generator = np.random.RandomState(0)
    assert is_never_repeatable(PCA(random_state=generator))
    assert is_never_repeatable(make_pipeline(PCA(random_state=generator)))
    assert not is_never_repeatable(PCA(random_state=0))


def test_only_known_code_is_trusted_without_a_proof():
    """What is foreign or has no seed must repeat itself first."""
    assert not needs_proof(make_pipeline(StandardScaler(), PCA(random_state=0)))
    assert not needs_proof(FunctionTransformer(np.log1p))
    assert needs_proof(PCA())
    assert needs_proof(Recorded())
    assert needs_proof(FunctionTransformer(recorded_fits))


class OwnPipeline(Pipeline):
    """A subclass may fit its steps in any way."""


def test_what_can_share():
    """Plain and silent pipelines of several steps, without a memory."""
    steps = [("a", StandardScaler()), ("b", LinearRegression())]
    assert can_share_prefixes(Pipeline(steps))
    assert not can_share_prefixes(Pipeline(steps[1:]))
    assert not can_share_prefixes(Pipeline(steps, memory="somewhere"))
    assert not can_share_prefixes(Pipeline(steps, verbose=True))
    assert not can_share_prefixes(OwnPipeline(steps))
    assert not can_share_prefixes(StandardScaler())


def test_own_frames_are_left_out_of_tracebacks():
    """Only the entries of our module go."""
    import skhpo.engine._prefixes as module

    entry = '  File "{}", line 3, in f\n    f()\n    ^^^\n'
    other = entry.format("other.py")
    assert (
        without_own_frames(other + entry.format(module.__file__) + other) == 2 * other
    )


def evaluate(path, evaluations, *, seconds, shares=True):
    """Fit a recording pipeline for (split, factor) pairs; return what it recorded."""
    evaluator = SplitEvaluator(
        make_pipeline(Recorded(path=str(path), seconds=seconds), LinearRegression()),
        X,
        X[:, 0],
        splits=SPLITS,
        settings={
            "scorer": get_scorer("r2"),
            "fit_params": {},
            "score_params": {},
            "return_train_score": False,
            "error_score": "raise",
            "verbose": 0,
        },
        n_candidates=len(evaluations),
        in_worker_process=False,
        shares_prefixes=shares,
    )
    for index, (split, factor) in enumerate(evaluations):
        params = {"recorded__factor": factor, "linearregression__n_jobs": index + 1}
        function, arguments, keywords = evaluator.as_call(index, split, params)
        result = function(*arguments, **keywords)
        assert result.error is None
    n_kept = len(STORE)
    evaluator.close()
    return recorded_fits(path), n_kept


def test_slow_step_is_fitted_three_times_and_then_shared(tmp_path):
    """One fit shows that it is slow, one is kept, one proves that it repeats itself."""
    fits, n_kept = evaluate(tmp_path / "fits", [(0, 1.0)] * 6, seconds=0.02)
    assert (len(fits), n_kept) == (3, 1)
    assert len(STORE) == 0


def test_cheap_step_is_not_kept(tmp_path, monkeypatch):
    """A step that takes less time than the threshold is fitted each time."""
    monkeypatch.setattr(_prefixes, "SHORTEST_SECONDS", 600.0)
    fits, n_kept = evaluate(tmp_path / "fits", [(0, 1.0)] * 4, seconds=0.0)
    assert (len(fits), n_kept) == (4, 0)


def test_nothing_is_shared_unless_asked_for(tmp_path):
    """Without `shares_prefixes` every evaluation fits all steps."""
    fits, n_kept = evaluate(
        tmp_path / "fits", [(0, 1.0)] * 4, seconds=0.02, shares=False
    )
    assert (len(fits), n_kept) == (4, 0)


def test_splits_and_parameters_are_kept_apart(tmp_path):
    """A fit is given out for its own split and parameters only."""
    grid = [(split, factor) for split in (0, 1) for factor in (1.0, 2.0)]
    fits, _ = evaluate(tmp_path / "fits", grid * 5, seconds=0.02)
    assert len(set(fits)) == 4
    assert len(fits) <= 15
    alone, _ = evaluate(tmp_path / "alone", grid, seconds=0.0, shares=False)
    assert set(fits) == set(alone)


def test_keeping_is_limited_where_nothing_is_shared(tmp_path, monkeypatch):
    """What keeping may cost before it was of use is a share of the time of fits."""
    monkeypatch.setattr(_prefixes, "_KEEPING_SHARE", 0.0)
    grid = [(0, float(factor)) for factor in range(8)]
    fits, n_kept = evaluate(tmp_path / "fits", grid, seconds=0.02)
    assert (len(fits), n_kept) == (8, 1)
    # What comes back is kept all the same.
    fits, n_kept = evaluate(tmp_path / "again", grid * 2, seconds=0.02)
    assert n_kept == 8
