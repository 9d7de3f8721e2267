"""Whether further candidates are likely to pay."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from skhpo.inspection._model import ScoreModel, allowed_points, spread_points

FloatArray = NDArray[np.float64]

# Where the best is looked for: all over the space, then around what looks best.
_LOG2_N_POINTS = 9
_N_CENTRES, _N_AROUND = 6, 48
_DISTANCES = (0.3, 0.1, 0.03)
_N_DRAWS = 48
_INTERVAL = (0.05, 0.95)
# A gain of less than this share of the noise is not worth the fits, one of more than
# all of the noise is; between them it depends.
LITTLE, MUCH = 0.5, 1.0


@dataclass(frozen=True)
class BudgetOutlook:
    """What more candidates could gain, next to what can be measured.

    .. versionadded:: 0.1

    Parameters
    ----------
    next_gain : float
        The greatest improvement of the score that the model expects of a single
        further candidate.

    possible_gain : float
        How much better than the best candidate the best of the whole search space is,
        in the mean over functions drawn from the model: what an endless search on the
        same splits could gain.

    low, high : float
        Ends of the interval that holds it with a probability of 90% by the model.

    noise : float
        The standard error of the best score.

    Examples
    --------
    >>> from skhpo.inspection import BudgetOutlook
    >>> BudgetOutlook(0.0001, 0.001, 0.0, 0.002, noise=0.01).verdict
    'unlikely'
    """

    next_gain: float
    possible_gain: float
    low: float
    high: float
    noise: float

    @property
    def verdict(self) -> str:
        """Whether more candidates pay: "likely", "unlikely", "open" or "unknown".

        It is unlikely where even the upper end of the possible gain is less than the
        noise, or its mean less than half of it; likely where its mean is more than
        the noise; and unknown where nothing is known of the noise.
        """
        if not np.isfinite(self.noise):
            return "unknown"
        if self.possible_gain > MUCH * self.noise:
            return "likely"
        if self.high < self.noise or self.possible_gain < LITTLE * self.noise:
            return "unlikely"
        return "open"


def outlook_of(
    model: ScoreModel, best: FloatArray, noise: float, rng: np.random.Generator
) -> BudgetOutlook:
    """Ask the model what more candidates could gain."""
    points = _promising(model, best)
    mean, sd = model.predict(points)
    incumbent = float(mean[0])
    gains = _expected_improvement(mean, sd, incumbent)
    unit = float(model.to_scores(np.array([incumbent]))[0])
    next_gain = float(model.to_scores(np.array([incumbent + gains.max()]))[0]) - unit
    scores = model.to_scores(model.draws(points, _N_DRAWS, rng))
    possible = scores.max(axis=1) - scores[:, 0]
    low, high = np.quantile(possible, _INTERVAL)
    return BudgetOutlook(
        next_gain=max(next_gain, 0.0),
        possible_gain=float(possible.mean()),
        low=float(low),
        high=float(high),
        noise=noise,
    )


def _promising(model: ScoreModel, best: FloatArray) -> FloatArray:
    """Return the best candidate, and points where something better may be."""
    space = model.space
    spread = spread_points(space, _LOG2_N_POINTS)
    points = np.vstack([best, model.points, spread])
    for distance in _DISTANCES:
        mean, sd = model.predict(points)
        centres = points[np.argsort(-(mean + 2.0 * sd), kind="stable")[:_N_CENTRES]]
        around = centres[:, None] + distance * (spread[:_N_AROUND] - centres[:, None])
        nearer = space.canonicalize(around.reshape(-1, space.n_dims))
        points = np.vstack([points, nearer])
    return np.vstack([best, allowed_points(space, points)])


def _expected_improvement(
    mean: FloatArray, sd: FloatArray, incumbent: float
) -> FloatArray:
    """Return by how much each point is expected to surpass the incumbent."""
    z = (mean - incumbent) / sd
    return np.asarray((mean - incumbent) * norm.cdf(z) + sd * norm.pdf(z))
