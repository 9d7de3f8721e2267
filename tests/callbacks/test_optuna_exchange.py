"""Finished searches become studies of Optuna, and studies become results."""

import numpy as np
import pytest
from scipy.stats import expon, loguniform, norm, poisson, randint, uniform
from sklearn.exceptions import NotFittedError
from sklearn.svm import SVC

from _climbers import X as ROWS
from _climbers import climb
from _fits import SPACE, Failing, Interrupted, Parabola, X, given
from skhpo import BayesSearchCV, EvolutionarySearchCV, from_optuna
from skhpo.callbacks._optuna_space import StudySpace, labels
from skhpo.space import Categorical, Integer, Ordinal, Real, SearchSpace

optuna = pytest.importorskip("optuna")


def search_of(search_class=BayesSearchCV, estimator=None, space=SPACE, **settings):
    """Return a search of six candidates on two splits."""
    estimator = Parabola() if estimator is None else estimator
    defaults = {"n_iter": 6, "cv": 2, "random_state": 0}
    return search_class(estimator, space, **(defaults | settings))


@pytest.mark.parametrize("search_class", [BayesSearchCV, EvolutionarySearchCV])
def test_a_search_becomes_a_study(search_class):
    """The best trial is the best candidate."""
    search = search_of(search_class).fit(X)
    study = search.to_optuna()
    assert [trial.params for trial in study.trials] == search.cv_results_["params"]
    assert study.best_params == search.best_params_
    assert study.best_value == search.best_score_
    assert study.best_trial.number == search.best_index_
    durations = [trial.duration.total_seconds() for trial in study.trials]
    assert min(durations) >= 0
    assert study.user_attrs["n_fits"] == 12


def test_a_study_goes_to_a_storage_of_choice(tmp_path):
    """A journal file can be read again."""
    path = tmp_path / "study.log"
    search_of().fit(X).to_optuna(path, study_name="mine")
    backend = optuna.storages.journal.JournalFileBackend(str(path))
    study = optuna.load_study(
        study_name="mine", storage=optuna.storages.JournalStorage(backend)
    )
    assert len(study.trials) == 6


def test_a_population_becomes_a_study():
    """A trial for each member, with its curve."""
    search = climb().fit(ROWS)
    study = search.to_optuna()
    assert len(study.trials) == search.population_size
    assert study.best_value == search.best_score_
    assert study.best_params == search.best_params_
    steps = list(study.best_trial.intermediate_values)
    assert steps == [1, 2, 3, 4]
    assert [one["generation"] for one in study.best_trial.user_attrs["schedule"]] == [
        0,
        1,
        2,
        3,
    ]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
@pytest.mark.filterwarnings("ignore:One or more of the test scores are non-finite")
def test_states_are_those_of_the_candidates():
    """Failed and discarded candidates do not pass for complete ones."""
    search = search_of(
        estimator=Failing(),
        n_iter=12,
        cv=4,
        racing="auto",
        initial_candidates=given(0.3, 0.9),
    ).fit(X)
    states = {"complete": "COMPLETE", "discarded": "PRUNED", "failed": "FAIL"}
    expected = [states[entry["status"]] for entry in search.history_]
    assert [trial.state.name for trial in search.to_optuna().trials] == expected
    assert set(expected) == set(states.values())


def test_an_interrupted_search_becomes_a_study():
    """With what was complete."""
    search = search_of(estimator=Interrupted(), n_iter=20)
    with pytest.raises(KeyboardInterrupt):
        search.fit(X)
    complete = [
        trial.params
        for trial in search.to_optuna().trials
        if trial.state.name == "COMPLETE"
    ]
    assert complete == search.cv_results_["params"]


def test_a_search_that_was_not_fitted_is_no_study():
    """As with everything that needs results."""
    with pytest.raises(NotFittedError):
        search_of().to_optuna()


