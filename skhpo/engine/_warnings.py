"""Warnings of the evaluations: recorded in the workers, shown once by the driver."""

import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class RecordedWarning:
    """A warning of a worker process, to be shown once by the driver."""

    message: Warning | str
    category: type[Warning]
    filename: str
    lineno: int

    @property
    def identity(self) -> tuple[str, str, str, int]:
        """What makes two warnings the same to a reader."""
        return self.category.__name__, str(self.message), self.filename, self.lineno


@contextmanager
def recorded_warnings(
    in_worker_process: bool,
) -> Iterator[list[warnings.WarningMessage]]:
    """Record the warnings of an evaluation in a worker process, nothing elsewhere."""
    if not in_worker_process:
        yield []
        return
    with warnings.catch_warnings(record=True) as caught:
        yield caught


def distinct_warnings(
    caught: Sequence[warnings.WarningMessage],
) -> tuple[RecordedWarning, ...]:
    """Return each distinct warning of an evaluation once."""
    distinct: dict[tuple[str, str, str, int], RecordedWarning] = {}
    for item in caught:
        recorded = RecordedWarning(
            item.message, item.category, item.filename, item.lineno
        )
        distinct.setdefault(recorded.identity, recorded)
    return tuple(distinct.values())


class WarningsOnce:
    """Shows each distinct warning of the evaluations once."""

    def __init__(self) -> None:
        self._shown: set[tuple[str, str, str, int]] = set()

    @contextmanager
    def collecting_here(self, shares_memory: bool) -> Iterator[None]:
        """Collect the warnings of evaluations that run in this process.

        Threads share one warnings machinery, so it can only be tapped for the whole
        time of the loop, from here, not in each task. Two searches in threads of their
        own would restore it in the wrong order, so there it is left alone.
        """
        is_main = threading.current_thread() is threading.main_thread()
        if not (shares_memory and is_main):
            yield
            return
        caught: list[warnings.WarningMessage] = []
        try:
            with warnings.catch_warnings(record=True) as recorded:
                caught = recorded
                yield
        finally:
            self.show(distinct_warnings(caught))

    def show(self, recorded: tuple[RecordedWarning, ...]) -> None:
        """Show those that were not shown before."""
        for item in recorded:
            if item.identity in self._shown:
                continue
            self._shown.add(item.identity)
            warnings.warn_explicit(
                item.message, item.category, item.filename, item.lineno
            )
