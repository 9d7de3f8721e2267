"""A progress bar."""

from typing import Any

from skhpo._compat._extras import import_extra, require_extra
from skhpo.callbacks._base import SearchCallback
from skhpo.callbacks._events import (
    CandidateEnd,
    SearchBegin,
    SearchEnd,
    SearchPlan,
    SplitEnd,
    Standing,
)

_EXTRA = {"extra": "progress", "purpose": "The progress bar"}


class ProgressBar(SearchCallback):
    """Shows how far a search is: candidates over, the best score, and the time.

    Drawn by rich, as the progress bar of scikit-learn is: in a terminal, and in
    notebooks with ``ipywidgets`` installed. Where the output is a file, only the last
    state is written. What is printed during the search appears above the bar.

    Needs the extra ``progress``: ``pip install 'skhpo[progress]'``.

    .. versionadded:: 0.1

    Raises
    ------
    MissingExtraError
        If rich is not installed.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import BayesSearchCV
    >>> from skhpo.callbacks import ProgressBar
    >>> search = BayesSearchCV(SVC(), {"C": [0.1, 1, 10]}, callbacks=[ProgressBar()])
    >>> _ = search.fit(*load_iris(return_X_y=True))
    BayesSearchCV ... 3/3 candidates best 0.98 ... 0:00:...
    """

    _bar: Any = None
    _task: Any = None

    def __init__(self) -> None:
        require_extra("rich", **_EXTRA)

    def on_search_begin(self, event: SearchBegin) -> None:
        """Draw the bar.

        Parameters
        ----------
        event : SearchBegin
            What the search is going to do.
        """
        plan = event.plan
        rich = import_extra("rich.progress", **_EXTRA)
        self._bar = rich.Progress(
            rich.TextColumn("{task.description}"),
            rich.BarColumn(),
            rich.TextColumn("{task.fields[done]}"),
            rich.TextColumn("{task.fields[standing]}"),
            rich.TimeElapsedColumn(),
            rich.TimeRemainingColumn(),
        )
        self._task = self._bar.add_task(
            type(plan.search).__name__,
            total=plan.n_candidates * plan.n_splits,
            done=_done(plan, Standing()),
            standing="",
        )
        self._bar.start()

    def on_split_end(self, event: SplitEnd) -> None:
        """Advance by a split.

        Parameters
        ----------
        event : SplitEnd
            The split.
        """
        if _counts(event):
            self._bar.advance(self._task)

    def on_candidate_end(self, event: CandidateEnd) -> None:
        """Show the best so far, and skip the splits that will not run.

        Parameters
        ----------
        event : CandidateEnd
            The candidate.
        """
        n_counted = sum(map(_counts, event.splits))
        self._bar.update(
            self._task,
            advance=event.plan.n_splits - n_counted,
            done=_done(event.plan, event.standing),
            standing=_best(event.standing),
        )

    def on_search_end(self, event: SearchEnd) -> None:
        """Show why the search has ended where it was not by its budget.

        Parameters
        ----------
        event : SearchEnd
            The end.
        """
        if event.stop_reason not in ("n_iter", "n_generations"):
            shown = f"{_best(event.standing)} ({event.stop_reason})".strip()
            self._bar.update(self._task, standing=shown)

    def close(self) -> None:
        """Leave the bar as it stands."""
        bar, self._bar, self._task = self._bar, None, None
        if bar is not None:
            bar.stop()


def _counts(event: SplitEnd) -> bool:
    """Whether a split ends once: not where it is run again with more of a resource."""
    return event.resource is None or event.plan.is_population


def _done(plan: SearchPlan, standing: Standing) -> str:
    """Return how much is over, in words."""
    if plan.population_size is None:
        return f"{standing.n_over}/{plan.n_candidates} candidates"
    n_generations = standing.n_over // plan.population_size
    return f"{n_generations}/{plan.n_generations} generations"


def _best(standing: Standing) -> str:
    """Return the best so far, in words."""
    if standing.front:
        return f"{len(standing.front)} on the front"
    if standing.best_candidate is None:
        return ""
    return f"best {standing.best_score:.4g}"
