"""What a model expects of the score over two parameters at once."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from skhpo.inspection._branches import has_branch_axis
from skhpo.inspection._candidates import Candidates, read_candidates
from skhpo.inspection._importance import importance_of, refuse_population
from skhpo.inspection._model import ScoreModel
from skhpo.inspection._pyplot import COLORMAP, COLORS, axes_for
from skhpo.inspection._scale import Scale, find_axes

FloatArray = NDArray[np.float64]

_N_GRID = 40


class ContourDisplay:
    """The score that a model expects over two parameters, the others at their best.

    Make it with :meth:`from_estimator`. Points are the candidates, the star is the
    best of them. All other parameters are those of the best candidate.

    .. versionadded:: 0.1

    Parameters
    ----------
    scales : pair of Scale
        How the two parameters are drawn.

    grids : pair of ndarray
        Their values, as numbers or as positions of choices.

    expected : ndarray of shape (n_y, n_x), dtype float64
        The expected scores; NaN where the constraint forbids the combination.

    points : ndarray of shape (n, 2), dtype float64
        The candidates that have both parameters.

    best : tuple of (float, float)
        The best candidate.

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
    >>> from skhpo.inspection import ContourDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> space = {"C": loguniform(1e-2, 1e3), "gamma": loguniform(1e-4, 1e1)}
    >>> search = BayesSearchCV(SVC(), space, n_iter=12, random_state=0).fit(X, y)
    >>> display = ContourDisplay.from_estimator(search, ("C", "gamma"))
    >>> display.ax_.get_xscale(), display.ax_.get_ylabel()
    ('log', 'gamma')
    """

    def __init__(
        self,
        scales: tuple[Scale, Scale],
        grids: tuple[FloatArray, FloatArray],
        expected: FloatArray,
        points: FloatArray,
        best: tuple[float, float],
        *,
        metric: str,
    ) -> None:
        self.scales = scales
        self.grids = grids
        self.expected = expected
        self.points = points
        self.best = best
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
        """Draw what a model makes of a fitted search.

        Parameters
        ----------
        search : object
            The fitted search.

        params : pair of str, default=None
            The parameters on the horizontal and on the vertical axis; None is the two
            most important ones that the best candidate has.

        metric : str, default=None
            The metric or objective; None is the one that the search maximises.

        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : ContourDisplay
            The display.

        Raises
        ------
        ValueError
            If there are not two such parameters, if the best candidate lacks one of
            them, if there are too few candidates, or if the search is a population.
        """
        refuse_population(search, "ContourDisplay")
        candidates = read_candidates(search, metric, for_model=True)
        space = candidates.space
        model = ScoreModel.of(candidates)
        best = candidates.points[int(np.nanargmax(candidates.scores))]
        active = space.active(candidates.points)
        has = varied_in_best(candidates)
        if params is None:
            ranked = importance_of(
                candidates, "fanova", rng=np.random.default_rng(0)
            ).parameters
            params = [name for name in ranked if name in has][:2]
        columns = find_axes(space.axes, list(params))
        if len(columns) != 2 or len(set(columns)) != 2 or not set(params) <= set(has):
            raise ValueError(
                "A contour needs two different parameters of the best candidate, which "
                f"has {has}. Got {list(params)}; SliceDisplay shows a single one."
            )
        scales = Scale.of(space.axes[columns[0]]), Scale.of(space.axes[columns[1]])
        grids = scales[0].grid(_N_GRID), scales[1].grid(_N_GRID)
        across, up = np.meshgrid(*grids)
        points = np.tile(best, (across.size, 1))
        points[:, columns[0]], points[:, columns[1]] = across.ravel(), up.ravel()
        points = space.canonicalize(points)
        expected = model.to_scores(model.predict(points)[0])
        if space.constraint is not None:
            allowed = [space.is_allowed(space.decode(point)) for point in points]
            expected[~np.array(allowed, dtype=bool)] = np.nan
        rows = np.flatnonzero(active[:, columns].all(axis=1))
        drawn = np.column_stack(
            [
                scale.values(candidates.points[rows, column])
                for scale, column in zip(scales, columns, strict=True)
            ]
        )
        at = [
            float(s.values(best[c : c + 1])[0])
            for s, c in zip(scales, columns, strict=True)
        ]
        return cls(
            scales,
            (scales[0].values(grids[0]), scales[1].values(grids[1])),
            expected.reshape(across.shape),
            drawn,
            (at[0], at[1]),
            metric=candidates.metric,
        ).plot(ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the contour.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : ContourDisplay
            The display itself.
        """
        self.ax_ = axes_for(ax, width=6.0, height=4.6)
        self.figure_ = self.ax_.figure
        for scale, which in zip(self.scales, ("x", "y"), strict=True):
            scale.apply(self.ax_, which)  # type: ignore[arg-type]
        masked = np.ma.masked_invalid(self.expected)
        is_smooth = min(self.expected.shape) > 8
        if is_smooth:
            filled = self.ax_.contourf(*self.grids, masked, levels=14, cmap=COLORMAP)
        else:
            filled = self.ax_.pcolormesh(
                *self.grids, masked, cmap=COLORMAP, shading="nearest"
            )
        self.ax_.scatter(
            *self.points.T, s=16, color="white", edgecolors="black", linewidths=0.6
        )
        self.ax_.plot(
            *self.best,
            marker="*",
            markersize=15,
            color=COLORS[1],
            markeredgecolor="white",
            linestyle="none",
            clip_on=False,
            zorder=4,
        )
        bar = self.figure_.colorbar(filled, ax=self.ax_)
        bar.set_label(f"expected {self.metric}")
        return self


def varied_in_best(candidates: Candidates) -> list[str]:
    """Return the parameters of the best candidate that could have other values."""
    space = candidates.space
    best = candidates.points[int(np.nanargmax(candidates.scores))]
    active = space.active(best[None])[0].tolist()
    n_before = int(has_branch_axis(space))
    return [
        axis.name
        for axis, is_active in list(zip(space.axes, active, strict=True))[n_before:]
        if is_active and axis.kind != "sampled"
    ]
