"""Temporary folders do not outlive the search that made them."""

import subprocess
import sys
import time
from pathlib import Path

from skhpo._compat._folders import temporary_folder

WAITING = """
import sys, time
from skhpo._compat._folders import temporary_folder
with temporary_folder(directory=sys.argv[1]) as folder:
    print(folder, flush=True)
    time.sleep(60)
"""


def test_a_folder_is_gone_when_it_is_left(tmp_path):
    """With what is in it, by whatever way it is left."""
    try:
        with temporary_folder("models-", tmp_path) as folder:
            Path(folder, "model").write_text("trained")
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        assert list(tmp_path.iterdir()) == []


def test_a_killed_process_leaves_no_folder(tmp_path):
    """Soon after it and its workers are gone."""
    process = subprocess.Popen(
        [sys.executable, "-c", WAITING, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        folder = Path(process.stdout.readline().strip())
        assert folder.is_dir()
        process.kill()
    deadline = time.monotonic() + 60
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not folder.exists()
