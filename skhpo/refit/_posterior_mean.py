"""The candidate that a model of all scores expects most of."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from skhpo.refit._columns import (
    FloatArray,
    behind_best,
    complete_rows,
    split_scores,
)
from skhpo.space import FeatureMap, SearchSpace
from skhpo.surrogates import GaussianProcess, transform_targets
from skhpo.trials._split_scores import overlap_inflation, thinned_rows

# A fit takes time with the cube of the candidates: about 2 s for so many.
_MOST_FITTED = 500
# How many degrees of freedom the variance common to all candidates is worth, next to
# the K - 1 of a candidate's own, which five splits tell within a factor of three only.
_COMMON_DEGREES = 8.0
# A model of few candidates may be wrong by far, above all about a good one in a corner
# of the space: what is so many standard errors behind the best cannot win.
_MOST_ERRORS = 2.0
# Noise variances in units of the variance of the targets: beyond these bounds the
# splits say no more than "none" and "all".
_LEAST_NOISE, _MOST_NOISE = 1e-6, 10.0


@dataclass(frozen=True, eq=False)
class PosteriorMean:
    """The candidate with the greatest posterior mean of a model, for ``refit``.

    A Gaussian process is fitted to the mean scores over the search space, and of the
    complete candidates the one wins that it expects most of. A candidate that stands
    out from similar ones is thus taken for lucky in part. How noisy the scores are is
    learned from all candidates, around what the splits of each of them tell.

    .. versionadded:: 0.1

    Parameters
    ----------
    space : dict, list of dict or SearchSpace, default=None
        The search space: the ``param_grid`` or ``param_distributions`` of the search.
        None with the searches of skhpo, which tell the rule their own.

    metric : str, default=None
        The metric whose scores count. None is the only one, or the first of several;
        `BayesSearchCV` maximises the same one.

    See Also
    --------
    OneStandardError : The cheapest of the candidates that are about as good.

    Notes
    -----
    The model is that of `BayesSearchCV`, fitted to scores that were made normal by
    :func:`skhpo.surrogates.transform_targets`. The noise of a candidate is what is left
    of its split scores without the effects of split and candidate; its variance is
    moderated by that of all candidates [1]_ and corrected for training sets that
    overlap [2]_. With a single split it is learned from the candidates alone.

    A candidate whose mean is more than two standard errors behind the best, by the
    error of the best or by that of the difference, does not win, whatever the model
    says: it can be wrong by far. One without a finite score on every split counts for
    nothing. Of more than 500 candidates, the best 250 and 250 of the others are used
    for the fit.

    On real tasks it has not been seen to improve the model. On 9 tasks with 100 or 150
    rows, 20 samples each, ``python benchmarks/refit_rules.py`` prints the score on the
    rows left, times 100, minus that of the best mean's winner, with 95% intervals:
    -0.06 [-0.25, +0.12] for the candidates of `BayesSearchCV`, -0.24 [-0.53, +0.02] for
    random ones. Where the noise of made-up scores is independent and not too large,
    the rule's winner is truly better: 1.31 behind the best candidate instead of 2.14,
    for example. But the errors of real cross-validation scores are similar for similar
    candidates (their correlation is 0.1 to 0.8 by task), and no model of the scores
    averages that out.

    References
    ----------
    .. [1] G. K. Smyth, "Linear models and empirical Bayes methods for assessing
       differential expression in microarray experiments", 2004.

    .. [2] C. Nadeau, Y. Bengio, "Inference for the generalization error", 2003.

    Examples
    --------
    >>> from scipy.stats import loguniform
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import BayesSearchCV
    >>> from skhpo.refit import PosteriorMean
    >>> X, y = load_iris(return_X_y=True)
    >>> space = {"C": loguniform(1e-3, 1e3)}
    >>> search = BayesSearchCV(
    ...     SVC(), space, n_iter=8, refit=PosteriorMean(), random_state=0
    ... )
    >>> search.fit(X, y).score(X, y) > 0.95
    True

    scikit-learn's searches do not tell their space:

    >>> from sklearn.model_selection import GridSearchCV
    >>> grid = {"C": [0.1, 0.3, 1, 3, 10]}
    >>> search = GridSearchCV(SVC(), grid, refit=PosteriorMean(grid)).fit(X, y)
    >>> search.score(X, y) > 0.95
    True
    """

    space: Any = None
    metric: str | None = None

    def with_space(self, space: SearchSpace) -> Self:
        """Give the rule for the searches of a space.

        Parameters
        ----------
        space : SearchSpace
            The space that the candidates come from.

        Returns
        -------
        rule : PosteriorMean
            A rule that knows the space; the rule itself where one was given.
        """
        return self if self.space is not None else replace(self, space=space)

    def __call__(self, cv_results: Mapping[str, Any]) -> int:
        """Return the row of the winner.

        Parameters
        ----------
        cv_results : mapping of str to array-like
            The `cv_results_` of a search.

        Returns
        -------
        best_index : int
            The row of the complete candidate with the greatest posterior mean.

        Raises
        ------
        ValueError
            If the space is not known, if there is no such metric, or if no candidate
            is complete.

        SearchSpaceError
            If the space is malformed, or a candidate does not lie in it.
        """
        space = self._known_space()
        scores = split_scores(cv_results, self.metric)
        complete = complete_rows(scores)
        scores = scores[complete]
        points = np.array(
            [space.encode(cv_results["params"][row]) for row in complete.tolist()]
        )
        expected = _posterior_means(space, points, scores)
        expected[~_may_be_best(scores)] = -np.inf
        # Where the model sees no difference, the mean score decides, then the order.
        order = np.lexsort((-scores.mean(axis=1), -expected))
        return int(complete[order[0]])

    def _known_space(self) -> SearchSpace:
        """Return the space that the search told, or that was given."""
        if isinstance(self.space, SearchSpace):
            return self.space
        if self.space is None:
            raise ValueError(
                "The refit rule PosteriorMean needs the search space, which only the "
                "searches of skhpo tell it. Got space=None; with another search pass "
                "what that has, as in PosteriorMean(param_grid)."
            )
        return SearchSpace(self.space)


def _may_be_best(scores: FloatArray) -> NDArray[np.bool_]:
    """Tell which candidates are not clearly behind the best on the common splits."""
    if scores.shape[1] == 1:
        return np.ones(len(scores), dtype=bool)
    behind, error = behind_best(scores, paired=True)
    return np.asarray(behind <= _MOST_ERRORS * error)


def _posterior_means(
    space: SearchSpace, points: FloatArray, scores: FloatArray
) -> FloatArray:
    """Return what a Gaussian process, fitted to the scores, expects at their points."""
    means = scores.mean(axis=1)
    features_of = FeatureMap(space.axes)
    features = features_of.transform(points, space.active(points))
    fitted = thinned_rows(means, _MOST_FITTED)
    targets = transform_targets(means[fitted])
    model = GaussianProcess(features_of.groups)
    noise_scale = None
    if scores.shape[1] > 1:
        # The prior of the model's noise parameter lies around its value before the
        # fit. In this unit it says: the noise is about what the splits tell.
        unit = float(np.exp(model.theta[-1]))
        noise_scale = _target_noise(scores[fitted], targets) / unit
    model.fit(features[fitted], targets, noise_scale=noise_scale)
    return model.predict(features).mean


def _target_noise(scores: FloatArray, targets: FloatArray) -> FloatArray:
    """Return the noise variance of each target.

    A standard error to each side of a mean score, read off the curve from mean scores
    to targets, gives the slope by which the transformation stretches the error.
    """
    means = scores.mean(axis=1)
    errors = np.sqrt(_mean_variances(scores))
    levels, rows = np.unique(means, return_index=True)
    # Beyond the best and the worst the curve is unknown.
    upper = np.minimum(means + errors, levels[-1])
    lower = np.maximum(means - errors, levels[0])
    rise = np.interp(upper, levels, targets[rows]) - np.interp(
        lower, levels, targets[rows]
    )
    run = upper - lower
    slopes = np.divide(rise, run, out=np.zeros_like(rise), where=run > 0.0)
    return np.asarray(np.clip((slopes * errors) ** 2, _LEAST_NOISE, _MOST_NOISE))


def _mean_variances(scores: FloatArray) -> FloatArray:
    """Return the variance of each mean score, but for what all candidates share.

    A split that is hard for all makes no difference between them: what is left of
    the scores without row and column effects is the noise. Each candidate's variance
    is moderated by the common one [1]_, and the variance of the mean is that part of
    it that overlapping training sets leave [2]_.
    """
    n_rows, n_splits = scores.shape
    effects = scores.mean(axis=0) - scores.mean()
    residuals = scores - effects - scores.mean(axis=1, keepdims=True)
    degrees = n_splits - 1
    squares = (residuals**2).sum(axis=1) * n_rows / max(n_rows - 1, 1)
    common = squares.mean() / degrees
    variances = (squares + _COMMON_DEGREES * common) / (degrees + _COMMON_DEGREES)
    return np.asarray(variances * overlap_inflation(n_splits))
