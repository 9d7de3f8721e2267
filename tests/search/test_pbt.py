"""What population-based training finds, and that no model sees its test rows."""

import pickle
from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_array_equal, assert_equal
from sklearn.base import clone, is_classifier
from sklearn.cluster import MiniBatchKMeans
from sklearn.datasets import make_regression
from sklearn.ensemble import GradientBoostingRegressor, HistGradientBoostingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import SGDClassifier, SGDRegressor
from sklearn.model_selection import (
    KFold,
    ShuffleSplit,
    StratifiedKFold,
    cross_val_score,
)
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from _climbers import DATA, SPACE, Careless, Climber, X, climb, rates, story_of
from skhpo import PBTSearchCV
from skhpo.exceptions import InertParameterWarning, SearchSpaceError
from skhpo.population import SplitEnsemble, replay_schedule
from skhpo.space import Integer, Real

ETA0 = Real(1e-4, 1.0, prior="log-uniform")
ALPHA = Real(1e-6, 1e-1, prior="log-uniform")
EXPLOITS = ["truncation", "tournament", "t-test"]
EXPLORES = ["perturb", "resample", "pb2"]

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def linear(**settings):
    """Return a search over a linear model behind a scaler."""
    defaults = {
        "population_size": 6,
        "n_generations": 3,
        "steps_per_generation": 2,
        "cv": 2,
        "random_state": 0,
    }
    model = make_pipeline(
        StandardScaler(), SGDClassifier(learning_rate="constant", eta0=0.01)
    )
    space = {"sgdclassifier__eta0": ETA0, "sgdclassifier__alpha": ALPHA}
    return PBTSearchCV(model, space, **(defaults | settings))


MODELS = [
    (MLPClassifier((8,), max_iter=30), {"learning_rate_init": ETA0, "alpha": ALPHA}),
    (SGDClassifier(), {"alpha": ALPHA, "penalty": ["l1", "l2"]}),
    (
        HistGradientBoostingClassifier(max_iter=8),
        {"learning_rate": ETA0, "max_leaf_nodes": Integer(2, 15)},
    ),
]


@pytest.mark.parametrize("exploit", EXPLOITS)
@pytest.mark.parametrize("explore", EXPLORES)
def test_no_model_ever_sees_its_test_rows(exploit, explore):
    """Over its whole lineage, a model has met only the training rows of its split."""
    search = climb(exploit=exploit, explore=explore, n_generations=6).fit(X)
    scores = np.array([entry["split_scores"] for entry in search.history_])
    assert (scores > 0.0).all()
    assert any(entry["event"] == "exploit" for entry in search.history_)


def test_the_models_of_the_winner_know_all_training_rows_of_their_split():
    """They are those of the splits, in order."""
    cv = ShuffleSplit(3, random_state=0)
    search = climb(cv=cv, refit="ensemble").fit(X)
    models = search.best_estimator_.models
    for model, (train, _) in zip(models, cv.split(X), strict=True):
        assert model.rows_ == set(train.tolist())
        assert [rate for rate, _ in model.trace_] == [
            record["params"]["rate"] for record in search.best_schedule_
        ]


@pytest.mark.parametrize("explore", EXPLORES)
def test_real_models_have_no_weights_for_their_test_rows(explore):
    """Each row has a column of its own, whose weight only that row can change."""
    y = np.arange(60) % 2
    known = np.random.default_rng(0).normal(y[:, None], 1.5, (60, 4))
    X = np.hstack([np.eye(60), known])
    cv = StratifiedKFold(3, shuffle=True, random_state=0)
    search = PBTSearchCV(
        SGDClassifier(learning_rate="constant", eta0=0.01),
        {"alpha": ALPHA, "eta0": ETA0},
        population_size=8,
        n_generations=6,
        steps_per_generation=1,
        explore=explore,
        cv=cv,
        refit="ensemble",
        random_state=1,
    ).fit(X, y)
    events = [record["event"] for record in search.best_schedule_]
    assert "exploit" in events
    models = search.best_estimator_.models
    for model, (train, test) in zip(models, cv.split(X, y), strict=True):
        assert (model.coef_[0, train] != 0.0).mean() > 0.5
        assert (model.coef_[0, test] == 0.0).all()


