"""What each joblib backend needs beyond the common protocol; opening the active one."""

from __future__ import annotations

import contextlib
import copy
import queue
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

from joblib import Parallel
from joblib._parallel_backends import (
    LokyBackend,
    MultiprocessingBackend,
    ParallelBackendBase,
    SequentialBackend,
)
from joblib._utils import _TracebackCapturingWrapper
from joblib.parallel import BatchedCalls

from skhpo._compat._quarantine import Call
from skhpo._compat._session import Outcome, Session, is_joblibs_own

__all__ = ["open_session"]

# A cluster that gets its workers from a queue may need minutes.
_SECONDS_FOR_DASK_TO_RESTART = 600


class _SequentialSession(Session):
    """Runs every batch at once, in the thread of the caller."""

    def submit(self, ticket: int, calls: Sequence[Call]) -> None:
        """Run the calls here and now; an interruption goes to the caller."""
        try:
            results = [function(*args, **kwargs) for function, args, kwargs in calls]
        except Exception as error:
            self._outcomes.put(Outcome(ticket, None, error))
        else:
            self._outcomes.put(Outcome(ticket, results, None))


class _LokySession(Session):
    """Workers of a loky executor, which is one object for the whole process."""

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

    def _select_temporary_folder(self) -> None:
        """Have arrays memmapped to the folder of this session.

        Called when a task is pickled, in the one thread of the executor that does so.
        The folder belongs to the session and not to the task, so that an array is
        written once, however many tasks refer to it.
        """
        workers = self._backend._workers
        if workers is not None:
            workers._temp_folder_manager.set_current_context(self._parallel._id)


class _MultiprocessingSession(Session):
    """A `multiprocessing.Pool`, which loses a task silently when its worker dies."""

    def start(self) -> None:
        """Remember the workers, to see when one is replaced."""
        super().start()
        self._process_ids = self._look_up_process_ids()

    def replace_workers(self) -> None:
        """Start another pool."""
        super().replace_workers()
        self._process_ids = self._look_up_process_ids()

    def has_lost_worker(self) -> bool:
        """Look whether the pool has replaced a worker, or is about to."""
        return self._look_up_process_ids() != self._process_ids

    def _look_up_process_ids(self) -> frozenset[int]:
        """Return the process ids of the workers."""
        # A copy: a thread of the pool exchanges dead workers in this list.
        return frozenset(process.pid for process in list(self._backend._pool._pool))


class _PollingSession(Session):
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
            results = self._backend.retrieve_result(job)
        except Exception as error:
            return Outcome(outcome.ticket, None, error)
        return Outcome(outcome.ticket, results, None)

    def _submit_task(self, ticket: int, task: BatchedCalls) -> None:
        """Keep the job for `next_outcome`."""
        self._jobs[ticket] = super()._submit_task(ticket, task)

    def _collect(self, ticket: int, out: Any) -> None:  # noqa: ARG002
        """Put on the queue that the job is done."""
        self._outcomes.put(Outcome(ticket, None, None))


class _DaskSession(Session):
    """Workers of a dask cluster, which replaces the dead ones itself.

    The backend's own `submit` tells nothing of a task whose worker was killed, or
    whose arguments or results cannot be pickled. So the task goes to the dask client
    directly; of the backend remains what scatters large arguments once for all tasks.
    """

    loses_all_in_flight = False

    def __init__(self, parallel: Parallel) -> None:
        super().__init__(parallel)
        self._futures: dict[int, Any] = {}

    def abort(self) -> None:
        """Cancel the tasks; one that has begun runs to its end in the dask worker."""
        self._backend.client.cancel(list(self._futures.values()))

    def replace_workers(self) -> None:
        """Wait until dask has a worker again, for which data are to be sent anew."""
        # Large arguments are scattered once, each to one worker: maybe a dead one.
        self._backend.call_data_futures.clear()
        # Without this, sending them fails after half a minute without workers.
        self._backend.client.wait_for_workers(1, timeout=_SECONDS_FOR_DASK_TO_RESTART)

    def is_worker_loss(self, error: BaseException) -> bool:
        """Tell whether workers died of this task, or held what it needs."""
        # A task is cancelled when the only copy of an argument went with a worker.
        return _is_named(type(error), "KilledWorker", "CancelledError")

    def _submit_task(self, ticket: int, task: BatchedCalls) -> None:
        """Start the task from the event loop of the client."""
        self._backend.client.loop.add_callback(self._collect_from_dask, ticket, task)

    async def _collect_from_dask(self, ticket: int, task: BatchedCalls) -> None:
        """Run a task, and put on the queue what came of it."""
        try:
            batch, calls = await self._backend._to_func_args(task)
            future = self._backend.client.submit(
                _TracebackCapturingWrapper(batch),
                tasks=calls,
                key=f"{batch!r}-{uuid4().hex}",
                **self._backend.submit_kwargs,
            )
            self._futures[ticket] = future
            out = await future
        except BaseException as error:
            error.__traceback__ = None
            self._outcomes.put(Outcome(ticket, None, error))
        else:
            self._collect(ticket, out)
        finally:
            self._futures.pop(ticket, None)


