"""What `read_journal` makes of a journal, and of what is none."""

import json
import tracemalloc
import zlib

import numpy as np
import pytest
from numpy.testing import assert_equal

from _journals import EVENTS, RUN, STARTED, finished, journal_of, lines_of, proposed
from skhpo.exceptions import JournalError
from skhpo.journal import read_journal
from skhpo.journal._events import SearchEnded
from skhpo.journal._lines import LONGEST_LINE, MAGIC
from skhpo.trials import TrialStatus


@pytest.fixture
def path(tmp_path):
    """Where the journal is."""
    return tmp_path / "search.jsonl"


def sealed(text):
    """Return a line of any JSON, with the checksum that it should have."""
    body = text[:-1].encode("utf-8", "surrogatepass")
    return body + b',"crc":"%08x"}\n' % zlib.crc32(body)


def test_a_journal_is_read(path):
    """All that was written is there again."""
    contents = read_journal(journal_of(path, *EVENTS))
    first, second = contents.candidates
    assert (contents.search, contents.stop_reason) == ("BayesSearchCV", "n_iter")
    assert contents.versions == {"numpy": "2"}
    assert first.params == {"C": 1.0, "kernel": "rbf", "model": {"repr": "SVC()"}}
    assert (first.status, second.status) == (TrialStatus.COMPLETE, TrialStatus.FAILED)
    assert_equal(first.split_scores, [0.5, 0.5])
    assert_equal(second.split_scores, [np.nan, np.nan])
    assert second.results[0].fit_error == "ValueError: too large"
    assert second.params == {"C": None}


def test_events_survive_writing_and_reading(path):
    """To the last bit, whatever the numbers are."""
    special = [5e-324, -0.0, 0.1 + 0.2, 1e308, np.inf, -np.inf, np.nan, 3, True, 2**70]
    scores = {f"metric {i}": score for i, score in enumerate(special)}
    event = finished(0, 0, 0.5)
    event = type(event)(**{**vars(event), "test_scores": scores, "train_scores": -1})
    contents = read_journal(journal_of(path, STARTED, proposed(0), event))
    found = contents.candidates[0].results[0]
    assert list(map(repr, found.test_scores.values())) == list(map(repr, special))
    assert repr(found.train_scores) == "-1"


def test_several_objectives_have_a_column_each(path):
    """As the split scores of a trial."""
    started = type(STARTED)("EvolutionarySearchCV", 2, 2, (1,), {})
    score = (0.5, float("inf"))
    event = type(finished(0, 1))(0, 1, score, {"a": 1.0}, 10, 0.1, 0.01)
    contents = read_journal(journal_of(path, started, proposed(0), event))
    scores = contents.candidates[0].split_scores
    assert_equal(scores, [[np.nan, np.nan], [0.5, np.inf]])


@pytest.mark.parametrize("n_bytes", [1, 7, 30])
def test_a_torn_last_line_is_left_out(path, n_bytes):
    """With a warning, and nothing else is lost."""
    journal_of(path, *EVENTS)
    path.write_bytes(path.read_bytes()[:-n_bytes])
    with pytest.warns(UserWarning, match=r"last line.*torn.*line 9"):
        contents = read_journal(path)
    assert contents.stop_reason is None
    assert len(contents.candidates) == 2


def test_a_broken_line_in_the_middle_is_an_error(path):
    """Which names the line and says what to do."""
    lines = lines_of(*EVENTS)
    lines[3] = lines[3].replace(b"0.5", b"0.7")
    path.write_bytes(b"".join(lines))
    with pytest.raises(JournalError, match=r"Line 4 .*checksum.*Restore the file"):
        read_journal(path)


