"""Stop when what can still be gained is less than what can be measured."""

import math
import numbers
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from skhpo.space import FeatureMap, SearchSpace
from skhpo.stopping._evidence import Evidence, collect_evidence
from skhpo.surrogates import GaussianProcess, transform_targets
from skhpo.trials import Trial

FloatArray = NDArray[np.float64]

# The confidence bounds hold with this probability, but for the factor: the theory is
# known to be cautious, and Srinivas et al. found a fifth of it to do well.
_CONFIDENCE, _SCALE = 0.9, 0.2

# Where the upper bound is looked for: 2^10 points all over the space, then around the
# best of them and of the candidates, ever closer.
_LOG2_N_POINTS = 10
_N_CENTRES, _N_AROUND = 8, 64
_DISTANCES = (0.3, 0.1, 0.03)


class Outlook(NamedTuple):
    """What can be gained and what can be measured, in the unit of the model."""

    regret: float
    noise: float


@dataclass(frozen=True)
class NoImprovementExpected:
    """Stops when the best score that may be left to find is not worth looking for.

    A Gaussian process of the scores gives an upper bound of the best score in the
    whole space, and a lower bound of the best among the candidates so far. When their
    difference, what the search can still hope to gain, is less than the standard error
    of the incumbent's cross-validated score, the search ends [1]_. The standard error
    allows for the overlap of the training sets [2]_: its square is the variance of the
    split scores, times 1/K + 1/(K - 1) for K splits.

    On small samples the standard error is large, and the search often ends as early as
    `min_candidates` allows: what it would still gain in the cross-validated score may
    not hold on new data. Who wants the last of it all the same takes `Patience`;
    ``benchmarks/stopping.py`` compares the two. The rule needs at least two splits, and
    a single objective.

    .. versionadded:: 0.1

    Parameters
    ----------
    min_candidates : int, default=20
        With fewer candidates the search goes on.

    check_every : int, default=5
        The model is asked after so many further candidates. That takes about as long
        as a proposal by a Gaussian process, some ten milliseconds.

    space : dict, list of dicts, SearchSpace or None, default=None
        What the candidates come from. The searches of skhpo tell it.

    Raises
    ------
    ValueError
        If `min_candidates` is not an integer of 2 or more, or `check_every` is not a
        positive integer.

    References
    ----------
    .. [1] A. Makarova, H. Shen, V. Perrone, A. Klein, J. B. Faddoul, A. Krause,
       M. Seeger, C. Archambeau, "Automatic termination for hyperparameter
       optimization", 2022.

    .. [2] C. Nadeau, Y. Bengio, "Inference for the generalization error", 2003.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from skhpo import BayesSearchCV
    >>> from skhpo.stopping import NoImprovementExpected
    >>> X, y = load_iris(return_X_y=True)
    >>> search = BayesSearchCV(
    ...     KNeighborsClassifier(),
    ...     {"n_neighbors": range(1, 100)},
    ...     stop=NoImprovementExpected(min_candidates=15),
    ...     random_state=0,
    ... )
    >>> search.fit(X, y).stop_reason_
    'NoImprovementExpected'
    >>> len(search.cv_results_["params"]) < 30
    True
    """

    min_candidates: int = 20
    check_every: int = 5
    space: Any = None

    def __post_init__(self) -> None:
        """Refuse numbers that make no sense."""
        _check_count("min_candidates", self.min_candidates, 2)
        _check_count("check_every", self.check_every, 1)

    def with_space(self, space: SearchSpace) -> Self:
        """Give the rule for the searches of a space.

        Parameters
        ----------
        space : SearchSpace
            The space that the candidates come from.

        Returns
        -------
        rule : NoImprovementExpected
            A rule that knows the space; the rule itself where one was given.
        """
        return self if self.space is not None else replace(self, space=space)

    def should_stop(self, trials: Sequence[Trial]) -> bool:
        """Tell whether what can be gained is less than what can be measured.

        Parameters
        ----------
        trials : sequence of Trial
            What has been told by now.

        Returns
        -------
        should_stop : bool
            Whether to end the search.

        Raises
        ------
        ValueError
            If the space is not known.
        """
        n_more = len(trials) - self.min_candidates
        if n_more < 0 or n_more % self.check_every:
            return False
        space = self._known_space()
        evidence = collect_evidence(trials)
        if evidence is None or FeatureMap(space.axes).n_features == 0:
            return False
        outlook = look_out(space, evidence)
        return outlook.regret < outlook.noise

    def _known_space(self) -> SearchSpace:
        """Return the space that the search told, or that was given."""
        if isinstance(self.space, SearchSpace):
            return self.space
        if self.space is None:
            raise ValueError(
                "The stopping rule NoImprovementExpected needs the search space, which "
                "the searches of skhpo tell it. Got space=None; elsewhere pass it, as "
                "in NoImprovementExpected(space=param_distributions)."
            )
        return SearchSpace(self.space)


