"""What an evaluation may do besides fitting, and what becomes of it."""

import contextlib
import os
import traceback
from collections.abc import Iterator, Mapping
from typing import Any

from joblib.externals.loky.backend import reduction
from sklearn.base import BaseEstimator

from skhpo._compat._sklearn import clone_with_params


@contextlib.contextmanager
def forked_children_end_here() -> Iterator[None]:
    """End a process that was forked in the block and has come to the end of it.

    A child that a fit has forked and that returns, or raises, as its parent does
    would go on as a second worker with the connections of the first one.
    """
    process = os.getpid()
    try:
        yield
    finally:
        if os.getpid() != process:
            os._exit(1)


def cause_of_failure(
    error: BaseException,
    estimator: BaseEstimator,
    params: Mapping[str, Any],
    index: int,
) -> str | None:
    """Return what to record of an exception that scikit-learn has let pass.

    None where it should end the search: scikit-learn lets pass what is wrong with a
    scorer or with the arguments of `fit`, and no other candidate would fare better.
    But a fault that the first candidate did not have is the fault of its candidate.
    """
    try:
        clone_with_params(estimator, params)
    except Exception:
        return traceback.format_exc()
    if index == 0 and isinstance(error, Exception):
        return None
    return "".join(traceback.format_exception(error))


def check_scores(result: dict[str, Any], *, in_worker_process: bool) -> None:
    """Make the scores of a fit floats; raise unless they are numbers and can travel."""
    for key in ("test_scores", "train_scores"):
        scores = result.get(key)
        if isinstance(scores, dict):
            result[key] = {name: _as_float(score) for name, score in scores.items()}
        elif scores is not None:
            result[key] = _as_float(scores)
    if in_worker_process:
        try:
            reduction.loads(reduction.dumps(result))
        except BaseException as error:
            raise ValueError(
                "A score must be a number that can be sent from a worker to the "
                f"search. Got one of {type(result['test_scores']).__name__}, which "
                "cannot be pickled. Have the scorer return a float."
            ) from error


def _as_float(score: Any) -> float:
    """Return a score as a number that numpy knows."""
    if isinstance(score, float | int):
        return score
    try:
        return float(score)
    except TypeError as error:
        raise ValueError(
            f"A score must be a real number. Got {score!r} of type "
            f"{type(score).__name__}. Have the scorer return a float."
        ) from error


def annotated(exception: BaseException) -> BaseException:
    """Keep the traceback as a note: it does not survive the way to another process."""
    trace = "".join(traceback.format_exception(exception))
    exception.add_note(f"Raised while a split was evaluated:\n{trace}")
    return exception


def portable(exception: BaseException) -> BaseException:
    """Replace an exception that cannot be pickled: it would take its batch down."""
    try:
        reduction.loads(reduction.dumps(exception))
    except BaseException:
        name = type(exception).__name__
        replacement = RuntimeError(f"{name}, which could not be sent to the search")
        for note in exception.__notes__:
            replacement.add_note(note)
        return replacement
    return exception
