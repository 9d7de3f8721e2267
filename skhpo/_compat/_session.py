"""An open joblib backend: submit batches to it, collect their outcomes.

What `Session` does is right for any backend that follows joblib's protocol; what
single backends need beyond that is in `skhpo._compat._backends`. These two modules
are the only ones that touch private names of joblib.

Threads
-------
All methods are called by the thread that opened the session, except those named
``_collect*`` and `Session._select_temporary_folder`. Those run in threads of the
backend: a callback thread of the loky executor or of a `multiprocessing.Pool`, a
worker thread, the event loop of dask, one thread a task for ray. They take a result
out of its envelope, as joblib does there, and put it on a `queue.SimpleQueue`, the
only object that both sides change; so no locks are needed. Signals arrive in the main
thread only: an exception caught by a ``_collect*`` method is never an interruption of
the caller.
"""

from __future__ import annotations

import contextlib
import queue
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any, NamedTuple

from joblib import Parallel
from joblib._parallel_backends import (
    LokyBackend,
    MultiprocessingBackend,
    ParallelBackendBase,
    SequentialBackend,
    ThreadingBackend,
)
from joblib._utils import _retrieve_traceback_capturing_wrapped_call
from joblib.externals.loky.process_executor import TerminatedWorkerError
from joblib.parallel import BatchedCalls

from skhpo._compat._quarantine import Call

__all__ = ["Death", "Outcome", "PollingSession", "Session", "is_joblibs_own"]


class Outcome(NamedTuple):
    """What came of a submitted batch: results or an error."""

    ticket: int
    results: list[Any] | None
    error: BaseException | None


class Death(NamedTuple):
    """A worker died while it ran a batch.

    Attributes
    ----------
    position : int or None
        Which call of the batch it ran, where that is known.
    is_crash : bool
        Whether it ended itself. One that was killed from outside, for taking too much
        memory or with its machine, may do better the next time.
    reason : str
        What is known of its end.
    """

    position: int | None
    is_crash: bool
    reason: str


def is_joblibs_own(backend: ParallelBackendBase) -> bool:
    """Tell joblib's own backends, which are all local, from others."""
    # Exactly these: a heir of joblib's classes may run anywhere, as ray's does.
    return type(backend) in (
        SequentialBackend,
        ThreadingBackend,
        LokyBackend,
        MultiprocessingBackend,
    )


