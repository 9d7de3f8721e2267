"""Which of several calls killed the worker? Each suspect is run again on its own.

When a worker process dies, joblib's backends tell that something was lost, not
which call is to blame: loky breaks every future, a `multiprocessing.Pool` just
never answers. Where the session knows what ran in the process that died
(`skhpo._compat._notes`), the rest is innocent. Otherwise all calls that were in flight
are suspects. They are run again one at a time, while nothing else is in flight: a call
during which a worker dies then is the culprit and counts as lost; all others keep their
results. A batch is taken apart for this and put together again afterwards.

This module only keeps the books, in the thread of the caller; `_joblib` runs the
calls.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Batch", "Call", "Completed", "Quarantine", "Watch"]

Call = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]


@dataclass(eq=False)
class Batch:
    """Calls that travel to a worker together.

    Attributes
    ----------
    key : hashable
        The caller's name for it.
    calls : tuple of (callable, args, kwargs)
        What is run.
    watch : Watch or None
        For a single call that may run away.
    n_losses : int
        How often it was lost with a worker that it has not killed, as far as is known.
    n_deaths : int
        How often a worker has died while it ran the batch.
    """

    key: Hashable
    calls: tuple[Call, ...]
    watch: Watch | None = None
    n_losses: int = 0
    n_deaths: int = 0


@dataclass
class Watch:
    """How the pool knows that a batch of a single call takes too long.

    Attributes
    ----------
    note : str
        Path of a file that the call makes when it begins, with the number of its
        process, and removes when it ends.
    seconds : float
        After so many the process is killed.
    result : object
        What then stands in the place of the call's result.
    has_killed : bool
        Whether that has happened.
    """

    note: str
    seconds: float
    result: Any
    has_killed: bool = False

    def kill_if_overdue(self) -> None:
        """Kill the process in which the call runs, if it has run for too long."""
        note = Path(self.note)
        # It is missing, or empty, when the call has not begun or is over.
        with contextlib.suppress(OSError, ValueError):
            if (
                not self.has_killed
                and time.time() - note.stat().st_mtime > self.seconds
            ):
                # Windows has no SIGKILL; any signal is one there.
                deadly = getattr(signal, "SIGKILL", signal.SIGTERM)
                os.kill(int(note.read_text()), deadly)
                self.has_killed = True


@dataclass(frozen=True)
class Completed:
    """What became of one batch.

    Attributes
    ----------
    key : hashable
        The key that the batch was submitted with.
    results : list or None
        What the calls returned, in their order; a `WorkerLostError` instance stands
        in the place of each call that killed its worker. None where `error` is set.
    error : BaseException or None
        An exception that was raised by a call, or by joblib on the way to the worker
        and back (a `PicklingError` of arguments or results, say). It is None where
        calls were lost with their worker: those are told apart call by call in
        `results`.
    """

    key: Hashable
    results: list[Any] | None
    error: BaseException | None


@dataclass
class _Suspect:
    """A batch whose calls are run one by one, and the results so far."""

    batch: Batch
    losses: Mapping[int, Any]
    results: list[Any] = field(default_factory=list)

    def skip_lost(self) -> None:
        """Fill in what stands for calls that need not run again."""
        while len(self.results) in self.losses:
            self.results.append(self.losses[len(self.results)])

    @property
    def is_settled(self) -> bool:
        """Whether all calls have a result."""
        return len(self.results) == len(self.batch.calls)


class Quarantine:
    """The suspects of worker deaths, handed out one call at a time."""

    def __init__(self) -> None:
        self._suspects: deque[_Suspect] = deque()
        self._running: Batch | None = None

    def __len__(self) -> int:
        """Count the batches that are not yet settled, the running one included."""
        return len(self._suspects)

    def admit(
        self, batch: Batch, losses: Mapping[int, Any] | None = None
    ) -> Completed | None:
        """Put a batch under suspicion; return it where nothing of it has to run.

        Calls that are known to have killed a worker have an entry in `losses`, with
        what stands in the place of their result.
        """
        suspect = _Suspect(batch, losses or {})
        suspect.skip_lost()
        if suspect.is_settled:
            return Completed(batch.key, suspect.results, None)
        self._suspects.append(suspect)
        return None

    def is_running(self, batch: Batch) -> bool:
        """Tell whether this is the one-call batch that was handed out last."""
        return batch is self._running

    def next_batch(self) -> Batch:
        """Hand out the next suspected call as a batch of its own."""
        assert self._running is None, "a suspect must run alone"
        suspect = self._suspects[0]
        call = suspect.batch.calls[len(suspect.results)]
        self._running = Batch(
            suspect.batch.key, (call,), suspect.batch.watch, suspect.batch.n_losses
        )
        return self._running

    def repeat(self) -> None:
        """Have the running call handed out once more."""
        assert self._running is not None, "nothing runs"
        self._suspects[0].batch.n_losses += 1
        self._running = None

    def settle(
        self, results: list[Any] | None, error: BaseException | None
    ) -> Completed | None:
        """Book what came of the running call; return its batch when that is done."""
        suspect = self._suspects[0]
        self._running = None
        if results is not None:
            suspect.results.extend(results)
            suspect.skip_lost()
            if not suspect.is_settled:
                return None
        self._suspects.popleft()
        # An error of one call is an error of its batch, as without quarantine.
        whole = None if error is not None else suspect.results
        return Completed(suspect.batch.key, whole, error)
