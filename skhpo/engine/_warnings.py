"""Warnings of the evaluations: recorded in the workers, shown once by the driver."""

import contextlib
import pickle
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO

from skhpo._compat._ignored_warnings import forget_ignored


@dataclass(frozen=True)
class RecordedWarning:
    """A warning of a worker process, to be shown once by the driver.

    Only its text travels: a warning may hold anything, and many cannot be made from
    their text alone.
    """

    message: str
    category: type[Warning]
    filename: str
    lineno: int

    @property
    def identity(self) -> tuple[str, str, str, int]:
        """What makes two warnings the same to a reader."""
        return self.category.__name__, self.message, self.filename, self.lineno


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
            str(item.message), _portable(item.category), item.filename, item.lineno
        )
        distinct.setdefault(recorded.identity, recorded)
    return tuple(distinct.values())


def _portable(category: type[Warning]) -> type[Warning]:
    """Return the nearest category that other processes know too."""
    for base in category.__mro__:
        with contextlib.suppress(Exception):
            if pickle.loads(pickle.dumps(base)) is base:
                return base  # type: ignore[no-any-return]
    return UserWarning


def repeat_warnings(recorded: Sequence[RecordedWarning]) -> None:
    """Warn here of what a worker process was warned of.

    It did not stop the fit there, so it stops nothing here, even where the filters of
    this process make an error of it; nor where it cannot be made from its text.
    """
    for item in recorded:
        place = (item.filename, item.lineno)
        try:
            warnings.warn_explicit(item.message, item.category, *place)
        except Exception:
            warnings.showwarning(item.message, item.category, *place)


class WarningsOnce:
    """Shows each distinct warning of the evaluations once."""

    def __init__(self) -> None:
        self._shown: set[tuple[str, str, str, int]] = set()

    @contextmanager
    def watching_here(self) -> Iterator[None]:
        """Let warnings that are raised in this process pass once each.

        Evaluations in threads share one warnings machinery, and scikit-learn saves and
        restores it around each of them, also around one that outlives the search. So
        what stands in its place must do no harm when it comes back later: it then
        passes everything on.
        """
        pass_on = warnings.showwarning
        is_watching = True

        def show(
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: TextIO | None = None,
            line: str | None = None,
        ) -> None:
            recorded = RecordedWarning(str(message), category, filename, lineno)
            if not is_watching or self._is_new(recorded):
                pass_on(message, category, filename, lineno, file, line)

        warnings.showwarning = show
        try:
            yield
        finally:
            is_watching = False
            forget_ignored()
            if warnings.showwarning is show:
                warnings.showwarning = pass_on

    def _is_new(self, recorded: RecordedWarning) -> bool:
        """Whether a warning was not shown before; from now on it was."""
        if recorded.identity in self._shown:
            return False
        self._shown.add(recorded.identity)
        return True
