"""What is large leaves a call and comes back."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from skhpo._compat._shared_data import Store, call_with, take_out

LARGE = [
    np.zeros((10, 20)),
    np.array(["text"] * 200),
    ["text"] * 200,
    csr_array((20, 20)),
    "x" * 200,
]
SMALL = [np.zeros(3), ["text"] * 3, 5.0, "text", None, np.float64(3.0), int]


def hand_back(*args, **kwargs):
    """Return the arguments."""
    return args, kwargs


@pytest.mark.parametrize("thing", LARGE, ids=lambda thing: type(thing).__name__)
def test_what_is_large_is_taken_out_once(thing):
    """Wherever it stands among the arguments, and the call then has it again."""
    call = hand_back, (thing, 1), {"x": thing, "d": {"fit_params": {"w": (thing,)}}}
    small, things = take_out(call)
    assert len(things) == 1
    assert things[0] is thing
    assert all(part is not thing for part in (*small[1], *small[2].values()))
    args, kwargs = call_with(small, things)
    assert args[0] is kwargs["x"] is kwargs["d"]["fit_params"]["w"][0] is thing
    assert args[1] == 1


@pytest.mark.parametrize("thing", SMALL, ids=str)
def test_what_is_small_stays(thing):
    """It travels with the call."""
    _, things = take_out((hand_back, (thing,), {"x": {"y": thing}}))
    assert things == []


def test_a_store_sends_each_thing_once():
    """Two calls with the same data refer to the same."""
    sent = []

    def put(thing):
        sent.append(thing)
        return len(sent) - 1

    def call_with_references(call, references):
        return call_with(call, [sent[number] for number in references])

    store = Store(put, call_with_references)
    data, other = np.zeros(500), np.ones(500)
    for thing in (data, data, other):
        function, args, kwargs = store.referring((hand_back, (thing,), {}))
        assert function(*args, **kwargs)[0][0] is thing
    assert len(sent) == 2
