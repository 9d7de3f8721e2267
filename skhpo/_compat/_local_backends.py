"""Sessions of joblib's own backends, whose workers are on this machine."""

from __future__ import annotations

import contextlib
import queue
import signal
import time
from collections.abc import Collection, Iterable, Sequence
from multiprocessing.process import BaseProcess
from typing import Any

from joblib import Parallel
from joblib.externals.loky.process_executor import (
    ShutdownExecutorError,
    TerminatedWorkerError,
)

from skhpo._compat._notes import Notes
from skhpo._compat._quarantine import Call
from skhpo._compat._session import Death, Outcome, Session

__all__ = ["LokySession", "MultiprocessingSession", "SequentialSession"]

# What others end a process with: the system where memory is short, or a user. Signals
# are negative exit codes.
_ENDED_FROM_OUTSIDE = (-getattr(signal, "SIGKILL", signal.SIGTERM), -signal.SIGTERM)


_SECONDS_FOR_EXIT_CODE = 1.0


class SequentialSession(Session):
    """Runs every batch at once, in the thread of the caller."""

    def submit(self, ticket: int, calls: Sequence[Call]) -> None:
        """Run the calls here and now; an interruption goes to the caller."""
        try:
            results = [function(*args, **kwargs) for function, args, kwargs in calls]
        except Exception as error:
            self._outcomes.put(Outcome(ticket, None, error))
        else:
            self._outcomes.put(Outcome(ticket, results, None))


class _ProcessSession(Session):
    """Worker processes that leave word of what they run."""

    def __init__(self, parallel: Parallel) -> None:
        super().__init__(parallel)
        self._notes = Notes()
        self._exit_codes: dict[int, int] = {}

    def close(self) -> None:
        """Close the backend and remove the notes."""
        try:
            super().close()
        finally:
            self._notes.close()

    def submit(self, ticket: int, calls: Sequence[Call]) -> None:
        """Have the worker leave word while it runs a call."""
        super().submit(ticket, self._notes.signed(ticket, calls))

    def find_deaths(
        self,
        tickets: Collection[int],
        cause: BaseException | None,  # noqa: ARG002
    ) -> dict[int, Death]:
        """Look up what ran in the processes that have ended by themselves."""
        deaths = {}
        for ticket in tickets:
            process, position = self._notes.look_up(ticket) or (None, None)
            if process in self._exit_codes:
                code = self._exit_codes[process]
                is_crash = code not in _ENDED_FROM_OUTSIDE
                deaths[ticket] = Death(position, is_crash, _in_words(code))
        return deaths

    def _note_exit_codes(self, processes: Iterable[BaseProcess]) -> None:
        """Remember which processes have ended, before we end the others."""
        for process in processes:
            if process.pid is not None and process.exitcode is not None:
                self._exit_codes[process.pid] = process.exitcode


class LokySession(_ProcessSession):
    """Workers of a loky executor, which is one object for the whole process.

    Another search, in another thread, may use it as well. Its broken workers are ours
    too, and when it is interrupted it ends all of them.
    """

    def abort(self) -> None:
        """Kill the workers, unless that was begun before."""
        executor = self._backend._workers
        if executor is None:
            return
        # loky clears its tasks before the queue of their numbers; were a number left,
        # the thread that manages the executor would die of a KeyError.
        with contextlib.suppress(queue.Empty):
            while True:
                executor._work_ids.get_nowait()
        super().abort()

    def is_worker_loss(self, error: BaseException) -> bool:
        """Tell whether a worker died, or another search has ended all of them."""
        return isinstance(error, TerminatedWorkerError | ShutdownExecutorError)

    def _collect(self, ticket: int, out: Any) -> None:
        """Put a finished task on the queue, or what the executor died of.

        When a worker has died, this is called for all tasks in flight before loky
        kills the other workers. So those that have an exit code now have died first.
        """
        executor = self._backend._workers
        if executor is not None and isinstance(out.exception(), TerminatedWorkerError):
            processes = list(executor._processes.values())
            self._note_exit_codes(processes)
            # The system may be slow to tell; not for the second task of the executor.
            deadline = time.monotonic() + _SECONDS_FOR_EXIT_CODE
            while not self._exit_codes and time.monotonic() < deadline:
                time.sleep(0.01)
                self._note_exit_codes(processes)
        # Not the backend's own method, which hides that the executor was shut down.
        self._collect_from(ticket, out.result)

    def _select_temporary_folder(self) -> None:
        """Have arrays memmapped to the folder of this session.

        Called when a task is pickled, in the one thread of the executor that does so.
        The folder belongs to the session and not to the task, so that an array is
        written once, however many tasks refer to it.
        """
        workers = self._backend._workers
        if workers is not None:
            workers._temp_folder_manager.set_current_context(self._parallel._id)


class MultiprocessingSession(_ProcessSession):
    """A `multiprocessing.Pool`, which loses a task silently when its worker dies."""

    def start(self) -> None:
        """Remember the workers, to see when one is replaced."""
        super().start()
        self._processes = self._look_up_processes()

    def replace_workers(self) -> None:
        """Start another pool."""
        self._note_exit_codes(self._processes)
        super().replace_workers()
        self._processes = self._look_up_processes()

    def has_lost_worker(self) -> bool:
        """Look whether the pool has replaced a worker, or is about to."""
        return self._look_up_processes() != self._processes

    def _look_up_processes(self) -> list[BaseProcess]:
        """Return the workers."""
        # A copy: a thread of the pool exchanges dead workers in this list.
        return list(self._backend._pool._pool)


def _in_words(exit_code: int) -> str:
    """Return what an exit code means."""
    with contextlib.suppress(ValueError):
        return f"It was ended by {signal.Signals(-exit_code).name}."
    return f"Its exit code was {exit_code}."
