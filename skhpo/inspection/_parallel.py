"""All parameters of all candidates side by side."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from skhpo.inspection._candidates import read_candidates
from skhpo.inspection._pyplot import COLORMAP, axes_for
from skhpo.inspection._scale import find_axes, shown
from skhpo.space import Axis

FloatArray = NDArray[np.float64]

_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_MOST_LEVELS = 7


class ParallelCoordinatesDisplay:
    """Each candidate as a line across the axes of all parameters.

    Make it with :meth:`from_estimator`. Each axis is laid out as the search sees the
    parameter: evenly in the logarithm where it is log-uniform. Better candidates are
    lighter and drawn last; a line has a gap where a parameter does not apply.

    .. versionadded:: 0.1

    Parameters
    ----------
    axes : sequence of Axis
        The parameters' axes.

    coordinates : ndarray of shape (n, n_axes), dtype float64
        Where each candidate crosses them, from 0 to 1; NaN where it has no value.

    scores : ndarray of shape (n,), dtype float64
        Their scores.

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
    >>> matplotlib.use("Agg")
    >>> from scipy.stats import loguniform
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import BayesSearchCV
    >>> from skhpo.inspection import ParallelCoordinatesDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> space = {"C": loguniform(1e-3, 1e3), "kernel": ["linear", "rbf"]}
    >>> search = BayesSearchCV(SVC(), space, n_iter=8, random_state=0).fit(X, y)
    >>> display = ParallelCoordinatesDisplay.from_estimator(search)
    >>> display.coordinates.shape
    (8, 2)
    """

    def __init__(
        self,
        axes: Sequence[Axis],
        coordinates: FloatArray,
        scores: FloatArray,
        *,
        metric: str,
    ) -> None:
        self.axes = axes
        self.coordinates = coordinates
        self.scores = scores
        self.metric = metric

    @classmethod
    def from_estimator(
        cls,
        search: Any,
        params: Sequence[str] | None = None,
        *,
        metric: str | None = None,
        ax: Any = None,
    ) -> Self:
        """Draw the candidates of a fitted search.

        Parameters
        ----------
        search : object
            The fitted search.

        params : list of str, default=None
            Which parameters, in this order; None is all.

        metric : str, default=None
            The metric or objective; None is the one that the search maximises.

        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : ParallelCoordinatesDisplay
            The display.

        Raises
        ------
        ValueError
            If there is no such parameter or metric.
        """
        candidates = read_candidates(search, metric)
        space, rows = candidates.space, candidates.scored
        columns = find_axes(space.axes, params)
        points = candidates.points[rows]
        coordinates = np.where(space.active(points), points, np.nan)[:, columns]
        return cls(
            [space.axes[column] for column in columns],
            coordinates,
            candidates.scores[rows],
            metric=candidates.metric,
        ).plot(ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the lines.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : ParallelCoordinatesDisplay
            The display itself.
        """
        from matplotlib.collections import LineCollection

        n_axes = len(self.axes)
        self.ax_ = axes_for(ax, width=max(5.0, 1.6 * n_axes + 1.6), height=4.2)
        self.figure_ = self.ax_.figure
        order = np.argsort(self.scores, kind="stable")
        places = np.arange(n_axes, dtype=np.float64)
        lines = [np.column_stack([places, self.coordinates[row]]) for row in order]
        drawn = LineCollection(lines, cmap=COLORMAP, alpha=0.75, linewidths=1.3)
        drawn.set_array(self.scores[order])
        drawn.set_clim(*_color_limits(self.scores))
        self.ax_.add_collection(drawn)
        self._draw_dots(places, order, drawn.norm)
        self.ax_.set_ylim(-0.04, 1.04)
        self.ax_.set_xlim(-0.25, n_axes - 0.45)
        names = [axis.name.replace("__", "\n") for axis in self.axes]
        self.ax_.set_xticks(places, names, fontsize="small")
        self.ax_.set_yticks([])
        for side in ("top", "right", "left", "bottom"):
            self.ax_.spines[side].set_visible(False)
        for place, axis in zip(places, self.axes, strict=True):
            self._draw_axis(place, axis)
        bar = self.figure_.colorbar(drawn, ax=self.ax_, pad=0.02, extend="min")
        bar.set_label(self.metric)
        return self

    def _draw_dots(self, places: FloatArray, order: Any, norm: Any) -> None:
        """Draw the values that no line reaches, between two gaps."""
        has_value = np.isfinite(self.coordinates[order])
        beside = np.pad(has_value, ((0, 0), (1, 1)))
        rows, columns = np.nonzero(has_value & ~beside[:, :-2] & ~beside[:, 2:])
        self.ax_.scatter(
            places[columns],
            self.coordinates[order][rows, columns],
            c=self.scores[order][rows],
            cmap=COLORMAP,
            norm=norm,
            s=14,
            alpha=0.75,
            clip_on=False,
            zorder=2,
        )

    def _draw_axis(self, place: float, axis: Axis) -> None:
        """Draw the axis of one parameter with some of its values."""
        self.ax_.axvline(place, color="black", linewidth=0.8, zorder=3)
        if axis.n_levels is not None and axis.n_levels <= _MOST_LEVELS:
            ticks = axis.from_level(np.arange(axis.n_levels)).tolist()
        else:
            ticks = list(_TICKS)
        for tick in ticks:
            self.ax_.text(
                place + 0.03,
                tick,
                shown(axis.decode(tick)).replace("$", r"\$"),
                fontsize="x-small",
                va="center",
                zorder=4,
                bbox={"facecolor": "white", "alpha": 0.75, "pad": 0.6, "lw": 0},
            )


def _color_limits(scores: FloatArray) -> tuple[float, float]:
    """Return the scores that get the darkest colour and the lightest."""
    if not len(scores):
        return 0.0, 1.0
    high = float(scores.max())
    # The differences among the better part are what one looks for, if there are any.
    for low in (float(np.quantile(scores, 0.25)), float(scores.min())):
        if high - low > 1e-9 * abs(high):
            return low, high
    return high - 1.0, high
