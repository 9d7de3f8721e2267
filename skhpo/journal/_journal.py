"""The journal while a search writes it."""

import contextlib
import datetime
import os
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from skhpo.exceptions import JournalError
from skhpo.journal._appended import AppendedFile
from skhpo.journal._contents import JournalState, read_state, warn_of_torn
from skhpo.journal._description import digest
from skhpo.journal._events import (
    CandidateDiscarded,
    CandidateProposed,
    Event,
    Place,
    RunStarted,
    SearchEnded,
    SearchStarted,
    SplitFinished,
    as_fields,
    read_event,
)
from skhpo.journal._lines import Lines, write_line
from skhpo.journal._lock import locked
from skhpo.journal._numbers import encode_params
from skhpo.trials import Candidate

_LIBRARIES = ("joblib", "numpy", "scipy", "sklearn", "skhpo")


class SearchJournal:
    """What is known of a search, and where it writes down what it learns.

    Parameters
    ----------
    path : path
        The file.

    state : JournalState
        What it says so far.

    file : AppendedFile
        Where lines go.

    Attributes
    ----------
    n_unseen : int
        How many results of earlier runs nobody has asked for yet.
    """

    def __init__(self, path: Path, state: JournalState, file: AppendedFile) -> None:
        self._path = path
        self._state = state
        self._file = file
        self._of_earlier_runs = dict(state.finished)
        self._earlier_checkpoints = {
            place: event.checkpoint for place, event in state.finished.items()
        }

    @property
    def n_unseen(self) -> int:
        """How many results of earlier runs nobody has asked for yet."""
        return len(self._of_earlier_runs)

    def begin_run(self, settings: Mapping[str, int | str]) -> None:
        """Write down that a run begins.

        Parameters
        ----------
        settings : dict of str to (int or str)
            How the search is run.
        """
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        self._append([RunStarted(now, _versions(), dict(settings))])

    def first_setting(self, name: str) -> int | str | None:
        """Return a setting of the first run, None where there was none."""
        return self._state.runs[0].settings.get(name) if self._state.runs else None

    def propose(self, candidate: Candidate) -> None:
        """Write a candidate down; one that is there already must be the same.

        Parameters
        ----------
        candidate : Candidate
            The candidate, in the order of proposal.

        Raises
        ------
        JournalError
            If it is another one than the journal says.
        """
        event = CandidateProposed(
            candidate=candidate.index,
            point=tuple(candidate.point.tolist()),
            params=encode_params(candidate.params),
            digest=digest(dict(candidate.params)),
            origin=candidate.origin,
            parents=tuple(int(parent) for parent in candidate.parents),
        )
        if candidate.index >= len(self._state.proposed):
            self._append([event])
            return
        earlier = self._state.proposed[candidate.index]
        if (event.point, event.digest) != (earlier.point, earlier.digest):
            raise self._other_candidate(event, earlier)

    def recall(self, place: Place) -> SplitFinished | None:
        """Return a result of an earlier run, None if there is none.

        Parameters
        ----------
        place : tuple of (int, int, int or None)
            Candidate, split and resource.

        Returns
        -------
        SplitFinished or None
            The result.
        """
        return self._of_earlier_runs.pop(place, None)

    def earlier_checkpoint(self, candidate: int, split: int) -> str | None:
        """Return the digest of the model that an earlier run has left.

        Parameters
        ----------
        candidate, split : int
            Whose.

        Returns
        -------
        str or None
            None if no earlier run has left one.
        """
        return self._earlier_checkpoints.get((candidate, split, None))

    def keep(self, results: Sequence[SplitFinished]) -> None:
        """Write results down.

        Parameters
        ----------
        results : sequence of SplitFinished
            What has come back.
        """
        self._append(results)

    def discard(self, candidate: int) -> None:
        """Write down that racing has given a candidate up."""
        if candidate not in self._state.discarded:
            self._append([CandidateDiscarded(candidate)])

    def end(self, reason: str) -> None:
        """Write down why the search has ended."""
        self._append([SearchEnded(reason)])

    def sync(self) -> None:
        """Wait until the disk has all that was written."""
        self._file.sync()

    def _append(self, events: Sequence[Event]) -> None:
        """Take events in, and write them."""
        for event in events:
            self._state.add(event)
        self._file.append([write_line(as_fields(event)) for event in events])

    def _other_candidate(
        self, event: CandidateProposed, earlier: CandidateProposed
    ) -> JournalError:
        """Return the error for a search that took another way than the first time."""
        then = self._state.runs[0].versions if self._state.runs else {}
        now = _versions()
        changed = [
            f"{name} {then.get(name, 'none')} became {now.get(name, 'none')}"
            for name in sorted({*then, *now})
            if then.get(name) != now.get(name)
        ]
        why = (
            "; ".join(changed)
            if changed
            else "the libraries are the same, so a function of yours, such as the "
            "scoring or the constraint, or the machine may be another"
        )
        return JournalError(
            f"Candidate {event.candidate} is not the one of the journal "
            f"{str(self._path)!r}, so results cannot be told to belong together. Got "
            f"{dict(event.params)!r} by {event.origin!r}, the journal has "
            f"{dict(earlier.params)!r} by {earlier.origin!r} ({why}). Go on under what "
            "the journal was begun with, or begin anew with another file."
        )


