"""No more than one BLAS thread for small matrices."""

import functools
from contextlib import AbstractContextManager
from typing import Any

from threadpoolctl import ThreadpoolController


@functools.cache
def _controller() -> ThreadpoolController:
    """Look for the loaded BLAS libraries, once: it takes milliseconds."""
    return ThreadpoolController()


def one_blas_thread() -> AbstractContextManager[Any]:
    """Return a context in which BLAS runs on one thread.

    Matrices of some hundred rows gain nothing from more threads, which would take
    the cores from the workers. Entering and leaving take about 15 microseconds.
    """
    context: AbstractContextManager[Any] = _controller().limit(
        limits=1, user_api="blas"
    )
    return context
