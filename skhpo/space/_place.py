"""Where in the search space a value stands, for the error that refuses it."""

from dataclasses import dataclass
from typing import Any, NoReturn

from skhpo.exceptions import SearchSpaceError
from skhpo.space._values import shorten

FORMS = (
    "a list of choices, a frozen scipy.stats distribution such as "
    "scipy.stats.loguniform(1e-3, 1e3), or a skhpo.space dimension such as "
    "Real(1e-3, 1e3, prior='log-uniform')"
)


@dataclass(frozen=True)
class Place:
    """A parameter, and its branch where there are several."""

    parameter: str
    branch: int | None

    def __str__(self) -> str:
        """Name the place."""
        suffix = "" if self.branch is None else f" of branch {self.branch}"
        return f"Parameter {self.parameter!r}{suffix}"

    def refuse(self, what: str, got: Any, remedy: str) -> NoReturn:
        """Raise the error that says where, what, got, and the way out."""
        raise SearchSpaceError(f"{self}: {what}. Got {shorten(got)}. {remedy}")
