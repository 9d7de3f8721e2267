"""Functional ANOVA of functions drawn from a Gaussian process.

The variances are estimated from pairs of independent samples of which one axis is
exchanged: the main effects after Saltelli et al. [1]_, the total ones after Jansen
[2]_.

References
----------
.. [1] A. Saltelli, P. Annoni, I. Azzini, F. Campolongo, M. Ratto, S. Tarantola,
   "Variance based sensitivity analysis of model output. Design and estimator for the
   total sensitivity index", 2010.

.. [2] M. J. W. Jansen, "Analysis of variance designs for model output", 1999.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from skhpo.inspection._branches import BranchAxes, branches_of
from skhpo.inspection._decomposition import BranchVariance, Shares, combine
from skhpo.inspection._model import ScoreModel

FloatArray = NDArray[np.float64]

_N_DRAWS = 16
_LOG2_N_POINTS = 9


def draw_shares(
    model: ScoreModel, floor: float, rng: np.random.Generator
) -> list[Shares]:
    """Return the shares of variance by functions drawn from the model.

    Parameters
    ----------
    model : ScoreModel
        The model of the scores.

    floor : float
        What lower scores count as.

    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    list of Shares
        Those of the model's mean, then one for each draw; interactions of pairs are
        not told apart.
    """
    branches = branches_of(model.space)
    designs = [_design(model, branch, rng) for branch in branches]
    places = np.cumsum([len(design) for design in designs])[:-1]
    points = np.vstack(designs)
    mean, _ = model.predict(points)
    draws = np.vstack([mean, model.draws(points, _N_DRAWS, rng)])
    # Beyond what has been seen, the unit of the scores is a guess.
    scores = np.clip(model.to_scores(draws), floor, None)
    return [
        combine(
            [
                _decompose(branch, values)
                for branch, values in zip(
                    branches, np.split(score, places), strict=True
                )
            ],
            model.space.n_dims,
        )
        for score in scores
    ]


def _design(
    model: ScoreModel, branch: BranchAxes, rng: np.random.Generator
) -> FloatArray:
    """Return the samples A and B, and A with each of its axes from B, one by one."""
    n_axes = len(branch.columns)
    if n_axes == 0:
        return branch.base[None]
    sobol = qmc.Sobol(2 * n_axes, scramble=True, seed=rng)
    sample = sobol.random_base2(_LOG2_N_POINTS)
    first, second = sample[:, :n_axes], sample[:, n_axes:]
    blocks = [first, second]
    for i in range(n_axes):
        exchanged = first.copy()
        exchanged[:, i] = second[:, i]
        blocks.append(exchanged)
    return branch.points(model.space, np.vstack(blocks))


def _decompose(branch: BranchAxes, values: FloatArray) -> BranchVariance:
    """Estimate the variances from the values at the samples of a branch."""
    n = len(branch.columns)
    pairs = np.full((n, n), np.nan)
    if n == 0:
        empty = np.zeros(0)
        return BranchVariance(float(values[0]), 0.0, (), empty, empty, pairs)
    first, second, *exchanged = np.split(values, n + 2)
    both = np.concatenate([first, second])
    # Centred, products cancel less.
    centre = both.mean()
    main = [float(np.mean((second - centre) * (one - first))) for one in exchanged]
    total = [float(np.mean((one - first) ** 2)) / 2.0 for one in exchanged]
    return BranchVariance(
        float(centre),
        float(both.var()),
        branch.columns,
        np.maximum(main, 0.0),
        np.array(total),
        pairs,
    )
