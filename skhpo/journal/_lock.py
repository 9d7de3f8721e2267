"""A lock that keeps two searches off one journal.

Beside the journal lies a file that whoever writes to the journal has locked. The
operating system takes the lock back when the process ends, however it ends, so the
file that a killed process leaves stands in nobody's way.
"""

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from skhpo.exceptions import JournalError

if sys.platform == "win32":
    import msvcrt

    # Beyond what is written there: Windows lets nobody read what is locked.
    _BYTE = 2**30

    def _try_lock(descriptor: int) -> None:
        """Lock the file or raise OSError."""
        os.lseek(descriptor, _BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)
else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        """Lock the file or raise OSError.

        Not by `flock`: that lock would live on in worker processes that were forked,
        when the search itself has long been killed.
        """
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


# The system knows whole processes only; this is for the searches of one. It says which
# process, since a forked one begins with a copy.
_held: set[tuple[int, str]] = set()
_held_guard = threading.Lock()


@contextlib.contextmanager
def locked(path: str | os.PathLike[str]) -> Iterator[None]:
    """Hold the lock of a journal.

    Parameters
    ----------
    path : str or path
        The journal.

    Raises
    ------
    JournalError
        If another search holds it, or if there can be no lock.
    """
    key = os.getpid(), os.path.realpath(path)
    with _held_guard:
        if key in _held:
            raise _in_use(path, "this process")
        _held.add(key)
    try:
        lock = Path(f"{key[1]}.lock")
        descriptor = _acquire(lock, path)
        try:
            yield
        finally:
            _release(lock, descriptor)
    finally:
        with _held_guard:
            _held.discard(key)


def _acquire(lock: Path, path: str | os.PathLike[str]) -> int:
    """Open and lock the file, and write down who has done so."""
    while True:
        try:
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise JournalError(
                f"The journal {str(path)!r} needs a file beside it, {lock.name!r}. "
                f"Got: {error}. Name a journal in a folder that exists and can be "
                "written to."
            ) from error
        try:
            _lock_or_refuse(descriptor, path)
            if _is_still(lock, descriptor):
                os.ftruncate(descriptor, 0)
                os.write(descriptor, f"process {os.getpid()}".encode())
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        # Whoever held it before has removed the file in the meantime.
        os.close(descriptor)


def _lock_or_refuse(descriptor: int, path: str | os.PathLike[str]) -> None:
    """Lock the file; JournalError if that is not possible."""
    try:
        _try_lock(descriptor)
    except (BlockingIOError, PermissionError):
        holder = os.read(descriptor, 100).decode("ascii", "replace")
        raise _in_use(path, holder or "another process") from None
    except OSError as error:
        raise JournalError(
            f"The journal {str(path)!r} must lie where files can be locked. Got: "
            f"{error}. Name a journal on a local disk."
        ) from error


def _is_still(lock: Path, descriptor: int) -> bool:
    """Whether a file that was opened is still the one of its name."""
    try:
        return os.path.samestat(lock.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _release(lock: Path, descriptor: int) -> None:
    """Remove the file while it is locked, then let go of it."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            lock.unlink()
        os.close(descriptor)
    else:
        # An open file cannot be removed here, nor one that the next has opened.
        os.close(descriptor)
        with contextlib.suppress(OSError):
            lock.unlink()


def _in_use(path: str | os.PathLike[str], holder: str) -> JournalError:
    """Return the error for a journal that another search writes to."""
    return JournalError(
        f"The journal {str(path)!r} is in use by another search, of {holder}. Wait "
        "for it to end, or name another file as 'journal'."
    )
