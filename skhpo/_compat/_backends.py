"""Which session a joblib backend needs; opening the active one."""

from __future__ import annotations

import copy

from joblib import Parallel
from joblib._parallel_backends import (
    LokyBackend,
    MultiprocessingBackend,
    ParallelBackendBase,
    SequentialBackend,
)

from skhpo._compat._cluster_backends import DaskSession, RaySession, is_named
from skhpo._compat._local_backends import (
    LokySession,
    MultiprocessingSession,
    SequentialSession,
)
from skhpo._compat._session import PollingSession, Session, is_joblibs_own
from skhpo._compat._spark_backend import SparkSession

__all__ = ["open_session"]


def _session_class(backend: ParallelBackendBase) -> type[Session]:
    """Return the kind of session that a backend needs."""
    if isinstance(backend, SequentialBackend):
        return SequentialSession
    if isinstance(backend, LokyBackend):
        return LokySession
    if is_named(type(backend), "RayBackend"):
        return RaySession
    if isinstance(backend, MultiprocessingBackend):
        return MultiprocessingSession
    if hasattr(backend, "_to_func_args"):
        return DaskSession
    if is_named(type(backend), "SparkDistributedBackend"):
        return SparkSession
    return Session if backend.supports_retrieve_callback else PollingSession


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