def test_the_refit_follows_the_schedule_on_all_rows():
    """Parameters, order and seeds are those of the record."""
    search = climb().fit(X)
    model = search.best_estimator_
    assert model.rows_ == set(range(24))
    rates = [record["params"]["rate"] for record in search.best_schedule_]
    assert [rate for rate, _ in model.trace_] == rates
    assert len({seed for _, seed in model.trace_}) == len(rates)


@pytest.mark.parametrize(("estimator", "space"), MODELS, ids=["mlp", "sgd", "boosting"])
def test_a_schedule_can_be_replayed_bit_for_bit(estimator, space):
    """As the refit, as a method, as a function; and on a split as it was scored."""
    X, y = DATA
    cv = StratifiedKFold(2)
    settings = {"population_size": 4, "n_generations": 3, "steps_per_generation": 2}
    search = PBTSearchCV(estimator, space, cv=cv, random_state=0, **settings).fit(X, y)
    expected = search.predict_proba(X) if hasattr(search, "predict_proba") else None
    for model in (
        search.replay(X, y),
        replay_schedule(estimator, search.best_schedule_, X, y),
    ):
        assert_array_equal(model.predict(X), search.predict(X))
        if expected is not None:
            assert_array_equal(model.predict_proba(X), expected)
    for split, (train, test) in enumerate(cv.split(X, y)):
        model = replay_schedule(
            estimator, search.best_schedule_, X[train], y[train], split=split
        )
        own = search.cv_results_[f"split{split}_test_score"][search.best_index_]
        assert model.score(X[test], y[test]) == own


def test_copies_go_on_where_their_donor_was():
    """Heights only grow along a lineage, and the worst take over from the best."""
    search = climb(initial_candidates=rates(0.3, 0.35, 0.9, 1.0, 0.8, 0.7)).fit(X)
    second = [entry for entry in search.history_ if entry["generation"] == 1]
    copies = [entry for entry in second if entry["event"] == "exploit"]
    assert [entry["member"] for entry in copies] == [2, 3]
    assert {entry["parent"] for entry in copies} <= {0, 1}
    assert all(entry["params"]["rate"] < 0.6 for entry in copies)
    assert all(entry["score"] > 1.9 for entry in copies)


@pytest.mark.parametrize("explore", EXPLORES)
def test_the_population_finds_the_peak(explore):
    """The rise is largest at 0.3."""
    search = climb(
        explore=explore,
        population_size=8,
        n_generations=12,
        initial_candidates=None,
        cv=2,
    ).fit(X)
    assert search.best_params_["rate"] == pytest.approx(0.3, abs=0.15)


