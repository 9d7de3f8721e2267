"""How candidates rose from a small amount of a resource to a large one."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from skhpo.inspection._candidates import (
    label_of,
    metric_of,
    read_history,
    results_of,
)
from skhpo.inspection._pyplot import COLORS, GREY, axes_for, score_limits

FloatArray = NDArray[np.float64]


class RungDisplay:
    """The score of each candidate at each amount of the resource that it was given.

    Make it with :meth:`from_estimator`, from a search with several fidelities, also
    one of scikit-learn's halving searches. Lines end where candidates were given up.

    .. versionadded:: 0.1

    Parameters
    ----------
    resources : sequence of ndarray
        For each candidate the amounts of the resource, ascending.

    scores : sequence of ndarray
        Its mean score at each of them.

    resource : str
        What the resource is called.

    metric : str
        What the score is called.

    Attributes
    ----------
    counts : dict of float to int
        How many candidates there are at each amount.

    ax_ : matplotlib Axes
        The axes.

    figure_ : matplotlib Figure
        The figure.

    Examples
    --------
    >>> import matplotlib
    >>> import numpy as np
    >>> matplotlib.use("Agg")
    >>> from skhpo.inspection import RungDisplay
    >>> display = RungDisplay(
    ...     [np.array([10.0]), np.array([10.0, 30.0])],
    ...     [np.array([0.5]), np.array([0.7, 0.8])],
    ...     resource="n_estimators",
    ...     metric="accuracy",
    ... )
    >>> display.plot().counts
    {10.0: 2, 30.0: 1}
    """

    def __init__(
        self,
        resources: Sequence[FloatArray],
        scores: Sequence[FloatArray],
        *,
        resource: str,
        metric: str,
    ) -> None:
        self.resources = resources
        self.scores = scores
        self.resource = resource
        self.metric = metric
        reached = np.concatenate(list(resources)) if len(resources) else np.zeros(0)
        amounts, counts = np.unique(reached, return_counts=True)
        self.counts = dict(zip(amounts.tolist(), counts.tolist(), strict=True))

    @classmethod
    def from_estimator(cls, search: Any, *, ax: Any = None) -> Self:
        """Draw the rungs of a fitted search.

        Parameters
        ----------
        search : object
            The fitted search.

        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : RungDisplay
            The display.

        Raises
        ------
        ValueError
            If the search gave all candidates the same resources.
        """
        found = read_rungs(search)
        resource = getattr(search, "resource", None)
        return cls(
            [np.array(list(rungs), dtype=np.float64) for rungs in found],
            [np.array(list(rungs.values()), dtype=np.float64) for rungs in found],
            resource=resource if isinstance(resource, str) else "resource",
            metric=label_of(search, metric_of(search)),
        ).plot(ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the lines.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : RungDisplay
            The display itself.
        """
        self.ax_ = axes_for(ax)
        self.figure_ = self.ax_.figure
        amounts = list(self.counts)
        most = max(amounts, default=1.0)
        finals = [
            scores[-1] if resources[-1] == most else -np.inf
            for resources, scores in zip(self.resources, self.scores, strict=True)
        ]
        best = int(np.nanargmax(finals)) if len(finals) else -1
        for row, (resources, scores) in enumerate(
            zip(self.resources, self.scores, strict=True)
        ):
            is_best = row == best
            self.ax_.plot(
                resources,
                scores,
                marker="o",
                markersize=5 if is_best else 3,
                linewidth=2.4 if is_best else 1.0,
                alpha=1.0 if is_best else 0.6,
                color=COLORS[0] if is_best else GREY,
                zorder=3 if is_best else 2,
                label="best" if is_best else None,
            )
        if len(amounts) > 1 and min(amounts) > 0:
            self.ax_.set_xscale("log")
        labels = [f"{amount:g}\n({self.counts[amount]})" for amount in amounts]
        self.ax_.set_xticks(amounts, labels)
        self.ax_.set_xticks([], minor=True)
        self.ax_.set_xlabel(f"{self.resource} (number of candidates)")
        self.ax_.set_ylabel(self.metric)
        if self.scores:
            score_limits(self.ax_, np.concatenate(list(self.scores)))
        if best >= 0:
            self.ax_.legend(loc="lower right")
        return self


def has_rungs(search: Any) -> bool:
    """Whether candidates of a search were given different amounts of a resource."""
    return "n_resources" in results_of(search)


def read_rungs(search: Any) -> list[dict[float, float]]:
    """Return the mean score of each candidate by the amount of the resource."""
    if not has_rungs(search):
        raise ValueError(
            "Rungs need a search that gives candidates different amounts of a "
            f"resource. Got {type(search).__name__} without a column 'n_resources' in "
            "cv_results_; RacingDisplay shows candidates that were given up by splits."
        )
    history = read_history(search)
    if history and "rungs" in history[0]:
        found = [
            {
                float(rung["resource"]): float(np.mean(rung["split_scores"]))
                for rung in entry["rungs"]
            }
            for entry in history
        ]
    else:
        found = list(_by_params(results_of(search)).values())
    finite = [
        {k: v for k, v in sorted(rungs.items()) if np.isfinite(v)} for rungs in found
    ]
    return [rungs for rungs in finite if rungs]


def _by_params(results: Mapping[str, Any]) -> dict[str, dict[float, float]]:
    """Return the rungs where each of them is a row of its own, as in scikit-learn."""
    name = next(key for key in results if key.startswith("mean_test_"))
    found: dict[str, dict[float, float]] = {}
    for row, params in enumerate(results["params"]):
        rungs = found.setdefault(repr(sorted(params.items())), {})
        rungs[float(results["n_resources"][row])] = float(results[name][row])
    return found
