"""The standard normal distribution, safe in its tails."""

from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfcx

Values = TypeVar("Values", float, NDArray[np.float64])

_LOG_SQRT_2_PI = 0.5 * float(np.log(2.0 * np.pi))
_SQRT_HALF = 0.5**0.5
_SQRT_HALF_PI = (0.5 * np.pi) ** 0.5


def log_density(z: Values) -> Values:
    """Return log phi(z)."""
    return -0.5 * z * z - _LOG_SQRT_2_PI


def mills_ratio(z: Values) -> Values:
    """Return Phi(z) / phi(z) of negative z, without underflow."""
    return cast(Values, _SQRT_HALF_PI * erfcx(-z * _SQRT_HALF))
