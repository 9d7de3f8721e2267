"""What the optimizers maximise; no optimizer is needed to import it."""

import numpy as np


def score(point: np.ndarray) -> float:
    """Return a smooth function whose coordinates matter unequally."""
    weights = 0.8 ** np.arange(len(point))
    return float(np.sin(8 * point[0]) - (weights * (point - 0.4) ** 2).sum())


def uniform_points(n_points: int, n_dims: int) -> np.ndarray:
    """Return points of the unit cube, the same ones for every optimizer."""
    return np.random.default_rng(0).random((n_points, n_dims))