@contextlib.contextmanager
def open_journal(
    path: str | os.PathLike[str],
    search: SearchStarted,
    *,
    error_score: float = float("nan"),
) -> Iterator[SearchJournal]:
    """Open the journal of a search, a new one or one to go on with.

    Parameters
    ----------
    path : str or path
        The file.

    search : SearchStarted
        Which search it must be.

    error_score : float, default=nan
        What stands in the place of an `error_score`.

    Yields
    ------
    SearchJournal
        The journal. When it is closed all of it is on the disk.

    Raises
    ------
    JournalError
        If the journal is broken, in use, or that of another search.
    """
    path = Path(path)
    with locked(path):
        state = JournalState()
        with _usable(path):
            if path.exists():
                state = read_state(path, error_score)
        if state.torn:
            warn_of_torn(path, state.torn)
        if not state.proposed:
            # The search was refused before its first fit: nothing to go on with.
            state = JournalState()
        if state.started is not None:
            refuse_another(path, state.started, search)
        with _usable(path):
            file = AppendedFile(path, state.n_sound_bytes)
        try:
            if state.started is None:
                state.add(search)
                file.append([write_line(as_fields(search))])
            yield SearchJournal(path, state, file)
        finally:
            file.close()


def recorded_entropy(path: str | os.PathLike[str]) -> tuple[int, ...] | None:
    """Return the source of randomness of the search that a journal belongs to.

    Parameters
    ----------
    path : str or path
        The file.

    Returns
    -------
    tuple of int or None
        None if there is no journal yet.

    Raises
    ------
    JournalError
        If the file is no journal.
    """
    with _usable(path):
        if not Path(path).exists():
            return None
        lines = Lines(path)
        for number, fields in lines:
            try:
                first = read_event(fields)
            except ValueError as error:
                raise lines.broken(number, error) from None
            return first.entropy if isinstance(first, SearchStarted) else None
    return None


@contextlib.contextmanager
def _usable(path: str | os.PathLike[str]) -> Iterator[None]:
    """Raise JournalError for what the operating system has against a file."""
    try:
        yield
    except OSError as error:
        raise JournalError(
            f"The journal {str(path)!r} must be a file that can be read and written "
            f"to. Got: {error}. Name such a file as 'journal', or one that does not "
            "exist yet."
        ) from error


def refuse_another(path: Path, journal: SearchStarted, search: SearchStarted) -> None:
    """Raise unless a journal is that of a search.

    Parameters
    ----------
    path : path
        The file.

    journal, search : SearchStarted
        What the one says, and what the other is.

    Raises
    ------
    JournalError
        If they differ; it names in what.
    """
    differing = _differences(journal, search)
    if not differing:
        return
    lines = [
        f"  {name}: {then} in the journal, {now} now"
        for name, (then, now) in differing.items()
    ]
    raise JournalError(
        f"The journal {str(path)!r} is of another search, which differs in "
        f"{', '.join(differing)}.\n"
        + "\n".join(lines)
        + "\nGo on with the arguments and data that it was begun with, or name another "
        "file as 'journal'. What is drawn at random, splits for instance, must come "
        "from a fixed seed."
    )


def _differences(
    journal: SearchStarted, search: SearchStarted
) -> dict[str, tuple[str, str]]:
    """Return in what two searches differ, with what it looks like in both."""
    if journal.search != search.search:
        return {"class": (journal.search, search.search)}
    nothing = ("", "nothing")
    differing = {}
    for name in dict.fromkeys([*journal.parts, *search.parts]):
        then = journal.parts.get(name, nothing)
        now = search.parts.get(name, nothing)
        if then[0] != now[0]:
            alike = " (of other content)" if then[1] == now[1] else ""
            differing[name] = then[1], now[1] + alike
    return differing


def _versions() -> dict[str, str]:
    """Return the versions of what the candidates may depend on."""
    libraries = {name: str(sys.modules[name].__version__) for name in _LIBRARIES}
    return {"python": platform.python_version(), **libraries}
