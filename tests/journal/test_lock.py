"""The lock that keeps two searches off one journal."""

import os
import subprocess
import sys
import threading

import pytest

from skhpo.exceptions import JournalError
from skhpo.journal._lock import locked

# Takes the lock of the journal named on the command line, says so, and waits.
HOLDER = """
import sys, skhpo
from skhpo.journal._lock import locked
with locked(sys.argv[1]):
    print("locked", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path):
    """A journal, which need not be there."""
    return tmp_path / "search.jsonl"


@pytest.fixture
def holder(path):
    """Another process that holds the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, os.fspath(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert process.stdout.readline().strip() == b"locked"
    yield process
    process.kill()
    process.communicate(timeout=60)


def hold(path):
    """Take the lock and let go of it."""
    with locked(path):
        pass


def test_the_lock_file_is_gone_afterwards(path):
    """Nothing is left beside the journal, and the lock can be taken again."""
    for _ in range(2):
        with locked(path):
            assert os.listdir(path.parent) == ["search.jsonl.lock"]
        assert os.listdir(path.parent) == []


def test_two_searches_of_one_process_are_kept_apart(path):
    """By whatever name they know the journal, and in whatever thread they are."""
    errors = []

    def try_it():
        try:
            hold(os.path.relpath(path))
        except JournalError as error:
            errors.append(str(error))

    with locked(path):
        thread = threading.Thread(target=try_it)
        thread.start()
        thread.join()
    assert len(errors) == 1
    assert "in use by another search, of this process" in errors[0]
    hold(path)


def test_journals_have_locks_of_their_own(path):
    """Two journals in one folder are no matter."""
    with locked(path), locked(path.with_name("other.jsonl")):
        assert len(os.listdir(path.parent)) == 2


def test_another_process_is_kept_away(path, holder):
    """The message says which one has the journal."""
    with pytest.raises(JournalError, match=f"search, of process {holder.pid}"):
        hold(path)
    holder.communicate(timeout=60)
    hold(path)


def test_the_lock_of_a_killed_process_is_free(path, holder):
    """Although its file is still there."""
    holder.kill()
    holder.wait(60)
    assert path.with_name("search.jsonl.lock").exists()
    hold(path)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_forked_worker_does_not_keep_the_lock(path):
    """It outlives a killed search."""
    reading, writing = os.pipe()
    with locked(path):
        worker = os.fork()
        if worker == 0:
            os.close(writing)
            os.read(reading, 1)
            os._exit(0)
    try:
        hold(path)
    finally:
        os.close(writing)
        os.waitpid(worker, 0)
        os.close(reading)


def test_a_journal_needs_a_folder(path):
    """The message says what to do."""
    with pytest.raises(JournalError, match="in a folder that exists"):
        hold(path.parent / "missing" / "search.jsonl")
