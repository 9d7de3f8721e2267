"""Candidates with the same first steps share their fits, and nobody sees it."""

import warnings

import numpy as np
import pandas as pd
import pytest
from joblib import Memory, parallel_config
from numpy.testing import assert_equal
from scipy.sparse import csr_array
from sklearn import config_context
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KernelCenterer,
    MaxAbsScaler,
    OneHotEncoder,
    StandardScaler,
    TargetEncoder,
)
from sklearn.svm import SVC
from sklearn.utils import check_random_state

from _searches import by_generator, small_search
from _steps import (
    Forgetful,
    Noisy,
    Overwriting,
    OverwritingLabels,
    Recorded,
    Refusing,
    Remembering,
    SecretlyNoisy,
    recorded_fits,
)
from skhpo import BayesSearchCV
from skhpo.engine import _prefixes as prefixes

C = [0.01, 0.1, 1.0, 10.0]


@pytest.fixture
def n_reuses(monkeypatch):
    """Make cheap steps shared too, and count how often a fit is reused."""
    monkeypatch.setattr(prefixes, "SHORTEST_SECONDS", 0.0)
    monkeypatch.setattr(prefixes, "_KEEPING_SHARE", np.inf)
    monkeypatch.setattr(prefixes, "_FREEZING_SHARE", np.inf)
    counts = []
    reuse = prefixes.PrefixMemory._reuse

    def counting_reuse(*args):
        result = reuse(*args)
        counts.extend([] if result is None else [1])
        return result

    monkeypatch.setattr(prefixes.PrefixMemory, "_reuse", counting_reuse)
    return counts


def pipeline(*steps, classifier=None, memory=None):
    """Return a pipeline with steps named a, b, ... and a classifier."""
    classifier = LogisticRegression() if classifier is None else classifier
    named = zip("abcd", steps, strict=False)
    return Pipeline([*named, ("classifier", classifier)], memory=memory)


def scores_of(search):
    """Return the parameters and the columns of scores."""
    return {
        name: column
        for name, column in search.cv_results_.items()
        if name.endswith("_score") or name == "params"
    }


def assert_same_without_sharing(estimator, space, X, y, *, fit_params=None, **settings):
    """Search with and without sharing, and compare all scores bit for bit.

    A pipeline with a memory is left alone, so one that keeps nothing turns it off.
    """
    scores = []
    for memory in (None, Memory(location=None)):
        check_random_state(None).seed(0)
        search = small_search(
            BayesSearchCV,
            estimator.set_params(memory=memory),
            space,
            **{"n_candidates": 12, "return_train_score": True, **settings},
        )
        search.set_params(refit=False).fit(X, y, **(fit_params or {}))
        scores.append(scores_of(search))
    assert_equal(*scores)


TEXTS = [f"{'good' if i % 2 else 'bad'} word{i % 7} word{i % 5}" for i in range(60)]
LETTERS = np.array([["a", "b", "c"][i % 3] for i in range(60)]).reshape(-1, 1)

VARIANTS = {
    "nothing but the classifier": (
        pipeline(StandardScaler(), PCA(3)),
        {"classifier__C": C},
    ),
    "parameters of the steps": (
        pipeline(StandardScaler(), PCA(random_state=0)),
        {"a__with_mean": [True, False], "b__n_components": [2, 3], "classifier__C": C},
    ),
    "steps left out": (
        pipeline(StandardScaler(), PCA(3)),
        {"a": [None, "passthrough", MaxAbsScaler()], "classifier__C": C},
    ),
    "steps replaced": (
        pipeline(StandardScaler(), PCA(3)),
        {"b": [PCA(2), PCA(3), StandardScaler()], "classifier": [SVC(), SVC(C=9)]},
    ),
    "all steps replaced": (
        pipeline(StandardScaler(), PCA(3)),
        {
            "steps": [
                [("a", MaxAbsScaler()), ("classifier", SVC())],
                [("a", StandardScaler()), ("classifier", SVC())],
            ],
            "classifier__C": C,
        },
    ),
    "steps that write into their input": (
        pipeline(Overwriting(2.0, seconds=0), StandardScaler(copy=False), PCA(3)),
        {"c__n_components": [2, 3], "classifier__C": C},
    ),
    "a step that writes into what an earlier one has kept": (
        pipeline(Remembering(5.0, seconds=0), StandardScaler(copy=False)),
        {"classifier__C": C},
    ),
    "a step that hands on its input": (
        pipeline(FunctionTransformer(), StandardScaler(copy=False)),
        {"classifier__C": C},
    ),
    "a step that leaves something out of its pickle": (
        pipeline(Forgetful(seconds=0)),
        {"classifier__C": C},
    ),
    "a step that changes the labels": (
        pipeline(OverwritingLabels(seconds=0)),
        {"classifier__C": C},
    ),
    "steps that transform the training rows differently": (
        pipeline(Recorded(seconds=0), classifier=SVC()),
        {"a__factor": [1.0, 2.0], "classifier__C": C},
    ),
    "draws from numpy's global generator": (
        pipeline(PCA(3, svd_solver="randomized", iterated_power=0)),
        {"classifier__C": C},
    ),
    "draws only for some candidates": (
        pipeline(PCA(3, iterated_power=0), StandardScaler()),
        {"a__svd_solver": ["randomized", "full"], "classifier__C": C},
    ),
    "draws after the shared steps": (
        pipeline(PCA(3, svd_solver="full"), classifier=SGDClassifier(max_iter=5)),
        {"classifier__alpha": C},
    ),
    "functions that cannot be pickled": (
        pipeline(FunctionTransformer(lambda X: X[:, ::2] * 2.0), StandardScaler()),
        {"classifier__C": C},
    ),
    "components that are part of an array": (
        pipeline(PCA(2, svd_solver="full"), classifier=SVC(kernel="linear")),
        {"classifier__C": C},
    ),
}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.filterwarnings("ignore:.*max_iter:UserWarning")
@pytest.mark.filterwarnings("ignore:Maximum number of iteration:UserWarning")
@pytest.mark.usefixtures("n_reuses")
def test_scores_are_the_same_bit_for_bit(variant, classification):
    """Sharing shows in no score, whatever the steps do."""
    assert_same_without_sharing(*VARIANTS[variant], *classification)