def test_noise_scores_at_chance():
    """Labels that nothing can predict are not predicted, after many selections."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(400, 5)), np.arange(400) % 2
    search = PBTSearchCV(
        SGDClassifier(),
        {"alpha": ALPHA, "loss": ["hinge", "log_loss"]},
        population_size=8,
        n_generations=6,
        steps_per_generation=1,
        exploit="tournament",
        cv=StratifiedKFold(4, shuffle=True, random_state=0),
        random_state=0,
    ).fit(X, y)
    means = np.array([entry["score"] for entry in search.history_])
    assert abs(means.mean() - 0.5) < 0.03
    assert search.best_score_ < 0.6


def test_results_describe_the_last_generation():
    """One row a member, with what it has come through."""
    search = climb().fit(X)
    results = search.cv_results_
    last = search.history_[-6:]
    assert results["params"] == [entry["params"] for entry in last]
    assert results["mean_test_score"].tolist() == [entry["score"] for entry in last]
    assert results["n_steps"].tolist() == [4] * 6
    for row, schedule in enumerate(results["schedule"]):
        assert [record["start"] for record in schedule] == [0, 1, 2, 3]
        assert schedule[-1]["params"] == results["params"][row]
        copies = [one for one in schedule if one["event"] == "exploit"]
        assert results["n_exploits"][row] == len(copies)
        parent = copies[-1]["parent"] if copies else row
        assert results["parent"][row] == parent
    assert search.best_schedule_ == results["schedule"][search.best_index_]
    assert search.best_params_ == search.best_schedule_[-1]["params"]
    assert search.n_fits_ == 6 * 4 * 3
    assert search.stop_reason_ == "n_generations"


def test_the_schedule_names_every_event():
    """A model starts once; then it goes on, or was copied and changed."""
    search = climb(n_generations=8, exploit="tournament").fit(X)
    for schedule in search.cv_results_["schedule"]:
        events = [record["event"] for record in schedule]
        assert events[0] == "init"
        assert set(events[1:]) <= {"continue", "exploit"}
        for before, record in pairwise(schedule):
            assert record["parent"] == before["member"]
            if record["event"] == "continue":
                assert record["params"] == before["params"]
                assert record["member"] == before["member"]
    assert search.best_schedule_[0]["unit"] == "epochs"


def test_the_ensemble_averages_the_models_of_the_splits():
    """It is a classifier of its own, scored by the scorer of the search."""
    X, y = DATA
    search = PBTSearchCV(*MODELS[0], population_size=4, n_generations=2)
    search.set_params(steps_per_generation=2, cv=3, refit="ensemble").fit(X, y)
    best = search.best_estimator_
    assert isinstance(best, SplitEnsemble)
    assert len(best.models) == 3
    mean = np.mean([model.predict_proba(X) for model in best.models], axis=0)
    assert_array_equal(search.predict_proba(X), mean)
    assert search.score(X, y) == np.mean(search.predict(X) == y)
    assert is_classifier(search)
    assert_array_equal(search.classes_, [0, 1])


def test_an_ensemble_of_regressors():
    """Predictions are averaged, behind a scaler too."""
    X, y = make_regression(80, 4, random_state=0)
    search = PBTSearchCV(
        make_pipeline(StandardScaler(), SGDRegressor()),
        {"sgdregressor__alpha": ALPHA},
        population_size=4,
        n_generations=2,
        steps_per_generation=5,
        refit="ensemble",
    ).fit(X, y)
    models = search.best_estimator_.models
    mean = np.mean([model.predict(X) for model in models], axis=0)
    assert_array_equal(search.predict(X), mean)
    assert search.score(X, y) > 0.8


def test_structure_comes_with_the_weights():
    """A copy has the hidden layers of the model that it was made of."""
    search = PBTSearchCV(
        MLPClassifier(),
        {"hidden_layer_sizes": [(3,), (5,), (7,)], "alpha": ALPHA},
        population_size=6,
        n_generations=4,
        steps_per_generation=1,
        cv=2,
        random_state=0,
    ).fit(*DATA)
    assert any(entry["event"] == "exploit" for entry in search.history_)
    for schedule in search.cv_results_["schedule"]:
        assert len({record["params"]["hidden_layer_sizes"] for record in schedule}) == 1
    sizes = search.best_params_["hidden_layer_sizes"]
    assert search.best_estimator_.coefs_[0].shape == (6, *sizes)


def test_a_branch_is_kept_for_life():
    """With a list of dicts, parameters stay those of one branch along a lineage."""
    space = [
        {"penalty": ["l2"], "alpha": ALPHA},
        {"penalty": ["elasticnet"], "alpha": ALPHA, "l1_ratio": Real(0.0, 1.0)},
    ]
    search = PBTSearchCV(
        SGDClassifier(),
        space,
        population_size=8,
        n_generations=4,
        steps_per_generation=1,
        exploit="tournament",
        explore="resample",
        random_state=0,
    ).fit(*DATA)
    for schedule in search.cv_results_["schedule"]:
        assert len({record["params"]["penalty"] for record in schedule}) == 1
        assert len({frozenset(record["params"]) for record in schedule}) == 1


@pytest.mark.parametrize("explore", EXPLORES)
def test_the_constraint_holds_for_copies(explore):
    """No member ever trains with what is not allowed."""
    search = climb(
        explore=explore,
        n_generations=6,
        space={"rate": Real(0.0, 1.0), "kind": ["a", "b"]},
        constraint=lambda params: params["rate"] < 0.4 or params["kind"] == "b",
        initial_candidates=None,
    ).fit(X)
    for entry in search.history_:
        assert entry["params"]["rate"] < 0.4 or entry["params"]["kind"] == "b"


def test_a_constraint_that_allows_nothing_is_refused():
    """It is named."""
    with pytest.raises(SearchSpaceError, match="'constraint'"):
        climb(constraint=lambda _: False).fit(X)


def test_members_outnumber_the_candidates_of_a_small_space():
    """Members with equal parameters differ by their seeds."""
    search = PBTSearchCV(
        SGDClassifier(), {"alpha": [1e-3, 1e-4]}, population_size=6, n_generations=2
    )
    search.set_params(steps_per_generation=1, random_state=0).fit(*DATA)
    first = search.history_[:6]
    assert {entry["params"]["alpha"] for entry in first} == {1e-3, 1e-4}
    assert len({entry["score"] for entry in first}) > 2


def test_members_start_with_what_is_given():
    """The baseline comes first by default, and the rest of the space is filled."""
    assert climb().fit(X).history_[0]["params"] == {"rate": 0.5}
    given = climb(initial_candidates=rates(0.25, 0.75)).fit(X).history_
    assert [entry["params"]["rate"] for entry in given[:2]] == [0.25, 0.75]
    assert [entry["origin"] for entry in given[:3]] == ["given", "given", "sobol"]


def test_the_automatic_length_divides_the_training_of_the_estimator():
    """It is the estimator's own number of steps, in equal parts."""
    X, y = DATA
    search = PBTSearchCV(
        HistGradientBoostingClassifier(max_iter=12),
        {"learning_rate": ETA0},
        population_size=2,
        n_generations=3,
        cv=2,
    ).fit(X, y)
    assert [record["n_steps"] for record in search.best_schedule_] == [4, 4, 4]
    assert search.best_estimator_.n_iter_ == 12


