"""What the scores of some splits say of the mean over all of them."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.intp]

# The effects of splits are means over so many candidates, where there are as many.
_FEWEST_BETTER = 3


def corrected_means(
    split_scores: FloatArray, is_known: BoolArray, is_complete: BoolArray
) -> FloatArray:
    """Return the mean of each row over its known entries, split effects removed.

    The effect e_s of a split is the mean over the better half of the complete rows
    (three at least) of S_is minus the mean of row i; the effects of all splits sum to
    0. What is hard for a bad candidate says little of the good ones.

    Parameters
    ----------
    split_scores : ndarray of shape (n, n_splits), dtype float64
        The scores.

    is_known : ndarray of shape (n, n_splits), dtype bool
        Which of them count.

    is_complete : ndarray of shape (n,), dtype bool
        The rows that may tell how hard a split is, if all their entries are known.

    Returns
    -------
    means : ndarray of shape (n,), dtype float64
        The means, 0 where nothing is known.
    """
    is_whole = is_complete & is_known.all(axis=1)
    effects = np.zeros(split_scores.shape[1])
    if is_whole.any():
        whole = split_scores[is_whole]
        means = whole.mean(axis=1, keepdims=True)
        best_first = np.argsort(-means[:, 0], kind="stable")
        better = best_first[: max(_FEWEST_BETTER, (len(whole) + 1) // 2)]
        effects = (whole - means)[better].mean(axis=0)
    # subtracting effects that cancel anyway would only blur equal complete rows
    corrected = np.where(is_complete[:, None], split_scores, split_scores - effects)
    sums = np.where(is_known, corrected, 0.0).sum(axis=1)
    return np.asarray(sums / np.maximum(is_known.sum(axis=1), 1), dtype=np.float64)


def overlap_inflation(n_splits: int) -> float:
    """Return the variance of a mean over splits, as a part of that of one split.

    Training sets overlap, so it is not 1/K but 1/K + 1/(K - 1), after Nadeau and
    Bengio [1]_: the ratio of test to training rows is 1/(K - 1) with K folds, and is
    taken for that with other splitters, which do not tell theirs.

    Parameters
    ----------
    n_splits : int
        The number of splits, at least 2.

    Returns
    -------
    inflation : float
        The part.

    References
    ----------
    .. [1] C. Nadeau, Y. Bengio, "Inference for the generalization error", 2003.
    """
    return 1.0 / n_splits + 1.0 / (n_splits - 1)


def thinned_rows(scores: FloatArray, n_most: int) -> IntArray:
    """Return the rows that a model of bounded cost is fitted to.

    Of more than so many, the best make up one half, and the other half is spread
    evenly over the rest, in the order of scores.

    Parameters
    ----------
    scores : ndarray of shape (n,), dtype float64
        Finite scores, greater is better.

    n_most : int
        How many rows to keep.

    Returns
    -------
    rows : ndarray of shape (n_kept,), dtype intp
        The rows, in ascending order.
    """
    n = len(scores)
    if n <= n_most:
        return np.arange(n)
    order = np.argsort(-scores, kind="stable")
    n_best = n_most // 2
    others = np.linspace(n_best, n - 1, n_most - n_best).astype(np.intp)
    return np.sort(np.concatenate([order[:n_best], order[others]]))
