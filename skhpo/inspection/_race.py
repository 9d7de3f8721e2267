"""Which candidates were given up, and after how many splits."""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from skhpo.inspection._candidates import read_candidates
from skhpo.inspection._pyplot import COLORS, GREY, axes_for, score_limits, whole_ticks

FloatArray = NDArray[np.float64]


class RacingDisplay:
    """The running mean of each candidate over the splits that it was evaluated on.

    Make it with :meth:`from_estimator`. Lines that end early with a cross are
    candidates that racing gave up.

    .. versionadded:: 0.1

    Parameters
    ----------
    means : ndarray of shape (n, n_splits), dtype float64
        The mean score over the splits in the order in which the candidate was
        evaluated on them, NaN from where it ended.

    statuses : ndarray of shape (n,), dtype object
        What became of each candidate.

    metric : str
        What the score is called.

    Attributes
    ----------
    n_saved : int
        How many fits were saved.

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
    >>> from skhpo.inspection import RacingDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> search = BayesSearchCV(
    ...     SVC(),
    ...     {"C": loguniform(1e-3, 1e3)},
    ...     n_iter=12,
    ...     cv=10,
    ...     racing="auto",
    ...     random_state=0,
    ... )
    >>> display = RacingDisplay.from_estimator(search.fit(X, y))
    >>> display.ax_.get_xlabel()
    'splits'
    """

    def __init__(
        self, means: FloatArray, statuses: NDArray[np.object_], *, metric: str
    ) -> None:
        self.means = means
        self.statuses = statuses
        self.metric = metric
        is_over = statuses == "discarded"
        self.n_saved = int(np.isnan(means[is_over]).sum())

    @classmethod
    def from_estimator(
        cls, search: Any, *, metric: str | None = None, ax: Any = None
    ) -> Self:
        """Draw the candidates of a fitted search.

        Parameters
        ----------
        search : object
            The fitted search.

        metric : str, default=None
            The metric; None is the one that the search maximises.

        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : RacingDisplay
            The display.
        """
        candidates = read_candidates(search, metric)
        rows = np.flatnonzero(
            (candidates.statuses == "complete") | (candidates.statuses == "discarded")
        )
        scores = _in_order(candidates.split_scores[rows])
        # NaN stays from the first split on that did not run.
        means = np.cumsum(scores, axis=1) / np.arange(1, scores.shape[1] + 1)
        return cls(means, candidates.statuses[rows], metric=candidates.metric).plot(ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the lines.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : RacingDisplay
            The display itself.
        """
        self.ax_ = axes_for(ax)
        self.figure_ = self.ax_.figure
        n_splits = self.means.shape[1]
        splits = np.arange(1, n_splits + 1)
        last = np.where(self.statuses == "complete", self.means[:, -1], -np.inf)
        best = int(last.argmax()) if len(last) else -1
        n_run = np.isfinite(self.means).sum(axis=1)
        for row, means in enumerate(self.means):
            if row == best or n_run[row] == 0:
                continue
            discarded = self.statuses[row] == "discarded"
            color = COLORS[1] if discarded else GREY
            self.ax_.plot(splits, means, color=color, alpha=0.5, linewidth=1.0)
            self.ax_.plot(
                n_run[row],
                means[n_run[row] - 1],
                marker="x" if discarded else "o",
                color=color,
                markersize=6 if discarded else 3,
                linestyle="none",
            )
        if best >= 0:
            self.ax_.plot(splits, self.means[best], color=COLORS[0], linewidth=2.4)
        self._label(best >= 0, n_splits)
        return self

    def _label(self, has_best: bool, n_splits: int) -> None:
        """Label the axes and the kinds of lines."""
        from matplotlib.lines import Line2D

        n_discarded = int((self.statuses == "discarded").sum())
        n_complete = len(self.statuses) - n_discarded
        handles = [
            Line2D([], [], color=GREY, marker="o", markersize=3),
            Line2D([], [], color=COLORS[1], marker="x"),
        ]
        labels = [f"complete ({n_complete})", f"given up ({n_discarded})"]
        if has_best:
            handles.append(Line2D([], [], color=COLORS[0], linewidth=2.4))
            labels.append("best")
        self.ax_.legend(handles, labels, fontsize="small")
        self.ax_.set_xlim(0.8, n_splits + 0.2)
        whole_ticks(self.ax_.xaxis)
        self.ax_.set_xlabel("splits")
        self.ax_.set_ylabel(f"mean {self.metric} so far")
        score_limits(self.ax_, self.means)
        self.ax_.set_title(
            f"{self.n_saved} of {len(self.statuses) * n_splits} fits saved",
            fontsize="medium",
        )


def _in_order(scores: FloatArray) -> FloatArray:
    """Turn each row so that it begins with the split that was evaluated first.

    Splits follow each other and begin anew after the last one, so the first one is
    known and the one before it is not. Complete rows are left alone.
    """
    turned = scores.copy()
    for row, before in zip(turned, scores, strict=True):
        is_known = np.isfinite(before)
        starts = np.flatnonzero(is_known & ~np.roll(is_known, 1))
        if len(starts):
            row[:] = np.roll(before, -starts[0])
    return turned
