"""Scores at one amount of a resource, where candidates were given different ones."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

# For a model, rather many candidates at a small amount than few at a great one.
_ENOUGH = 15


def at_one_resource(
    search: Any,
    split_scores: FloatArray,
    over: Sequence[int],
    *,
    for_model: bool,
) -> tuple[FloatArray, float | None]:
    """Return the scores at one amount, NaN for candidates without; and the amount.

    Parameters
    ----------
    search : object
        The search.

    split_scores : ndarray of shape (n, n_splits), dtype float64
        The scores of each candidate at the greatest amount that it was given.

    over : sequence of int
        Which of them stand in `cv_results_`.

    for_model : bool
        Whether the amount may be less than the greatest.

    Returns
    -------
    split_scores : ndarray of shape (n, n_splits), dtype float64
        The scores.

    resource : float or None
        The amount; None where all were given the same.
    """
    if "n_resources" not in search.cv_results_:
        return split_scores, None
    rungs: list[dict[float, Any]] = [{} for _ in split_scores]
    for row, amount in zip(over, search.cv_results_["n_resources"], strict=True):
        if amount is not None and np.isfinite(amount):
            rungs[row][float(amount)] = split_scores[row]
    if for_model and hasattr(search, "history_"):
        for row, entry in enumerate(search.history_):
            for rung in entry.get("rungs", ()):
                rungs[row].setdefault(float(rung["resource"]), rung["split_scores"])
    chosen = _chosen_amount(rungs, _ENOUGH if for_model else 1)
    scores = np.full_like(split_scores, np.nan)
    for row, one in enumerate(rungs):
        if chosen in one:
            scores[row] = one[chosen]
    return scores, chosen


def _chosen_amount(rungs: Sequence[dict[float, Any]], n_enough: int) -> float:
    """Return the greatest amount with enough scores, or that with the most."""
    counts: dict[float, int] = {}
    for one in rungs:
        for amount, scores in one.items():
            counts[amount] = counts.get(amount, 0) + bool(np.isfinite(scores).all())
    enough = [amount for amount, count in counts.items() if count >= n_enough]
    if enough:
        return max(enough)
    return max(counts, key=lambda amount: (counts[amount], amount), default=0.0)
