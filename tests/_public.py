"""What is public: the packages of skhpo, for the tests that walk over them."""

import pkgutil
from collections.abc import Iterator

import skhpo


def public_packages() -> Iterator[str]:
    """Names of the package and of all that is public directly in it."""
    yield "skhpo"
    for info in pkgutil.iter_modules(skhpo.__path__, "skhpo."):
        if not info.name.startswith("skhpo._"):
            yield info.name
