"""What only `EvolutionarySearchCV` offers."""

import numpy as np
import pytest
from joblib import parallel_config
from numpy.testing import assert_equal

from _fits import SPACE, Dawdling, Parabola, X, results_of
from skhpo import EvolutionarySearchCV

ALGORITHMS = ["auto", "genetic", "differential", "cmaes", "nsga2"]
OPERATORS = {
    "auto": {"crossover", "mutation"},
    "genetic": {"crossover", "mutation"},
    "differential": {"differential evolution"},
    "cmaes": {"cma-es"},
    "nsga2": {"crossover", "mutation"},
}


def search_of(estimator=None, **settings):
    """Return a small search."""
    defaults = {"n_iter": 30, "cv": 2, "random_state": 0}
    return EvolutionarySearchCV(estimator or Parabola(), SPACE, **defaults | settings)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_algorithm_finds_the_maximum(algorithm):
    """Without knowing it beforehand."""
    search = search_of(algorithm=algorithm, n_iter=40, initial_candidates=None).fit(X)
    assert abs(search.best_params_["x"] - 0.3) < 0.05


@pytest.mark.parametrize("algorithm", OPERATORS)
def test_the_history_names_operator_and_parents(algorithm):
    """Parents are candidates that were proposed before; the design has none."""
    search = search_of(algorithm=algorithm, population_size=8).fit(X)
    bred = [one for one in search.history_ if one["origin"] in OPERATORS[algorithm]]
    assert len(bred) >= 15
    for entry in search.history_:
        assert all(parent < entry["candidate"] for parent in entry["parents"])
        if entry["origin"] in ("baseline", "sobol"):
            assert entry["parents"] == ()
    has_parents = [bool(one["parents"]) for one in bred]
    assert all(has_parents) if algorithm != "cmaes" else not any(has_parents)


@pytest.mark.parametrize("algorithm", ["differential", "cmaes"])
def test_every_algorithm_is_independent_of_timing(algorithm):
    """Fits that finish in random order change nothing."""

    def run(n_jobs):
        search = search_of(
            Dawdling(), algorithm=algorithm, max_pending=4, n_jobs=n_jobs, n_iter=24
        )
        return results_of(search.fit(X))

    with parallel_config("threading"):
        assert_equal(run(3), run(1))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("algorithm", "simulated annealing"),
        ("population_size", 1),
        ("population_size", "many"),
    ],
)
def test_an_invalid_argument_is_named(name, value):
    """The error comes before any fit."""
    with pytest.raises(ValueError, match=name):
        search_of(**{name: value}).fit(X)


def test_a_population_that_is_too_small_is_refused():
    """Differential evolution needs four."""
    search = search_of(algorithm="differential", population_size=3)
    with pytest.raises(ValueError, match=r"'population_size'.* at least 4. Got 3"):
        search.fit(X)


def test_several_objectives_need_nsga2():
    """The error says which algorithms take them."""
    search = search_of(algorithm="cmaes", objectives=["score", "neg_fit_time"])
    with pytest.raises(ValueError, match=r"2 'objectives'; use 'nsga2' or 'auto'"):
        search.fit(X)


def test_the_size_of_the_population_is_passed_on():
    """The initial design of differential evolution is its population."""
    search = search_of(
        algorithm="differential", population_size=12, initial_candidates=None
    ).fit(X)
    origins = [one["origin"] for one in search.history_]
    assert origins.count("sobol") >= 12
    assert np.isfinite(search.best_score_)
