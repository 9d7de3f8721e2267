"""Sessions of clusters, whose workers come and go: dask and ray."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import uuid4

from joblib import Parallel, parallel_config
from joblib._utils import _TracebackCapturingWrapper

from skhpo._compat._quarantine import Call
from skhpo._compat._session import Death, Outcome, Session
from skhpo._compat._shared_data import Store, call_with, take_out
from skhpo.exceptions import NoWorkersError

__all__ = ["ClusterSession", "DaskSession", "RaySession", "is_named"]

# How long a cluster may be without a worker before the search ends.
_PATIENCE_SECONDS = 50.0

_SECONDS_BETWEEN_COUNTS = 1.0
_SECONDS_TO_ANSWER = 5.0
_MOST_SECONDS_BETWEEN_LOOKS = 10.0


def is_named(kind: type, *names: str) -> bool:
    """Tell whether a class, or one it inherits from, has one of these names.

    By name, since neither dask nor ray need be installed.
    """
    return any(cls.__name__ in names for cls in kind.__mro__)


class ClusterSession(Session):
    """Workers that are lost one by one, and replaced by the cluster."""

    loses_all_in_flight = False
    is_one_machine = False

    def __init__(self, parallel: Parallel) -> None:
        super().__init__(parallel)
        self._seconds_without = 0.0
        self._last_look = time.monotonic()

    @property
    def _patience(self) -> float:
        """Seconds that the cluster may be without a worker."""
        return _PATIENCE_SECONDS

    def check_workers(self) -> None:
        """Raise `NoWorkersError` if there has been no worker for too long."""
        if self._seconds_without > self._patience:
            raise NoWorkersError(
                "A search needs a worker that runs. The cluster of the joblib backend "
                f"{self.name} has had none for {self._seconds_without:.0f} seconds. "
                "Start workers and call fit again; what is complete is in cv_results_ "
                "and history_. For dask, wait_for_workers_timeout in "
                "joblib.parallel_config says how long to wait for workers."
            )

    def _note_workers(self, *, are_there: bool) -> None:
        """Add up the time without workers; to be called every few seconds."""
        now = time.monotonic()
        # While this process was stopped, nobody looked.
        passed = min(now - self._last_look, _MOST_SECONDS_BETWEEN_LOOKS)
        self._seconds_without = 0.0 if are_there else self._seconds_without + passed
        self._last_look = now


class _DataLostError(Exception):
    """A task could not run because data went away with a worker."""


class DaskSession(ClusterSession):
    """Workers of a dask cluster.

    The joblib backend of dask tells nothing of a task whose worker was killed, or
    whose arguments or results cannot be pickled. So tasks go to the dask client
    directly, and what is large in them is sent to the workers once.

    The methods that are coroutines run in the event loop of the client.
    """

    def __init__(self, parallel: Parallel) -> None:
        super().__init__(parallel)
        self._futures: dict[int, Any] = {}
        # What was sent, by its id; the thing itself is kept so that the id is not used
        # again. A new dict takes its place when a worker has taken data along.
        self._sent: dict[int, tuple[Any, asyncio.Task[Any]]] = {}
        self._is_open = False

    @property
    def _patience(self) -> float:
        """Seconds without a worker: more where the user waits for long at the start."""
        return max(_PATIENCE_SECONDS, self._backend.wait_for_workers_timeout or 0.0)

    def start(self) -> None:
        """Begin to count the workers."""
        super().start()
        self._is_open = True
        self._backend.client.loop.add_callback(self._count_workers)

    def close(self) -> None:
        """Stop counting, and let the workers forget the data."""
        self._is_open = False
        self._backend.client.loop.add_callback(self._sent.clear)
        super().close()

    def abort(self) -> None:
        """Cancel the tasks; one that has begun runs to its end in the dask worker."""
        self._backend.client.loop.add_callback(self._cancel)

    def replace_workers(self) -> None:
        """Leave it to dask."""

    def submit(self, ticket: int, calls: Sequence[Call]) -> None:
        """Start the task from the event loop of the client."""
        self._backend.client.loop.add_callback(self._collect_from_dask, ticket, calls)

    def is_worker_loss(self, error: BaseException) -> bool:
        """Tell whether workers died of this task, or held what it needs."""
        return isinstance(error, _DataLostError) or is_named(
            type(error), "KilledWorker"
        )

    def find_deaths(
        self,
        tickets: Collection[int],  # noqa: ARG002
        cause: BaseException | None,
    ) -> dict[int, Death] | None:
        """Absolve what has only lost its data."""
        # Of what was processed with it on the workers that died, dask tells nothing.
        return {} if isinstance(cause, _DataLostError) else None

    async def _count_workers(self) -> None:
        """Follow the number of workers."""
        while self._is_open:
            n_workers = 0
            # An error here is a scheduler that does not answer.
            with contextlib.suppress(Exception):
                cores = await asyncio.wait_for(
                    self._backend.client.scheduler.ncores(workers=None),
                    timeout=_SECONDS_TO_ANSWER,
                )
                n_workers = sum(cores.values())
            if n_workers:
                self.n_workers = n_workers
            self._note_workers(are_there=n_workers > 0)
            await asyncio.sleep(_SECONDS_BETWEEN_COUNTS)

    async def _collect_from_dask(self, ticket: int, calls: Sequence[Call]) -> None:
        """Run a task, and put on the queue what came of it."""
        try:
            sent = self._sent
            out = await self._run(ticket, calls)
        except BaseException as error:
            if is_named(type(error), "CancelledError"):
                if self._sent is sent:
                    self._sent = {}
                error = _DataLostError(str(error))
            error.__traceback__ = None
            self._outcomes.put(Outcome(ticket, None, error))
        else:
            self._collect(ticket, out)
        finally:
            self._futures.pop(ticket, None)

    async def _run(self, ticket: int, calls: Sequence[Call]) -> Any:
        """Send the large things that are not there yet, then the task."""
        taken = [take_out(call) for call in calls]
        things = [await self._send(thing) for _, large in taken for thing in large]
        name = getattr(calls[0][0], "__name__", "call")
        future = self._backend.client.submit(
            _TracebackCapturingWrapper(_run_in_dask),
            tasks=_Tasks([(call, len(large)) for call, large in taken]),
            things=things,
            key=f"{name}-{uuid4().hex}",
            **self._backend.submit_kwargs,
        )
        self._futures[ticket] = future
        return await future

    async def _send(self, thing: Any) -> Any:
        """Return the dask future of something that all workers are given once."""
        # The user may have sent it: parallel_config(backend="dask", scatter=[X, y]).
        known = self._backend.data_futures.get(id(thing))
        if known is not None:
            return known
        if id(thing) not in self._sent:
            task = asyncio.ensure_future(self._scatter(thing))
            self._sent[id(thing)] = thing, task
        return await asyncio.shield(self._sent[id(thing)][1])

    async def _scatter(self, thing: Any) -> Any:
        """Send something to all workers, as soon as there are any."""
        while True:
            # A list would be taken apart, were it not in a list itself. No hash: it
            # would read all the data, and equal data of a nested search are cancelled
            # with those of another one (dask/distributed#3703).
            with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
                (future,) = await self._backend.client.scatter(
                    [thing], broadcast=True, hash=False, asynchronous=True
                )
                return future

    async def _cancel(self) -> None:
        """Cancel all tasks."""
        with contextlib.suppress(Exception):
            futures = list(self._futures.values())
            await self._backend.client.cancel(futures, asynchronous=True)


class _Tasks:
    """The calls of a task, in a wrapping that dask does not look into.

    It would take a tuple that begins with a function for a task of its own.
    """

    def __init__(self, calls: list[tuple[Call, int]]) -> None:
        self.calls = calls


def _run_in_dask(tasks: _Tasks, things: list[Any]) -> list[Any]:
    """Run the calls of a task in a dask worker."""
    results = []
    remaining = iter(things)
    # A parallel estimator finds the cluster too.
    with parallel_config(backend="dask"):
        for call, n_things in tasks.calls:
            own = [next(remaining) for _ in range(n_things)]
            results.append(call_with(call, own))
    return results


class RaySession(ClusterSession):
    """Actors of a ray cluster, in a pool that deals tasks out in turn."""

    def __init__(self, parallel: Parallel) -> None:
        super().__init__(parallel)
        # Tickets in the order in which an actor runs them, by its index in the pool.
        self._queues: dict[int, list[int]] = defaultdict(list)
        # Where a ticket was sent, and the ticket that a dead actor was running.
        self._place: dict[int, tuple[int, str]] = {}
        self._culprits: dict[str, int] = {}
        self._store = Store(self._put, _call_with_references)
        self._starting: dict[str, Any] = {}

    def submit(self, ticket: int, calls: Sequence[Call]) -> None:
        """Send a batch to an idle actor, what is large through the object store."""
        # The pool would queue the third task behind the first, were the second done
        # or not.
        pool = self._backend._pool
        index = min(range(self.n_workers), key=lambda index: len(self._queues[index]))
        pool._current_index = (index - 1) % self.n_workers
        self._queues[index].append(ticket)
        self._place[ticket] = index, self._actor_id(index)
        super().submit(ticket, [self._store.referring(call) for call in calls])

    def next_outcome(self, timeout: float) -> Outcome | None:
        """Note that an actor is idle again, unless it has died."""
        outcome = super().next_outcome(timeout)
        if outcome is not None and not (
            outcome.error is not None and self.is_worker_loss(outcome.error)
        ):
            index, _ = self._place.pop(outcome.ticket, (-1, ""))
            with contextlib.suppress(ValueError):
                self._queues[index].remove(outcome.ticket)
        return outcome

    def find_deaths(
        self, tickets: Collection[int], cause: BaseException | None
    ) -> dict[int, Death]:
        """Blame what the actor ran, not what waited for it; start another actor."""
        reason = str(cause).partition("\n")[0]
        deaths = {}
        for ticket in tickets:
            index, actor = self._place.pop(ticket)
            if actor == self._actor_id(index):
                self._replace(index)
            if self._culprits[actor] == ticket:
                deaths[ticket] = Death(None, is_crash=False, reason=reason)
        return deaths

    def replace_workers(self) -> None:
        """Leave the other actors alone."""

    def check_workers(self) -> None:
        """See which new actors have begun to run."""
        if self._starting:
            import ray

            answers = list(self._starting.values())
            ready, _ = ray.wait(answers, num_returns=len(answers), timeout=0)
            self._starting = {
                actor: answer
                for actor, answer in self._starting.items()
                if answer not in ready
            }
        self._note_workers(are_there=len(self._starting) < self.n_workers)
        super().check_workers()

    def close(self) -> None:
        """Let the object store forget the data too."""
        self._store.clear()
        super().close()

    def is_worker_loss(self, error: BaseException) -> bool:
        """Tell whether the actor died."""
        return is_named(type(error), "RayActorError")

    def _put(self, thing: Any) -> Any:
        """Put something into the object store."""
        import ray

        return ray.put(thing)

    def _actor_id(self, index: int) -> str:
        """Return what identifies the actor that is at a place of the pool."""
        actor, _ = self._backend._pool._actor_pool[index]
        return str(actor._actor_id.hex())

    def _replace(self, index: int) -> None:
        """Put a new actor in the place of a dead one."""
        dead = self._actor_id(index)
        self._culprits[dead] = self._queues.pop(index)[0]
        self._starting.pop(dead, None)
        pool = self._backend._pool
        pool._actor_pool[index] = pool._new_actor_entry()
        actor, _ = pool._actor_pool[index]
        self._starting[self._actor_id(index)] = actor.ping.remote()


def _call_with_references(call: Call, references: list[Any]) -> Any:
    """Run a call in a ray actor."""
    import ray

    return call_with(call, ray.get(references))
