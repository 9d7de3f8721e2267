"""Which call runs in which process: notes that workers leave in a folder.

A backend tells that a worker has died, not what it was running. So each call leaves
word of its process while it runs. When a process has died, whatever it had left word of
is to blame, and nothing else.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from skhpo._compat._folders import temporary_folder
from skhpo._compat._quarantine import Call

__all__ = ["Notes"]


class Notes:
    """The folder of the notes of one session."""

    def __init__(self) -> None:
        self._exit_stack = contextlib.ExitStack()
        self._folder = self._exit_stack.enter_context(temporary_folder())

    def signed(self, ticket: int, calls: Sequence[Call]) -> list[Call]:
        """Return the calls of a batch such that each leaves a note while it runs."""
        note = str(self._path(ticket))
        return [
            (_run_signed, (note, position, *call), {})
            for position, call in enumerate(calls)
        ]

    def look_up(self, ticket: int) -> tuple[int, int] | None:
        """Return the process that runs a batch, and the position of the call.

        None where it runs nothing of the batch, or nobody knows.
        """
        # The note is missing, or empty, when the call has not begun or is over.
        with contextlib.suppress(OSError, ValueError):
            process, position = self._path(ticket).read_text().split()
            return int(process), int(position)
        return None

    def close(self) -> None:
        """Remove the folder."""
        self._exit_stack.close()

    def _path(self, ticket: int) -> Path:
        """Return where the note of a batch is."""
        return Path(self._folder, str(ticket))


def _run_signed(
    note: str,
    position: int,
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    """Run a call in a worker with a note of its process beside it."""
    # The folder is gone when the driver has given up this task.
    with contextlib.suppress(OSError):
        Path(note).write_text(f"{os.getpid()} {position}")
    try:
        return function(*args, **kwargs)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(note)
