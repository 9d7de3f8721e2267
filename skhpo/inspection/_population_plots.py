"""What became of a population: who copied whom, and how parameters moved."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from skhpo.inspection._candidates import (
    is_population,
    label_of,
    metric_of,
    results_of,
    space_of,
)
from skhpo.inspection._pyplot import (
    COLORMAP,
    COLORS,
    GREY,
    axes_for,
    panels_for,
    whole_ticks,
)
from skhpo.inspection._scale import Scale, find_axes

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


class LineageDisplay:
    """Which member went on with whose model, generation by generation.

    Make it with :meth:`from_estimator`. Thin lines are members that went on with
    their own model, arrows are copies, and the thick line is the winner's descent.

    .. versionadded:: 0.1

    Parameters
    ----------
    parents : ndarray of shape (n_generations, n_members), dtype intp
        Whose model each member went on with; its own number in the first generation.

    copied : ndarray of shape (n_generations, n_members), dtype bool
        Whether it was a copy.

    scores : ndarray of shape (n_generations, n_members), dtype float64
        The score of each member after each generation.

    winner : int
        The member that won.

    metric : str
        What the score is called.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The axes.

    figure_ : matplotlib Figure
        The figure.

    Examples
    --------
    >>> import matplotlib
    >>> import numpy as np
    >>> matplotlib.use("Agg")
    >>> from skhpo.inspection import LineageDisplay
    >>> display = LineageDisplay(
    ...     np.array([[0, 1], [0, 0]]),
    ...     np.array([[False, False], [False, True]]),
    ...     np.array([[0.7, 0.5], [0.8, 0.9]]),
    ...     winner=1,
    ...     metric="accuracy",
    ... )
    >>> display.descent().tolist()
    [0, 1]
    """

    def __init__(
        self,
        parents: IntArray,
        copied: NDArray[np.bool_],
        scores: FloatArray,
        *,
        winner: int,
        metric: str,
    ) -> None:
        self.parents = parents
        self.copied = copied
        self.scores = scores
        self.winner = winner
        self.metric = metric

    @classmethod
    def from_estimator(cls, search: Any, *, ax: Any = None) -> Self:
        """Draw the population of a fitted search.

        Parameters
        ----------
        search : object
            A fitted :class:`skhpo.PBTSearchCV`.

        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : LineageDisplay
            The display.

        Raises
        ------
        ValueError
            If the search has no population.
        """
        rows = generations_of(search)
        members = np.arange(len(rows[0]))
        return cls(
            np.array(
                [
                    [
                        m if e["parent"] is None else e["parent"]
                        for m, e in zip(members, row, strict=True)
                    ]
                    for row in rows
                ],
                dtype=np.intp,
            ),
            np.array([[e["event"] == "exploit" for e in row] for row in rows]),
            np.array([[float(e["score"]) for e in row] for row in rows]),
            winner=winner_of(search),
            metric=label_of(search, metric_of(search)),
        ).plot(ax)

    def descent(self) -> IntArray:
        """Return the member that had the winner's model in each generation.

        Returns
        -------
        members : ndarray of shape (n_generations,), dtype intp
            The winner itself last.
        """
        members = [self.winner]
        for generation in range(len(self.parents) - 1, 0, -1):
            members.append(int(self.parents[generation, members[-1]]))
        return np.array(members[::-1], dtype=np.intp)

    def plot(self, ax: Any = None) -> Self:
        """Draw the lines.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : LineageDisplay
            The display itself.
        """
        n_generations, n_members = self.parents.shape
        self.ax_ = axes_for(ax, width=7.0, height=1.6 + 0.28 * min(n_members, 20))
        self.figure_ = self.ax_.figure
        for generation in range(1, n_generations):
            for member in range(n_members):
                parent = self.parents[generation, member]
                is_copy = self.copied[generation, member]
                self.ax_.plot(
                    [generation - 1, generation],
                    [parent, member],
                    color=COLORS[1] if is_copy else GREY,
                    linewidth=1.2 if is_copy else 0.8,
                    alpha=0.8,
                    zorder=1,
                )
        self.ax_.plot(
            np.arange(n_generations),
            self.descent(),
            color=COLORS[0],
            linewidth=3.0,
            zorder=2,
        )
        across, up = np.meshgrid(
            np.arange(n_generations), np.arange(n_members), indexing="ij"
        )
        finite = self.scores[np.isfinite(self.scores)]
        low = float(np.quantile(finite, 0.1)) if len(finite) else 0.0
        points = self.ax_.scatter(
            across.ravel(),
            up.ravel(),
            c=self.scores.ravel(),
            vmin=low,
            cmap=COLORMAP,
            s=34,
            edgecolors="black",
            linewidths=0.5,
            zorder=3,
            plotnonfinite=False,
        )
        self.figure_.colorbar(points, ax=self.ax_, extend="min").set_label(self.metric)
        self.ax_.set_xlabel("generation")
        self.ax_.set_ylabel("member")
        whole_ticks(self.ax_.xaxis)
        whole_ticks(self.ax_.yaxis)
        self._legend()
        return self

    def _legend(self) -> None:
        """Name the kinds of lines, above the plot, where nothing is."""
        from matplotlib.lines import Line2D

        self.ax_.legend(
            [
                Line2D([], [], color=COLORS[0], linewidth=3.0),
                Line2D([], [], color=COLORS[1]),
                Line2D([], [], color=GREY),
            ],
            ["the winner's descent", "copy", "own model"],
            loc="lower left",
            bbox_to_anchor=(0.0, 1.0),
            ncols=3,
            fontsize="small",
            frameon=False,
        )


class ScheduleDisplay:
    """How the parameters of a population moved in the course of the training.

    Make it with :meth:`from_estimator`. The thick line is the schedule that the
    winner's model went through, the thin ones are those of the other survivors.

    .. versionadded:: 0.1

    Parameters
    ----------
    scales : sequence of Scale
        How each parameter is drawn.

    steps : ndarray of shape (n_generations + 1,), dtype float64
        After how many steps each generation began, and the last one ended.

    values : sequence of ndarray of shape (n_members, n_generations)
        For each parameter its schedule for each member, as numbers or as positions of
        choices; NaN where it did not apply.

    winner : int
        The row of the winner.

    unit : str
        What a step is.

    Attributes
    ----------
    axes_ : ndarray of matplotlib Axes
        The panels, one for each parameter.

    figure_ : matplotlib Figure
        The figure.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import SGDClassifier
    >>> from skhpo import PBTSearchCV
    >>> from skhpo.inspection import ScheduleDisplay
    >>> from skhpo.space import Real
    >>> X, y = load_iris(return_X_y=True)
    >>> search = PBTSearchCV(
    ...     SGDClassifier(learning_rate="constant", eta0=0.1),
    ...     {"eta0": Real(1e-4, 1.0, prior="log-uniform")},
    ...     population_size=4,
    ...     n_generations=3,
    ...     steps_per_generation=2,
    ...     random_state=0,
    ... )
    >>> display = ScheduleDisplay.from_estimator(search.fit(X, y))
    >>> display.values[0].shape
    (4, 3)
    """

    def __init__(
        self,
        scales: Sequence[Scale],
        steps: FloatArray,
        values: Sequence[FloatArray],
        *,
        winner: int,
        unit: str,
    ) -> None:
        self.scales = scales
        self.steps = steps
        self.values = values
        self.winner = winner
        self.unit = unit

    @classmethod
    def from_estimator(
        cls,
        search: Any,
        params: str | Sequence[str] | None = None,
        *,
        ax: Any = None,
    ) -> Self:
        """Draw the schedules of a fitted search.

        Parameters
        ----------
        search : object
            A fitted :class:`skhpo.PBTSearchCV`.

        params : str or list of str, default=None
            Which parameters; None is all.

        ax : array-like of matplotlib Axes, default=None
            Where to draw, one for each parameter; None makes a figure.

        Returns
        -------
        display : ScheduleDisplay
            The display.

        Raises
        ------
        ValueError
            If the search has no population, or no such parameter.
        """
        check_population(search)
        space = space_of(search)
        schedules = results_of(search)["schedule"]
        columns = find_axes(space.axes, params)
        points = np.array(
            [[space.encode(step["params"]) for step in line] for line in schedules]
        )
        active = np.array([space.active(line) for line in points])
        scales = [Scale.of(space.axes[column]) for column in columns]
        values = [
            np.where(active[..., c], scale.values(points[..., c]), np.nan)
            for scale, c in zip(scales, columns, strict=True)
        ]
        last = schedules[0][-1]
        steps = [step["start"] for step in schedules[0]]
        steps.append(last["start"] + last["n_steps"])
        return cls(
            scales,
            np.array(steps, dtype=np.float64),
            values,
            winner=int(getattr(search, "best_index_", 0)),
            unit=last["unit"],
        ).plot(ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the panels.

        Parameters
        ----------
        ax : array-like of matplotlib Axes, default=None
            Where to draw, one for each parameter; None makes a figure.

        Returns
        -------
        display : ScheduleDisplay
            The display itself.
        """
        # Each panel has a parameter of its own, so they share no scale.
        self.axes_ = panels_for(ax, len(self.scales), shares_scale=False)
        self.figure_ = self.axes_[0].figure
        for panel, scale, values in zip(
            self.axes_, self.scales, self.values, strict=True
        ):
            for row, line in enumerate(values):
                if row != self.winner:
                    self._draw(panel, line, color=GREY, linewidth=0.9, alpha=0.7)
            self._draw(panel, values[self.winner], color=COLORS[0], linewidth=2.6)
            scale.apply(panel, "y")
            scale.show_whole(panel, "y")
            panel.set_xlabel(f"training ({self.unit})")
        return self

    def _draw(self, panel: Any, line: FloatArray, **style: Any) -> None:
        """Draw one schedule as steps, the last one with its length."""
        panel.step(self.steps, np.append(line, line[-1]), where="post", **style)


def check_population(search: Any) -> None:
    """Raise unless the search has a population."""
    if not is_population(search):
        raise ValueError(
            "Lineages and schedules are those of a population. Got "
            f"{type(search).__name__}, whose candidates are trained on their own; "
            "SliceDisplay and ParallelCoordinatesDisplay show their parameters."
        )


def generations_of(search: Any) -> list[list[dict[str, Any]]]:
    """Return the records of all generations up to that of `cv_results_`."""
    check_population(search)
    rows: dict[int, list[dict[str, Any]]] = {}
    for entry in search.history_:
        rows.setdefault(entry["generation"], []).append(entry)
    last = results_of(search)["schedule"][0][-1]["generation"]
    return [rows[generation] for generation in range(last + 1)]


def winner_of(search: Any) -> int:
    """Return the number of the member that won."""
    row = int(getattr(search, "best_index_", 0))
    return int(results_of(search)["schedule"][row][-1]["member"])
