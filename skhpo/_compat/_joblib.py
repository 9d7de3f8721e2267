"""A completion-driven pool of tasks over whatever joblib backend is active.

`joblib.Parallel` takes an iterator of all tasks. A search cannot give one: what it
submits next depends on the results so far. ``return_as="generator_unordered"`` is no
way around that. Its iterator is advanced in a callback thread, under the lock of
Parallel, before the finished result reaches the consumer, so that with two workers
the third task is asked for when no result is known yet; waiting inside the iterator
can deadlock; and the multiprocessing and ray backends do not offer it. So the pool
uses the layer below: Parallel opens and closes the backend and resolves ``n_jobs``
and the `joblib.parallel_config` context, and batches are submitted to the backend
itself (`skhpo._compat._backends`).

All of this module runs in the thread that entered the pool, and only that thread may
call the methods of `TaskPool`: it submits, waits, keeps the books and replaces dead
workers. Threads of the backend do nothing but put outcomes on a queue.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from collections.abc import Hashable, Sequence
from types import TracebackType
from typing import Any

from skhpo._compat._backends import open_session
from skhpo._compat._quarantine import Batch, Call, Completed, Quarantine, Watch
from skhpo._compat._session import Death, Outcome, Session
from skhpo.exceptions import WorkerLostError

__all__ = ["Completed", "TaskPool", "Watch"]

# A dead worker of a multiprocessing.Pool is seen only by looking; and where waiting
# for a lock cannot be interrupted (Windows), Ctrl-C is seen only between two waits.
_SECONDS_BETWEEN_LOOKS = 1.0

# Of losses that a batch is not to blame for. It is run again, but not for ever: there
# are ways to die that leave no trace of the culprit.
_MOST_LOSSES = 4


class TaskPool:
    """Run calls on the active joblib backend, hand over results as they complete.

    To be used as a context manager, by one thread. The backend is the one that is
    active where the block is entered.

    Parameters
    ----------
    n_jobs : int or None, default=None
        As in `joblib.Parallel`: None means the value of the surrounding
        `joblib.parallel_config`, or 1.
    verbose : int, default=0
        Passed on to joblib. No progress is printed, only, from 51 on, what is
        memmapped.

    Attributes
    ----------
    n_workers : int
        The number of workers. It follows that of a dask cluster.
    shares_memory : bool
        Whether tasks run in this process (sequential and threading backends) and so
        share its objects and its warning filters.
    is_local : bool
        Whether all tasks run on this machine; false for dask, ray, and any backend
        that is not joblib's own.

    Notes
    -----
    A call that kills its worker process costs only itself (see `Completed`): what was
    in flight with it is run again, so calls must bear being run twice.

    - On this machine (loky, multiprocessing) the workers leave word of what they run.
      A call that crashes its worker counts as lost at once; one that was killed from
      outside, for lack of memory perhaps, is run once more while nothing else runs.
    - ray tells which worker has died. It is replaced, and a call that was running on
      two such workers is lost.
    - dask runs a call that was lost with its worker on another one, and tells after the
      fourth (its setting ``distributed.scheduler.allowed-failures``, plus one). The
      call is then run once more while nothing else runs, on as many workers.
    - With the sequential and threading backends there is no worker process: a call
      that ends the process ends the search.

    When the block is left early, running tasks are killed with their workers. Threads
    cannot be killed: those of the threading backend and of dask workers finish what
    they have begun, unheard.
    """

    n_workers: int
    shares_memory: bool
    is_local: bool

    def __init__(self, n_jobs: int | None = None, *, verbose: int = 0) -> None:
        self._n_jobs = n_jobs
        self._verbose = verbose
        self._session: Session | None = None
        self._thread_id: int | None = None
        self._reset()

    def _reset(self) -> None:
        """Forget all batches."""
        self._tickets = itertools.count()
        self._in_flight: dict[int, Batch] = {}
        self._held_back: deque[Batch] = deque()
        self._ready: deque[Completed] = deque()
        self._quarantine = Quarantine()
        self._n_in_flight = 0
        self._next_look = time.monotonic() + _SECONDS_BETWEEN_LOOKS

    def __enter__(self) -> TaskPool:
        """Open the backend."""
        self._session = open_session(self._n_jobs, self._verbose)
        self._thread_id = threading.get_ident()
        self.n_workers = self._session.n_workers
        self.shares_memory = self._session.shares_memory
        self.is_local = self._session.is_local
        self._reset()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the backend; tasks that still run are aborted."""
        session, self._session = self._session, None
        assert session is not None
        try:
            if exc_type is not None or self._in_flight:
                session.abort()
        finally:
            self._reset()
            session.close()

    @property
    def n_in_flight(self) -> int:
        """The number of batches submitted and not yet handed over."""
        return self._n_in_flight

    def submit(
        self,
        key: Hashable,
        calls: Sequence[Call],
        watch: Watch | None = None,
    ) -> None:
        """Run a batch of calls as one task.

        With the sequential backend the batch has been run when this returns.

        Parameters
        ----------
        key : hashable
            Comes back with the results.
        calls : sequence of (callable, args, kwargs)
            Run one after the other by one worker.
        watch : Watch, default=None
            For a single call that may run away, on a local backend with processes. If
            it does, its worker is killed, and it is not run again; what was in flight
            with it is, and all at once, since the culprit is known.
        """
        self._open_session()
        assert watch is None or len(calls) == 1, "calls are watched one by one"
        batch = Batch(key, tuple(calls), watch)
        if self._quarantine:
            self._held_back.append(batch)
        else:
            self._dispatch(batch)
        self._n_in_flight += 1

    def next_completed(
        self, timeout: float | None = None, *, until_resized: bool = False
    ) -> Completed | None:
        """Wait for a batch to complete.

        Parameters
        ----------
        timeout : float or None, default=None
            Seconds to wait; None waits for as long as it takes.
        until_resized : bool, default=False
            Whether to wait no longer than until `n_workers` changes.

        Returns
        -------
        completed : Completed or None
            None when the time is over, or the number of workers another one.

        Raises
        ------
        RuntimeError
            When nothing is in flight.
        NoWorkersError
            When a cluster has had no worker for about a minute.
        """
        self._open_session()
        if not self._n_in_flight:
            raise RuntimeError(
                "TaskPool.next_completed needs a batch to wait for. Got a pool with "
                "nothing in flight. Submit a batch first."
            )
        deadline = None if timeout is None else time.monotonic() + timeout
        n_workers = self.n_workers
        while not self._ready:
            if not self._wait(deadline):
                return None
            if until_resized and self.n_workers != n_workers and not self._ready:
                return None
        self._n_in_flight -= 1
        return self._ready.popleft()

    def _open_session(self) -> Session:
        """Return the session, if this is the thread that may use it."""
        if self._session is None or threading.get_ident() != self._thread_id:
            raise RuntimeError(
                "A TaskPool may be used only inside its with-block and by the thread "
                f"that entered it. Got a call from {threading.current_thread().name}"
                f"{' outside of the block' if self._session is None else ''}. Do the "
                "work in the thread that opens the pool."
            )
        return self._session

    def _dispatch(self, batch: Batch) -> None:
        """Give a batch to the backend."""
        ticket = next(self._tickets)
        # Before the submission: its callback may come at once.
        self._in_flight[ticket] = batch
        self._open_session().submit(ticket, batch.calls)

    def _wait(self, deadline: float | None) -> bool:
        """Wait for one event and book it; return false when the time is over."""
        session = self._open_session()
        now = time.monotonic()
        wake_up = (
            self._next_look if deadline is None else min(self._next_look, deadline)
        )
        outcome = session.next_outcome(max(wake_up - now, 0.0))
        if outcome is not None:
            self._book(outcome)
            self._advance()
        now = time.monotonic()
        if now >= self._next_look:
            self._next_look = now + _SECONDS_BETWEEN_LOOKS
            self._look(session)
        return outcome is not None or deadline is None or now < deadline

    def _look(self, session: Session) -> None:
        """See to what no outcome tells of."""
        self._kill_overdue()
        session.check_workers()
        self.n_workers = session.n_workers
        if session.has_lost_worker():
            self._book_worker_loss({}, None)
            self._advance()

    def _kill_overdue(self) -> None:
        """Kill workers whose call takes too long; that they died is seen later."""
        for batch in self._in_flight.values():
            if batch.watch is not None:
                batch.watch.kill_if_overdue()

    def _book(self, outcome: Outcome) -> None:
        """Note what came of a batch."""
        # A batch that is not in flight was ended by a replacement of the workers.
        batch = self._in_flight.pop(outcome.ticket, None)
        if batch is None:
            return
        if outcome.error is not None and self._is_worker_loss(outcome.error):
            self._book_worker_loss({outcome.ticket: batch}, outcome.error)
        elif self._quarantine.is_running(batch):
            self._hand_over(self._quarantine.settle(outcome.results, outcome.error))
        else:
            self._hand_over(Completed(batch.key, outcome.results, outcome.error))

    def _is_worker_loss(self, error: BaseException) -> bool:
        """Tell whether an error means that a worker died."""
        return self._open_session().is_worker_loss(error)

    def _hand_over(self, completed: Completed | None) -> None:
        """Make a batch ready for the caller."""
        if completed is not None:
            self._ready.append(completed)

    def _book_worker_loss(
        self, lost: dict[int, Batch], cause: BaseException | None
    ) -> None:
        """Find the culprit, or put all that may be it under quarantine."""
        session = self._open_session()
        session.replace_workers()
        if session.loses_all_in_flight:
            self._save_finished(session)
            lost = lost | self._in_flight
            self._in_flight.clear()
        deaths = session.find_deaths(lost, cause)
        if deaths is None and any(_was_ended(batch) for batch in lost.values()):
            # The others are known to be innocent.
            deaths = {}
        for ticket, batch in lost.items():
            death = None if deaths is None else deaths.get(ticket)
            is_innocent = deaths is not None and death is None
            if is_innocent and batch.n_losses < _MOST_LOSSES:
                self._repeat(batch)
            else:
                self._judge(batch, death, cause)

    def _repeat(self, batch: Batch) -> None:
        """Run a batch again that was lost by no fault of its own."""
        if self._quarantine.is_running(batch):
            self._quarantine.repeat()
        elif _was_ended(batch):
            self._end_watched(batch)
        else:
            batch.n_losses += 1
            self._held_back.append(batch)

    def _end_watched(self, batch: Batch) -> None:
        """Hand over a batch whose worker was killed for taking too long."""
        assert batch.watch is not None
        self._hand_over(Completed(batch.key, [batch.watch.result], None))

    def _judge(
        self, batch: Batch, death: Death | None, cause: BaseException | None
    ) -> None:
        """Book the loss of a batch that has killed a worker, or may have."""
        is_local = self._open_session().is_one_machine
        batch.n_deaths += 1
        if self._quarantine.is_running(batch):
            loss = self._loss_of(batch, 0, death, cause)
            self._hand_over(self._quarantine.settle([loss], None))
        elif _was_ended(batch):
            self._end_watched(batch)
        elif death is not None and death.is_crash:
            position = 0 if len(batch.calls) == 1 else death.position
            losses = {}
            if position is not None:
                losses[position] = self._loss_of(batch, position, death, cause)
            self._hand_over(self._quarantine.admit(batch, losses))
        elif death is not None and not is_local and batch.n_deaths == 1:
            # Workers of a cluster go for reasons of their own, and an answer that was
            # on its way is lost with them: blame needs a death that it met alone.
            self._held_back.append(batch)
        else:
            self._hand_over(self._quarantine.admit(batch))

    def _save_finished(self, session: Session) -> None:
        """Book the results that came in before the workers were replaced."""
        while (outcome := session.next_outcome(0.0)) is not None:
            if outcome.error is None or not session.is_worker_loss(outcome.error):
                self._book(outcome)

    def _loss_of(
        self,
        batch: Batch,
        position: int,
        death: Death | None,
        cause: BaseException | None,
    ) -> Any:
        """Return what stands in the place of a call that killed its worker."""
        if batch.watch is not None and batch.watch.has_killed:
            return batch.watch.result
        function = batch.calls[position][0]
        reason = str(cause).partition("\n")[0] if cause else "no result."
        if death is not None:
            reason = death.reason
        lost = WorkerLostError(
            "A worker process must survive what it runs. One of the joblib backend "
            f"{self._open_session().name} died while it ran "
            f"{getattr(function, '__name__', function)!r} of batch {batch.key!r}. Got: "
            f"{reason} The usual causes are too little memory and a crash in compiled "
            "code: try fewer workers (n_jobs) or smaller models."
        )
        lost.__cause__ = cause
        return lost

    def _advance(self) -> None:
        """Run the next suspect alone, or else whatever was held back."""
        if self._quarantine:
            if not self._in_flight:
                self._dispatch(self._quarantine.next_batch())
            return
        while self._held_back:
            self._dispatch(self._held_back.popleft())


def _was_ended(batch: Batch) -> bool:
    """Tell whether the worker was killed because the batch took too long."""
    return batch.watch is not None and batch.watch.has_killed
