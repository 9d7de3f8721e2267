"""The best score so far, over candidates, fits or seconds."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from skhpo.inspection._candidates import (
    label_of,
    metric_of,
    objective_names,
    read_history,
)
from skhpo.inspection._pyplot import axes_for, marker_of, style_of, whole_ticks

FloatArray = NDArray[np.float64]
Budget = Literal["candidates", "fits", "seconds"]

_UNITS = {
    "candidates": "candidates",
    "fits": "fits",
    "seconds": "time since the start (s)",
}
_BAND = (0.25, 0.75)
_N_GRID = 200


class BestSoFarDisplay:
    """How the best score rises in the course of a search, or of several.

    Make it with :meth:`from_estimator`.

    .. versionadded:: 0.1

    Parameters
    ----------
    budgets : dict of str to list of ndarray
        For each label and search, after how much of the budget the best score rose.

    scores : dict of str to list of ndarray
        The best score from there on.

    budget : {"candidates", "fits", "seconds"}
        What the budget is counted in.

    metric : str
        What the score is called.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The axes.

    figure_ : matplotlib Figure
        The figure.

    lines_ : list of matplotlib Line2D
        A line for each label.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> from scipy.stats import loguniform
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import BayesSearchCV
    >>> from skhpo.inspection import BestSoFarDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> search = BayesSearchCV(
    ...     SVC(), {"C": loguniform(1e-3, 1e3)}, n_iter=8, random_state=0
    ... )
    >>> display = BestSoFarDisplay.from_estimator(search.fit(X, y))
    >>> display.ax_.get_xlabel()
    'candidates'
    """

    def __init__(
        self,
        budgets: Mapping[str, Sequence[FloatArray]],
        scores: Mapping[str, Sequence[FloatArray]],
        *,
        budget: Budget,
        metric: str,
    ) -> None:
        self.budgets = budgets
        self.scores = scores
        self.budget = budget
        self.metric = metric

    @classmethod
    def from_estimator(
        cls,
        search: Any,
        *,
        budget: Budget = "candidates",
        ax: Any = None,
    ) -> Self:
        """Draw the course of fitted searches.

        Parameters
        ----------
        search : object, list of object, or dict of str to these
            A fitted search; or several, which are repetitions of one (with other
            seeds, say) and give a median with the band of the middle half; or such by
            label, with a line each.

        budget : {"candidates", "fits", "seconds"}, default="candidates"
            What to count on the horizontal axis.

        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : BestSoFarDisplay
            The display.

        Raises
        ------
        ValueError
            If there is no such budget, or no search.
        """
        if budget not in _UNITS:
            raise ValueError(
                f"The 'budget' must be one of {list(_UNITS)}. Got {budget!r}."
            )
        labelled = _labelled(search)
        courses = {
            label: [course_of(one, budget) for one in searches]
            for label, searches in labelled.items()
        }
        first = next(iter(labelled.values()))[0]
        metric = getattr(first, "objectives", None) or [metric_of(first)]
        return cls(
            {label: [budgets for budgets, _ in c] for label, c in courses.items()},
            {label: [scores for _, scores in c] for label, c in courses.items()},
            budget=budget,
            metric=label_of(first, objective_names(first)[0])
            if len(metric) > 1
            else label_of(first, metric[0]),
        ).plot(ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the lines.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : BestSoFarDisplay
            The display itself.
        """
        self.ax_ = axes_for(ax)
        self.figure_ = self.ax_.figure
        self.lines_ = []
        for number, label in enumerate(self.budgets):
            courses = list(zip(self.budgets[label], self.scores[label], strict=True))
            grid, middle, low, high = summarise(courses)
            style = style_of(number) | {"marker": marker_of(middle)}
            (line,) = self.ax_.step(grid, middle, where="post", label=label, **style)
            if len(courses) > 1:
                self.ax_.fill_between(
                    grid, low, high, step="post", color=style["color"], alpha=0.2, lw=0
                )
            self.lines_.append(line)
        self._label()
        return self

    def _label(self) -> None:
        """Label the axes, and the lines where there are several."""
        self.ax_.set_xlabel(_UNITS[self.budget])
        self.ax_.set_ylabel(f"best {self.metric} so far")
        if self.budget != "seconds":
            whole_ticks(self.ax_.xaxis)
        n_most = max(len(courses) for courses in self.budgets.values())
        title = f"median and middle half of {n_most}" if n_most > 1 else None
        if len(self.lines_) > 1 or title is not None:
            self.ax_.legend(title=title, loc="lower right")


