"""What the loop is told before it runs, and what it says when it has ended."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from joblib.parallel import eval_expr
from numpy.typing import NDArray

from skhpo._compat._sklearn import EvaluationContext
from skhpo.engine._journalled import JournalledResults
from skhpo.engine._record import Evaluation, Record
from skhpo.engine._tasks import SplitResult


def _tell_nobody(*_: object) -> None:
    """Tell nobody of an evaluation."""


def _never() -> bool:
    """Never ask for the end."""
    return False


@dataclass(frozen=True)
class LoopSettings:
    """What the loop needs to know besides the schedule and the evaluator.

    .. versionadded:: 0.1

    Parameters
    ----------
    max_in_flight : int
        Most batches that the backend may hold, running ones included.

    time_limit : float or None
        Seconds after which no evaluation starts; from the second candidate on, none
        starts either that is expected to take longer than what is left of them.

    n_design : int
        How many candidates make up the initial design: when all their fits fail,
        the search ends.

    raises_on_failure : bool
        Whether a lost worker ends the search (``error_score="raise"``).

    score_of : callable
        Maps the scores of a fit to the number that the search maximises, or to an
        array of them, one for each objective.

    task_of : callable
        Maps an evaluation to its callback context, or None.

    on_result : callable
        Called with every evaluation that has come back; true ends the search.

    on_candidate : callable
        Called with the record of every candidate that became complete or was
        discarded.

    caller : object
        The search, handed to callbacks.

    fit_time_limit : float or None, default=None
        Seconds after which an evaluation is ended and booked as failed; only for
        worker processes on this machine.

    journal : JournalledResults or None, default=None
        Knows the results of earlier runs, and writes down those of this one.

    on_recall : callable or None, default=None
        Called, in the place of `on_result`, with every evaluation whose result is one
        of an earlier run; true ends the search.
    on_split : callable
        Called with an evaluation that has come back, its `SplitResult`, its score and
        the record of its candidate, before `on_candidate`.

    should_stop : callable
        Asked before an evaluation starts; true ends the search.

    Examples
    --------
    >>> from skhpo.engine import LoopSettings
    >>> settings = LoopSettings(
    ...     max_in_flight=4,
    ...     time_limit=None,
    ...     n_design=3,
    ...     raises_on_failure=False,
    ...     score_of=lambda scores: scores["test_scores"],
    ...     task_of=lambda evaluation: None,
    ...     on_result=lambda evaluation: False,
    ...     on_candidate=lambda record: None,
    ...     caller=None,
    ... )
    >>> settings.score_of({"test_scores": 0.5})
    0.5
    """

    max_in_flight: int
    time_limit: float | None
    n_design: int
    raises_on_failure: bool
    score_of: Callable[[dict[str, object]], float | NDArray[np.float64]]
    task_of: Callable[[Evaluation], EvaluationContext | None]
    on_result: Callable[[Evaluation], bool]
    on_candidate: Callable[[Record], None]
    caller: object
    fit_time_limit: float | None = None
    journal: JournalledResults | None = None
    on_recall: Callable[[Evaluation], bool] | None = None
    on_split: Callable[
        [Evaluation, SplitResult, float | NDArray[np.float64], Record], None
    ] = field(default_factory=lambda: _tell_nobody)
    should_stop: Callable[[], bool] = field(default_factory=lambda: _never)


@dataclass(frozen=True)
class LoopOutcome:
    """How the loop ended.

    .. versionadded:: 0.1

    Parameters
    ----------
    stop_reason : str
        ``"n_iter"``, ``"space exhausted"``, ``"time limit"``, ``"callback"``,
        ``"all failed"`` or the name of a stopping rule.

    error : BaseException or None
        An exception of an evaluation that must reach the user.

    Examples
    --------
    >>> from skhpo.engine import LoopOutcome
    >>> LoopOutcome("time limit")
    LoopOutcome(stop_reason='time limit', error=None)
    """

    stop_reason: str
    error: BaseException | None = None


def resolve_max_in_flight(pre_dispatch: int | str, n_workers: int) -> int:
    """Return how many batches the backend may hold, from joblib's `pre_dispatch`.

    .. versionadded:: 0.1

    Parameters
    ----------
    pre_dispatch : int or str
        A number, an expression in ``n_jobs``, or ``"all"``.

    n_workers : int
        Number of workers, the value of ``n_jobs``.

    Returns
    -------
    int
        At least 1. It is 1 for a single worker, whose evaluations are over as soon
        as they have been submitted.

    Raises
    ------
    ValueError
        If the expression cannot be evaluated.

    Examples
    --------
    >>> from skhpo.engine import resolve_max_in_flight
    >>> resolve_max_in_flight("2*n_jobs", n_workers=4)
    8
    """
    if n_workers == 1:
        return 1
    if pre_dispatch == "all":
        return sys.maxsize
    try:
        number = int(eval_expr(str(pre_dispatch).replace("n_jobs", str(n_workers))))
    except (SyntaxError, TypeError, ValueError) as error:
        raise ValueError(
            "The 'pre_dispatch' parameter must be an int, 'all' or an expression such "
            f"as '2*n_jobs'. Got {pre_dispatch!r}."
        ) from error
    return max(1, number)
