"""The session of a Spark cluster, through the joblib-spark package."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from joblib import Parallel

from skhpo._compat._cluster_backends import ClusterSession, is_named
from skhpo._compat._quarantine import Call
from skhpo._compat._session import Death, Outcome, PollingSession
from skhpo._compat._shared_data import Store, call_with
from skhpo.exceptions import NoWorkersError

__all__ = ["SparkSession"]

# What Spark says of a task whose process, or whose executor, is gone.
_LOSSES = ("Python worker exited unexpectedly", "ExecutorLostFailure")


class SparkSession(PollingSession, ClusterSession):
    """Tasks of a Spark cluster, each of which is a job with one task.

    Spark runs a task that was lost with its process four times (its setting
    ``spark.task.maxFailures``; once in local mode) before it tells.
    """

    def __init__(self, parallel: Parallel) -> None:
        super().__init__(parallel)
        self._store = Store(self._put, _call_with_broadcasts)

    def submit(self, ticket: int, calls: Sequence[Call]) -> None:
        """Start a job, with what is large as broadcast variables."""
        if self._backend._is_spark_connect_mode:
            # There is no context to broadcast from.
            super().submit(ticket, calls)
        else:
            super().submit(ticket, [self._store.referring(call) for call in calls])

    def replace_workers(self) -> None:
        """Leave it to Spark."""

    def abort(self) -> None:
        """Cancel the jobs, if there is a cluster to cancel them."""
        with self._unless_stopped():
            super().abort()

    def close(self) -> None:
        """Let the cluster forget the data."""
        self._store.clear()
        with self._unless_stopped():
            super().close()

    def next_outcome(self, timeout: float) -> Outcome | None:
        """Tell a job that was lost with the whole cluster from one that failed."""
        outcome = super().next_outcome(timeout)
        if outcome is not None and outcome.error is not None:
            self.check_workers()
        return outcome

    def is_worker_loss(self, error: BaseException) -> bool:
        """Tell whether a job failed because a process was gone."""
        text = str(error)
        return is_named(type(error), "Py4JJavaError", "SparkException") and any(
            loss in text for loss in _LOSSES
        )

    def find_deaths(
        self, tickets: Collection[int], cause: BaseException | None
    ) -> dict[int, Death]:
        """Blame what ran: a process has one task, and no other waits for it."""
        reason = next((loss for loss in _LOSSES if loss in str(cause)), "no result")
        return {ticket: Death(None, False, f"{reason}.") for ticket in tickets}

    def check_workers(self) -> None:
        """Raise `NoWorkersError` if Spark was stopped.

        Else trust in it: it ends jobs when it has lost their executors.
        """
        if self._is_stopped:
            raise NoWorkersError(
                "A search needs a Spark session that runs. Got one that was stopped in "
                "the middle of it. Start another one and call fit again; what is "
                "complete is in cv_results_ and history_."
            )

    @property
    def _is_stopped(self) -> bool:
        """Whether the Spark context is no more."""
        if self._backend._is_spark_connect_mode:
            return False
        try:
            # None after its `stop`.
            context = self._backend._spark.sparkContext._jsc
            return context is None or bool(context.sc().isStopped())
        except Exception:
            # Nor is there a Java process to ask.
            return True

    @contextlib.contextmanager
    def _unless_stopped(self) -> Iterator[None]:
        """Pass over the errors of a backend that has no cluster to speak to."""
        try:
            yield
        except Exception:
            if not self._is_stopped:
                raise

    def _put(self, thing: Any) -> Any:
        """Send something to each executor that asks for it, once."""
        return self._backend._spark.sparkContext.broadcast(thing)


def _call_with_broadcasts(call: Call, broadcasts: list[Any]) -> Any:
    """Run a call in a Spark task."""
    return call_with(call, [broadcast.value for broadcast in broadcasts])