def course_of(search: Any, budget: Budget) -> tuple[FloatArray, FloatArray]:
    """Return after how much of the budget the best score rose, and to what.

    The end of the search is the last of them, whether or not the score rose.
    """
    history = read_history(search)
    scores = np.array([np.ravel(entry["score"])[0] for entry in history], dtype=float)
    resources = np.array([entry.get("resource", 1.0) for entry in history], dtype=float)
    # What had less of a resource cannot be compared with what had more.
    scores[resources < resources[np.isfinite(scores)].max(initial=0.0)] = np.nan
    if budget == "candidates":
        used = np.arange(1.0, len(history) + 1.0)
    elif budget == "fits":
        used = np.cumsum([_n_fits(entry) for entry in history]).astype(np.float64)
    else:
        used = _seconds(search, history)
    order = np.argsort(used, kind="stable")
    used, scores = used[order], scores[order]
    # Of what never came to an end nobody knows when it did.
    known = np.isfinite(used)
    used = used[known]
    best = np.fmax.accumulate(np.where(np.isfinite(scores), scores, np.nan)[known])
    begun = np.isfinite(best)
    return used[begun], best[begun]


def _n_fits(entry: Mapping[str, Any]) -> int:
    """Return how many fits a candidate has taken, at all amounts of a resource."""
    if "rungs" in entry:
        times = [np.ravel(rung["fit_times"]) for rung in entry["rungs"]]
    else:
        times = [np.ravel(entry.get("fit_times", entry["split_scores"]))]
    return sum(int(np.isfinite(one).sum()) for one in times)


def _seconds(search: Any, history: Sequence[Mapping[str, Any]]) -> FloatArray:
    """Return when each candidate was complete."""
    if "completed_at" not in history[0]:
        raise ValueError(
            "budget='seconds' needs the 'history_' of a search of skhpo. Got "
            f"{type(search).__name__}; use budget='candidates'."
        )
    return np.array([entry["completed_at"] for entry in history], dtype=np.float64)


def summarise(
    courses: Sequence[tuple[FloatArray, FloatArray]],
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return a grid of the budget, and the median with the band on it.

    A search that has ended keeps its best score: it would not have lost it.
    """
    if len(courses) == 1:
        used, best = courses[0]
        return used, best, best, best
    edges = [np.concatenate([used]) for used, _ in courses]
    # Before all of them have a score, there is no median of all.
    start = max(used[0] for used in edges)
    grid = np.unique(np.concatenate(edges))
    grid = grid[grid >= start]
    if len(grid) > _N_GRID:
        grid = np.linspace(start, grid[-1], _N_GRID)
    table = np.array(
        [best[np.searchsorted(used, grid, "right") - 1] for used, best in courses]
    )
    low, high = np.quantile(table, _BAND, axis=0)
    return grid, np.median(table, axis=0), low, high


def _labelled(search: Any) -> dict[str, list[Any]]:
    """Return lists of searches by label."""
    if isinstance(search, Mapping):
        named = dict(search)
    elif isinstance(search, list | tuple):
        named = {type(one).__name__: search for one in search[:1]}
    else:
        named = {type(search).__name__: search}
    result = {
        str(label): list(one) if isinstance(one, list | tuple) else [one]
        for label, one in named.items()
    }
    if not result or not all(result.values()):
        raise ValueError(
            "There must be at least one search to show. Got "
            f"{search!r}; pass a fitted search, a list, or a dict of them by label."
        )
    return result
