"""Ends an evaluation that runs away, in the worker process that runs it.

There are two lines of defence:

1. An alarm signal, where the platform has it, raises `RanAway` in the evaluation. That
   costs nothing but the evaluation: the worker goes on. The interpreter handles a
   signal between two steps of Python, so a fit that sleeps, or iterates in Python, ends
   at once; one that is within compiled code ends when it comes back.
2. From a second later on the driver, which finds the process by a file that the
   evaluation leaves behind, kills the worker. Not the worker itself: a watchdog thread
   of Python would wait for an interpreter that the fit may hold, and the one of
   `faulthandler` waits for ever in a process that was forked while another one ran.

A thread cannot be ended from outside, so neither line exists for the backends that
evaluate in threads of the caller's process.
"""

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

# For the alarm to be handled, before the whole process is ended.
_GRACE_SECONDS = 1.0


class RanAway(BaseException):
    """Raised in an evaluation whose time is up.

    It is no `Exception`, so that neither the estimator nor scikit-learn takes it for
    an error of its own, tries something else and goes on.
    """


@dataclass(frozen=True)
class FitTimer:
    """How long an evaluation may take, and where to leave word of its process.

    .. versionadded:: 0.1

    Parameters
    ----------
    seconds : float
        The limit.

    note : str
        Path of a file, which holds the number of the process while the evaluation
        runs.

    Examples
    --------
    >>> import os, tempfile
    >>> from skhpo.engine import FitTimer
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     timer = FitTimer(60.0, os.path.join(folder, "note"))
    ...     with timer.running():
    ...         print(os.listdir(folder))
    ...     print(os.listdir(folder))
    ['note']
    []
    """

    seconds: float
    note: str

    @property
    def seconds_to_death(self) -> float:
        """Seconds after which the process is to be killed."""
        return self.seconds + _GRACE_SECONDS

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Leave word of the process, and raise `RanAway` if the block takes too long.

        Yields
        ------
        None
            Nothing.
        """
        note = Path(self.note)
        note.write_text(str(os.getpid()))
        try:
            with _alarm(self.seconds):
                yield
        finally:
            note.unlink(missing_ok=True)


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Have `RanAway` raised after so many seconds, where that can be."""
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or not hasattr(signal, "setitimer"):
        yield
        return
    previous = signal.signal(signal.SIGALRM, _run_away)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, previous)


def _run_away(signal_number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    """Handle the alarm."""
    raise RanAway
