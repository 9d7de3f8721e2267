"""Explore: other parameters for a copied model."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from skhpo.population._trainer import Role
from skhpo.space import Axis, SearchSpace

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

ExploreName = Literal["perturb", "resample", "pb2"]

# A constraint may forbid most of what is drawn.
_MOST_TRIES = 100
# A number of an even prior moves by no less than the factor moves this part of its
# range: multiplication alone would never lead away from 0.
_LEAST_SHARE_OF_RANGE = 0.25


@dataclass(frozen=True, eq=False)
class Transition:
    """What became of a model in one generation.

    .. versionadded:: 0.1

    Parameters
    ----------
    generation : int
        The generation, from 0.

    start_score : float
        The mean score of the model before it.

    point : ndarray of shape (n_dims,), dtype float64
        The canonical point of the parameters it was trained with.

    gain : float
        By how much the mean score grew; NaN for a failed member.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.population import Transition
    >>> Transition(1, start_score=0.5, point=np.array([0.25]), gain=0.125).gain
    0.125
    """

    generation: int
    start_score: float
    point: FloatArray
    gain: float


class Explorer(Protocol):
    """Finds parameters for a model that was copied.

    .. versionadded:: 0.1

    Examples
    --------
    >>> from skhpo.population import Explorer, PerturbExplorer
    >>> kind: type[Explorer] = PerturbExplorer
    """

    def learn(
        self, transitions: Sequence[Transition], continuing: Sequence[Transition]
    ) -> None:
        """Take note of all that is known before a generation is explored.

        Parameters
        ----------
        transitions : sequence of Transition
            What became of every model in every generation but the first.

        continuing : sequence of Transition
            The members that go on with the parameters they have; their gain is not
            known yet.
        """

    def explore(
        self,
        point: FloatArray,
        params: Mapping[str, Any],
        *,
        generation: int,
        start_score: float,
        rng: np.random.Generator,
    ) -> tuple[FloatArray, dict[str, Any]]:
        """Propose other values of the mutable parameters.

        Parameters
        ----------
        point : ndarray of shape (n_dims,), dtype float64
            The canonical point of the model that was copied.

        params : mapping of str to object
            Its parameters.

        generation : int
            The generation that they are for.

        start_score : float
            The mean score of the model.

        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        point : ndarray of shape (n_dims,), dtype float64
            A canonical point that the constraint allows.

        params : dict of str to object
            What it stands for.
        """
        ...


class MutableAxes:
    """The part of a search space that may change in the middle of a training.

    Parameters
    ----------
    space : SearchSpace
        The space.

    roles : mapping of str to {"mutable", "structural"}
        The role of each parameter. The branch of a point is structural.
    """

    def __init__(self, space: SearchSpace, roles: Mapping[str, Role]) -> None:
        self.space = space
        self._roles = roles

    def columns(self, point: FloatArray) -> IntArray:
        """Return the axes of the mutable parameters of a point's branch."""
        columns = self.space.columns(point)
        chosen = [c for name, c in columns.items() if self._roles[name] == "mutable"]
        return np.array(sorted(chosen), dtype=np.intp)

    def canonical(self, point: FloatArray) -> FloatArray:
        """Return the canonical form of a point."""
        return np.asarray(self.space.canonicalize(point[None])[0])

    def params(
        self, moved: FloatArray, point: FloatArray, params: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return the parameters of a moved point; what has not moved is kept exactly.

        Values that a user gave may differ from what their point decodes to.
        """
        decoded = self.space.decode(moved)
        columns = self.space.columns(moved)
        kept = {
            name: value
            for name, value in params.items()
            if name not in columns or moved[columns[name]] == point[columns[name]]
        }
        return {**decoded, **kept}

    def first_allowed(
        self,
        proposals: Iterable[FloatArray],
        point: FloatArray,
        params: Mapping[str, Any],
    ) -> tuple[FloatArray, dict[str, Any]] | None:
        """Return the first canonical point that the constraint allows, if any."""
        for moved in proposals:
            proposed = self.params(moved, point, params)
            if self.space.is_allowed(proposed):
                return moved, proposed
        return None


class ResampleExplorer:
    """Draws parameters anew from the space, each with a probability, at least one.

    .. versionadded:: 0.1

    Parameters
    ----------
    space : SearchSpace
        The space.

    roles : mapping of str to {"mutable", "structural"}
        The role of each parameter; structural ones are left as they are.

    resample_probability : float, default=0.25
        With which probability a parameter is drawn anew.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.population import ResampleExplorer
    >>> from skhpo.space import Real, SearchSpace
    >>> space = SearchSpace({"alpha": Real(0.0, 1.0)})
    >>> explorer = ResampleExplorer(space, {"alpha": "mutable"})
    >>> _, params = explorer.explore(
    ...     np.array([0.5]),
    ...     {"alpha": 0.5},
    ...     generation=1,
    ...     start_score=0.0,
    ...     rng=np.random.default_rng(0),
    ... )
    >>> params["alpha"] == 0.5
    False
    """

    def __init__(
        self,
        space: SearchSpace,
        roles: Mapping[str, Role],
        *,
        resample_probability: float = 0.25,
    ) -> None:
        self._axes = MutableAxes(space, roles)
        self._space = space
        self._resample_probability = resample_probability

    def learn(
        self, transitions: Sequence[Transition], continuing: Sequence[Transition]
    ) -> None:
        """Need nothing of what is known.

        Parameters
        ----------
        transitions : sequence of Transition
            Not used.

        continuing : sequence of Transition
            Not used.
        """

    def explore(
        self,
        point: FloatArray,
        params: Mapping[str, Any],
        *,
        generation: int,  # noqa: ARG002
        start_score: float,  # noqa: ARG002
        rng: np.random.Generator,
    ) -> tuple[FloatArray, dict[str, Any]]:
        """Propose other values of the mutable parameters.

        Parameters
        ----------
        point : ndarray of shape (n_dims,), dtype float64
            The canonical point of the model that was copied.

        params : mapping of str to object
            Its parameters.

        generation : int
            Not used.

        start_score : float
            Not used.

        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        point : ndarray of shape (n_dims,), dtype float64
            A canonical point that the constraint allows; the one given where none
            of 100 draws is allowed.

        params : dict of str to object
            What it stands for.
        """
        columns = self._axes.columns(point)
        for _ in range(_MOST_TRIES if len(columns) else 0):
            moved = self._move(point, columns, rng)
            found = self._axes.first_allowed([moved], point, params)
            if found is not None:
                return found
        return point, dict(params)

    def _move(
        self, point: FloatArray, columns: IntArray, rng: np.random.Generator
    ) -> FloatArray:
        """Draw coordinates anew."""
        moved = point.copy()
        redrawn = self._redrawn(columns, rng)
        if not len(redrawn):
            redrawn = columns[[rng.integers(len(columns))]]
        moved[redrawn] = rng.random(len(redrawn))
        return self._axes.canonical(moved)

    def _redrawn(self, columns: IntArray, rng: np.random.Generator) -> IntArray:
        """Choose the coordinates to draw anew."""
        return columns[rng.random(len(columns)) < self._resample_probability]


class PerturbExplorer(ResampleExplorer):
    """Multiplies numbers by one of two factors; sometimes draws them anew [1]_.

    A number is multiplied and kept within its bounds; where its prior is even (not
    logarithmic) it moves by at least the same share of a quarter of its range, so
    that it can leave 0. Whole numbers move by at least 1. Values of an ordered list
    go to the next one, down or up. Numbers of other distributions move along their
    quantiles. Choices without an order only change when they are drawn anew.

    .. versionadded:: 0.1

    Parameters
    ----------
    space : SearchSpace
        The space.

    roles : mapping of str to {"mutable", "structural"}
        The role of each parameter; structural ones are left as they are.

    resample_probability : float, default=0.25
        With which probability a parameter is drawn anew instead.

    factors : (float, float), default=(0.8, 1.2)
        The factors, one below 1 and one above.

    References
    ----------
    .. [1] M. Jaderberg et al., "Population based training of neural networks", 2017.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.population import PerturbExplorer
    >>> from skhpo.space import Real, SearchSpace
    >>> space = SearchSpace({"alpha": Real(1e-4, 1.0, prior="log-uniform")})
    >>> explorer = PerturbExplorer(
    ...     space, {"alpha": "mutable"}, resample_probability=0.0
    ... )
    >>> _, params = explorer.explore(
    ...     space.encode({"alpha": 0.1}),
    ...     {"alpha": 0.1},
    ...     generation=1,
    ...     start_score=0.0,
    ...     rng=np.random.default_rng(0),
    ... )
    >>> round(params["alpha"], 12) in (0.08, 0.12)
    True
    """

    def __init__(
        self,
        space: SearchSpace,
        roles: Mapping[str, Role],
        *,
        resample_probability: float = 0.25,
        factors: tuple[float, float] = (0.8, 1.2),
    ) -> None:
        super().__init__(space, roles, resample_probability=resample_probability)
        self._factors = factors

    def _move(
        self, point: FloatArray, columns: IntArray, rng: np.random.Generator
    ) -> FloatArray:
        """Draw some coordinates anew and perturb the others."""
        moved = point.copy()
        redrawn = self._redrawn(columns, rng)
        moved[redrawn] = rng.random(len(redrawn))
        for column in np.setdiff1d(columns, redrawn):
            factor = self._factors[rng.integers(2)]
            axis = self._space.axes[column]
            moved[column] = perturbed(axis, float(point[column]), factor)
        return self._axes.canonical(moved)


def perturbed(axis: Axis, u: float, factor: float) -> float:
    """Return the coordinate of a value that was multiplied by a factor.

    Parameters
    ----------
    axis : Axis
        The axis.

    u : float
        The canonical coordinate of the value.

    factor : float
        The factor; where multiplication makes no sense, its side of 1 is the
        direction.

    Returns
    -------
    u : float
        The new coordinate, not yet canonical, between 0 and 1.
    """
    if axis.kind in ("categorical", "sampled"):
        return u
    if axis.kind == "continuous":
        moved = _perturbed_number(axis, u, factor)
    else:
        moved = _perturbed_level(axis, u, factor)
    return min(max(moved, 0.0), 1.0)


def _perturbed_number(axis: Axis, u: float, factor: float) -> float:
    """Move a real number."""
    is_log = getattr(axis, "is_log", None)
    least = _LEAST_SHARE_OF_RANGE * (factor - 1.0)
    if is_log is None:
        # A distribution has quantiles, which have no scale of their own.
        return u + least
    multiplied = _located(axis, axis.decode(u) * factor)
    assert multiplied is not None
    step = multiplied - u
    return u + (step if is_log or abs(step) >= abs(least) else least)


def _perturbed_level(axis: Axis, u: float, factor: float) -> float:
    """Move a whole number, or to the next value of a list."""
    direction = 1 if factor > 1.0 else -1
    if not hasattr(axis, "choices"):
        value = axis.decode(u)
        multiplied = round(value * factor)
        if multiplied == value:
            multiplied += direction
        moved = _located(axis, multiplied)
        if moved is not None:
            return moved
    if axis.n_levels is None:
        return u
    # Listed values, or the multiple falls into a gap between those of the axis.
    level = int(axis.to_level(u)) + direction
    return float(axis.from_level(min(max(level, 0), axis.n_levels - 1)))


def _located(axis: Axis, value: float) -> float | None:
    """Return the coordinate of a value or of the bound that it passed, if any."""
    if value <= axis.decode(0.0):
        return 0.0
    if value >= axis.decode(1.0):
        return 1.0
    return axis.locate(value)
