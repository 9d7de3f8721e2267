"""Checks of what the functions of this package are given."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def check_scores(scores: ArrayLike, name: str = "scores") -> FloatArray:
    """Return vectors of objectives as an array of shape (n, m) without NaN."""
    array = np.asarray(scores, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] == 0:
        raise ValueError(
            f"The {name!r} must have a row for each vector and a column for each "
            f"objective. Got an array of shape {array.shape}."
        )
    if np.isnan(array).any():
        raise ValueError(
            f"The {name!r} cannot be compared where they are NaN. Got NaN in row "
            f"{int(np.isnan(array).any(axis=1).argmax())}; leave such rows out."
        )
    return array


def check_reference(reference: ArrayLike, n_objectives: int) -> FloatArray:
    """Return the reference point as an array of shape (m,)."""
    array = np.asarray(reference, dtype=np.float64)
    if array.shape != (n_objectives,) or not np.isfinite(array).all():
        raise ValueError(
            f"The 'reference' must be one finite number for each of the "
            f"{n_objectives} objectives. Got {reference!r}."
        )
    return array
