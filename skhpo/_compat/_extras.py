"""Optional dependencies: whether they are there, and what to install if not."""

import importlib
import importlib.util
from typing import Any

from skhpo.exceptions import MissingExtraError


def require_extra(module: str, *, extra: str, purpose: str) -> None:
    """Raise unless an optional dependency is installed; it is not imported yet.

    Parameters
    ----------
    module : str
        What will be imported.

    extra : str
        The extra of skhpo that installs it.

    purpose : str
        What needs it, for the message.

    Raises
    ------
    MissingExtraError
        If there is no such module.
    """
    if importlib.util.find_spec(module) is None:
        raise _missing(module, extra, purpose)


def import_extra(module: str, *, extra: str, purpose: str) -> Any:
    """Return an optional dependency, imported.

    Parameters
    ----------
    module : str
        What to import, such as ``"package.module"``.

    extra : str
        The extra of skhpo that installs it.

    purpose : str
        What needs it, for the message.

    Returns
    -------
    module : module
        The module of that name.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        # What is installed, but lacks something itself, must say so in its own words.
        if error.name is None or module.split(".")[0] != error.name.split(".")[0]:
            raise
        raise _missing(module, extra, purpose) from error


def _missing(module: str, extra: str, purpose: str) -> MissingExtraError:
    """Return the error for a dependency that is not installed."""
    return MissingExtraError(
        f"{purpose} needs {module.split('.')[0]!r}, which is not installed. Install it "
        f"by: pip install 'skhpo[{extra}]'"
    )
