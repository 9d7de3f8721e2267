"""The initial design."""

import json
import warnings
from itertools import islice

import numpy as np
import pytest

from skhpo.exceptions import SearchSpaceError
from skhpo.generators import InitialDesign
from skhpo.generators import _initial as initial
from skhpo.space import Integer, Real, SearchSpace

SPACE = SearchSpace({"C": Real(0.0, 10.0), "depth": Integer(1, 9)})


def take(design, n):
    """Return the next proposals."""
    return list(islice(design.proposals(), n))


def test_prescribed_candidates_come_first_and_as_given():
    """They keep their values and origins; Sobol points follow."""
    prescribed = [({"C": 1.1, "depth": 3}, "baseline"), ({"depth": 4}, "given")]
    proposals = take(InitialDesign(SPACE, 0, prescribed), 3)
    assert proposals[0].params == {"C": 1.1, "depth": 3}
    assert proposals[1].params["depth"] == 4
    assert [one.origin for one in proposals] == ["baseline", "given", "sobol"]


def test_partial_candidates_are_completed_by_different_points():
    """Two partial candidates differ in what they leave open."""
    first, second = take(InitialDesign(SPACE, 0, [({"depth": 4}, "given")] * 2), 2)
    assert first.params["C"] != second.params["C"]


def test_duplicates_and_excluded_candidates_are_dropped():
    """Neither takes a place in the design."""
    space = SearchSpace(
        {"C": Real(0.0, 10.0)}, constraint=lambda params: params["C"] < 5
    )
    prescribed = [({"C": value}, "given") for value in (1.0, 1.0, 9.0, 2.0)]
    design = InitialDesign(space, 0, prescribed)
    assert design.n_candidates == 2
    assert [one.params["C"] for one in take(design, 2)] == [1.0, 2.0]


@pytest.mark.parametrize(
    ("n_initial", "n_prescribed", "expected"), [(4, 0, 4), (3, 1, 3), (3, 5, 5)]
)
def test_size(n_initial, n_prescribed, expected):
    """The design holds all prescribed candidates, and is filled up with Sobol's."""
    prescribed = [({"C": float(value)}, "given") for value in range(n_prescribed)]
    assert InitialDesign(SPACE, 0, prescribed, n_initial).n_candidates == expected


def test_size_is_no_more_than_the_space():
    """A space of two points has a design of two."""
    space = SearchSpace({"flip": [True, False]})
    assert InitialDesign(space, 0, n_initial=4).n_candidates == 2


def test_points_are_spread_better_than_random_ones():
    """Of 16 Sobol points one lies in each sixteenth of every axis."""
    space = SearchSpace({name: Real(0.0, 1.0) for name in "abc"})
    points = np.array([one.point for one in take(InitialDesign(space, 0), 16)])
    for column in points.T:
        assert sorted((column * 16).astype(int)) == list(range(16))


def test_any_number_of_points_is_drawn_in_silence():
    """SciPy's warning about powers of two does not reach the user."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(take(InitialDesign(SPACE, 0), 7)) == 7


def test_more_dimensions_than_sobol_has(monkeypatch):
    """Uniform points take their place, and restoring works too."""
    monkeypatch.setattr(initial, "_MOST_SOBOL_DIMS", 1)
    design, other = InitialDesign(SPACE, 0), InitialDesign(SPACE, 1)
    take(design, 3)
    other.load_state_dict(design.state_dict())
    assert np.array_equal(take(design, 1)[0].point, take(other, 1)[0].point)


def test_nothing_varies():
    """A space without axes has a design of one candidate."""
    design = InitialDesign(SearchSpace({"C": [1.0]}), 0, n_initial=4)
    assert design.n_candidates == 1
    assert take(design, 1)[0].point.shape == (0,)


def test_restored_design_goes_on():
    """From JSON, after any number of candidates."""
    prescribed = [({"depth": depth}, "given") for depth in (2, 3)]
    for n_before in (0, 1, 2, 5):
        design, other = (InitialDesign(SPACE, seed, prescribed) for seed in (0, 1))
        take(design, n_before)
        other.load_state_dict(json.loads(json.dumps(design.state_dict())))
        for left, right in zip(take(design, 4), take(other, 4), strict=True):
            assert left.point.tolist() == right.point.tolist()


def test_values_outside_of_the_space_are_refused():
    """The error names the parameter."""
    with pytest.raises(SearchSpaceError, match="depth"):
        InitialDesign(SPACE, 0, [({"depth": 10}, "given")])
