"""The engine: which split is evaluated when, and by whom.

`Schedule` fixes the order in which candidates are proposed and results are
told, independent of timing; `run_search` keeps the workers of a joblib backend
busy in that order; `SplitEvaluator` is what a worker runs for one candidate on
one split, where candidates share the first steps of a pipeline.
"""

from skhpo.engine._durations import Durations
from skhpo.engine._fit_timer import FitTimer
from skhpo.engine._loop import run_search
from skhpo.engine._race import RacingSchedule
from skhpo.engine._record import Evaluation, Record, Rung
from skhpo.engine._rungs import RungSchedule
from skhpo.engine._schedule import Schedule, resolve_max_pending
from skhpo.engine._settings import (
    LoopOutcome,
    LoopSettings,
    resolve_max_in_flight,
)
from skhpo.engine._source import EvaluationSource
from skhpo.engine._tasks import SplitEvaluator, SplitResult

__all__ = [
    "Durations",
    "Evaluation",
    "EvaluationSource",
    "FitTimer",
    "LoopOutcome",
    "LoopSettings",
    "RacingSchedule",
    "Record",
    "Rung",
    "RungSchedule",
    "Schedule",
    "SplitEvaluator",
    "SplitResult",
    "resolve_max_in_flight",
    "resolve_max_pending",
    "run_search",
]