def test_a_parameter_that_does_nothing_is_warned_of():
    """Momentum means nothing to Adam."""
    search = PBTSearchCV(
        MLPClassifier((3,)),
        {"momentum": Real(0.1, 0.9), "alpha": ALPHA},
        population_size=2,
        n_generations=2,
        steps_per_generation=1,
        cv=2,
    )
    with pytest.warns(InertParameterWarning, match="momentum") as caught:
        search.fit(*DATA)
    assert len(caught) == 1


def test_warnings_of_steps_are_shown_once():
    """However many steps there are."""
    with pytest.warns(UserWarning, match="careless") as caught:
        climb(Careless(), refit=False).fit(X)
    assert len(caught) == 1


def test_nested_cross_validation():
    """A search is scored like any estimator, by rows that it was not given."""
    scores = cross_val_score(linear(), *DATA, cv=2)
    assert scores.shape == (2,)
    assert (scores > 0.5).all()


def test_a_search_is_cloned_and_stored():
    """Before and after `fit`, with the same results."""
    search = linear().fit(*DATA)
    again = clone(search).fit(*DATA)
    stored = pickle.loads(pickle.dumps(search))
    assert_equal(story_of(again), story_of(search))
    assert_array_equal(stored.predict(DATA[0]), search.predict(DATA[0]))
    assert_array_equal(stored.replay(*DATA).predict(DATA[0]), search.predict(DATA[0]))


def test_another_seed_is_another_search():
    """The seed draws candidates, copies and models."""
    assert story_of(linear(random_state=1).fit(*DATA)) != story_of(linear().fit(*DATA))


def test_progress_is_shown_by_generation(capsys):
    """With `verbose=1` there is one line for each."""
    climb(verbose=1, initial_candidates=rates(0.3)).fit(X)
    first, *lines = capsys.readouterr().out.splitlines()
    assert first == (
        "Training 6 members on 3 folds for 4 generations, totalling 72 fits"
    )
    assert [line[:12] for line in lines] == [f"[{i}/4] best {i}" for i in (1, 2, 3, 4)]


