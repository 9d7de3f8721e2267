"""Acquisition functions by their names."""

from typing import Literal, TypeAlias

import numpy as np

from skhpo.acquisition._base import AcquisitionFunction
from skhpo.acquisition._confidence_bound import UpperConfidenceBound
from skhpo.acquisition._expected_improvement import (
    ExpectedImprovement,
    LogExpectedImprovement,
)
from skhpo.acquisition._probability_of_improvement import LogProbabilityOfImprovement
from skhpo.acquisition._thompson import ThompsonSampling
from skhpo.surrogates import Surrogate

AcquisitionName: TypeAlias = Literal["auto", "logei", "ei", "pi", "ucb", "thompson"]


def make_acquisition(
    name: AcquisitionName,
    surrogate: Surrogate,
    *,
    incumbent: float,
    rng: np.random.Generator,
) -> AcquisitionFunction:
    """Make an acquisition function by its name.

    .. versionadded:: 0.1

    Parameters
    ----------
    name : {"auto", "logei", "ei", "pi", "ucb", "thompson"}
        Which one. ``"auto"`` is ``"logei"``.

    surrogate : Surrogate
        The fitted model.

    incumbent : float
        The target to improve on, where improvement is what counts.

    rng : numpy.random.Generator
        Source of randomness, where something is drawn.

    Returns
    -------
    acquisition : AcquisitionFunction
        The acquisition function.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.acquisition import make_acquisition
    >>> from skhpo.surrogates import GaussianProcess
    >>> features, targets = np.array([[0.0], [1.0]]), np.array([-1.0, 1.0])
    >>> model = GaussianProcess(np.array([0])).fit(features, targets)
    >>> rng = np.random.default_rng(0)
    >>> acquisition = make_acquisition("ucb", model, incumbent=1.0, rng=rng)
    >>> acquisition.width
    1.8
    """
    match name:
        case "auto" | "logei":
            return LogExpectedImprovement(surrogate, incumbent)
        case "ei":
            return ExpectedImprovement(surrogate, incumbent)
        case "pi":
            return LogProbabilityOfImprovement(surrogate, incumbent)
        case "ucb":
            return UpperConfidenceBound(surrogate)
        case "thompson":
            return ThompsonSampling(surrogate, rng)