class _RaySession(Session):
    """Actors of a ray cluster, in a pool that deals tasks out in turn."""

    def __init__(self, parallel: Parallel) -> None:
        super().__init__(parallel)
        self._actor_of: dict[int, int] = {}
        self._shared: dict[int, tuple[Any, Any]] = {}

    def submit(self, ticket: int, calls: Sequence[Call]) -> None:
        """Send a batch to an idle actor, its arrays through the object store."""
        # The pool would queue the third task behind the first, were the second done
        # or not.
        pool = self._backend._pool
        load = Counter(self._actor_of.values())
        actor = min(range(self.n_workers), key=lambda index: load[index])
        pool._current_index = (actor - 1) % self.n_workers
        self._actor_of[ticket] = actor
        super().submit(ticket, [self._with_shared_arrays(call) for call in calls])

    def next_outcome(self, timeout: float) -> Outcome | None:
        """Note that an actor is idle again."""
        outcome = super().next_outcome(timeout)
        if outcome is not None:
            self._actor_of.pop(outcome.ticket, None)
        return outcome

    def replace_workers(self) -> None:
        """Start other actors: the pool of ray keeps a dead one."""
        super().replace_workers()
        self._actor_of.clear()

    def close(self) -> None:
        """Let the object store forget the arrays too."""
        self._shared.clear()
        super().close()

    def is_worker_loss(self, error: BaseException) -> bool:
        """Tell whether the actor died."""
        return _is_named(type(error), "RayActorError")

    def _with_shared_arrays(self, call: Call) -> Call:
        """Replace arrays and data frames among the arguments by references."""
        function, args, kwargs = call
        shared_args = tuple(map(self._share, args))
        shared_kwargs = {name: self._share(value) for name, value in kwargs.items()}
        return _call_with_shared, (function, shared_args, shared_kwargs), {}

    def _share(self, argument: Any) -> Any:
        """Put an array into the object store once, however many calls take it."""
        if not hasattr(argument, "shape"):
            return argument
        if id(argument) not in self._shared:
            import ray

            # The array itself is kept too, so that its id is not used again.
            self._shared[id(argument)] = argument, ray.put(argument)
        return self._shared[id(argument)][1]


def _call_with_shared(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Call a function in a ray actor, with references replaced by what they name."""
    import ray

    def get(argument: Any) -> Any:
        return ray.get(argument) if isinstance(argument, ray.ObjectRef) else argument

    return function(*map(get, args), **{key: get(kwargs[key]) for key in kwargs})


def _is_named(kind: type, *names: str) -> bool:
    """Tell whether a class, or one it inherits from, has one of these names.

    By name, since neither dask nor ray need be installed.
    """
    return any(cls.__name__ in names for cls in kind.__mro__)


def _session_class(backend: ParallelBackendBase) -> type[Session]:
    """Return the kind of session that a backend needs."""
    if isinstance(backend, SequentialBackend):
        return _SequentialSession
    if isinstance(backend, LokyBackend):
        return _LokySession
    if _is_named(type(backend), "RayBackend"):
        return _RaySession
    if isinstance(backend, MultiprocessingBackend):
        return _MultiprocessingSession
    if hasattr(backend, "_to_func_args"):
        return _DaskSession
    return Session if backend.supports_retrieve_callback else _PollingSession


def _make_pools_multiprocessing(backend: ParallelBackendBase) -> None:
    """Undo what ray's joblib backend does to joblib's pool, for all of the process.

    It exchanges the base class by ray's pool and leaves it so: the multiprocessing
    backend would start ray actors from then on.
    """
    if isinstance(backend, MultiprocessingBackend):
        # Not at the top: these need a platform with processes.
        from multiprocessing.pool import Pool

        from joblib.pool import PicklingPool

        PicklingPool.__bases__ = (Pool,)


def open_session(n_jobs: int | None, verbose: int) -> Session:
    """Start the workers of the active joblib backend."""
    parallel = Parallel(n_jobs=n_jobs, verbose=verbose)
    if is_joblibs_own(parallel._backend):
        # The backend of a parallel_config context is one object for all Parallel
        # calls in it. One that runs while we are open (in a scorer, say) would end
        # by closing our workers.
        parallel._backend = copy.copy(parallel._backend)
        _make_pools_multiprocessing(parallel._backend)
    parallel.__enter__()
    # Only now, as opening may replace the backend: `n_jobs=1` makes it sequential.
    session = _session_class(parallel._backend)(parallel)
    try:
        session.start()
    except BaseException:
        session.close()
        raise
    return session
