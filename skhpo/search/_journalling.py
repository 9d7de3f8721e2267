"""The journal of a search: which search it is, and what an earlier run has left."""

import contextlib
import math
from collections.abc import Iterator, Sequence
from typing import Any

from skhpo._compat._sklearn import Split
from skhpo.exceptions import JournalError
from skhpo.journal._description import digest, digest_data, shown, shown_data
from skhpo.journal._events import SearchStarted
from skhpo.journal._journal import SearchJournal, open_journal, recorded_entropy
from skhpo.search._given import Given
from skhpo.search._shared import SharedSearchCV
from skhpo.transfer import PriorKnowledge
from skhpo.trials._error_score import ErrorScore

# What may be another one when a search goes on: how and for how long it runs, and what
# happens when it is over. Arguments that are not named, here or below, must stay.
_MAY_CHANGE = {
    "callbacks",
    "checkpoint_dir",
    "fit_time_limit",
    "journal",
    "max_pending",
    "n_generations",
    "n_iter",
    "n_jobs",
    "pre_dispatch",
    "stop",
    "time_limit",
    "verbose",
}
# What is looked at more closely than by its name.
_LOOKED_AT = {
    "cv",
    "initial_candidates",
    "prior_searches",
    "random_state",
    "refit",
    "scoring",
}
# Values of `refit` that are no metric to search by.
_NO_METRIC = {"ensemble", "knee"}


def entropy_of(search: SharedSearchCV) -> list[int]:
    """Return the source of all seeds: drawn, or that of the journal to go on with.

    Parameters
    ----------
    search : SharedSearchCV
        The search.

    Returns
    -------
    list of int
        What `random_state` gives. Without one, a search that goes on must take up
        what the first run has drawn.
    """
    if search.journal is not None and search.random_state is None:
        recorded = recorded_entropy(search.journal)
        if recorded is not None:
            return list(recorded)
    return search._draw_entropy()


@contextlib.contextmanager
def opened_journal(
    search: SharedSearchCV,
    given: Given,
    splits: Sequence[Split],
    *,
    entropy: Sequence[int],
    prescribed: Sequence[Any],
    prior: PriorKnowledge | None = None,
) -> Iterator[SearchJournal | None]:
    """Open the journal of a search, if it keeps one.

    Parameters
    ----------
    search : SharedSearchCV
        The search.

    given : Given
        What `fit` was given.

    splits : sequence of (train, test)
        The splits.

    entropy : sequence of int
        The source of all seeds.

    prescribed : sequence of (dict, str)
        The candidates to begin with.

    prior : PriorKnowledge, default=None
        What earlier searches say.

    Yields
    ------
    SearchJournal or None
        The journal.

    Raises
    ------
    JournalError
        If it is broken, in use, or that of another search.
    """
    if search.journal is None:
        yield None
        return
    started = SearchStarted(
        search=type(search).__qualname__,
        n_splits=len(splits),
        n_objectives=search._n_objectives,
        entropy=tuple(entropy),
        parts=_parts(
            search, given, splits, entropy=entropy, prescribed=prescribed, prior=prior
        ),
    )
    raises = search.error_score == "raise"
    error_score = ErrorScore(math.nan if raises else search.error_score)
    with open_journal(search.journal, started, error_score=error_score) as journal:
        yield journal


def begun_max_pending(
    journal: SearchJournal, search: SharedSearchCV, max_pending: int
) -> int:
    """Return how many results a proposal may lack: what the first run has begun with.

    Parameters
    ----------
    journal : SearchJournal
        The journal.

    search : SharedSearchCV
        The search.

    max_pending : int
        What the search would take, on the workers that it has now.

    Returns
    -------
    int
        That of the first run where the search leaves it open.

    Raises
    ------
    JournalError
        If the search demands another number.
    """
    first = journal.first_setting("max_pending")
    if not isinstance(first, int) or first == max_pending:
        return max_pending
    if search.max_pending == "auto":
        return first
    raise JournalError(
        f"The journal {str(search.journal)!r} is of another search, which differs in "
        f"max_pending.\n  max_pending: {first} in the journal, {max_pending} now\nGo "
        "on with what it was begun with, or with 'auto', which takes it up."
    )


def _parts(
    search: SharedSearchCV,
    given: Given,
    splits: Sequence[Split],
    *,
    entropy: Sequence[int],
    prescribed: Sequence[Any],
    prior: PriorKnowledge | None,
) -> dict[str, tuple[str, str]]:
    """Return digest and looks of all that candidates and scores depend on."""
    arguments = search.get_params(deep=False)
    parts = {
        "data": (digest_data(given.X, given.y), shown_data(given.X, given.y)),
        "fit parameters": (
            digest_data(*given.params.values()) + digest(list(given.params)),
            shown(sorted(given.params)),
        ),
        "cv": (
            digest_data(*(rows for split in splits for rows in split)),
            f"{len(splits)} splits of cv={shown(search.cv)}",
        ),
        "random_state": (digest(list(entropy)), shown(search.random_state)),
        "scoring": (
            digest([search.scoring, _metric_searched_by(search)]),
            f"{shown(search.scoring)}, refit={shown(search.refit)}",
        ),
        "initial_candidates": (
            digest(list(prescribed)),
            f"{len(prescribed)} candidates, {shown(prescribed)}",
        ),
        "prior_searches": _prior_part(prior),
    }
    for name, value in arguments.items():
        if name not in _MAY_CHANGE | _LOOKED_AT:
            parts[name] = digest(value), shown(value)
    for name, value in search._resolved_arguments(given.space).items():
        parts[name] = digest(value), shown(value)
    return parts


def _prior_part(prior: PriorKnowledge | None) -> tuple[str, str]:
    """Return digest and looks of what earlier searches have to say."""
    searches = [] if prior is None else prior.searches
    arrays = [part for one in searches for part in (one.points, one.scores)]
    n_rows = sum(len(one.scores) for one in searches)
    return digest_data(*arrays), f"{len(searches)} searches, {n_rows} candidates"


def _metric_searched_by(search: SharedSearchCV) -> str | None:
    """Return the metric that `refit` names, by which candidates are compared."""
    name = getattr(search.refit, "metric", search.refit)
    return name if isinstance(name, str) and name not in _NO_METRIC else None
