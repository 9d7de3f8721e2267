"""A file that only grows, and is on the disk a moment after it has grown."""

import contextlib
import os
import threading
from collections.abc import Sequence
from pathlib import Path


class AppendedFile:
    """Appends to a file at once, and has the disk confirm it in the background.

    Waiting for a disk takes some milliseconds, as long as many a fit, so nobody waits:
    what arrives while the disk is busy is confirmed together, by a thread of its own.
    What was appended is in the hands of the operating system when `append` returns, so
    it survives the end of the process, by whatever signal. It survives the loss of
    power once it was confirmed: when `sync` or `close` has returned.

    Parameters
    ----------
    path : str or path
        The file; it is made if it does not exist.

    n_bytes : int
        How much of it is to be kept; the rest is cut off.
    """

    def __init__(self, path: str | os.PathLike[str], n_bytes: int) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        self._descriptor = os.open(path, flags, 0o666)
        os.ftruncate(self._descriptor, n_bytes)
        sync_folder(Path(path).parent)
        self._changed = threading.Condition()
        self._n_appended = 0
        self._n_confirmed = 0
        self._is_closing = False
        self._error: OSError | None = None
        self._thread = threading.Thread(
            target=self._confirm, name="skhpo-journal", daemon=True
        )
        self._thread.start()

    def append(self, lines: Sequence[bytes]) -> None:
        """Append lines.

        Parameters
        ----------
        lines : sequence of bytes
            Each with its newline.

        Raises
        ------
        OSError
            If they, or some before them, could not be written.
        """
        left = memoryview(b"".join(lines))
        while left:
            left = left[os.write(self._descriptor, left) :]
        with self._changed:
            self._raise_error()
            self._n_appended += 1
            self._changed.notify_all()

    def sync(self) -> None:
        """Wait until the disk has all that was appended.

        Raises
        ------
        OSError
            If it has not.
        """
        with self._changed:
            n_appended = self._n_appended
            self._changed.wait_for(
                lambda: self._n_confirmed >= n_appended or self._error is not None
            )
            self._raise_error()

    def close(self) -> None:
        """Wait until the disk has all, then close the file.

        Raises
        ------
        OSError
            If it has not; the file is closed all the same.
        """
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        self._thread.join()
        os.close(self._descriptor)
        self._raise_error()

    def _confirm(self) -> None:
        """Confirm what was appended; what the thread runs."""
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._is_closing or self._n_appended > self._n_confirmed
                )
                n_appended = self._n_appended
                if n_appended == self._n_confirmed:
                    return
            try:
                os.fsync(self._descriptor)
            except OSError as error:
                with self._changed:
                    self._error = error
                    self._changed.notify_all()
                return
            with self._changed:
                self._n_confirmed = n_appended
                self._changed.notify_all()

    def _raise_error(self) -> None:
        """Raise what the thread has met."""
        if self._error is not None:
            raise self._error


def sync_folder(folder: str | os.PathLike[str]) -> None:
    """Have the disk confirm which files are in a folder, where a system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
