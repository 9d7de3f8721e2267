"""What evolutionary generators breed with: selection, crossover, mutation, repair."""

import numpy as np
from numpy.typing import NDArray

from skhpo.space import SearchSpace

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.intp]

_LEAST_RATE_OF_SAMPLED = 0.5


def tournament(
    n_members: int, n_winners: int, size: int, rng: np.random.Generator
) -> IntArray:
    """Select members of a population that is sorted, the best first.

    Each winner is the best of `size` members drawn with replacement.

    Parameters
    ----------
    n_members : int
        The size of the population, at least 1.

    n_winners : int
        How many to select; one can be selected several times.

    size : int
        How many take part in a tournament; more mean a stronger pressure.

    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    winners : ndarray of shape (n_winners,), dtype intp
        Positions in the population.
    """
    entrants = rng.integers(n_members, size=(n_winners, size))
    return np.asarray(entrants.min(axis=1), dtype=np.intp)


class Variation:
    """Crossover and mutation of the points of a search space.

    All methods work row by row, and whatever becomes active in a child by a change
    of branch is repaired: taken from the parent where it is active, or redrawn.

    Parameters
    ----------
    space : SearchSpace
        The space of the points.

    References
    ----------
    .. [1] K. Deb, R. B. Agrawal, "Simulated binary crossover for continuous search
       space", 1995.

    .. [2] K. Deb, S. Agrawal, "A niched-penalty approach for constraint handling in
       genetic algorithms", 1999.

    .. [3] G. Syswerda, "Uniform crossover in genetic algorithms", 1989.
    """

    def __init__(self, space: SearchSpace) -> None:
        self.space = space
        kinds = np.array([axis.kind for axis in space.axes], dtype=object)
        self._is_numeric = (kinds == "continuous") | (kinds == "ordered")
        self._is_sampled = kinds == "sampled"
        self._stepped = [
            (column, axis, axis.n_levels)
            for column, axis in enumerate(space.axes)
            if axis.kind == "ordered" and axis.n_levels is not None
        ]
        self._chosen = [
            (column, axis, axis.n_levels)
            for column, axis in enumerate(space.axes)
            if axis.kind == "categorical" and axis.n_levels is not None
        ]

    def cross(
        self,
        first: FloatArray,
        second: FloatArray,
        distribution_index: float,
        rng: np.random.Generator,
    ) -> FloatArray:
        """Cross pairs of parents: simulated binary [1]_ and uniform [3]_ crossover.

        Each numeric coordinate of a child is drawn around one of the parents', as
        far as the parents are apart, or copied; any other coordinate is copied.

        Parameters
        ----------
        first, second : ndarray of shape (n, n_dims), dtype float64
            Canonical points.

        distribution_index : float
            The eta of [1]_: the greater, the closer to the parents.

        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        children : ndarray of shape (n, n_dims), dtype float64
            Canonical points.
        """
        shape = first.shape
        from_first = rng.random(shape) < 0.5
        near = np.where(from_first, first, second)
        far = np.where(from_first, second, first)
        luck = rng.random(shape)
        exponent = 1.0 / (distribution_index + 1.0)
        spread = np.where(  # eqs. 12 and 13 of [1]
            luck < 0.5, (2.0 * luck) ** exponent, (2.0 - 2.0 * luck) ** -exponent
        )
        blended = 0.5 * ((1.0 + spread) * near + (1.0 - spread) * far)
        is_blended = self._is_numeric & (rng.random(shape) < 0.5)
        is_active = self.space.active(first), self.space.active(second)
        is_blended &= is_active[0] & is_active[1]
        children = self.space.canonicalize(np.where(is_blended, blended, near))
        return self._repaired(children, first, second, rng)

    def mutate(
        self,
        points: FloatArray,
        rates: FloatArray,
        steps: FloatArray,
        rng: np.random.Generator,
    ) -> FloatArray:
        """Mutate points: polynomial mutation [2]_, and other choices.

        At least one active coordinate of each changes. An ordered coordinate goes to
        another level, a categorical one to another choice.

        Parameters
        ----------
        points : ndarray of shape (n, n_dims), dtype float64
            Canonical points.

        rates : ndarray of shape (n,), dtype float64
            The probability of each coordinate to change, for each row.

        steps : ndarray of shape (n,), dtype float64
            The mean length of the changes of numeric coordinates, for each row, as a
            share of the range; less than 0.5.

        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        mutants : ndarray of shape (n, n_dims), dtype float64
            Canonical points.
        """
        changes = self._choose(self.space.active(points), rates, rng)
        moved = self._move(points, steps, rng)
        mutants = self.space.canonicalize(np.where(changes, moved, points))
        return self._repaired(mutants, points, points, rng)

    def mutate_choices(
        self, points: FloatArray, rate: float, rng: np.random.Generator
    ) -> FloatArray:
        """Mutate nothing but choices, to other ones.

        Parameters
        ----------
        points : ndarray of shape (n, n_dims), dtype float64
            Points whose choices are canonical.

        rate : float
            The probability of each choice to change.

        rng : numpy.random.Generator
            Source of randomness, of which spaces without choices take nothing.

        Returns
        -------
        mutants : ndarray of shape (n, n_dims), dtype float64
            The points, to be repaired where a change of branch has made others active.
        """
        if not self._chosen:
            return points
        moved = self._with_other_choices(points, points, rng)
        changes = rng.random(points.shape) < rate
        return np.asarray(np.where(changes, moved, points), dtype=np.float64)

    def repair(
        self,
        children: FloatArray,
        first: FloatArray,
        second: FloatArray,
        rng: np.random.Generator,
    ) -> FloatArray:
        """Give values to what is active in a child and inactive in a parent.

        Parameters
        ----------
        children : ndarray of shape (n, n_dims), dtype float64
            Points, not necessarily canonical.

        first, second : ndarray of shape (n, n_dims), dtype float64
            Their parents.

        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        children : ndarray of shape (n, n_dims), dtype float64
            The points. A coordinate is the one parent's where it is inactive in the
            other, and uniform, to be made canonical, where it is inactive in both.
        """
        is_active = self.space.active(children)
        in_first, in_second = self.space.active(first), self.space.active(second)
        lacking = is_active & ~(in_first & in_second)
        if not lacking.any():
            return children
        given = np.where(in_first, first, second)
        given = np.where(in_first | in_second, given, rng.random(children.shape))
        return np.where(lacking, given, children)

    def _repaired(
        self,
        children: FloatArray,
        first: FloatArray,
        second: FloatArray,
        rng: np.random.Generator,
    ) -> FloatArray:
        """Repair children and make them canonical."""
        return self.space.canonicalize(self.repair(children, first, second, rng))

    def _choose(
        self, is_active: BoolArray, rates: FloatArray, rng: np.random.Generator
    ) -> BoolArray:
        """Choose which active coordinates of each row change, at least one."""
        luck = np.where(is_active, rng.random(is_active.shape), np.inf)
        # the neighbourhood of a sampled coordinate says nothing of its value
        least = np.where(self._is_sampled, _LEAST_RATE_OF_SAMPLED, 0.0)
        changes = luck < np.maximum(rates[:, None], least)
        if is_active.shape[1]:
            changes[np.arange(len(changes)), luck.argmin(axis=1)] = True
        return np.asarray(changes, dtype=bool)

    def _move(
        self, points: FloatArray, steps: FloatArray, rng: np.random.Generator
    ) -> FloatArray:
        """Change every coordinate."""
        moved = polynomial_mutation(points, steps[:, None], rng)
        for column, axis, n_levels in self._stepped:
            level = axis.to_level(points[:, column])
            step = axis.to_level(moved[:, column]) - level
            by_one = np.where(moved[:, column] < points[:, column], -1, 1)
            by_one = np.where(
                level == 0, 1, np.where(level == n_levels - 1, -1, by_one)
            )
            aim = np.clip(level + np.where(step == 0, by_one, step), 0, n_levels - 1)
            moved[:, column] = axis.from_level(aim)
        moved = self._with_other_choices(moved, points, rng)
        drawn = rng.random(points.shape)
        return np.asarray(np.where(self._is_sampled, drawn, moved), dtype=np.float64)

    def _with_other_choices(
        self, moved: FloatArray, points: FloatArray, rng: np.random.Generator
    ) -> FloatArray:
        """Return `moved` with another choice than that of `points` everywhere."""
        moved = np.array(moved)
        for column, axis, n_levels in self._chosen:
            others = rng.integers(1, max(n_levels, 2), size=len(points))
            level = (axis.to_level(points[:, column]) + others) % n_levels
            moved[:, column] = axis.from_level(level)
        return moved


def polynomial_mutation(
    coordinates: FloatArray, steps: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Move coordinates of the unit interval by polynomially distributed steps.

    Deb and Agrawal, 1999: the density of a step falls as (1 - |step|)^eta, cut at the
    bounds. Here the mean length of an uncut step, 1 / (eta + 2), is given.
    """
    power = 1.0 / steps - 1.0  # eta + 1
    luck = rng.random(coordinates.shape)
    low = 2.0 * luck + (1.0 - 2.0 * luck) * (1.0 - coordinates) ** power
    high = 2.0 - 2.0 * luck + (2.0 * luck - 1.0) * coordinates**power
    fall = np.maximum(low, 0.0) ** (1.0 / power) - 1.0
    rise = 1.0 - np.maximum(high, 0.0) ** (1.0 / power)
    moved = coordinates + np.where(luck < 0.5, fall, rise)
    return np.clip(moved, 0.0, 1.0)
