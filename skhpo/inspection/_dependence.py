"""Partial dependence of the score on a parameter, by a model of the scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from skhpo.inspection._candidates import Candidates, read_candidates
from skhpo.inspection._importance import refuse_population
from skhpo.inspection._model import ScoreModel, spread_points
from skhpo.inspection._pyplot import COLORS, GREY, panels_for, score_limits
from skhpo.inspection._scale import Scale, find_axes

FloatArray = NDArray[np.float64]

_LOG2_N_POINTS = 6
_N_GRID = 21
_N_DRAWS = 32
_INTERVAL = (0.05, 0.95)


@dataclass(frozen=True, eq=False)
class Dependence:
    """What a model expects of the score over the values of one parameter.

    .. versionadded:: 0.1

    Parameters
    ----------
    scale : Scale
        How the parameter is drawn.

    coordinates : ndarray of shape (n_grid,), dtype float64
        Where it was evaluated, as coordinates of the search space.

    values : ndarray of shape (n_grid,), dtype float64
        The same as numbers, or as positions of choices.

    mean : ndarray of shape (n_grid,), dtype float64
        The score, in the mean over all other parameters.

    low, high : ndarray of shape (n_grid,), dtype float64
        Ends of an interval that holds it with a probability of 90% by the model.

    Examples
    --------
    >>> from scipy.stats import loguniform
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import BayesSearchCV
    >>> from skhpo.inspection import partial_dependence
    >>> X, y = load_iris(return_X_y=True)
    >>> space = {"gamma": loguniform(1e-4, 1e2)}
    >>> search = BayesSearchCV(SVC(), space, n_iter=12, random_state=0).fit(X, y)
    >>> dependence = partial_dependence(search, "gamma")
    >>> bool((dependence.low <= dependence.high).all())
    True
    """

    scale: Scale
    coordinates: FloatArray
    values: FloatArray
    mean: FloatArray
    low: FloatArray
    high: FloatArray


def partial_dependence(
    search: Any, param: str, *, metric: str | None = None, random_state: int = 0
) -> Dependence:
    """Return how the score depends on one parameter, by a model of the scores.

    A Gaussian process is fitted to the candidates, and averaged over the search space
    in all other parameters, after Friedman [1]_; the uncertainty is that of functions
    drawn from the process. The average is taken where scores are normal, and then
    translated to scores.

    .. versionadded:: 0.1

    Parameters
    ----------
    search : object
        The fitted search.

    param : str
        The parameter.

    metric : str, default=None
        The metric or objective; None is the one that the search maximises.

    random_state : int, default=0
        Seed of the functions drawn.

    Returns
    -------
    dependence : Dependence
        The expected score with its uncertainty.

    Raises
    ------
    ValueError
        If there is no such parameter or metric, if there are too few candidates, or
        if the search is a population.

    References
    ----------
    .. [1] J. H. Friedman, "Greedy function approximation: a gradient boosting
       machine", 2001.

    Examples
    --------
    >>> from scipy.stats import loguniform
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import BayesSearchCV
    >>> from skhpo.inspection import partial_dependence
    >>> X, y = load_iris(return_X_y=True)
    >>> space = {"gamma": loguniform(1e-4, 1e2)}
    >>> search = BayesSearchCV(SVC(), space, n_iter=12, random_state=0).fit(X, y)
    >>> dependence = partial_dependence(search, "gamma")
    >>> bool(dependence.mean[0] > dependence.mean[-1])
    True
    """
    refuse_population(search, "partial_dependence")
    candidates = read_candidates(search, metric, for_model=True)
    (column,) = find_axes(candidates.space.axes, param)
    rng = np.random.default_rng(random_state)
    return dependence_of(ScoreModel.of(candidates), column, rng)


def dependence_of(
    model: ScoreModel, column: int, rng: np.random.Generator
) -> Dependence:
    """Return the partial dependence on one axis."""
    space = model.space
    scale = Scale.of(space.axes[column])
    grid = scale.grid(_N_GRID)
    others = spread_points(space, _LOG2_N_POINTS)
    others = others[space.active(others)[:, column]]
    points = np.tile(others, (len(grid), 1))
    points[:, column] = np.repeat(grid, len(others))
    points = space.canonicalize(points)
    shape = (-1, len(grid), len(others))
    mean = model.predict(points)[0].reshape(shape[1:]).mean(axis=1)
    draws = model.draws(points, _N_DRAWS, rng).reshape(shape).mean(axis=2)
    low, high = np.quantile(draws, _INTERVAL, axis=0)
    return Dependence(
        scale,
        grid,
        scale.values(grid),
        model.to_scores(mean),
        model.to_scores(np.minimum(low, mean)),
        model.to_scores(np.maximum(high, mean)),
    )


class DependenceDisplay:
    """Partial dependence of the score on parameters, with its uncertainty.

    Make it with :meth:`from_estimator`. The band holds the mean with a probability of
    90% by the model; the marks at the bottom are the candidates.

    .. versionadded:: 0.1

    Parameters
    ----------
    dependences : sequence of Dependence
        One for each parameter.

    candidates : sequence of ndarray
        For each parameter the values of the candidates that have it.

    metric : str
        What the score is called.

    Attributes
    ----------
    axes_ : ndarray of matplotlib Axes
        The panels, one for each parameter.

    figure_ : matplotlib Figure
        The figure.

    See Also
    --------
    SliceDisplay : The candidates as they are, without a model.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> from scipy.stats import loguniform
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import BayesSearchCV
    >>> from skhpo.inspection import DependenceDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> space = {"gamma": loguniform(1e-4, 1e2)}
    >>> search = BayesSearchCV(SVC(), space, n_iter=12, random_state=0).fit(X, y)
    >>> DependenceDisplay.from_estimator(search).axes_[0].get_xlabel()
    'gamma'
    """

    def __init__(
        self,
        dependences: Sequence[Dependence],
        candidates: Sequence[FloatArray],
        *,
        metric: str,
    ) -> None:
        self.dependences = dependences
        self.candidates = candidates
        self.metric = metric

    @classmethod
    def from_estimator(
        cls,
        search: Any,
        params: str | Sequence[str] | None = None,
        *,
        metric: str | None = None,
        random_state: int = 0,
        ax: Any = None,
    ) -> Self:
        """Draw what a model makes of a fitted search.

        Parameters
        ----------
        search : object
            The fitted search.

        params : str or list of str, default=None
            Which parameters; None is all.

        metric : str, default=None
            The metric or objective; None is the one that the search maximises.

        random_state : int, default=0
            Seed of the functions drawn.

        ax : array-like of matplotlib Axes, default=None
            Where to draw, one for each parameter; None makes a figure.

        Returns
        -------
        display : DependenceDisplay
            The display.

        Raises
        ------
        ValueError
            As :func:`partial_dependence`, or if there are not as many axes.
        """
        refuse_population(search, "DependenceDisplay")
        return cls.of(
            read_candidates(search, metric, for_model=True),
            params,
            np.random.default_rng(random_state),
        ).plot(ax)

    @classmethod
    def of(cls, candidates: Candidates, params: Any, rng: np.random.Generator) -> Self:
        """Compute what is to be drawn.

        Parameters
        ----------
        candidates : Candidates
            The candidates.

        params : str or list of str or None
            Which parameters.

        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        display : DependenceDisplay
            The display, not drawn yet.
        """
        space = candidates.space
        columns = find_axes(space.axes, params)
        model = ScoreModel.of(candidates)
        active = space.active(candidates.points)
        dependences = [dependence_of(model, column, rng) for column in columns]
        values = [
            dependence.scale.values(candidates.points[active[:, column], column])
            for dependence, column in zip(dependences, columns, strict=True)
        ]
        return cls(dependences, values, metric=candidates.metric)

    def plot(self, ax: Any = None) -> Self:
        """Draw the panels.

        Parameters
        ----------
        ax : array-like of matplotlib Axes, default=None
            Where to draw, one for each parameter; None makes a figure.

        Returns
        -------
        display : DependenceDisplay
            The display itself.
        """
        self.axes_ = panels_for(ax, len(self.dependences))
        self.figure_ = self.axes_[0].figure
        for panel, one, values in zip(
            self.axes_, self.dependences, self.candidates, strict=True
        ):
            if one.scale.name == "levels":
                below, above = one.mean - one.low, one.high - one.mean
                panel.errorbar(
                    one.values,
                    one.mean,
                    yerr=[below, above],
                    fmt="o",
                    capsize=4,
                    color=COLORS[0],
                )
            else:
                panel.plot(one.values, one.mean, color=COLORS[0])
                panel.fill_between(
                    one.values, one.low, one.high, color=COLORS[0], alpha=0.2, lw=0
                )
                panel.plot(
                    values,
                    np.full(len(values), 0.02),
                    "|",
                    color=GREY,
                    transform=panel.get_xaxis_transform(),
                )
            one.scale.apply(panel, "x")
        score_limits(
            self.axes_[0], np.concatenate([one.mean for one in self.dependences])
        )
        self.axes_[0].set_ylabel(f"expected {self.metric}")
        return self
