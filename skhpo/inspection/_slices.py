"""The scores of all candidates over each parameter by itself."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from skhpo.inspection._candidates import read_candidates
from skhpo.inspection._pyplot import COLORMAP, COLORS, panels_for, score_limits
from skhpo.inspection._scale import Scale, find_axes

FloatArray = NDArray[np.float64]


class SliceDisplay:
    """The score of each candidate over the value of each parameter.

    Make it with :meth:`from_estimator`. Later candidates are lighter. Candidates to
    which a parameter does not apply are left out of its panel.

    .. versionadded:: 0.1

    Parameters
    ----------
    scales : sequence of Scale
        How each parameter is drawn.

    values : sequence of ndarray
        For each parameter the values of the candidates that have it, as numbers;
        positions of choices otherwise.

    scores : sequence of ndarray
        Their scores.

    order : sequence of ndarray
        Their positions in the order of proposal.

    best : sequence of (float, float) or None
        Value and score of the best candidate in each panel.

    metric : str
        What the score is called.

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
    >>> from scipy.stats import loguniform
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import BayesSearchCV
    >>> from skhpo.inspection import SliceDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> space = {"C": loguniform(1e-3, 1e3), "kernel": ["linear", "rbf"]}
    >>> search = BayesSearchCV(SVC(), space, n_iter=8, random_state=0).fit(X, y)
    >>> display = SliceDisplay.from_estimator(search)
    >>> [ax.get_xscale() for ax in display.axes_]
    ['log', 'linear']
    """

    def __init__(
        self,
        scales: Sequence[Scale],
        values: Sequence[FloatArray],
        scores: Sequence[FloatArray],
        order: Sequence[NDArray[np.intp]],
        best: Sequence[tuple[float, float] | None],
        *,
        metric: str,
    ) -> None:
        self.scales = scales
        self.values = values
        self.scores = scores
        self.order = order
        self.best = best
        self.metric = metric

    @classmethod
    def from_estimator(
        cls,
        search: Any,
        params: str | Sequence[str] | None = None,
        *,
        metric: str | None = None,
        ax: Any = None,
    ) -> Self:
        """Draw the candidates of a fitted search.

        Parameters
        ----------
        search : object
            The fitted search.

        params : str or list of str, default=None
            Which parameters; None is all.

        metric : str, default=None
            The metric or objective; None is the one that the search maximises.

        ax : array-like of matplotlib Axes, default=None
            Where to draw, one for each parameter; None makes a figure.

        Returns
        -------
        display : SliceDisplay
            The display.

        Raises
        ------
        ValueError
            If there is no such parameter or metric, or not as many axes.
        """
        candidates = read_candidates(search, metric)
        space, scored = candidates.space, candidates.scored
        active = space.active(candidates.points)
        columns = find_axes(space.axes, params)
        scales, values, scores, order, best = [], [], [], [], []
        for column in columns:
            scale = Scale.of(space.axes[column])
            rows = scored[active[scored, column]]
            drawn = scale.values(candidates.points[rows, column])
            scales.append(scale)
            values.append(drawn)
            scores.append(candidates.scores[rows])
            order.append(rows)
            top = int(candidates.scores[rows].argmax()) if len(rows) else None
            best.append(
                None
                if top is None
                or candidates.scores[rows[top]] < candidates.scores[scored].max()
                else (float(drawn[top]), float(candidates.scores[rows[top]]))
            )
        return cls(scales, values, scores, order, best, metric=candidates.metric).plot(
            ax
        )

    def plot(self, ax: Any = None) -> Self:
        """Draw the panels.

        Parameters
        ----------
        ax : array-like of matplotlib Axes, default=None
            Where to draw, one for each parameter; None makes a figure.

        Returns
        -------
        display : SliceDisplay
            The display itself.
        """
        self.axes_ = panels_for(ax, len(self.scales))
        self.figure_ = self.axes_[0].figure
        highest = max((int(rows.max()) for rows in self.order if len(rows)), default=1)
        rng = np.random.default_rng(0)
        points = None
        for number, (panel, scale) in enumerate(
            zip(self.axes_, self.scales, strict=True)
        ):
            x = self.values[number]
            if scale.name == "levels":
                # Candidates with the same choice would hide each other.
                x = x + rng.uniform(-0.18, 0.18, len(x))
            points = panel.scatter(
                x,
                self.scores[number],
                c=self.order[number] + 1,
                vmin=1,
                vmax=highest + 1,
                cmap=COLORMAP,
                s=22,
                alpha=0.85,
                edgecolors="white",
                linewidths=0.4,
            )
            best = self.best[number]
            if best is not None:
                panel.plot(
                    *best,
                    marker="*",
                    markersize=13,
                    color=COLORS[1],
                    markeredgecolor="white",
                    linestyle="none",
                    clip_on=False,
                )
            scale.apply(panel, "x")
            score_limits(panel, np.concatenate(self.scores))
        self.axes_[0].set_ylabel(self.metric)
        if points is not None:
            bar = self.figure_.colorbar(points, ax=list(self.axes_), pad=0.02)
            bar.set_label("candidate")
        return self
