"""The margin of CMA-ES: no level of an ordered coordinate gets out of reach."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from skhpo.generators._covariance_adaptation import CovarianceAdaptation
from skhpo.space import Axis

FloatArray = NDArray[np.float64]

_N_HALVINGS = 40


class Margin:
    """Keeps the levels beside that of the mean probable.

    Once the step size is small next to the cells of an ordered coordinate, all
    samples would have the same level and nothing could be learned from them [1]_.

    Parameters
    ----------
    axes : sequence of Axis
        The numeric axes, in the order of the distribution's coordinates.

    population_size : int
        The number of samples of an update.

    References
    ----------
    .. [1] R. Hamano, S. Saito, M. Nomura, S. Shirakawa, "CMA-ES with margin:
       lower-bounding marginal probability for mixed-integer black-box optimization",
       2022.
    """

    def __init__(self, axes: Sequence[Axis], population_size: int) -> None:
        self._axes = [
            (position, axis, axis.n_levels)
            for position, axis in enumerate(axes)
            if axis.kind == "ordered" and axis.n_levels is not None
        ]
        self._alpha = 1.0 / (population_size * max(len(axes), 1))

    def correct(self, distribution: CovarianceAdaptation) -> None:
        """Move the mean and widen the scale of ordered coordinates where needed."""
        deviations = distribution.deviations
        for position, axis, n_levels in self._axes:
            mean, deviation = distribution.mean[position], deviations[position]
            level = int(axis.to_level(mean))
            if 0 < level < n_levels - 1:
                low = _boundary(axis, level - 1)
                high = _boundary(axis, level)
                new_mean, width = self._between(mean, deviation, low, high)
                distribution.scale[position] *= width / deviation
            else:
                edge = _boundary(axis, 0 if level == 0 else n_levels - 2)
                new_mean = self._beside(mean, deviation, edge)
            distribution.mean[position] = new_mean

    def _beside(self, mean: float, deviation: float, edge: float) -> float:
        """Move the mean of an outer level so near that its neighbour has alpha."""
        most = deviation * float(ndtri(1.0 - self._alpha))
        return float(edge + np.sign(mean - edge) * min(abs(mean - edge), most))

    def _between(
        self, mean: float, deviation: float, low: float, high: float
    ) -> tuple[float, float]:
        """Give both sides of an inner level alpha / 2 at least, eqs. 20 to 27."""
        least = self._alpha / 2.0
        below = float(ndtr((low - mean) / deviation))
        above = float(ndtr((mean - high) / deviation))
        inside = 1.0 - below - above
        if below >= least and above >= least:
            return float(mean), float(deviation)
        raised_below, raised_above = max(least, below), max(least, above)
        total = raised_below + raised_above + inside
        share = (1.0 - total) / (total - 3.0 * least)
        below = raised_below + share * (raised_below - least)
        above = raised_above + share * (raised_above - least)
        to_low, to_high = float(ndtri(1.0 - below)), float(ndtri(1.0 - above))
        width = (high - low) / (to_low + to_high)
        return (low * to_high + high * to_low) / (to_low + to_high), width


def _boundary(axis: Axis, level: int) -> float:
    """Return where the cell of a level ends and that of the next begins."""
    if axis.has_equal_cells and axis.n_levels is not None:
        return (level + 1) / axis.n_levels
    low, high = (float(axis.from_level(one)) for one in (level, level + 1))
    for _ in range(_N_HALVINGS):
        middle = (low + high) / 2
        if int(axis.to_level(middle)) <= level:
            low = middle
        else:
            high = middle
    return (low + high) / 2
