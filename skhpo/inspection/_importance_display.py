"""The importances of parameters as bars."""

from typing import Any, Self

from skhpo.inspection._importance import (
    Method,
    ParameterImportance,
    SurrogateName,
    parameter_importance,
)
from skhpo.inspection._pyplot import COLORS, axes_for


class ImportanceDisplay:
    """How important each parameter is, with the uncertainty of that.

    Make it with :meth:`from_estimator`. Dark bars are what each parameter explains by
    itself, light ones what it explains with all its interactions, and the lines hold
    90% of what the model considers possible.

    .. versionadded:: 0.1

    Parameters
    ----------
    importance : ParameterImportance
        The importances.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The axes.

    figure_ : matplotlib Figure
        The figure.

    See Also
    --------
    parameter_importance : The numbers.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> from scipy.stats import loguniform
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import BayesSearchCV
    >>> from skhpo.inspection import ImportanceDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> space = {"gamma": loguniform(1e-4, 1e1), "tol": loguniform(1e-4, 1e-2)}
    >>> search = BayesSearchCV(SVC(), space, n_iter=15, random_state=0).fit(X, y)
    >>> display = ImportanceDisplay.from_estimator(search)
    >>> display.importance.parameters[0]
    'gamma'
    """

    def __init__(self, importance: ParameterImportance) -> None:
        self.importance = importance

    @classmethod
    def from_estimator(
        cls,
        search: Any,
        method: Method = "fanova",
        *,
        metric: str | None = None,
        surrogate: SurrogateName = "auto",
        region: float = 1.0,
        top: float = 0.1,
        random_state: int = 0,
        ax: Any = None,
    ) -> Self:
        """Draw the importances of a fitted search.

        Parameters
        ----------
        search : object
            The fitted search.

        method : {"fanova", "ped-anova"}, default="fanova"
            As in :func:`parameter_importance`, as are those that follow.

        metric : str, default=None
            The metric or objective.

        surrogate : {"auto", "gp", "forest"}, default="auto"
            The model.

        region : float, default=1.0
            Which share of the candidates counts.

        top : float, default=0.1
            Which share of the region is the best.

        random_state : int, default=0
            Seed.

        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : ImportanceDisplay
            The display.
        """
        return cls(
            parameter_importance(
                search,
                method,
                metric=metric,
                surrogate=surrogate,
                region=region,
                top=top,
                random_state=random_state,
            )
        ).plot(ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the bars.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : ImportanceDisplay
            The display itself.
        """
        one = self.importance
        n = len(one.parameters)
        self.ax_ = axes_for(ax, width=6.4, height=1.4 + 0.36 * n)
        self.figure_ = self.ax_.figure
        rows = range(n)
        if one.totals is not None:
            self.ax_.barh(
                rows, one.totals, color=COLORS[5], alpha=0.5, label="with interactions"
            )
        self.ax_.barh(
            rows,
            one.importances,
            height=0.55,
            color=COLORS[0],
            label="by itself" if one.totals is not None else None,
            xerr=[one.importances - one.low, one.high - one.importances],
            capsize=3,
            error_kw={"elinewidth": 1.2},
        )
        self.ax_.set_yticks(rows, one.parameters)
        self.ax_.set_ylim(n - 0.5, -0.5)
        self.ax_.set_xlim(left=0.0)
        if one.totals is None:
            self.ax_.set_xlabel("importance for being among the best (share)")
        else:
            self.ax_.set_xlabel("share of the variance of the score")
            self.ax_.legend(loc="lower right", fontsize="small")
        return self