def test_a_study_becomes_results():
    """What is minimised has its sign turned, and only complete trials count."""
    study = optuna.create_study(direction="minimize")
    distributions = {"x": optuna.distributions.FloatDistribution(0, 1)}
    for x, state in [(0.2, "COMPLETE"), (0.1, "COMPLETE"), (0.0, "PRUNED")]:
        study.add_trial(
            optuna.trial.create_trial(
                state=optuna.trial.TrialState[state],
                params={"x": x},
                distributions=distributions,
                value=x,
            )
        )
    results = from_optuna(study)
    assert results["params"] == [{"x": 0.2}, {"x": 0.1}]
    np.testing.assert_array_equal(results["mean_test_score"], [-0.2, -0.1])
    np.testing.assert_array_equal(results["rank_test_score"], [2, 1])


def test_a_study_of_several_objectives_becomes_results():
    """Each has a column of its own."""
    search = search_of(objectives=["score", "neg_fit_time"], refit="knee").fit(X)
    results = from_optuna(search.to_optuna())
    np.testing.assert_array_equal(
        results["mean_test_score"], search.cv_results_["mean_test_score"]
    )
    assert len(results["rank_test_neg_fit_time"]) == 6


def test_an_empty_study_becomes_empty_results():
    """Nothing is known then."""
    results = from_optuna(optuna.create_study())
    assert results["params"] == []
    assert results["mean_test_score"].shape == (0,)


def test_results_of_a_study_are_initial_candidates():
    """The best of an earlier study is evaluated first."""
    earlier = search_of(n_iter=8).fit(X)
    results = from_optuna(earlier.to_optuna())
    later = search_of(n_iter=4, initial_candidates=results).fit(X)
    assert later.cv_results_["params"][0] == earlier.best_params_
    assert later.history_[0]["origin"] == "given"


SVMS = [
    {"kernel": ["linear"], "C": Real(0.01, 1.0)},
    {"kernel": ["rbf"], "C": Real(0.1, 10.0, prior="log-uniform"), "gamma": [1.0]},
]


@pytest.mark.parametrize(
    "space",
    [
        {"model": [SVC(), SVC(C=2.0), None], "n": Integer(1, 9)},
        {"n": Categorical([1, True, 1.0, "1"]), "m": Ordinal([(1,), (2, 3)])},
        {"x": loguniform(1e-3, 1e3), "n": randint(2, 70), "e": expon(), "z": norm()},
        {"p": poisson(3), "u": uniform(0, 2), "k": Integer(1, 99, "log-uniform")},
        SVMS,
        [{"a": [1], "b": [1, 2]}, {"a": [1, 2], "b": [1]}],
        {},
    ],
)
def test_parameters_come_back_as_they_were(space):
    """What a study has in other words is translated back, whatever the space."""
    whole = SearchSpace(space)
    study = StudySpace(whole, optuna)
    rng = np.random.default_rng(0)
    frozen = {}
    for point in whole.canonicalize(rng.random((40, whole.n_dims))):
        params = whole.decode(point)
        values, distributions = study.describe(params)
        trial = optuna.trial.create_trial(
            params=values, distributions=distributions, value=0.0
        )
        assert study.params_of(trial.params) == params
        for name, distribution in distributions.items():
            assert frozen.setdefault(name, distribution) == distribution


def test_values_in_a_tail_are_held_at_its_end():
    """A distribution without an end has one in the study."""
    study = StudySpace(SearchSpace({"e": expon()}), optuna)
    values, distributions = study.describe({"e": 50.0})
    assert values["e"] == distributions["e"].high < 50.0


class Draw:
    """Can only be drawn from."""

    def rvs(self, random_state=None):
        """Draw."""
        return random_state.random_sample()


def test_what_is_sampled_has_no_distribution():
    """It is left out of the parameters of a trial."""
    search = search_of(space={"x": Draw(), "kind": ["a", "b"]}).fit(X)
    trial = search.to_optuna().trials[0]
    assert set(trial.params) == {"kind"}
    assert trial.user_attrs["params"] == search.cv_results_["params"][0]


def test_labels_are_different_from_each_other():
    """Values that are equal to Optuna, or look alike, are numbered."""
    assert labels(["a", 1, None]) == ["a", 1, None]
    assert labels([(1,), (2,)]) == ["(1,)", "(2,)"]
    assert labels([1, True]) == ["0: 1", "1: True"]
    assert labels([float("nan"), float("inf")]) == ["nan", "inf"]
