"""What a journal holds, once all of its lines are read."""

import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.exceptions import JournalError
from skhpo.journal._events import (
    CandidateDiscarded,
    CandidateProposed,
    Event,
    Place,
    RunStarted,
    SearchEnded,
    SearchStarted,
    SplitFinished,
    read_event,
)
from skhpo.journal._lines import Lines
from skhpo.trials import TrialStatus

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class JournalledCandidate:
    """A candidate in a journal.

    .. versionadded:: 0.1

    Parameters
    ----------
    index : int
        Position in the order of proposal, from 0.

    params : dict of str to object
        The parameters: bools, ints, floats, strings and None as they were, anything
        else as a dict with its ``"repr"``, which is for people and never evaluated.

    point : ndarray of shape (n_dims,), dtype float64
        The canonical point, see :meth:`skhpo.space.SearchSpace.decode`.

    origin : str
        What proposed it.

    parents : tuple of int
        What it was bred from.

    results : tuple of SplitFinished
        The splits that were finished, in the order in which they came.

    n_splits : int
        How many there would be.

    n_objectives : int, default=1
        How many numbers the search maximises.

    is_discarded : bool, default=False
        Whether racing has given it up.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.journal import JournalledCandidate
    >>> candidate = JournalledCandidate(
    ...     0, {"C": 1.0}, np.array([0.5]), "baseline", (), results=(), n_splits=2
    ... )
    >>> candidate.status, candidate.split_scores
    (<TrialStatus.RUNNING: 'running'>, array([nan, nan]))
    """

    index: int
    params: Mapping[str, Any]
    point: FloatArray = field(repr=False)
    origin: str
    parents: tuple[int, ...]
    results: tuple[SplitFinished, ...] = field(repr=False)
    n_splits: int
    n_objectives: int = 1
    is_discarded: bool = False

    @property
    def split_scores(self) -> FloatArray:
        """What the search maximised, for each split.

        An array of shape (n_splits,) or (n_splits, n_objectives), NaN for splits that
        failed or were not finished. With several resources the largest one counts.
        """
        shape: tuple[int, ...] = (self.n_splits,)
        if self.n_objectives > 1:
            shape = (self.n_splits, self.n_objectives)
        scores = np.full(shape, np.nan)
        for result in sorted(self.results, key=lambda one: one.resource or 0):
            scores[result.split] = result.score
        return scores

    @property
    def status(self) -> TrialStatus:
        """How far the evaluation has come, see `skhpo.trials.TrialStatus`."""
        splits = {result.split for result in self.results}
        if not self.is_discarded and len(splits) < self.n_splits:
            return TrialStatus.RUNNING
        if not np.isfinite(self.split_scores[sorted(splits)]).all():
            return TrialStatus.FAILED
        whole = len(splits) == self.n_splits
        return TrialStatus.COMPLETE if whole else TrialStatus.DISCARDED


@dataclass(frozen=True, eq=False)
class JournalContents:
    """What a journal says of a search.

    .. versionadded:: 0.1

    Parameters
    ----------
    search : str
        The class of the search.

    n_splits : int
        Number of splits of each candidate.

    n_objectives : int
        How many numbers the search maximises.

    candidates : tuple of JournalledCandidate
        The candidates, in the order of proposal.

    parts : dict of str to (str, str)
        Digest and looks of everything that the scores depend on: the data, the
        estimator, each argument of the search and so on.

    versions : dict of str to str
        The versions of the libraries in the latest run.

    stop_reason : str or None
        Why the search came to its end, None if it has not.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import BayesSearchCV
    >>> from skhpo.journal import read_journal
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "search.jsonl")
    ...     search = BayesSearchCV(SVC(), {"C": [1, 2]}, cv=3, journal=path)
    ...     _ = search.fit(*load_iris(return_X_y=True))
    ...     contents = read_journal(path)
    >>> contents.stop_reason, [one.params for one in contents.candidates]
    ('space exhausted', [{'C': 1}, {'C': 2}])
    """

    search: str
    n_splits: int
    n_objectives: int
    candidates: tuple[JournalledCandidate, ...] = field(repr=False)
    parts: Mapping[str, tuple[str, str]] = field(repr=False)
    versions: Mapping[str, str] = field(repr=False)
    stop_reason: str | None


def read_journal(path: str | os.PathLike[str]) -> JournalContents:
    """Read the journal of a search.

    Nothing in it is evaluated, imported or unpickled, so a journal of a stranger can
    say what is not true, but cannot do anything. The journal of a search that runs
    can be read as well.

    .. versionadded:: 0.1

    Parameters
    ----------
    path : str or path
        The file.

    Returns
    -------
    contents : JournalContents
        What it holds. A last line that a crash has torn is left out, with a warning.

    Raises
    ------
    JournalError
        If the file is no journal, or a line of it is broken; the message names the
        line.

    OSError
        If the file cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skhpo.journal import read_journal
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "notes.txt")
    ...     _ = path.write_text("no journal")
    ...     read_journal(path)
    Traceback (most recent call last):
    skhpo.exceptions.JournalError: The file ... is no journal of skhpo ...
    """
    state = read_state(path)
    if state.started is None:
        raise JournalError(
            f"The journal {str(path)!r} has no complete line yet. Wait until the "
            "search has begun, or name another file."
        )
    if state.torn:
        warn_of_torn(path, state.torn)
    return state.contents()


