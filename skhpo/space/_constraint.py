"""The user's constraint: asked, and found out where it cannot work."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from skhpo.exceptions import SearchSpaceError
from skhpo.space._values import shorten

Constraint = Callable[[dict[str, Any]], Any]


def check_callable(constraint: Any) -> None:
    """Refuse what cannot be called."""
    if constraint is not None and not callable(constraint):
        raise SearchSpaceError(
            "The 'constraint' parameter must be callable, taking a dict of parameters. "
            f"Got {shorten(constraint)}. Write for example "
            "lambda params: params['a'] < params['b']."
        )


def ask(constraint: Constraint | None, params: Mapping[str, Any]) -> bool:
    """Ask whether parameters are allowed; it gets a copy, which it may change."""
    if constraint is None:
        return True
    try:
        return bool(constraint(dict(params)))
    except Exception as error:
        raise SearchSpaceError(
            f"The constraint raised {type(error).__name__}: {error}. Got the "
            f"parameters {shorten(dict(params))}. It must answer for every candidate; "
            "with several branches use params.get(name), because a branch may lack "
            "the parameter."
        ) from error


def check_allows_any(
    constraint: Constraint, candidates: Iterable[Mapping[str, Any]], looked_at: str
) -> None:
    """Refuse a constraint that allows none of the candidates."""
    if not any(ask(constraint, params) for params in candidates):
        raise SearchSpaceError(
            f"The constraint does not allow any of {looked_at}. Got {constraint!r}. "
            "Widen the space or loosen the constraint; it must return a true value "
            "for what is allowed."
        )
