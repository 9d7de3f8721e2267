"""The one-standard-error rule."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from skhpo.refit._columns import behind_best, complete_rows, split_scores


@dataclass(frozen=True)
class OneStandardError:
    """The cheapest candidate within one standard error of the best, for ``refit``.

    The candidates whose mean score is no more than one standard error behind the best
    one are taken for as good as it, and the cheapest or simplest of them wins [1]_.
    What is cheap has to be said. Among equally cheap ones the better mean wins, then
    the earlier candidate.

    .. versionadded:: 0.1

    Parameters
    ----------
    cost : str or callable
        What is to be small: a column of `cv_results_`, such as ``"param_C"`` or
        ``"mean_fit_time"``, or a function of the params dict of a candidate. Measured
        times differ from run to run, and the winner may with them. A candidate without
        the parameter, or for which the function returns None, has no cost: it wins
        only as the best, and the best wins if it has none.

    greater_is_cheaper : bool, default=False
        Whether the cost is to be great instead, as for ``"param_n_neighbors"``.

    metric : str, default=None
        The metric whose scores count. None is the only one, or the first of several;
        `BayesSearchCV` maximises the same one.

    paired : bool, default=True
        Whether a candidate must be near by two standard errors: that of the mean score
        of the best, as in [1]_, and that of the difference over the common splits, as
        in a paired test [2]_. The first alone takes a split that is hard for all
        candidates for noise, so that more of them count as good.

    See Also
    --------
    PosteriorMean : The candidate that a model of all scores expects most of.

    Notes
    -----
    The splits share training rows, so that their scores are not independent and the
    standard error is too small [3]_. The rule is a convention, not a test.

    It is a way to cheaper models, not to better ones. On 9 tasks with 100 or 150 rows,
    20 samples each, ``python benchmarks/refit_rules.py`` prints the score on the rows
    left, times 100, minus that of the best mean's winner, with 95% intervals. With
    ``"mean_fit_time"``: +0.02 [-0.23, +0.28] for the candidates of `BayesSearchCV` and
    -0.32 [-0.77, +0.17] for random ones, at 0.48 and 0.55 of the time of a fit. With a
    parameter: +0.01 [-0.26, +0.29] and -0.34 [-0.75, +0.08], the parameter at 0.31 and
    0.22 of its value. With a parameter and ``paired=False`` it costs score: -0.39
    [-0.69, -0.09] and -0.77 [-1.19, -0.34]. Losses of more than a point are among the
    tasks, such as -1.27 for random forests by time.

    References
    ----------
    .. [1] L. Breiman, J. H. Friedman, R. A. Olshen, C. J. Stone, "Classification and
       regression trees", 1984.

    .. [2] T. G. Dietterich, "Approximate statistical tests for comparing supervised
       classification learning algorithms", 1998.

    .. [3] C. Nadeau, Y. Bengio, "Inference for the generalization error", 2003.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from sklearn.model_selection import GridSearchCV
    >>> from sklearn.svm import SVC
    >>> from skhpo.refit import OneStandardError
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> grid = {"C": [0.1, 1, 3, 10, 30, 100]}
    >>> GridSearchCV(SVC(), grid).fit(X, y).best_params_
    {'C': 100}
    >>> rule = OneStandardError("param_C", paired=False)
    >>> GridSearchCV(SVC(), grid, refit=rule).fit(X, y).best_params_
    {'C': 3}
    """

    cost: str | Callable[[dict[str, Any]], Any]
    greater_is_cheaper: bool = False
    metric: str | None = None
    paired: bool = True

    def __call__(self, cv_results: Mapping[str, Any]) -> int:
        """Return the row of the winner.

        Parameters
        ----------
        cv_results : mapping of str to array-like
            The `cv_results_` of a search.

        Returns
        -------
        best_index : int
            The row of the cheapest candidate within one standard error of the best.

        Raises
        ------
        ValueError
            If there is no such metric or column, or if no candidate is complete.

        TypeError
            If the costs have no order.
        """
        scores = split_scores(cv_results, self.metric)
        rows = complete_rows(scores)
        scores = scores[rows]
        means = scores.mean(axis=1)
        best = int(np.argmax(means))
        costs = self._costs(cv_results, rows.tolist())
        if costs[best] is None:
            return int(rows[best])
        behind, error = behind_best(scores, paired=self.paired)
        near = np.flatnonzero(behind <= error).tolist()
        comparable = [row for row in near if costs[row] is not None]
        least = self._least([costs[row] for row in comparable])
        cheapest = [row for row in comparable if costs[row] == least]
        return int(rows[max(cheapest, key=lambda row: means[row])])

    def _costs(self, cv_results: Mapping[str, Any], rows: Sequence[int]) -> list[Any]:
        """Return the cost of each row, None where it is not defined."""
        if callable(self.cost):
            return [self.cost(cv_results["params"][row]) for row in rows]
        if self.cost not in cv_results:
            columns = [key for key in cv_results if key.startswith(("mean_", "param_"))]
            raise ValueError(
                "The 'cost' of OneStandardError must be a column of cv_results_ or a "
                f"function of the params dict. Got {self.cost!r}; columns that may "
                f"serve are {columns}."
            )
        values = [cv_results[self.cost][row] for row in rows]
        return [None if _is_missing(value) else value for value in values]

    def _least(self, costs: Sequence[Any]) -> Any:
        """Return the cost that wins."""
        try:
            return max(costs) if self.greater_is_cheaper else min(costs)
        except TypeError as error:
            raise TypeError(
                f"The 'cost' of OneStandardError must have an order. Got the costs "
                f"{costs[:5]} from {self.cost!r}; pass a function that maps the params "
                "dict to a number."
            ) from error


def _is_missing(value: Any) -> bool:
    """Whether a candidate has no such value: masked, None or NaN."""
    if value is np.ma.masked or value is None:
        return True
    return isinstance(value, float | np.floating) and bool(np.isnan(value))