def look_out(space: SearchSpace, evidence: Evidence) -> Outlook:
    """Bound what is left to gain, and say how well scores are known.

    Both are in the unit of the model's targets. That keeps failed candidates and
    diverging ones from deciding what is large, and the transformation rises, so a gain
    below the noise in one unit is so in the other.
    """
    features_of = FeatureMap(space.axes)
    targets = transform_targets(evidence.scores)
    model = GaussianProcess(features_of.groups).fit(
        features_of.transform(evidence.points, space.active(evidence.points)),
        targets,
        noise_scale=evidence.noise_scale,
    )
    width = _width(space.n_dims, evidence.n_candidates)

    def bounds(points: FloatArray, sign: float) -> FloatArray:
        rows = features_of.transform(points, space.active(points))
        mean, sd = model.predict(rows)
        return np.asarray(mean + sign * width * sd)

    is_whole = evidence.noise_scale == 1.0
    lower = bounds(evidence.points[is_whole], -1.0).max()
    upper = _highest(space, evidence.points, lambda points: bounds(points, 1.0))
    levels, rows = np.unique(evidence.scores, return_index=True)
    within_noise = np.interp(
        [evidence.best - evidence.noise, evidence.best], levels, targets[rows]
    )
    return Outlook(float(upper - lower), float(within_noise[1] - within_noise[0]))


def _width(n_dims: int, n_candidates: int) -> float:
    """Return how many standard deviations the confidence bounds are wide."""
    risk = 1.0 - _CONFIDENCE
    return math.sqrt(
        _SCALE * 2.0 * math.log(n_dims * n_candidates**2 * math.pi**2 / (6.0 * risk))
    )


def _highest(space: SearchSpace, observed: FloatArray, bound: Any) -> float:
    """Return the greatest upper bound that is found at an allowed point.

    Where it is looked for is the same whenever it is, so nothing is drawn.
    """
    spread = qmc.Sobol(space.n_dims, scramble=False).random_base2(_LOG2_N_POINTS)
    points = space.canonicalize(np.vstack([spread, observed]))
    values = bound(points)
    for distance in _DISTANCES:
        centres = points[np.argsort(-values, kind="stable")[:_N_CENTRES]]
        around = centres[:, None] + distance * (spread[:_N_AROUND] - centres[:, None])
        nearer = space.canonicalize(around.reshape(-1, space.n_dims))
        points = np.vstack([points, nearer])
        values = np.append(values, bound(nearer))
    for row in np.argsort(-values, kind="stable"):
        if space.constraint is None or space.is_allowed(space.decode(points[row])):
            return float(values[row])
    # The candidates themselves are among the points, and they are allowed.
    return float(values.min())


def _check_count(name: str, value: Any, least: int) -> None:
    """Raise unless a parameter is an integer that is large enough."""
    if not isinstance(value, numbers.Integral) or value < least:
        raise ValueError(
            f"The {name!r} of NoImprovementExpected must be an int of {least} or more. "
            f"Got {value!r}; leave it out for the default."
        )