@pytest.mark.parametrize(
    ("steps", "X"),
    [
        ([CountVectorizer(), TfidfTransformer()], TEXTS),
        ([CountVectorizer(tokenizer=lambda text: text.split())], TEXTS),
        ([TargetEncoder(random_state=0)], LETTERS),
        (
            [make_column_transformer((OneHotEncoder(), ["l"]), remainder="drop")],
            pd.DataFrame(LETTERS, columns=["l"]),
        ),
        (
            [StandardScaler().set_output(transform="pandas"), PCA(1)],
            pd.DataFrame(np.arange(120.0).reshape(60, 2) ** 2, columns=["p", "q"]),
        ),
        ([MaxAbsScaler()], csr_array(np.eye(60)[:, :30])),
        (
            [KernelCenterer()],
            rbf_kernel(np.arange(60.0).reshape(-1, 1)),
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:.*token_pattern:UserWarning")
@pytest.mark.filterwarnings("ignore:.TargetEncoder:FutureWarning")
def test_all_kinds_of_data_are_shared(steps, X, n_reuses):
    """Texts, data frames, sparse and pairwise matrices give the same scores."""
    y = np.arange(60) % 2
    space = {"classifier__C": C, "classifier__kernel": ["linear", "rbf"]}
    estimator = pipeline(*steps, classifier=SVC())
    assert_same_without_sharing(estimator, space, X, y, n_candidates=8)
    assert n_reuses


def test_weights_of_a_step_are_respected(classification, n_reuses):
    """Parameters of `fit` reach the steps, and the fits are shared."""
    weights = np.arange(60.0)
    estimator = pipeline(StandardScaler(), PCA(3))
    fit_params = {"a__sample_weight": weights, "classifier__sample_weight": weights}
    assert_same_without_sharing(
        estimator, {"classifier__C": C}, *classification, fit_params=fit_params
    )
    assert n_reuses


def test_routed_metadata_are_told_apart(classification, n_reuses):
    """Steps that differ only in the metadata they ask for are not confused."""
    with config_context(enable_metadata_routing=True):
        asks = StandardScaler().set_fit_request(sample_weight=True)
        renames = StandardScaler().set_fit_request(sample_weight="other")
        refuses = StandardScaler().set_fit_request(sample_weight=False)
        classifier = LogisticRegression().set_fit_request(sample_weight=True)
        assert_same_without_sharing(
            pipeline(asks, clone(renames), classifier=classifier),
            {"a": [asks, renames, refuses], "classifier__C": C},
            *classification,
            fit_params={"sample_weight": np.arange(60.0), "other": np.ones(60)},
            scoring=make_scorer(accuracy_score).set_score_request(sample_weight=False),
        )
    assert n_reuses


@pytest.mark.parametrize("random_state", [None, np.random.RandomState(0)])
def test_unseeded_steps_are_fitted_each_time(
    random_state, classification, n_reuses, tmp_path
):
    """What draws from no fixed seed is not shared, and neither is what follows it."""
    step = Noisy(path=str(tmp_path / "fits"), seconds=0, random_state=random_state)
    search = small_search(BayesSearchCV, pipeline(step, PCA(2)), {"classifier__C": C})
    search.set_params(refit=False).fit(*classification)
    assert len(recorded_fits(step.path)) == 8
    assert not n_reuses


def test_seeded_steps_are_shared(classification, n_reuses):
    """With an integer seed a random transformer may be shared."""
    estimator = pipeline(Noisy(random_state=3, seconds=0))
    assert_same_without_sharing(estimator, {"classifier__C": C}, *classification)
    assert n_reuses


def test_hidden_randomness_is_found_out(classification, n_reuses, tmp_path):
    """A transformer that is not scikit-learn's has to repeat itself once first."""
    step = SecretlyNoisy(path=str(tmp_path / "fits"), seconds=0)
    search = small_search(BayesSearchCV, pipeline(step), {"classifier__C": C})
    search.set_params(refit=False).fit(*classification)
    assert len(recorded_fits(step.path)) == 8
    assert not n_reuses


@by_generator
def test_slow_steps_are_fitted_less_often(make_search, classification, tmp_path):
    """Ten candidates on three splits need far fewer than 30 fits of the first step."""
    step = Recorded(path=str(tmp_path / "fits"))
    space = {"classifier__C": C, "classifier__fit_intercept": [True, False]}
    search = make_search(pipeline(step), space, n_candidates=8, cv=3, refit=False)
    search.fit(*classification)
    fits = recorded_fits(step.path)
    assert search.n_fits_ == 24
    # On each split one to see it and one to keep it; one more to find it slow, and
    # one as a proof.
    assert 3 <= len(fits) <= 8
    assert len(set(fits)) == 3


def test_fits_are_shared_neither_across_splits_nor_parameters(classification, tmp_path):
    """Each split and each value of a step's parameter has fits of its own."""
    step = Recorded(path=str(tmp_path / "fits"))
    space = {"a__factor": [1.0, 2.0], "classifier__C": C}
    search = small_search(BayesSearchCV, pipeline(step), space, n_candidates=8, cv=3)
    search.set_params(refit=False).fit(*classification)
    assert len(set(recorded_fits(step.path))) == 6


def test_searches_do_not_share(classification, tmp_path):
    """A second search fits anew, and the first one leaves nothing behind."""
    step = Recorded(path=str(tmp_path / "fits"))
    search = small_search(BayesSearchCV, pipeline(step), {"classifier__C": C})
    n_fits = []
    for _ in range(2):
        search.fit(*classification)
        n_fits.append(len(recorded_fits(step.path)))
    assert n_fits[1] == 2 * n_fits[0]
    assert prefixes.STORE.n_bytes == len(prefixes.STORE) == 0


@pytest.mark.parametrize("backend", ["threading", "loky", "multiprocessing"])
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_each_process_shares_for_itself(backend, classification, tmp_path):
    """Two workers fit a step at most twice as often as one, with the same scores."""
    step = Recorded(path=str(tmp_path / "fits"))
    space = {"classifier__C": np.logspace(-3, 3, 12).tolist()}
    search = small_search(
        BayesSearchCV, pipeline(step), space, n_candidates=12, cv=3, refit=False
    )
    with parallel_config(backend, n_jobs=2):
        search.fit(*classification)
    assert len(recorded_fits(step.path)) <= 16
    scores = scores_of(search)
    search.estimator.set_params(memory=Memory(location=None))
    assert_equal(scores, scores_of(search.fit(*classification)))


def test_pipeline_with_a_memory_is_left_alone(classification, tmp_path):
    """What the user set as `memory` is used, also when a candidate sets it."""
    step = Recorded(path=str(tmp_path / "fits"))
    memory = Memory(tmp_path / "memory", verbose=0)
    for estimator, space in [
        (pipeline(step, memory=memory), {}),
        (pipeline(step), {"memory": [memory]}),
    ]:
        search = small_search(BayesSearchCV, estimator, {"classifier__C": C, **space})
        search.fit(*classification)
        # Each of two splits and the refit, all in the first round.
        assert len(recorded_fits(step.path)) == 3


def test_errors_of_a_step_read_the_same(classification, n_reuses):
    """The traceback of a failed fit is that of a search that shares nothing."""
    messages = []
    for memory in (None, Memory(location=None)):
        estimator = pipeline(Refusing(seconds=0), PCA(2), memory=memory)
        space = {"a__factor": [0.5, 1.5], "classifier__C": C}
        search = small_search(BayesSearchCV, estimator, space, n_candidates=8)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            search.fit(*classification)
        messages.append([str(item.message) for item in caught])
    assert "the factor is too large: 1.5" in messages[0][0]
    assert messages[0] == messages[1]
    assert n_reuses


def test_scorers_see_the_plain_pipeline(classification, n_reuses):
    """A scorer is handed the pipeline without any trace of the sharing."""
    seen = []

    def score(estimator, X, y):
        seen.append(estimator.get_params(deep=False)["memory"])
        return estimator.score(X, y)

    estimator = pipeline(StandardScaler())
    search = small_search(BayesSearchCV, estimator, {"classifier__C": C}, scoring=score)
    search.fit(*classification)
    assert seen == [None] * 8
    assert search.best_estimator_.memory is None
    assert n_reuses


def test_fit_times_as_objective_are_those_of_whole_fits(classification, tmp_path):
    """Where the time of a fit is an objective, each candidate pays for its own."""
    step = Recorded(path=str(tmp_path / "fits"))
    search = small_search(
        BayesSearchCV,
        pipeline(step),
        {"classifier__C": C},
        objectives=["accuracy", "neg_fit_time"],
        refit=False,
    )
    search.fit(*classification)
    assert len(recorded_fits(step.path)) == 8