def warn_of_torn(path: str | os.PathLike[str], torn: str) -> None:
    """Warn of a last line that is left out."""
    warnings.warn(
        f"The last line of the journal {str(path)!r} was torn by a crash and is left "
        f"out ({torn}). A search that goes on runs again what it was about.",
        UserWarning,
        stacklevel=3,
    )


@dataclass
class JournalState:
    """What the events so far amount to.

    Attributes
    ----------
    started : SearchStarted or None
        Which search it is.

    runs : list of RunStarted
        The runs so far.

    proposed : list of CandidateProposed
        The candidates.

    finished : dict of Place to SplitFinished
        The results.

    discarded : set of int
        Candidates that racing has given up.

    stop_reason : str or None
        Why the search has ended.

    n_sound_bytes : int
        Where the last complete line ends.

    torn : str
        What is wrong with the line after it, "" if there is none.
    """

    started: SearchStarted | None = None
    runs: list[RunStarted] = field(default_factory=list)
    proposed: list[CandidateProposed] = field(default_factory=list)
    finished: dict[Place, SplitFinished] = field(default_factory=dict)
    discarded: set[int] = field(default_factory=set)
    stop_reason: str | None = None
    n_sound_bytes: int = 0
    torn: str = ""

    def add(self, event: Event) -> None:
        """Take an event in; ValueError if it does not fit those before it."""
        if (self.started is None) != isinstance(event, SearchStarted):
            raise ValueError("the first line, and only that, says which search it is")
        if isinstance(event, SearchStarted):
            self.started = event
        elif isinstance(event, RunStarted):
            self.runs.append(event)
            self.stop_reason = None
        elif isinstance(event, CandidateProposed):
            if event.candidate != len(self.proposed):
                raise ValueError(f"candidate {len(self.proposed)} should come next")
            self.proposed.append(event)
        elif isinstance(event, SplitFinished):
            self._add_result(event)
        elif isinstance(event, CandidateDiscarded):
            self._check_proposed(event.candidate)
            self.discarded.add(event.candidate)
        else:
            assert isinstance(event, SearchEnded)
            self.stop_reason = event.reason

    def _add_result(self, event: SplitFinished) -> None:
        """Take a result in."""
        assert self.started is not None
        self._check_proposed(event.candidate)
        n_splits, n_objectives = self.started.n_splits, self.started.n_objectives
        if event.split >= n_splits:
            raise ValueError(f"there are only {n_splits} splits")
        if event.place in self.finished:
            raise ValueError("an earlier line has the result of this split")
        n_scores = len(event.score) if isinstance(event.score, tuple) else 1
        if n_scores != n_objectives or (n_scores == 1) == isinstance(
            event.score, tuple
        ):
            raise ValueError(f"its 'score' must be of {n_objectives} numbers")
        self.finished[event.place] = event

    def _check_proposed(self, candidate: int) -> None:
        """Refuse what is said of a candidate that nobody has heard of."""
        if candidate >= len(self.proposed):
            raise ValueError(f"there is no candidate {candidate} before it")

    def contents(self) -> JournalContents:
        """Return what all of it says of the search."""
        assert self.started is not None
        results: list[list[SplitFinished]] = [[] for _ in self.proposed]
        for event in self.finished.values():
            results[event.candidate].append(event)
        return JournalContents(
            search=self.started.search,
            n_splits=self.started.n_splits,
            n_objectives=self.started.n_objectives,
            candidates=tuple(
                JournalledCandidate(
                    index=one.candidate,
                    params=one.params,
                    point=np.array(one.point, dtype=np.float64),
                    origin=one.origin,
                    parents=one.parents,
                    results=tuple(results[one.candidate]),
                    n_splits=self.started.n_splits,
                    n_objectives=self.started.n_objectives,
                    is_discarded=one.candidate in self.discarded,
                )
                for one in self.proposed
            ),
            parts=self.started.parts,
            versions=self.runs[-1].versions if self.runs else {},
            stop_reason=self.stop_reason,
        )


def read_state(
    path: str | os.PathLike[str], error_score: float = float("nan")
) -> JournalState:
    """Read all events of a journal.

    Parameters
    ----------
    path : str or path
        The file.

    error_score : float, default=nan
        What stands in the place of an `error_score`.

    Returns
    -------
    JournalState
        What they amount to.

    Raises
    ------
    JournalError
        If the file is no journal, or a line of it is broken.
    """
    state = JournalState()
    lines = Lines(path)
    for number, fields in lines:
        try:
            state.add(read_event(fields, error_score=error_score))
        except ValueError as error:
            raise lines.broken(number, error) from None
    state.n_sound_bytes, state.torn = lines.n_sound_bytes, lines.torn
    return state