@pytest.mark.parametrize(
    ("events", "line", "problem"),
    [
        ([STARTED, STARTED], 2, "the first line, and only that"),
        ([STARTED, proposed(1)], 2, "candidate 0 should come next"),
        ([STARTED, proposed(0), proposed(0)], 3, "candidate 1 should come next"),
        ([STARTED, finished(0, 0)], 2, "no candidate 0"),
        ([STARTED, proposed(0), finished(0, 2)], 3, "only 2 splits"),
        ([STARTED, proposed(0), *[finished(0, 1)] * 2, RUN], 4, "earlier line"),
        ([STARTED, proposed(0), finished(0, 1, (0.1, 0.2))], 3, "1 numbers"),
    ],
)
def test_events_that_make_no_sense_are_refused(path, events, line, problem):
    """With the number of the line, even of the last one: it is whole."""
    with pytest.raises(JournalError, match=f"Line {line} .*{problem}"):
        read_journal(journal_of(path, *events))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"event":"run","event":"run"}', "twice"),
        ('{"event":"end","reason":NaN}', "NaN is no JSON"),
        ('{"event":"end","reason":-Infinity}', "-Infinity is no JSON"),
        ('{"event":"end","reason":1e999}', "too large"),
        ('{"event":"end","reason":' + "9" * 5000 + "}", "digits"),
        ('{"event":"end","reason":' + "[" * 100_000 + "]" * 100_000 + "}", "deep"),
        ('{"event":"end","reason":"\udcff"}', "codec"),
        ('{"event":"end","reason":7}', "'reason' is wrong, it must be a string"),
        ('{"event":"end"}', "lacks 'reason'"),
        ('{"event":"end","reason":"a","why":"b"}', "no field 'why'"),
        ('{"event":"exec","code":"1"}', "no event"),
        ('{"event":["end"]}', "no event"),
        ('{"event":"discarded","candidate":-1}', "whole number"),
        ('{"event":"discarded","candidate":true}', "whole number"),
        ('{"event":"discarded","candidate":1e300}', "whole number"),
        ('{"event":"run","at":"","versions":{},"settings":{"a":[]}}', "whole number"),
    ],
)
def test_foreign_json_is_refused(path, text, problem):
    """Even where its checksum is right."""
    path.write_bytes(b"".join([*lines_of(STARTED), sealed(text), *lines_of(RUN)]))
    with pytest.raises(JournalError, match=f"Line 2 .*{problem}"):
        read_journal(path)


@pytest.mark.parametrize(
    "text", [b"hello", b"\x80\x04K\x01.", b'{"event":"search"}\n', b"\n", b"\x00" * 99]
)
def test_another_file_is_no_journal(path, text):
    """However it begins."""
    path.write_bytes(text)
    with pytest.raises(JournalError, match="no journal of skhpo"):
        read_journal(path)


def test_a_later_format_is_told(path):
    """A journal of a later version is not guessed at."""
    path.write_bytes(lines_of(STARTED)[0].replace(b'"journal":1', b'"journal":2'))
    with pytest.raises(JournalError, match="of this format"):
        read_journal(path)


@pytest.mark.parametrize("text", [b"", MAGIC, MAGIC[:5]])
def test_a_journal_without_a_line_says_so(path, text):
    """A search may just be about to write it."""
    path.write_bytes(text)
    with pytest.raises(JournalError, match="no complete line yet"):
        read_journal(path)


def test_a_huge_line_is_not_read(path):
    """It is refused after so many bytes, last line or not."""
    journal_of(path, *EVENTS)
    with path.open("ab") as file:
        file.truncate(path.stat().st_size + 20 * LONGEST_LINE)  # takes no room
    tracemalloc.start()
    with pytest.raises(JournalError, match=r"Line 10 .*longer than"):
        read_journal(path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 4 * LONGEST_LINE


def test_a_line_that_would_be_too_long_is_not_written():
    """Nobody could read it again."""
    with pytest.raises(JournalError, match="shorter strings"):
        lines_of(SearchEnded("x" * LONGEST_LINE))


def test_lines_are_plain_json():
    """Any reader of JSON can read them, in one encoding."""
    for line in lines_of(*EVENTS, proposed(2, name="é\ud800")):
        assert line.isascii()
        assert json.loads(line)["event"]
