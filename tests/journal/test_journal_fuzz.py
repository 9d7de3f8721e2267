"""Whatever is done to a journal, reading it ends well or with a JournalError."""

import json
import pickle
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from _journals import EVENTS, lines_of
from skhpo.exceptions import JournalError
from skhpo.journal import JournalContents, read_journal
from skhpo.journal._lines import write_line

WHOLE = b"".join(lines_of(*EVENTS))

# What JSON can hold, and more that Python's reader lets pass.
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["NaN", "error_score", "Infinity", "repr"])
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5) | st.just("repr"), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELD_NAMES = sorted(
    {name for event in EVENTS for name in vars(event)} | {"event", "journal"}
)


class Trap:
    """Says so if somebody unpickles it."""

    sprung = False

    def __reduce__(self):
        """Return what to call."""
        return spring, ()


def spring():
    """Remember that code was run."""
    Trap.sprung = True


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """Where the journals are."""
    return tmp_path_factory.mktemp("fuzz") / "search.jsonl"


def read(path, content):
    """Read bytes as a journal; None if they are refused."""
    path.write_bytes(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        try:
            contents = read_journal(path)
        except JournalError:
            return None
    assert isinstance(contents, JournalContents)
    for candidate in contents.candidates:
        assert candidate.split_scores.shape[0] == contents.n_splits
        assert candidate.status is not None
    return contents


def test_every_truncation_leaves_a_journal(path):
    """What is left of it after the first line can be read."""
    first = WHOLE.index(b"\n") + 1
    for n_bytes in range(len(WHOLE)):
        assert (read(path, WHOLE[:n_bytes]) is not None) == (n_bytes >= first)


def test_every_flipped_bit_is_noticed(path):
    """But in the last line, which is then left out, or the newline before it."""
    last = WHOLE.rindex(b"\n", 0, -1)
    for place in range(len(WHOLE)):
        flipped = bytearray(WHOLE)
        flipped[place] ^= 1 << (place % 8)
        contents = read(path, bytes(flipped))
        assert (contents is None) == (place < last)
        assert contents is None or contents.stop_reason is None


@pytest.mark.parametrize("seed", range(3))
def test_bytes_put_in_taken_out_and_moved(path, seed):
    """Are refused or left out."""
    rng = np.random.default_rng(seed)
    for _ in range(200):
        begin, end, place = np.sort(rng.integers(0, len(WHOLE), size=3))
        noise = rng.bytes(int(rng.integers(0, 20)))
        for content in (
            WHOLE[:begin] + noise + WHOLE[end:],
            WHOLE[:begin] + WHOLE[end:place] + WHOLE[begin:end] + WHOLE[place:],
            noise + WHOLE,
        ):
            read(path, content)


@given(st.binary(max_size=200))
def test_any_bytes(path, content):
    """Alone, and between the lines of a journal."""
    read(path, content)
    head, tail = WHOLE[: len(WHOLE) // 2], WHOLE[len(WHOLE) // 2 :]
    read(path, head + content + tail)
    read(path, WHOLE + content)


@settings(max_examples=150)
@given(
    st.integers(0, len(EVENTS) - 1),
    st.dictionaries(st.sampled_from(FIELD_NAMES) | st.text(max_size=3), PLAIN),
)
def test_any_json_with_a_right_checksum(path, number, fields):
    """In the place of a line, or of some of its fields."""
    lines = lines_of(*EVENTS)
    original = json.loads(lines[number])
    del original["crc"]
    for changed in (fields, original | fields):
        lines[number] = write_line(changed)
        read(path, b"".join(lines))


def test_nothing_in_a_journal_is_run(path):
    """A pickle is no journal, nor is one that is part of it."""
    trap = pickle.dumps(Trap())
    for content in (trap, WHOLE + trap, WHOLE[:300] + trap + WHOLE[300:]):
        read(path, content)
    assert not Trap.sprung
