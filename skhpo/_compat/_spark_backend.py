"""The session of a Spark cluster, through the joblib-spark package."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from joblib import Parallel

from skhpo._compat._cluster_backends import ClusterSession, is_named
from skhpo._compat._quarantine import Call
from skhpo._compat._session import Death, PollingSession
from skhpo._compat._shared_data import Store, call_with

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

    def close(self) -> None:
        """Let the cluster forget the data."""
        self._store.clear()
        super().close()

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
        """Trust in Spark, which ends jobs when it has lost its executors."""

    def _put(self, thing: Any) -> Any:
        """Send something to each executor that asks for it, once."""
        return self._backend._spark.sparkContext.broadcast(thing)


def _call_with_broadcasts(call: Call, broadcasts: list[Any]) -> Any:
    """Run a call in a Spark task."""
    return call_with(call, [broadcast.value for broadcast in broadcasts])
