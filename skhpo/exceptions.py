"""Exceptions of skhpo; each is also the builtin that it refines.

The tree::

    SkhpoError (Exception)
    ├── SearchSpaceError (also ValueError)
    ├── SpaceExhaustedError (also RuntimeError)
    ├── WorkerLostError (also RuntimeError)
    ├── NoWorkersError (also RuntimeError)
    ├── FitTimeoutError (also TimeoutError)
    ├── MissingExtraError (also ImportError)
    ├── JournalError (also ValueError)
    └── StepwiseTrainingError (also ValueError)

and two warnings, CallbackFailedWarning and InertParameterWarning (UserWarning).
"""

__all__ = [
    "CallbackFailedWarning",
    "FitTimeoutError",
    "InertParameterWarning",
    "JournalError",
    "MissingExtraError",
    "NoWorkersError",
    "SearchSpaceError",
    "SkhpoError",
    "SpaceExhaustedError",
    "StepwiseTrainingError",
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


class NoWorkersError(SkhpoError, RuntimeError):
    """A cluster has lost its last worker, and no other has come in its place.

    The candidates that are complete are on the search, as after an interruption.

    .. versionadded:: 0.1
    """


class FitTimeoutError(SkhpoError, TimeoutError):
    """A fit took longer than a search allows, and was ended.

    .. versionadded:: 0.1
    """


class MissingExtraError(SkhpoError, ImportError):
    """An optional dependency is not installed; the message names the extra.

    .. versionadded:: 0.1
    """


class JournalError(SkhpoError, ValueError):
    """A journal cannot be read, belongs to another search, or is in use.

    The message names the line, or what differs.

    .. versionadded:: 0.1
    """


class StepwiseTrainingError(SkhpoError, ValueError):
    """An estimator, or one of its parameters, does not fit training step by step.

    .. versionadded:: 0.1
    """


class InertParameterWarning(UserWarning):
    """A parameter was changed in the middle of the training, and nothing changed.

    .. versionadded:: 0.1
    """


class CallbackFailedWarning(UserWarning):
    """A callback of a search has raised, and is not called again.

    .. versionadded:: 0.1
    """
