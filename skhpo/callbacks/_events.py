"""What callbacks are told: frozen records of what has happened in a search."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from skhpo.space import SearchSpace


@dataclass(frozen=True, kw_only=True, eq=False)
class SearchPlan:
    """What is known of a search before its first fit; a part of every event.

    .. versionadded:: 0.1

    Parameters
    ----------
    search : estimator object
        The search itself, to be read only: its parameters from the beginning, its
        fitted attributes at the end.

    space : SearchSpace
        The search space.

    objectives : tuple of str
        What the search maximises: the name of the metric (``"score"`` if it has
        none), or the names of several objectives.

    n_candidates : int
        How many candidates it may evaluate. Each member of a population counts once
        for each generation.

    n_splits : int
        Number of cross-validation splits.

    started : datetime
        When it began, in UTC.

    resources : tuple of int, default=()
        The amounts of the resource that candidates may get, rising, of a search that
        has one.

    n_generations : int or None, default=None
        How many generations a population is trained for, None for other searches.

    population_size : int or None, default=None
        The number of members of a population, None for other searches.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from sklearn.svm import SVC
    >>> from skhpo import BayesSearchCV
    >>> from skhpo.callbacks import SearchPlan
    >>> from skhpo.space import SearchSpace
    >>> plan = SearchPlan(
    ...     search=BayesSearchCV(SVC(), {"C": [1, 2, 3]}),
    ...     space=SearchSpace({"C": [1, 2, 3]}),
    ...     objectives=("score",),
    ...     n_candidates=3,
    ...     n_splits=5,
    ...     started=datetime.now(UTC),
    ... )
    >>> plan.is_population
    False
    """

    search: Any = field(repr=False)
    space: SearchSpace = field(repr=False)
    objectives: tuple[str, ...]
    n_candidates: int
    n_splits: int
    started: datetime
    resources: tuple[int, ...] = ()
    n_generations: int | None = None
    population_size: int | None = None

    @property
    def is_population(self) -> bool:
        """Whether the candidates are members of a population."""
        return self.n_generations is not None


@dataclass(frozen=True, kw_only=True, eq=False)
class Standing:
    """How a search stands; a part of the events.

    .. versionadded:: 0.1

    Parameters
    ----------
    n_over : int, default=0
        Number of candidates that are over, whether complete, failed or discarded; of a
        search with a resource, those that have had the least of it.

    n_fits : int, default=0
        Number of fits on splits.

    best_candidate : int or None, default=None
        The complete candidate with the best score so far; None before the first, and
        with several objectives.

    best_score : float, default=nan
        Its score.

    best_params : dict or None, default=None
        Its parameters.

    front : tuple of int, default=()
        With several objectives: the candidates that no other one dominates.

    Examples
    --------
    >>> from skhpo.callbacks import Standing
    >>> Standing(n_over=2, n_fits=10, best_candidate=1, best_score=0.9).best_score
    0.9
    """

    n_over: int = 0
    n_fits: int = 0
    best_candidate: int | None = None
    best_score: float = float("nan")
    best_params: Mapping[str, Any] | None = None
    front: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class SearchBegin:
    """A search is about to begin with its first fit.

    .. versionadded:: 0.1

    Parameters
    ----------
    plan : SearchPlan
        What it is going to do.

    Examples
    --------
    >>> from skhpo.callbacks import SearchBegin, SearchCallback
    >>> class Announce(SearchCallback):
    ...     def on_search_begin(self, event: SearchBegin) -> None:
    ...         print(event.plan.n_candidates, "candidates")
    """

    plan: SearchPlan


@dataclass(frozen=True, kw_only=True, eq=False)
class SplitEnd:
    """A candidate has been fitted and scored on one split.

    Splits end in any order, and with several workers those of different candidates
    alternate.

    .. versionadded:: 0.1

    Parameters
    ----------
    plan : SearchPlan
        The search.

    candidate : int
        Position of the candidate in the order of proposal, from 0.

    params : dict
        Its parameters.

    origin : str
        What has proposed it, see ``history_`` of the search.

    split : int
        Position of the split, from 0.

    scores : tuple of float
        The score in each of ``plan.objectives``, NaN for a failed fit.

    test_scores : dict of str to float
        The score in each metric; `error_score` for a failed fit. A single metric is
        called ``"score"``.

    train_scores : dict of str to float or None, default=None
        The same on the training rows, with `return_train_score`.

    fit_time, score_time : float
        Seconds of the fit, and of its scoring.

    error : str or None, default=None
        The traceback of a fit that has failed.

    start, end : datetime or None, default=None
        When it ran, in UTC. None where that is not known, as of a lost worker.

    generation, member : int or None, default=None
        Of a population: which member in which generation.

    resource : int or None, default=None
        How much the model has been trained after it, if the search counts that: the
        number of steps, of a population.

    Examples
    --------
    >>> from skhpo.callbacks import SearchCallback, SplitEnd
    >>> class PrintErrors(SearchCallback):
    ...     def on_split_end(self, event: SplitEnd) -> None:
    ...         if event.error is not None:
    ...             print(event.candidate, event.split, event.error_line)
    """

    plan: SearchPlan
    candidate: int
    params: Mapping[str, Any]
    origin: str
    split: int
    scores: tuple[float, ...]
    test_scores: Mapping[str, float]
    train_scores: Mapping[str, float] | None = None
    fit_time: float
    score_time: float
    error: str | None = field(default=None, repr=False)
    start: datetime | None = None
    end: datetime | None = None
    generation: int | None = None
    member: int | None = None
    resource: int | None = None

    @property
    def score(self) -> float:
        """The score of a search with a single objective."""
        return only_score(self.scores, self.plan)

    @property
    def error_line(self) -> str | None:
        """The last line of `error`, which says what was wrong."""
        lines = (self.error or "").strip().splitlines()
        return lines[-1] if lines else None


@dataclass(frozen=True, kw_only=True, eq=False)
class CandidateEnd:
    """A candidate is over: complete on all splits, or discarded.

    For a population: a member has been trained for a generation. In a search with a
    resource, a candidate that never gets all of it is over only with the search.

    .. versionadded:: 0.1

    Parameters
    ----------
    plan : SearchPlan
        The search.

    standing : Standing
        How it stands, with this candidate.

    candidate : int
        Position in the order of proposal, from 0.

    params : dict
        Its parameters.

    origin : str
        What has proposed it, see ``history_`` of the search.

    parents : tuple of int, default=()
        The candidates that it was bred from.

    status : {"complete", "failed", "discarded"}
        ``"failed"``: at least one split has no finite score.

    scores : tuple of float
        The mean score in each of ``plan.objectives``, over the splits that ran; NaN
        where one failed.

    splits : tuple of SplitEnd
        Its splits, in order.

    elapsed : float
        Seconds from the start of the search.

    Examples
    --------
    >>> from skhpo.callbacks import CandidateEnd, SearchCallback
    >>> class StopAt(SearchCallback):
    ...     def on_candidate_end(self, event: CandidateEnd) -> bool:
    ...         return event.standing.best_score >= 0.95
    """

    plan: SearchPlan
    standing: Standing
    candidate: int
    params: Mapping[str, Any]
    origin: str
    parents: tuple[int, ...] = ()
    status: str
    scores: tuple[float, ...]
    splits: tuple[SplitEnd, ...] = field(repr=False)
    elapsed: float

    @property
    def score(self) -> float:
        """The mean score of a search with a single objective."""
        return only_score(self.scores, self.plan)

    @property
    def start(self) -> datetime | None:
        """When its first split began, None if no time is known."""
        return min((one.start for one in self.splits if one.start), default=None)

    @property
    def end(self) -> datetime | None:
        """When its last split ended, None if no time is known."""
        return max((one.end for one in self.splits if one.end), default=None)

    @property
    def error_line(self) -> str | None:
        """What the first split that failed says was wrong."""
        lines = [one.error_line for one in self.splits if one.error_line]
        return lines[0] if lines else None

    @property
    def generation(self) -> int | None:
        """The generation of a population's member."""
        return self.splits[-1].generation if self.splits else None

    @property
    def member(self) -> int | None:
        """Which member of a population it is."""
        return self.splits[-1].member if self.splits else None

    @property
    def resource(self) -> int | None:
        """How much its models have been trained, if the search counts that."""
        return self.splits[-1].resource if self.splits else None


