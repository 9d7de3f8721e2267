"""The search space: points of the unit cube and what they stand for."""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import qmc

from skhpo.exceptions import SearchSpaceError
from skhpo.space._branch import check_held, lay_out, refuse_missing, refuse_together
from skhpo.space._constraint import Constraint, ask, check_allows_any, check_callable
from skhpo.space._cube import Cube, combinations
from skhpo.space._distribution_axes import DECIMALS
from skhpo.space._overlap import are_alike, find_rivals
from skhpo.space._parse import parse_space
from skhpo.space._values import fingerprint, native

_FEW = 4096
_N_PROBES_LOG2 = 10
_KEPT_AS_GIVEN = ("continuous", "sampled")


class SearchSpace:
    """All candidates of a search, as points of the unit cube.

    Every parameter that varies has one axis. With several branches axis 0 chooses
    among them, and a parameter that the chosen branch lacks is inactive.

    .. versionadded:: 0.1

    Parameters
    ----------
    param_distributions : dict or list of dict
        The space. Each value is a list or array of choices (numbers in order make
        an ordered dimension, anything else an unordered one), a frozen
        ``scipy.stats`` distribution, an object with ``rvs(random_state=)``, or a
        dimension: :class:`Real`, :class:`Integer`, :class:`Categorical` or
        :class:`Ordinal`. A ``param_grid`` of
        :class:`~sklearn.model_selection.GridSearchCV` works as it is. A list of
        dicts is one space with branches; identical branches are merged.

    constraint : callable, default=None
        Takes a dict of parameters and returns whether it is allowed.

    Attributes
    ----------
    axes : tuple of Axis
        One for each parameter that varies, after the one of the branch where there
        are several. A parameter of several branches with an equal dimension shares
        one axis.

    n_dims : int
        The number of axes; 0 where nothing varies.

    branches : tuple of dict
        For each branch the parameters' names and dimensions.

    cardinality : int or float
        The number of distinct candidates, without the constraint; ``math.inf``
        where it is not finite. Where branches share candidates, and there are more
        than some thousands, it is an upper bound.

    Raises
    ------
    SearchSpaceError
        Where the space is malformed, or the constraint allows nothing.

    Notes
    -----
    The coordinate of a distribution is its quantile. Tails beyond the quantiles 1e-6
    and 1 - 1e-6 are cut: both of a continuous distribution (but uniform and
    loguniform ones), and the infinite ones of a discrete distribution, whose values
    of a mass below 1e-9 are left out too. Of a discrete distribution with a heavy
    tail, such as ``zipf(1.5)``, the first 10 000 values are taken.

    Examples
    --------
    >>> from skhpo.space import Real, SearchSpace
    >>> space = SearchSpace(
    ...     [
    ...         {"kernel": ["linear"], "C": Real(0.01, 100, prior="log-uniform")},
    ...         {"kernel": ["poly"], "degree": [2, 3]},
    ...     ]
    ... )
    >>> [axis.name for axis in space.axes]
    ['branch', 'C', 'degree']
    >>> space.decode([0.75, 0.5, 0.9])
    {'kernel': 'poly', 'degree': 3}
    """

    def __init__(
        self, param_distributions: Any, *, constraint: Constraint | None = None
    ) -> None:
        check_callable(constraint)
        self.branches = tuple(parse_space(param_distributions))
        self.constraint = constraint
        self.axes, self._branches = lay_out(self.branches)
        self.n_dims = len(self.axes)
        self._cube = Cube(self.axes, [b.columns.values() for b in self._branches])
        self._rivals = find_rivals(self._branches, self.axes)
        self.cardinality = self._count()
        self._check_constraint()

    def __repr__(self) -> str:
        """Write the call that makes the space."""
        branches = [dict(branch) for branch in self.branches]
        shown = branches[0] if len(branches) == 1 else branches
        suffix = "" if self.constraint is None else f", constraint={self.constraint!r}"
        return f"SearchSpace({shown!r}{suffix})"

    def canonicalize(self, points: ArrayLike) -> NDArray[np.float64]:
        """Give the canonical form of points; doing it again changes nothing.

        Parameters
        ----------
        points : array-like of shape (n, n_dims)
            Points; coordinates outside of the unit interval are clipped.

        Returns
        -------
        points : ndarray of shape (n, n_dims), dtype float64
            Discrete coordinates at the centre of their cell, inactive ones at 0.5.
        """
        return self._cube.canonicalize(points)

    def active(self, points: ArrayLike) -> NDArray[np.bool_]:
        """Tell which axes play a part in points.

        Parameters
        ----------
        points : array-like of shape (n, n_dims)
            Points.

        Returns
        -------
        active : ndarray of shape (n, n_dims), dtype bool
            True where the axis is the branch's, or one of the point's branch.
        """
        return self._cube.active(points)

    def columns(self, point: ArrayLike) -> dict[str, int]:
        """Give the axes that the parameters of a point stand on.

        Parameters
        ----------
        point : array-like of shape (n_dims,)
            The point.

        Returns
        -------
        columns : dict of str to int
            For each parameter of the point's branch that varies, the position of its
            axis.
        """
        canonical = self._cube.canonical_point(point)
        return dict(self._branches[self._cube.branch_of(canonical)].columns)

    def decode(self, point: ArrayLike) -> dict[str, Any]:
        """Give the parameters that a point stands for.

        Parameters
        ----------
        point : array-like of shape (n_dims,)
            The point.

        Returns
        -------
        params : dict of str to object
            The parameters of the point's branch: native values, or the objects
            that the space was made with.
        """
        return self._decode(self._cube.canonical_point(point))

    def encode(self, params: Mapping[str, Any]) -> NDArray[np.float64]:
        """Give the canonical point of complete parameters of one branch.

        Parameters
        ----------
        params : mapping of str to object
            The parameters. Where several branches hold them, the first counts
            whose values are of the same types.

        Returns
        -------
        point : ndarray of shape (n_dims,), dtype float64
            The canonical point.

        Raises
        ------
        SearchSpaceError
            Where no branch has just these parameters with these values.
        """
        names = set(params)
        fitting = [i for i, b in enumerate(self._branches) if set(b.names) == names]
        point = self._place(params, fitting, None)
        if point is not None:
            return point
        check_held(params, self._branches, self.axes)
        for index, branch in enumerate(self._branches):
            if self._place_in(index, params) is not None:
                refuse_missing(params, branch)
        refuse_together(params)

    def complete(
        self, params: Mapping[str, Any], point: ArrayLike
    ) -> tuple[NDArray[np.float64], dict[str, Any]]:
        """Complete some parameters by what a point says of the others.

        Parameters
        ----------
        params : mapping of str to object
            Some parameters, perhaps none. Choices are found again by content, and
            numbers keep the value given.

        point : array-like of shape (n_dims,)
            The point that supplies the rest. Its branch is kept where that holds
            the parameters; the first branch that does is taken otherwise.

        Returns
        -------
        point : ndarray of shape (n_dims,), dtype float64
            The canonical point.

        params : dict of str to object
            All parameters of its branch.

        Raises
        ------
        SearchSpaceError
            Where no branch holds the values together; it names the parameter.
        """
        base = self._cube.clipped_point(point)
        own = self._cube.branch_of(base)
        order = sorted(range(len(self._branches)), key=lambda index: index != own)
        found = self._place(params, order, base)
        if found is not None:
            return found, self._with_given(found, params)
        check_held(params, self._branches, self.axes)
        refuse_together(params)

    def key(self, point: ArrayLike) -> bytes:
        """Give the identity of a point: equal where the parameters are.

        Continuous coordinates are rounded to 12 decimals. Where several branches
        hold the parameters, the identity is that of the point of the first.

        Parameters
        ----------
        point : array-like of shape (n_dims,)
            The point.

        Returns
        -------
        key : bytes
            The identity.
        """
        canonical = self._in_first_branch(self._cube.canonical_point(point))
        identity = np.round(canonical, DECIMALS)
        drawn = [c for c, axis in enumerate(self.axes) if axis.kind == "sampled"]
        if not drawn:
            return identity.tobytes()
        # Many coordinates may draw the same value, so the value is the identity.
        identity[drawn] = 0.5
        branch = self._branches[self._cube.branch_of(canonical)]
        params = self._decode(canonical)
        values = [params[name] for name, c in branch.columns.items() if c in drawn]
        return identity.tobytes() + "".join(map(fingerprint, values)).encode()

    def is_allowed(self, params: Mapping[str, Any]) -> bool:
        """Ask the constraint.

        Parameters
        ----------
        params : mapping of str to object
            Complete parameters.

        Returns
        -------
        allowed : bool
            True where there is no constraint.

        Raises
        ------
        SearchSpaceError
            Where the constraint raises.
        """
        return ask(self.constraint, params)

    def enumerate(self) -> Iterator[NDArray[np.float64]]:
        """Go through all candidates of a finite space, each once.

        The constraint is not asked.

        Returns
        -------
        points : iterator of ndarray of shape (n_dims,), dtype float64
            The canonical points, in an order that depends on the space alone.

        Raises
        ------
        SearchSpaceError
            Where the space is not finite.
        """
        if math.isinf(self.cardinality):
            names = [axis.name for axis in self.axes if axis.n_levels is None]
            raise SearchSpaceError(
                f"The search space cannot be enumerated: {names} take infinitely many "
                "values. Give lists of values for them."
            )
        return self._distinct_points()

    def _decode(self, canonical: NDArray[np.float64]) -> dict[str, Any]:
        """Decode a canonical point."""
        branch = self._branches[self._cube.branch_of(canonical)]
        return branch.decode(self.axes, canonical.tolist())

    def _place(
        self,
        params: Mapping[str, Any],
        order: Iterable[int],
        base: NDArray[np.float64] | None,
    ) -> NDArray[np.float64] | None:
        """Put parameters over a point, in the first branch that holds them.

        A branch that holds 1.0 for a 1 is the second choice: the two differ in
        meaning for parameters such as ``max_features``.
        """
        points = [self._place_in(index, params, base) for index in order]
        held = [point for point in points if point is not None]
        if len(held) > 1:
            alike = [p for p in held if are_alike(params, self._decode(p))]
            return (alike or held)[0]
        return held[0] if held else None

    def _place_in(
        self,
        index: int,
        params: Mapping[str, Any],
        base: NDArray[np.float64] | None = None,
    ) -> NDArray[np.float64] | None:
        """Put parameters over a point in one branch, None where it lacks them."""
        branch = self._branches[index]
        middle = self._cube.middle(index)
        point = middle if base is None else self._cube.moved(base, index)
        for name, value in params.items():
            coordinate = branch.locate(self.axes, name, value)
            if coordinate is None:
                return None
            if name in branch.columns:
                point[branch.columns[name]] = coordinate
        return point if base is None else self._cube.canonical_point(point)

    def _with_given(
        self, canonical: NDArray[np.float64], params: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Decode, and keep given values where decoding might round them."""
        complete = self._decode(canonical)
        branch = self._branches[self._cube.branch_of(canonical)]
        for name, value in params.items():
            column = branch.columns.get(name)
            # Choices stay the space's own, so that equal candidates are the same.
            if column is not None and self.axes[column].kind in _KEPT_AS_GIVEN:
                complete[name] = native(value)
        return complete

    def _in_first_branch(self, canonical: NDArray[np.float64]) -> NDArray[np.float64]:
        """Move a point to the first branch that holds just the same parameters."""
        rivals = self._rivals.get(self._cube.branch_of(canonical), [])
        params = self._decode(canonical) if rivals else {}
        for index in rivals:
            other = self._place_in(index, params)
            if other is not None and are_alike(params, self._decode(other)):
                return other
        return canonical

    def _distinct_points(self) -> Iterator[NDArray[np.float64]]:
        """Go through the branches, leaving out what an earlier one holds."""
        for index, branch in enumerate(self._branches):
            columns = list(branch.columns.values())
            n_levels = [self.axes[column].n_levels or 0 for column in columns]
            for choice in combinations(n_levels):
                point = self._cube.middle(index)
                for column, level in zip(columns, choice, strict=True):
                    point[column] = self.axes[column].from_level(level)
                if self._cube.branch_of(self._in_first_branch(point)) == index:
                    yield point

    def _count(self) -> int | float:
        """Count the candidates; an upper bound where that would take long."""
        total: int | float = 0
        for branch in self._branches:
            levels = [self.axes[column].n_levels for column in branch.columns.values()]
            if None in levels:
                return math.inf
            total += math.prod(level for level in levels if level is not None)
        if self._rivals and total <= _FEW:
            return sum(1 for _ in self._distinct_points())
        return total

    def _check_constraint(self) -> None:
        """Refuse a constraint that cannot answer, or that allows nothing.

        That nothing is allowed is known of a space of few candidates only; a few
        points of a large one prove nothing, since a constraint may be tight.
        """
        if self.constraint is None:
            return
        if self.cardinality <= _FEW:
            candidates = map(self.decode, self._distinct_points())
            check_allows_any(self.constraint, candidates, "the candidates")
            return
        points = qmc.Sobol(self.n_dims, scramble=False).random_base2(_N_PROBES_LOG2)
        for params in map(self.decode, points):
            if ask(self.constraint, params):
                return
