"""Which worker was busy with what, and when."""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from skhpo.inspection._candidates import read_history
from skhpo.inspection._pyplot import COLORS, GREY, axes_for

FloatArray = NDArray[np.float64]

_MOST_NAMED = 20


class TimelineDisplay:
    """The fits of each worker over the time of the search.

    Make it with :meth:`from_estimator`. A bar is a fit on one split with its scoring;
    neighbouring candidates differ in colour, and failed fits are hatched. Gaps are
    time in which a worker waited, or was sent its work.

    .. versionadded:: 0.1

    Parameters
    ----------
    starts, durations : ndarray of shape (n_fits,), dtype float64
        When each fit began, in seconds from the start of the search, and how many
        seconds it took.

    workers : ndarray of shape (n_fits,), dtype intp
        Who ran it, in the order in which they first had work.

    candidates : ndarray of shape (n_fits,), dtype intp
        Which candidate it was of.

    failed : ndarray of shape (n_fits,), dtype bool
        Whether it has no score.

    Attributes
    ----------
    busy_share : float
        Which share of the time between the first start and the last end the workers
        were busy.

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
    >>> from skhpo.inspection import TimelineDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> search = BayesSearchCV(
    ...     SVC(), {"C": loguniform(1e-3, 1e3)}, n_iter=8, random_state=0
    ... )
    >>> display = TimelineDisplay.from_estimator(search.fit(X, y))
    >>> len(display.starts)
    40
    """

    def __init__(
        self,
        starts: FloatArray,
        durations: FloatArray,
        workers: NDArray[np.intp],
        candidates: NDArray[np.intp],
        failed: NDArray[np.bool_],
    ) -> None:
        self.starts = starts
        self.durations = durations
        self.workers = workers
        self.candidates = candidates
        self.failed = failed
        self.busy_share = self._busy_share()

    @classmethod
    def from_estimator(cls, search: Any, *, ax: Any = None) -> Self:
        """Draw the fits of a fitted search of skhpo.

        Parameters
        ----------
        search : object
            The fitted search.

        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : TimelineDisplay
            The display.

        Raises
        ------
        ValueError
            If the search kept no times.
        """
        history = read_history(search)
        if not history or "start_times" not in history[0]:
            raise ValueError(
                "A timeline needs the start times in the 'history_' of a search of "
                f"skhpo. Got {type(search).__name__}, which kept none."
            )
        starts, durations, names, candidates, failed = [], [], [], [], []
        for number, entry in enumerate(history):
            for split, start in enumerate(entry["start_times"]):
                if not np.isfinite(start):
                    continue
                starts.append(start)
                seconds = entry["fit_times"][split] + entry["score_times"][split]
                durations.append(float(np.nan_to_num(seconds)))
                names.append(entry["workers"][split])
                candidates.append(number)
                failed.append(not np.isfinite(entry["split_scores"][split]).all())
        order = np.argsort(starts, kind="stable").tolist()
        first_seen = list(dict.fromkeys(names[i] for i in order))
        return cls(
            np.array(starts),
            np.array(durations),
            np.array([first_seen.index(name) for name in names], dtype=np.intp),
            np.array(candidates, dtype=np.intp),
            np.array(failed, dtype=bool),
        ).plot(ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the bars.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : TimelineDisplay
            The display itself.
        """
        n_workers = int(self.workers.max()) + 1 if len(self.workers) else 1
        self.ax_ = axes_for(ax, width=7.5, height=1.4 + 0.45 * min(n_workers, 16))
        self.figure_ = self.ax_.figure
        colors = (COLORS[0], COLORS[5], COLORS[4])
        for is_failed in (False, True):
            rows = np.flatnonzero(self.failed == is_failed)
            self.ax_.barh(
                self.workers[rows],
                self.durations[rows],
                left=self.starts[rows],
                height=0.75,
                color=[
                    GREY if is_failed else colors[c % 3] for c in self.candidates[rows]
                ],
                hatch="////" if is_failed else None,
                edgecolor="white",
                linewidth=0.3,
            )
        self.ax_.set_ylim(n_workers - 0.5, -0.5)
        if n_workers <= _MOST_NAMED:
            self.ax_.set_yticks(range(n_workers), [str(i) for i in range(n_workers)])
        self.ax_.set_xlabel("time since the start (s)")
        self.ax_.set_ylabel("worker")
        self.ax_.set_title(
            f"{len(self.starts)} fits, workers busy {self.busy_share:.0%} of the time",
            fontsize="medium",
        )
        return self

    def _busy_share(self) -> float:
        """Return which share of the time the workers were busy."""
        if not len(self.starts):
            return 0.0
        length = float((self.starts + self.durations).max() - self.starts.min())
        n_workers = int(self.workers.max()) + 1
        busy = float(self.durations.sum())
        return min(busy / (length * n_workers), 1.0) if length > 0.0 else 1.0