@dataclass(frozen=True, kw_only=True, eq=False)
class GenerationEnd:
    """All members of a population have been trained for a generation.

    .. versionadded:: 0.1

    Parameters
    ----------
    plan : SearchPlan
        The search.

    standing : Standing
        How it stands.

    generation : int
        Which generation it was, from 0.

    members : tuple of CandidateEnd
        The members, in order.

    elapsed : float
        Seconds from the start of the search.

    Examples
    --------
    >>> from skhpo.callbacks import GenerationEnd, SearchCallback
    >>> class PrintBest(SearchCallback):
    ...     def on_generation_end(self, event: GenerationEnd) -> None:
    ...         if event.best is not None:
    ...             print(event.generation, event.best.score)
    """

    plan: SearchPlan
    standing: Standing
    generation: int
    members: tuple[CandidateEnd, ...] = field(repr=False)
    elapsed: float

    @property
    def best(self) -> CandidateEnd | None:
        """The member with the best score, None if all have failed."""
        complete = [one for one in self.members if one.status == "complete"]
        return max(complete, key=lambda one: one.score, default=None)


@dataclass(frozen=True, kw_only=True, eq=False)
class SearchEnd:
    """A search is over, whatever has ended it; the refit is over too.

    .. versionadded:: 0.1

    Parameters
    ----------
    plan : SearchPlan
        The search. ``plan.search`` has its fitted attributes, as far as it has come.

    standing : Standing
        How it stood in the end.

    stop_reason : str
        ``stop_reason_`` of the search; ``"error"`` if it has none.

    error : BaseException or None, default=None
        What `fit` is about to raise, such as a `KeyboardInterrupt`.

    cv_results : dict or None, default=None
        ``cv_results_`` of the search, None if no candidate was complete.

    history : list of dict, default=()
        ``history_`` of the search.

    end : datetime
        When it ended, in UTC.

    Examples
    --------
    >>> from skhpo.callbacks import SearchCallback, SearchEnd
    >>> class PrintReason(SearchCallback):
    ...     def on_search_end(self, event: SearchEnd) -> None:
    ...         print(event.stop_reason, event.standing.best_score)
    """

    plan: SearchPlan
    standing: Standing
    stop_reason: str
    error: BaseException | None = None
    cv_results: Mapping[str, Any] | None = field(default=None, repr=False)
    history: list[dict[str, Any]] = field(default_factory=list, repr=False)
    end: datetime


Event = SearchBegin | SplitEnd | CandidateEnd | GenerationEnd | SearchEnd


def only_score(scores: tuple[float, ...], plan: SearchPlan) -> float:
    """Return the score of a single objective; refuse to choose among several."""
    if len(scores) > 1:
        raise ValueError(
            "The event has no single 'score': the search has the objectives "
            f"{plan.objectives!r}. Take 'scores', which has one for each of them."
        )
    return scores[0]
