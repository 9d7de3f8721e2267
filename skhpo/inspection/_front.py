"""The Pareto front of a search with several objectives, and how its volume grew."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from skhpo.inspection._candidates import as_maximised, objective_names
from skhpo.inspection._pyplot import (
    COLORS,
    GREY,
    axes_for,
    marker_of,
    panels_for,
    whole_ticks,
)
from skhpo.pareto import hypervolume, nondominated_mask

FloatArray = NDArray[np.float64]

# What a search calls an objective, and how people read it.
_TIMES = {"neg_fit_time": "fit time (s)", "neg_score_time": "score time (s)"}


class ParetoFrontDisplay:
    """The candidates in the space of the objectives, and the front among them.

    Make it with :meth:`from_estimator`. With more than two objectives there is a
    panel for each pair.

    .. versionadded:: 0.1

    Parameters
    ----------
    scores : ndarray of shape (n, n_objectives), dtype float64
        The scores of the candidates, greater is better.

    front : ndarray of shape (n_front,), dtype intp
        Which of them are on the front.

    best : int or None
        The one that was chosen.

    objectives : sequence of str
        What the objectives are called.

    Attributes
    ----------
    axes_ : ndarray of matplotlib Axes
        The panels, one for each pair of objectives.

    figure_ : matplotlib Figure
        The figure.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from skhpo import EvolutionarySearchCV
    >>> from skhpo.inspection import ParetoFrontDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> search = EvolutionarySearchCV(
    ...     DecisionTreeClassifier(random_state=0),
    ...     {"max_depth": [1, 2, 3, 4], "min_samples_leaf": [1, 5, 20]},
    ...     objectives=["accuracy", "neg_log_loss"],
    ...     refit="knee",
    ...     n_iter=10,
    ...     random_state=0,
    ... )
    >>> display = ParetoFrontDisplay.from_estimator(search.fit(X, y))
    >>> display.axes_[0].get_xlabel()
    'accuracy'
    """

    def __init__(
        self,
        scores: FloatArray,
        front: NDArray[np.intp],
        best: int | None,
        *,
        objectives: Sequence[str],
    ) -> None:
        self.scores = scores
        self.front = front
        self.best = best
        self.objectives = objectives

    @classmethod
    def from_estimator(cls, search: Any, *, ax: Any = None) -> Self:
        """Draw the front of a fitted search.

        Parameters
        ----------
        search : object
            The fitted search, with `objectives`.

        ax : array-like of matplotlib Axes, default=None
            Where to draw, one for each pair of objectives; None makes a figure.

        Returns
        -------
        display : ParetoFrontDisplay
            The display.

        Raises
        ------
        ValueError
            If the search has a single objective.
        """
        names = objective_names(search)
        best = getattr(search, "best_index_", None)
        return cls(
            as_maximised(search),
            np.asarray(search.pareto_front_, dtype=np.intp),
            None if best is None else int(best),
            objectives=names,
        ).plot(ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the panels.

        Parameters
        ----------
        ax : array-like of matplotlib Axes, default=None
            Where to draw, one for each pair of objectives; None makes a figure.

        Returns
        -------
        display : ParetoFrontDisplay
            The display itself.
        """
        n = len(self.objectives)
        pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
        if ax is None and len(pairs) == 1:
            ax = axes_for(None, width=5.6, height=4.2)
        self.axes_ = panels_for(ax, len(pairs), height=3.2, shares_scale=False)
        self.figure_ = self.axes_[0].figure
        for panel, (first, second) in zip(self.axes_, pairs, strict=True):
            self._draw_pair(panel, first, second)
        self.axes_[0].legend(fontsize="small")
        return self

    def _draw_pair(self, panel: Any, first: int, second: int) -> None:
        """Draw the candidates in two of the objectives."""
        names = self.objectives[first], self.objectives[second]
        signs = [-1.0 if name in _TIMES else 1.0 for name in names]
        pair = self.scores[:, [first, second]] * signs
        panel.scatter(*pair.T, s=14, color=GREY, alpha=0.6, label="candidates")
        front = self.front[np.argsort(self.scores[self.front, first], kind="stable")]
        panel.scatter(
            *pair[front].T,
            s=28,
            marker="s",
            color=COLORS[0],
            zorder=3,
            label=f"front ({len(front)})",
        )
        if len(self.objectives) == 2 and len(front) > 1:
            # Between two points of the front only the corner that both reach is sure.
            panel.step(
                *pair[front].T, where="pre", color=COLORS[0], linewidth=1.2, zorder=2
            )
        if self.best is not None:
            panel.plot(
                *pair[self.best],
                marker="*",
                markersize=15,
                color=COLORS[1],
                markeredgecolor="white",
                linestyle="none",
                zorder=4,
                label="chosen",
            )
        for which, name in zip("xy", names, strict=True):
            getattr(panel, f"set_{which}label")(_TIMES.get(name, name))
            column = self.scores[:, list(self.objectives).index(name)]
            if name in _TIMES and bool((column < 0.0).all()):
                getattr(panel, f"set_{which}scale")("log")


