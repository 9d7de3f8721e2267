"""The file that only grows."""

import os

import pytest

from skhpo.journal._appended import AppendedFile


@pytest.fixture
def path(tmp_path):
    """Where the file is."""
    return tmp_path / "search.jsonl"


def test_lines_are_there_at_once(path):
    """For everybody who reads, before the disk has confirmed them."""
    file = AppendedFile(path, 0)
    file.append([b"one\n", b"two\n"])
    assert path.read_bytes() == b"one\ntwo\n"
    file.append([b"three\n"])
    file.close()
    assert path.read_bytes() == b"one\ntwo\nthree\n"


def test_what_is_torn_is_cut_off(path):
    """Then lines are appended."""
    path.write_bytes(b"one\ntw")
    file = AppendedFile(path, 4)
    file.append([b"three\n"])
    file.close()
    assert path.read_bytes() == b"one\nthree\n"


def test_the_disk_has_all_when_the_file_is_closed(path, monkeypatch):
    """Each confirmation is for all that was appended before it."""
    sizes = []
    monkeypatch.setattr(os, "fsync", lambda number: sizes.append(os.fstat(number)))
    file = AppendedFile(path, 0)
    for _ in range(50):
        file.append([b"line\n"])
    file.sync()
    assert sizes[-1].st_size == 250
    file.append([b"line\n"])
    file.close()
    assert sizes[-1].st_size == 255
    assert len(sizes) <= 52 + 1  # one more for the folder


@pytest.mark.parametrize("method", ["sync", "close"])
def test_a_disk_that_fails_is_told_of(path, monkeypatch, method):
    """Nobody goes on in the belief that all is safe."""

    def fail(number):  # noqa: ARG001
        raise OSError("no space left on device")

    file = AppendedFile(path, 0)
    monkeypatch.setattr(os, "fsync", fail)
    file.append([b"line\n"])
    with pytest.raises(OSError, match="no space left"):
        getattr(file, method)()
    if method == "sync":
        with pytest.raises(OSError, match="no space left"):
            file.close()
