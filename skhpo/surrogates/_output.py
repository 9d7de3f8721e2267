"""From scores of any scale and shape to targets that a Gaussian can model."""

from typing import cast

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata

from skhpo.surrogates._base import FloatArray

# Scores beyond this are cut, so that sums of squares cannot overflow.
_LARGEST_SCORE = 1e150
# A spread below this multiple of the largest score is rounding error.
_RELATIVE_SPREAD = 1e-14
# Beyond this ratio of the whole range to the range of the better quarter (or of
# the lower half), no power transform leaves the differences there visible.
_WILD_RATIO = 1e4

_COARSE_POWERS = np.linspace(-4.0, 6.0, 101)
_FINE_STEPS = np.linspace(-0.1, 0.1, 21)


def transform_targets(scores: FloatArray) -> FloatArray:
    """Make scores look normal, keeping their order.

    The Yeo-Johnson transform [1]_ of greatest likelihood, then mean 0 and
    standard deviation 1. Scores with outliers so far away that they would
    blur all other differences are replaced by the normal quantiles of their
    ranks first. Constant scores become zeros.

    .. versionadded:: 0.1

    Parameters
    ----------
    scores : ndarray of shape (n,), dtype float64
        Finite scores, greater is better.

    Returns
    -------
    targets : ndarray of shape (n,), dtype float64
        The targets y, in the order of the scores.

    References
    ----------
    .. [1] I.-K. Yeo, R. A. Johnson, "A new family of power transformations to
       improve normality or symmetry", 2000.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates import transform_targets
    >>> transform_targets(np.array([1.0, 1.0, 1.0]))
    array([0., 0., 0.])
    >>> targets = transform_targets(np.array([0.1, 0.2, 1e12]))
    >>> bool(targets[0] < targets[1] < targets[2])
    True
    """
    scores = np.clip(scores, -_LARGEST_SCORE, _LARGEST_SCORE)
    standard = _standardize(scores)
    if not standard.any():
        return standard
    if _is_wild(scores):
        # midranks, so that equal scores stay equal
        ranks = rankdata(scores)
        return _standardize(ndtri((ranks - 0.5) / len(scores)))
    powers = _COARSE_POWERS
    power = powers[np.argmax(_log_likelihood(standard, powers))]
    powers = power + _FINE_STEPS
    power = powers[np.argmax(_log_likelihood(standard, powers))]
    targets = _yeo_johnson(standard, np.array([power]))[0]
    return _standardize(targets) if np.isfinite(targets).all() else standard


def _standardize(values: FloatArray) -> FloatArray:
    """Shift and scale to mean 0 and standard deviation 1; zeros if constant."""
    largest = np.abs(values).max(initial=0.0)
    if largest == 0.0:
        return np.zeros_like(values)
    # squares of values of 1e-200 would underflow without the division; a
    # subnormal largest makes 1 / largest infinite, so divide, never multiply
    scaled = values / largest
    centred = scaled - scaled.mean()
    deviation = float(centred.std())
    if deviation <= _RELATIVE_SPREAD:
        return np.zeros_like(values)
    return cast(FloatArray, centred / deviation)


def _is_wild(scores: FloatArray) -> bool:
    """Tell whether a few scores are so far off that the others look equal."""
    distinct = np.unique(scores)
    lowest, highest = distinct[0], distinct[-1]
    better = highest - np.quantile(distinct, 0.75)
    lower = np.quantile(distinct, 0.5) - lowest
    return bool((highest - lowest) > _WILD_RATIO * min(better, lower))


def _log_likelihood(standard: FloatArray, powers: FloatArray) -> FloatArray:
    """Return the profile log-likelihood of each power, constants left out."""
    transformed = _yeo_johnson(standard, powers)
    jacobian = float(np.sum(np.sign(standard) * np.log1p(np.abs(standard))))
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        variances = transformed.var(axis=1)
        result = (powers - 1.0) * jacobian - 0.5 * len(standard) * np.log(variances)
    return np.where(np.isfinite(result), result, -np.inf)


def _yeo_johnson(standard: FloatArray, powers: FloatArray) -> FloatArray:
    """Transform the scores by each power; shape (n_powers, n)."""
    # With b = power for z >= 0 and 2 - power below, both halves are
    # sign(z) ((1 + |z|)^b - 1) / b, whose limit at b = 0 is sign(z) log(1 + |z|).
    logs = np.log1p(np.abs(standard))
    exponents = np.where(standard >= 0.0, powers[:, None], 2.0 - powers[:, None])
    tiny = np.abs(exponents) < 1e-9
    with np.errstate(over="ignore"):
        curved = np.expm1(exponents * logs) / np.where(tiny, 1.0, exponents)
    result = np.where(tiny, logs, curved)
    result *= np.sign(standard)
    return result