class HypervolumeDisplay:
    """How the volume that the front dominates grew with the candidates.

    Make it with :meth:`from_estimator`.

    .. versionadded:: 0.1

    Parameters
    ----------
    volumes : ndarray of shape (n,), dtype float64
        The volume after each candidate.

    reference : ndarray of shape (n_objectives,), dtype float64
        The point above which it was measured.

    objectives : sequence of str
        What the objectives are called.

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
    >>> from skhpo.inspection import HypervolumeDisplay
    >>> display = HypervolumeDisplay(
    ...     np.array([0.0, 0.2, 0.5]), np.zeros(2), objectives=["recall", "precision"]
    ... )
    >>> display.plot().ax_.get_ylabel()
    'hypervolume of the front'
    """

    def __init__(
        self, volumes: FloatArray, reference: FloatArray, *, objectives: Sequence[str]
    ) -> None:
        self.volumes = volumes
        self.reference = reference
        self.objectives = objectives

    @classmethod
    def from_estimator(cls, search: Any, *, ax: Any = None) -> Self:
        """Draw the growth of the front of a fitted search.

        Parameters
        ----------
        search : object
            The fitted search, with `objectives`.

        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : HypervolumeDisplay
            The display.

        Raises
        ------
        ValueError
            If the search has a single objective.
        """
        names = objective_names(search)
        scores = as_maximised(search)
        reference = np.asarray(search.reference_point_, dtype=np.float64)
        return cls(volumes_of(scores, reference), reference, objectives=names).plot(ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the line.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : HypervolumeDisplay
            The display itself.
        """
        self.ax_ = axes_for(ax)
        self.figure_ = self.ax_.figure
        candidates = np.arange(1, len(self.volumes) + 1)
        self.ax_.step(
            candidates,
            self.volumes,
            where="post",
            color=COLORS[0],
            marker=marker_of(self.volumes),
        )
        self.ax_.set_xlabel("candidates")
        self.ax_.set_ylabel("hypervolume of the front")
        self.ax_.set_ylim(bottom=0.0)
        whole_ticks(self.ax_.xaxis)
        values = ", ".join(
            f"{name} {value:.3g}"
            for name, value in zip(self.objectives, self.reference, strict=True)
        )
        self.ax_.set_title(f"measured above {values}", fontsize="small")
        return self


def volumes_of(scores: FloatArray, reference: FloatArray) -> FloatArray:
    """Return the volume of the front after each candidate."""
    volumes = np.zeros(len(scores))
    front = np.empty((0, scores.shape[1]))
    for row, one in enumerate(scores):
        if np.isfinite(one).all() and np.isfinite(reference).all():
            front = np.vstack([front, one])
            front = front[nondominated_mask(front)]
        volumes[row] = hypervolume(front, reference) if len(front) else 0.0
    return volumes
