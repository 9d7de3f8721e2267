"""`BayesSearchCV` with each surrogate and acquisition function."""

import pytest
from sklearn.base import clone

from _fits import SPACE, Parabola, X
from skhpo.search import BayesSearchCV

CHOICES = [
    {"surrogate": "gp", "acquisition": "ucb"},
    {"surrogate": "forest", "acquisition": "ei"},
    {"surrogate": "tpe"},
]


def search_of(**choice):
    """Return a small search."""
    return BayesSearchCV(Parabola(), SPACE, n_iter=16, cv=3, random_state=0, **choice)


@pytest.mark.parametrize("choice", CHOICES)
def test_each_model_is_repeatable_and_finds_the_peak(choice):
    """The score is best at 0.3; clones of a search give the same candidates."""
    search = search_of(**choice).fit(X)
    again = clone(search).fit(X)
    assert search.best_params_["x"] == pytest.approx(0.3, abs=0.1)
    assert search.cv_results_["params"] == again.cv_results_["params"]


@pytest.mark.parametrize(
    "choice", [{"surrogate": "gpr"}, {"acquisition": "best"}, {"surrogate": object()}]
)
def test_unknown_choices_are_refused(choice):
    """The error names the parameter, before any fit."""
    (name,) = choice
    with pytest.raises(ValueError, match=f"'{name}' parameter"):
        search_of(**choice).fit(X)


def test_densities_take_no_other_acquisition():
    """They rank the candidates themselves."""
    with pytest.raises(ValueError, match="acquisition"):
        search_of(surrogate="tpe", acquisition="ucb").fit(X)
