"""Dimensions as values: equal by content, hashable, printable, picklable."""

import pickle

import pytest

from skhpo.space import Categorical, Integer, Ordinal, Real, SearchSpace

DIMENSIONS = [
    Real(0.1, 2),
    Real(0.1, 2, prior="log-uniform"),
    Integer(1, 5),
    Integer(1, 5, prior="log-uniform"),
    Categorical(["a", None, (1, 2)]),
    Ordinal([(50,), (100, 50)]),
]


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_repr_is_valid_input(dimension):
    """Evaluating the repr gives an equal dimension, with an equal hash."""
    again = eval(repr(dimension))
    assert again == dimension
    if not isinstance(dimension, Categorical | Ordinal):
        assert hash(again) == hash(dimension)


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_pickle_round_trip(dimension):
    """A dimension survives pickling."""
    assert pickle.loads(pickle.dumps(dimension)) == dimension


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Real(1, 2), Integer(1, 2)),
        (Real(1, 2), Real(1, 2, "log-uniform")),
        (Categorical([1, 2]), Ordinal([1, 2])),
        (Categorical([1, 2]), Categorical([2, 1])),
        (Categorical([1]), Categorical([True])),
        (Categorical([1]), Categorical([1.0])),
        (Categorical([(1,)]), Categorical([(True,)])),
        (Categorical([1]), Categorical(None)),
    ],
)
def test_different_dimensions_are_unequal(first, second):
    """Kind, bounds, prior, choices, their types and their order all count."""
    assert first != second


def test_hash_follows_the_choices():
    """Choices with hashes give equal hashes, others raise as a list does."""
    assert hash(Categorical((1, "a"))) == hash(Categorical([1, "a"]))
    with pytest.raises(TypeError, match="unhashable"):
        hash(Categorical([{}]))


def test_constructors_only_store():
    """What is wrong is refused by the space, which can name the parameter."""
    choices = object()
    assert Real("low", None, prior=3).low == "low"
    assert Categorical(choices).choices is choices


def test_dimensions_are_frozen():
    """A dimension cannot be changed after it was made."""
    with pytest.raises(AttributeError, match="cannot assign"):
        Real(0, 1).low = 3


def test_space_repr_round_trip():
    """The repr of a space of plain dimensions makes an equal space."""
    space = SearchSpace([{"a": [1, 2], "b": Real(0.0, 1.0)}, {"c": ["x", None]}])
    assert eval(repr(space)).branches == space.branches
