"""Exceptions of skhpo; each is also the builtin that it refines.

The tree::

    SkhpoError (Exception)
    ├── SearchSpaceError (also ValueError)
    ├── SpaceExhaustedError (also RuntimeError)
    ├── WorkerLostError (also RuntimeError)
    └── MissingExtraError (also ImportError)
"""

__all__ = [
    "MissingExtraError",
    "SearchSpaceError",
    "SkhpoError",
    "SpaceExhaustedError",
    "WorkerLostError",
]


class SkhpoError(Exception):
    """Base of every exception that skhpo defines.

    .. versionadded:: 0.1
    """


class SearchSpaceError(SkhpoError, ValueError):
    """A search space, or a candidate given for one, is malformed.

    The message names the parameter, the value and what would be right.

    .. versionadded:: 0.1
    """


class SpaceExhaustedError(SkhpoError, RuntimeError):
    """A generator was asked for a candidate, and none is left to propose.

    .. versionadded:: 0.1
    """


class WorkerLostError(SkhpoError, RuntimeError):
    """A worker process died while it evaluated a candidate.

    .. versionadded:: 0.1
    """


class MissingExtraError(SkhpoError, ImportError):
    """An optional dependency is not installed; the message names the extra.

    .. versionadded:: 0.1
    """
