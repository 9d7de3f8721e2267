"""The dimensions that a user can name: reals, integers, choices, ordered choices."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from skhpo.space._values import same_values

Prior = Literal["uniform", "log-uniform"]


@dataclass(frozen=True)
class Real:
    """A real number between two bounds, both included.

    The constructor only stores; the bounds are checked when a
    :class:`SearchSpace` is built, where an error can name the parameter.

    .. versionadded:: 0.1

    Parameters
    ----------
    low : float
        The lower bound.

    high : float
        The upper bound, greater than `low`.

    prior : {"uniform", "log-uniform"}, default="uniform"
        How values are spread: evenly, or evenly in the logarithm, which needs
        ``low > 0``.

    See Also
    --------
    Integer : Whole numbers.

    Examples
    --------
    >>> from skhpo.space import Real
    >>> Real(1e-3, 1e3, prior="log-uniform")
    Real(low=0.001, high=1000.0, prior='log-uniform')
    """

    low: float
    high: float
    prior: Prior = "uniform"


@dataclass(frozen=True)
class Integer:
    """A whole number between two bounds, both included.

    The constructor only stores; the bounds are checked when a
    :class:`SearchSpace` is built, where an error can name the parameter.

    .. versionadded:: 0.1

    Parameters
    ----------
    low : int
        The lowest value.

    high : int
        The highest value, greater than `low`.

    prior : {"uniform", "log-uniform"}, default="uniform"
        How values are spread: every value alike, or evenly in the logarithm,
        which needs ``low >= 1``.

    See Also
    --------
    Real : Real numbers.

    Examples
    --------
    >>> from skhpo.space import Integer
    >>> Integer(1, 500, prior="log-uniform")
    Integer(low=1, high=500, prior='log-uniform')
    """

    low: int
    high: int
    prior: Prior = "uniform"


@dataclass(frozen=True, eq=False)
class _Choices:
    """Choices that are equal when their types and contents are."""

    choices: Sequence[Any]

    def __eq__(self, other: object) -> bool:
        """Compare the kind of dimension and the choices, one by one."""
        if type(other) is not type(self):
            return NotImplemented
        if self.choices is other.choices:
            return True
        try:
            return same_values(self.choices, other.choices)
        except TypeError:  # choices that cannot be iterated over, found out later
            return False

    def __hash__(self) -> int:
        """Hash the choices; raise TypeError where one of them has no hash."""
        return hash((type(self).__name__, tuple(self.choices)))


@dataclass(frozen=True, eq=False)
class Categorical(_Choices):
    """One of several choices that stand in no order.

    The choices can be any objects; they are compared by their position, and the
    very object is handed to the estimator.

    .. versionadded:: 0.1

    Parameters
    ----------
    choices : sequence of object
        The choices. Repeated ones are kept once.

    See Also
    --------
    Ordinal : Choices in an order.

    Examples
    --------
    Numbers in a list make an ordered dimension; this keeps them apart:

    >>> from skhpo.space import Categorical
    >>> Categorical([0, 1, 2])
    Categorical(choices=[0, 1, 2])
    """


@dataclass(frozen=True, eq=False)
class Ordinal(_Choices):
    """One of several choices in the order given, near ones being alike.

    .. versionadded:: 0.1

    Parameters
    ----------
    choices : sequence of object
        The choices in their order. Repeated ones are kept once.

    See Also
    --------
    Categorical : Choices in no order.

    Examples
    --------
    >>> from skhpo.space import Ordinal
    >>> Ordinal([(50,), (100,), (100, 50)])
    Ordinal(choices=[(50,), (100,), (100, 50)])
    """