class Session:
    """An open joblib backend, of joblib itself or any other."""

    # Whether the death of a worker ends all that is in flight.
    loses_all_in_flight = True

    # Whether a call has the memory of the workers to itself when it is run alone.
    is_one_machine = True

    def __init__(self, parallel: Parallel) -> None:
        self._parallel = parallel
        self._backend = parallel._backend
        self._outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self._pickle_cache: dict[Any, Any] = {}
        self._exit_stack = contextlib.ExitStack()
        self.n_workers = 0

    @property
    def name(self) -> str:
        """The class name of the backend, for messages."""
        return type(self._backend).__name__

    @property
    def shares_memory(self) -> bool:
        """Whether tasks run in this process."""
        return isinstance(self._backend, SequentialBackend | ThreadingBackend)

    @property
    def is_local(self) -> bool:
        """Whether tasks are known to run on this machine."""
        return is_joblibs_own(self._backend)

    def start(self) -> None:
        """Do what `Parallel.__call__` does before its first task."""
        self.n_workers = int(self._parallel._effective_n_jobs())
        if self.n_workers == 0:
            raise RuntimeError(
                f"The joblib backend {self.name} must have an active worker. Got 0 "
                "workers. Start some before fitting, or choose another backend with "
                "joblib.parallel_config."
            )
        self._backend.start_call()
        # Tells Parallel.__exit__ to call `stop_call`, as after its own __call__.
        self._parallel._calling = True
        # Inside a dask worker, the thread that waits must leave the thread pool, or
        # the tasks it waits for could lack its slot.
        self._exit_stack.enter_context(self._backend.retrieval_context())

    def close(self) -> None:
        """Close the backend and remove its temporary files."""
        try:
            self._exit_stack.close()
        finally:
            self._parallel.__exit__(None, None, None)

    def abort(self) -> None:
        """Stop the running tasks; the session is good only to be closed then."""
        self._backend.abort_everything(ensure_ready=False)

    def replace_workers(self) -> None:
        """Start anew after a worker died; what was in flight is gone."""
        # Not abort_everything(ensure_ready=True), which opens loky again with
        # joblib's default memmapping instead of the caller's.
        self.abort()
        self._parallel._initialize_backend()

    def submit(self, ticket: int, calls: Sequence[Call]) -> None:
        """Run the calls in one task; never raises what a task may be guilty of."""
        task = BatchedCalls(
            calls,
            self._backend.get_nested_backend(),
            self._select_temporary_folder,
            self._pickle_cache,
        )
        try:
            self._submit_task(ticket, task)
        except Exception as error:
            # A loky worker has died since the last look at the queue; or ray, which
            # pickles in this thread, could not pickle the arguments.
            self._outcomes.put(Outcome(ticket, None, error))

    def next_outcome(self, timeout: float) -> Outcome | None:
        """Wait for a task to finish; return None when the time is over."""
        try:
            return self._outcomes.get(timeout=timeout)
        except queue.Empty:
            return None

    def is_worker_loss(self, error: BaseException) -> bool:
        """Tell whether a task failed because its worker died.

        The class above it, BrokenProcessPool, also stands for a task that a worker
        could not unpickle. That says nothing of the candidate and would happen again,
        so it has to reach the user.
        """
        return isinstance(error, TerminatedWorkerError)

    def has_lost_worker(self) -> bool:
        """Look for the death of a worker that no outcome will tell of."""
        return False

    def find_deaths(
        self,
        tickets: Collection[int],  # noqa: ARG002
        cause: BaseException | None,  # noqa: ARG002
    ) -> dict[int, Death] | None:
        """Tell which of some lost batches ran in a worker that has died.

        Called after `replace_workers`. None where any of them may have.
        """
        return None

    def check_workers(self) -> None:
        """Raise `NoWorkersError` if there has been no worker for too long.

        Called about once a second while something is in flight.
        """

    def _submit_task(self, ticket: int, task: BatchedCalls) -> Any:
        """Hand a task to the backend, with a callback that collects it."""
        submit = self._backend.submit
        if type(self._backend).submit is ParallelBackendBase.submit:
            # A backend written for joblib < 1.5, which has only `apply_async`: the
            # inherited `submit` would emit a DeprecationWarning.
            submit = self._backend.apply_async
        return submit(task, callback=partial(self._collect, ticket))

    def _select_temporary_folder(self) -> None:
        """Choose where large arrays are written when a task is pickled."""

    def _collect(self, ticket: int, out: Any) -> None:
        """Put a finished task on the queue."""
        self._collect_from(ticket, partial(self._backend.retrieve_result_callback, out))

    def _collect_from(self, ticket: int, retrieve: Callable[[], list[Any]]) -> None:
        """Put on the queue what `retrieve` returns or raises."""
        try:
            outcome = Outcome(ticket, retrieve(), None)
        except BaseException as error:
            # The frames of this thread say nothing to the reader and would keep the
            # backend alive.
            error.__traceback__ = None
            outcome = Outcome(ticket, None, error)
        self._outcomes.put(outcome)


class PollingSession(Session):
    """A backend of the time before joblib 1.3, which calls back without the result."""

    def __init__(self, parallel: Parallel) -> None:
        super().__init__(parallel)
        self._jobs: dict[int, Any] = {}

    def next_outcome(self, timeout: float) -> Outcome | None:
        """Fetch the result here: the callback may come before the job is known."""
        outcome = super().next_outcome(timeout)
        job = self._jobs.pop(outcome.ticket, None) if outcome else None
        if outcome is None or outcome.error is not None or job is None:
            return outcome
        try:
            out = self._backend.retrieve_result(job)
            results = _retrieve_traceback_capturing_wrapped_call(out)
        except Exception as error:
            return Outcome(outcome.ticket, None, error)
        return Outcome(outcome.ticket, results, None)

    def _submit_task(self, ticket: int, task: BatchedCalls) -> None:
        """Keep the job for `next_outcome`."""
        self._jobs[ticket] = super()._submit_task(ticket, task)

    def _collect(self, ticket: int, out: Any) -> None:  # noqa: ARG002
        """Put on the queue that the job is done."""
        self._outcomes.put(Outcome(ticket, None, None))