def test_replay_needs_a_fit():
    """There is no schedule before."""
    with pytest.raises(NotFittedError):
        climb().replay(X)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("population_size", 0),
        ("n_generations", 0),
        ("steps_per_generation", 0),
        ("steps_per_generation", "all"),
        ("exploit", "best"),
        ("explore", "grid"),
        ("quantile", 0.0),
        ("quantile", 0.6),
        ("resample_probability", 1.1),
        ("perturbation", 0.8),
        ("perturbation", (0.8,)),
        ("perturbation", (1.2, 1.5)),
        ("perturbation", ("a", "b")),
        ("batch_size", 0),
        ("mutable", "rate"),
        ("checkpoint_dir", 3),
        ("time_limit", 0),
        ("initial_candidates", "none"),
    ],
)
def test_an_invalid_argument_is_named(monkeypatch, name, value):
    """The error names the argument and comes before any step."""
    monkeypatch.setattr(Climber, "act", lambda _: pytest.fail("a step was taken"))
    with pytest.raises((TypeError, ValueError), match=name):
        climb(**{name: value}).fit(X)


def test_a_t_test_needs_splits():
    """One split has no spread."""
    search = climb(exploit="t-test", cv=ShuffleSplit(1, random_state=0))
    with pytest.raises(ValueError, match="at least 2 splits"):
        search.fit(X)


def test_an_estimator_that_cannot_train_in_steps_is_refused():
    """The error says what can."""
    from sklearn.svm import SVC

    with pytest.raises(ValueError, match="SVC"):
        PBTSearchCV(SVC(), {"C": [1, 2]}).fit(*DATA)


def test_a_single_split_is_enough():
    """It is what the algorithm was published with."""
    search = climb(cv=ShuffleSplit(1, random_state=0)).fit(X)
    assert search.n_splits_ == 1
    assert search.best_score_ > 3.5


def test_boosting_of_a_regressor():
    """Each generation adds trees under its own parameters."""
    X, y = make_regression(80, 4, random_state=0)
    search = PBTSearchCV(
        GradientBoostingRegressor(n_estimators=9),
        {"max_depth": Integer(1, 4), "subsample": Real(0.5, 1.0)},
        population_size=3,
        n_generations=3,
        cv=2,
        random_state=0,
    ).fit(X, y)
    assert search.best_estimator_.n_estimators_ == 9


def test_the_space_is_left_as_it_is():
    """Neither the space nor the estimator is changed by a fit."""
    estimator = Climber()
    search = climb(estimator)
    search.fit(X)
    assert search.param_distributions is SPACE
    assert not hasattr(estimator, "height_")


def test_an_ensemble_of_models_that_lack_classes():
    """Splits without shuffling: each model lacks another class."""
    y = np.repeat(list("abcd"), 20)
    rows = np.random.default_rng(0).normal(size=(80, 2)) / 10
    rows[:, 0] += np.repeat(np.arange(4), 20)
    search = PBTSearchCV(
        HistGradientBoostingClassifier(max_iter=5, min_samples_leaf=2),
        {"learning_rate": ETA0},
        population_size=3,
        n_generations=2,
        refit="ensemble",
        cv=KFold(4),
        random_state=0,
    ).fit(rows, y)
    assert_array_equal(search.classes_, list("abcd"))
    assert search.predict_proba(rows).shape == (80, 4)
    assert set(search.predict(rows)) == set("abcd")


def test_an_ensemble_of_what_does_not_predict_targets_is_refused():
    """The numbers of clusters have no average."""
    search = PBTSearchCV(
        MiniBatchKMeans(), {"n_clusters": [2, 3]}, mutable=[], refit="ensemble"
    )
    with pytest.raises(ValueError, match=r"refit='ensemble'.*MiniBatchKMeans"):
        search.fit(X)


def test_too_many_initial_candidates_are_told():
    """In words that fit a population."""
    search = climb(initial_candidates=rates(*np.linspace(0, 1, 9)))
    with pytest.warns(UserWarning, match="room for 6: the last 3") as caught:
        search.fit(X)
    assert "n_iter" not in str(caught[0].message)
