"""What a journal says, event by event.

An event is a frozen dataclass; `as_fields` gives what is written, `read_event` takes
it back and accepts nothing else. Reading makes numbers, strings, lists and dicts of
what a file says and never runs any of it.
"""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from skhpo.journal._fields import DECODERS, ENCODERS
from skhpo.journal._numbers import decode_scores

FORMAT = 1

# Where a result belongs: candidate, split, and what was spent where that varies.
Place: TypeAlias = tuple[int, int, int | None]


@dataclass(frozen=True)
class SearchStarted:
    """The first line: which search the journal belongs to.

    Parameters
    ----------
    search : str
        The class.

    n_splits : int
        Number of splits of each candidate.

    n_objectives : int
        How many numbers the search maximises.

    entropy : tuple of int
        The source of all randomness.

    parts : dict of str to (str, str)
        For everything that the candidates and their scores depend on a digest, and
        what it looks like.
    """

    search: str
    n_splits: int
    n_objectives: int
    entropy: tuple[int, ...]
    parts: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class RunStarted:
    """A run of the search, the first one or one that goes on.

    Parameters
    ----------
    at : str
        When, in UTC.

    versions : dict of str to str
        Versions of the libraries.

    settings : dict of str to (int or str)
        How the search was run, such as ``max_pending``.
    """

    at: str
    versions: Mapping[str, str]
    settings: Mapping[str, int | str]


@dataclass(frozen=True)
class CandidateProposed:
    """A candidate, before its first evaluation.

    Parameters
    ----------
    candidate : int
        Its number.

    point : tuple of float
        Its canonical point.

    params : dict
        Its parameters as far as JSON holds them, ``{"repr": ...}`` for others.

    digest : str
        A digest of the parameters.

    origin : str
        What proposed it.

    parents : tuple of int
        What it was bred from.
    """

    candidate: int
    point: tuple[float, ...]
    params: Mapping[str, Any]
    digest: str
    origin: str
    parents: tuple[int, ...] = ()


@dataclass(frozen=True)
class SplitFinished:
    """The result of a candidate on a split.

    .. versionadded:: 0.1

    Parameters
    ----------
    candidate, split : int
        Whose.

    score : float or tuple of float
        What the search maximises, NaN for a failed fit; one for each objective.

    test_scores : float or dict of str to float
        What the scorer returned.

    n_test_samples : int
        Size of the split.

    fit_time, score_time : float
        Seconds.

    train_scores : float or dict of str to float, default=None
        What the scorer returned for the training rows.

    fit_error : str, default=None
        The traceback of a failed fit.

    started_at : float, default=None
        When it began, in seconds from the start of its run.

    worker : str, default=None
        A name of the process and thread that ran it.

    duration : float, default=None
        Seconds with all that belongs to the evaluation.

    warnings : tuple of (str, str, str, int), default=()
        Category, text, file and line of what a worker process was warned of.

    checkpoint : str, default=None
        The digest of the model that was kept.

    resource : int, default=None
        What was spent, where that varies.

    Examples
    --------
    >>> from skhpo.journal import SplitFinished
    >>> SplitFinished(
    ...     candidate=0,
    ...     split=1,
    ...     score=0.9,
    ...     test_scores=0.9,
    ...     n_test_samples=50,
    ...     fit_time=0.01,
    ...     score_time=0.001,
    ... )
    SplitFinished(candidate=0, split=1, score=0.9, resource=None)
    """

    candidate: int
    split: int
    score: float | tuple[float, ...]
    test_scores: Any = field(repr=False)
    n_test_samples: int = field(repr=False)
    fit_time: float = field(repr=False)
    score_time: float = field(repr=False)
    train_scores: Any = field(default=None, repr=False)
    fit_error: str | None = field(default=None, repr=False)
    started_at: float | None = field(default=None, repr=False)
    worker: str | None = field(default=None, repr=False)
    duration: float | None = field(default=None, repr=False)
    warnings: tuple[tuple[str, str, str, int], ...] = field(default=(), repr=False)
    checkpoint: str | None = field(default=None, repr=False)
    resource: int | None = None

    @property
    def place(self) -> Place:
        """Where it belongs."""
        return self.candidate, self.split, self.resource


@dataclass(frozen=True)
class CandidateDiscarded:
    """Racing has given a candidate up.

    Parameters
    ----------
    candidate : int
        Its number.
    """

    candidate: int


@dataclass(frozen=True)
class SearchEnded:
    """The search has come to its end.

    Parameters
    ----------
    reason : str
        Why, as in ``stop_reason_``.
    """

    reason: str


Event: TypeAlias = (
    SearchStarted
    | RunStarted
    | CandidateProposed
    | SplitFinished
    | CandidateDiscarded
    | SearchEnded
)

_NAMES: dict[str, type[Event]] = {
    "search": SearchStarted,
    "run": RunStarted,
    "candidate": CandidateProposed,
    "split": SplitFinished,
    "discarded": CandidateDiscarded,
    "end": SearchEnded,
}
_NAME_OF = {kind: name for name, kind in _NAMES.items()}


def as_fields(event: Event) -> dict[str, Any]:
    """Return an event ready for JSON; defaults are left out."""
    fields: dict[str, Any] = {"event": _NAME_OF[type(event)]}
    if isinstance(event, SearchStarted):
        fields["journal"] = FORMAT
    for item in dataclasses.fields(event):
        value = getattr(event, item.name)
        if item.default is not dataclasses.MISSING and value == item.default:
            continue
        encode = ENCODERS.get(item.name)
        fields[item.name] = value if encode is None else encode(value)
    return fields


def read_event(fields: Mapping[str, Any], *, error_score: float = math.nan) -> Event:
    """Return the event of a line.

    Parameters
    ----------
    fields : dict
        What the line says.

    error_score : float, default=nan
        What stands in the place of an `error_score`.

    Returns
    -------
    Event
        The event, each field of it checked.

    Raises
    ------
    ValueError
        If it is none.
    """
    name = fields.get("event")
    kind = _NAMES.get(name) if isinstance(name, str) else None
    if kind is None:
        raise ValueError("it is no event of this format")
    ignored = {"event"}
    if kind is SearchStarted:
        ignored.add("journal")
        if fields.get("journal") != FORMAT or fields.get("journal") is True:
            raise ValueError(f"its format is not {FORMAT}")
    known = {item.name: item for item in dataclasses.fields(kind)}
    if unknown := set(fields) - set(known) - ignored:
        raise ValueError(f"it has no field {min(unknown)[:40]!r}")
    values = {}
    for item in known.values():
        if item.name in fields:
            values[item.name] = _decoded(item.name, fields[item.name], error_score)
        elif item.default is dataclasses.MISSING:
            raise ValueError(f"it lacks {item.name!r}")
    return kind(**values)


def _decoded(name: str, value: Any, error_score: float) -> Any:
    """Read one field."""
    try:
        if name in ("test_scores", "train_scores"):
            return decode_scores(value, error_score)
        return DECODERS[name](value)
    except ValueError as error:
        raise ValueError(f"its {name!r} is wrong, {error}") from None
