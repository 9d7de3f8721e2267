"""What a callback is, and how it is called without harm to the search."""

import contextlib
import warnings
from collections.abc import Sequence
from typing import Any

from skhpo.callbacks._events import (
    CandidateEnd,
    Event,
    GenerationEnd,
    SearchBegin,
    SearchEnd,
    SplitEnd,
)
from skhpo.exceptions import CallbackFailedWarning


class SearchCallback:
    """Base of all callbacks: is told of a search while it runs, and may end it.

    Given to the ``callbacks`` of a search. All hooks are called in the thread that
    called `fit`, never on a worker; each is given one event, and does nothing here. A
    hook that returns true ends the search as soon as the running evaluations are in.
    One that raises does not: the search goes on, and warns; the callback is closed and
    not called again.

    `on_search_end` follows on `on_search_begin` whatever ends the search. What a
    callback opens while a search runs, it should open in `on_search_begin` and let
    go of in `close`, so that a search can be cloned and pickled with it.

    .. versionadded:: 0.1

    Warns
    -----
    CallbackFailedWarning
        If a hook raises.

    See Also
    --------
    skhpo.stopping.StoppingRule : Ends a search after the same candidate whatever the
        timing, which a callback cannot promise with several workers.

    Notes
    -----
    scikit-learn's own callbacks (``search.set_callbacks``, from version 1.9 on) are
    something else: they are told of tasks, on the workers, and know no candidates. A
    search may have both.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import BayesSearchCV
    >>> from skhpo.callbacks import SearchCallback
    >>> class StopAt(SearchCallback):
    ...     def __init__(self, score):
    ...         self.score = score
    ...
    ...     def on_candidate_end(self, event):
    ...         return event.standing.best_score >= self.score
    >>> search = BayesSearchCV(SVC(), {"C": [0.1, 1, 10]}, callbacks=[StopAt(0.9)])
    >>> search.fit(*load_iris(return_X_y=True)).stop_reason_
    'callback'
    """

    def on_search_begin(self, event: SearchBegin) -> Any:
        """Take note that a search begins.

        Parameters
        ----------
        event : SearchBegin
            What it is going to do.

        Returns
        -------
        stop : bool or None
            Whether to end the search.
        """

    def on_split_end(self, event: SplitEnd) -> Any:
        """Take note that a candidate has been fitted and scored on one split.

        Parameters
        ----------
        event : SplitEnd
            What came of it.

        Returns
        -------
        stop : bool or None
            Whether to end the search.
        """

    def on_candidate_end(self, event: CandidateEnd) -> Any:
        """Take note that a candidate is complete or discarded.

        Parameters
        ----------
        event : CandidateEnd
            What came of it.

        Returns
        -------
        stop : bool or None
            Whether to end the search.
        """

    def on_rung_end(self, event: CandidateEnd) -> Any:
        """Take note that a candidate has had a part of the resource, and may get more.

        Parameters
        ----------
        event : CandidateEnd
            What came of it so far.

        Returns
        -------
        stop : bool or None
            Whether to end the search.
        """

    def on_generation_end(self, event: GenerationEnd) -> Any:
        """Take note that a population has been trained for a generation.

        Parameters
        ----------
        event : GenerationEnd
            What came of it.

        Returns
        -------
        stop : bool or None
            Whether to end the search.
        """

    def on_search_end(self, event: SearchEnd) -> Any:
        """Take note that the search is over.

        Parameters
        ----------
        event : SearchEnd
            Its results.

        Returns
        -------
        ignored : object
            Nothing is left to be stopped.
        """

    def close(self) -> None:
        """Let go of what was opened for a search.

        Called once, after `on_search_end` or after a hook that has raised.
        """


class Callbacks:
    """The callbacks of one search, called one after the other.

    Parameters
    ----------
    callbacks : sequence of SearchCallback
        The callbacks.

    Attributes
    ----------
    stop_requested : bool
        Whether one of them has asked for the end of the search.
    """

    def __init__(self, callbacks: Sequence[SearchCallback]) -> None:
        self.stop_requested = False
        self._active = list(callbacks)

    def __bool__(self) -> bool:
        """Whether anybody still listens."""
        return bool(self._active)

    def call(self, hook: str, event: Event) -> None:
        """Call a hook of all callbacks; those that raise are called no more."""
        for callback in self._active.copy():
            try:
                if getattr(callback, hook)(event):
                    self.stop_requested = True
            except Exception as error:
                self._active.remove(callback)
                with contextlib.suppress(Exception):
                    callback.close()
                _warn(callback, hook, error)

    def close(self) -> None:
        """Close those that are left."""
        while self._active:
            callback = self._active.pop()
            try:
                callback.close()
            except Exception as error:
                _warn(callback, "close", error)


def check_callbacks(callbacks: Any) -> list[SearchCallback]:
    """Return the `callbacks` of a search as a list.

    Raises
    ------
    ValueError
        If one of them is none.
    """
    for callback in callbacks or ():
        if not isinstance(callback, SearchCallback):
            raise ValueError(
                "The 'callbacks' parameter must be None or a list of instances of "
                f"skhpo.callbacks.SearchCallback. Got {callback!r} among them; derive "
                "its class from SearchCallback, and pass scikit-learn's own callbacks "
                "to set_callbacks."
            )
    return list(callbacks or ())


def _warn(callback: SearchCallback, hook: str, error: Exception) -> None:
    """Tell the user that a callback has failed."""
    warnings.warn(
        f"The callback {type(callback).__name__} raised {type(error).__name__} in "
        f"{hook!r} and is not called again; the search goes on. The error was: {error}",
        CallbackFailedWarning,
        stacklevel=3,
    )
