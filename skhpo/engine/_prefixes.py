"""Candidates that share the first steps of a pipeline share their fits.

scikit-learn's `Pipeline` lets any object with a method ``cache`` decide whether a
step is fitted or taken from elsewhere. An evaluation lends it a `PrefixMemory`, which
leaves the pipeline before the first step is fitted, so that nobody sees it.

What the first steps give depends on the search (its estimator and data), the split and
those parameters of the candidate that do not belong to later steps; no data are hashed.
"""

import re
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from joblib import Memory
from joblib import hash as joblib_hash
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils import check_random_state

from skhpo._compat._sklearn import rows_of, rows_of_split
from skhpo.engine._frozen import Frozen, freeze
from skhpo.engine._prefix_store import STORE, Ledger, PrefixKey, PrefixStore
from skhpo.engine._repeatable import (
    are_same,
    digest,
    is_never_repeatable,
    may_lose_state,
    needs_proof,
)

# Shorter steps are fitted again: keeping one would cost as much.
SHORTEST_SECONDS = 0.005

# What keeping fits may cost, in relation to fitting, before it has saved anything.
_KEEPING_SHARE = 0.01

# A fit is worth keeping if freezing it takes no more than this share of its time.
# Our own time is that of the thread: other processes must not make it look dear.
_FREEZING_SHARE = 0.5

_OWN_FRAME = re.compile(
    rf'^  File "{re.escape(__file__)}", line \d+, in \w+\n(?:    .*\n)*', re.MULTILINE
)


@dataclass(frozen=True)
class SplitData:
    """The split of an evaluation, and what scikit-learn will do with its rows.

    Parameters
    ----------
    search : str
        Identity of the search.

    split : int
        Position of the split.

    X, y : array-like
        The whole data.

    train : ndarray of int
        Rows of the split's training part.

    scores_train_rows : bool
        Whether the training rows are scored after the fit.
    """

    search: str
    split: int
    X: Any
    y: Any
    train: NDArray[np.intp]
    scores_train_rows: bool


def can_share_prefixes(estimator: BaseEstimator) -> bool:
    """Whether an estimator is a pipeline whose first steps may be shared.

    Subclasses fit in ways of their own. A pipeline that has a memory keeps it. One
    that tells of each step would fall silent.
    """
    return (
        type(estimator) is Pipeline
        and len(estimator.steps) > 1
        and estimator.memory is None
        and not estimator.verbose
    )


def share_prefixes(
    pipeline: Pipeline,
    params: Mapping[str, Any],
    data: SplitData,
    *,
    in_worker_process: bool,
) -> None:
    """Let the next fit of a pipeline take its first steps from earlier ones."""
    if "memory" in params or params.get("verbose"):
        return
    ledger = STORE.ledger(data.search, is_only_search=in_worker_process)
    pipeline.memory = PrefixMemory(pipeline, params, data, STORE, ledger)


def without_own_frames(trace: str) -> str:
    """Return a traceback as it is without sharing."""
    return _OWN_FRAME.sub("", trace)


class PrefixMemory:
    """Takes the place of a pipeline's ``memory`` for one fit."""

    # Tells the pipeline that it need not clone its steps.
    location = None

    def __init__(
        self,
        pipeline: Pipeline,
        params: Mapping[str, Any],
        data: SplitData,
        store: PrefixStore,
        ledger: Ledger,
    ) -> None:
        self._pipeline = pipeline
        self._params = params
        self._data = data
        self._store = store
        self._ledger = ledger
        self._steps: list[tuple[str, Any]] = []
        self._positions: list[int] = []
        self._rows: tuple[Any, Any] | None = None
        self._random_state: Any = None

    def cache(self, function: Callable[..., Any], **options: Any) -> Any:
        """Return what the pipeline calls to fit each of its first steps."""
        self._pipeline.memory = None
        self._steps = list(self._pipeline.steps)
        self._positions = [
            position
            for position, (_, step) in enumerate(self._steps[:-1])
            if step is not None and step != "passthrough"
        ]
        # Looking at it takes time that is well spent where a step is slow.
        if self._ledger.slow:
            self._random_state = _global_random_state()
        # This is what a pipeline without memory calls.
        plain = Memory(location=None).cache(function, **options)
        return partial(self._fit_or_reuse, plain)

    def _fit_or_reuse(
        self, fit: Any, transformer: Any, X: Any, y: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """Return output and fitted transformer of a step, if need be by a fit."""
        position = self._positions.pop(0)
        if self._rows is None:
            self._rows = X, y
        key = self._key(position) if position in self._ledger.slow else None
        stored = self._stored(key)
        if key is not None and stored is not None:
            result = self._reuse(key, stored, position)
            if result is not None:
                return result
        started, thread_started = time.perf_counter(), time.thread_time()
        result = fit(transformer, X, y, *args, **kwargs)
        seconds = time.perf_counter() - started
        self._ledger.book_fit(position, time.thread_time() - thread_started)
        if seconds >= SHORTEST_SECONDS:
            self._ledger.slow.add(position)
            # What an earlier step has kept of its output may have been written to.
            if position == 0 or not _is_handed_on(X, result[0]):
                self._consider(position, result, seconds)
        return result

    def _key(self, position: int) -> PrefixKey | None:
        """Return the identity of a prefix, None where a parameter has none."""
        later = {name for name, _ in self._steps[position + 1 :]}
        try:
            prefix: Hashable = (
                position,
                frozenset(
                    (name, digest(value))
                    for name, value in self._params.items()
                    if name.partition("__")[0] not in later
                ),
            )
        except Exception:
            return None
        if prefix in self._ledger.refused:
            return None
        return PrefixKey(self._data.search, self._data.split, prefix)

    def _stored(self, key: PrefixKey | None) -> Frozen | None:
        """Return the fit of a prefix, if nothing random has happened on the way."""
        if key is None:
            return None
        stored = self._store.get(key)
        return None if stored is None or self._has_drawn() else stored

    def _has_drawn(self) -> bool:
        """Whether numpy's global generator may have moved since the fit began."""
        return self._random_state is None or not _are_equal(
            self._random_state, _global_random_state()
        )

    def _reuse(self, key: PrefixKey, stored: Frozen, position: int) -> Any:
        """Return a copy of an earlier fit, None if it must not be used."""
        if key.prefix not in self._ledger.trusted:
            return None
        started = time.thread_time()
        try:
            result = stored.thaw()
        except Exception:
            self._refuse(key)
            return None
        thawing = time.thread_time() - started
        self._ledger.saved += self._ledger.fastest[position] - thawing
        return result

    def _refuse(self, key: PrefixKey) -> None:
        """Share a prefix no more."""
        self._ledger.refused.add(key.prefix)
        self._store.drop(key)

    def _consider(self, position: int, result: Any, seconds: float) -> None:
        """Keep a fit, if that is right and not too dear."""
        started = time.thread_time()
        ledger = self._ledger
        key = self._key(position)
        if key is None:
            return
        was_seen = key in ledger.seen
        ledger.seen.add(key)
        if self._has_drawn():
            return
        budget = ledger.saved + _KEEPING_SHARE * ledger.fitting
        if ledger.keeping <= budget or was_seen:
            if not self._keep(key, position, result, seconds):
                self._refuse(key)
            ledger.keeping += time.thread_time() - started

    def _keep(self, key: PrefixKey, position: int, result: Any, seconds: float) -> bool:
        """Keep a fit; false if the prefix must not be shared."""
        steps = [
            step for _, step in self._steps[: position + 1] if hasattr(step, "fit")
        ]
        # The step is fitted already: nothing that transformers may raise when they
        # are looked at, compared or frozen may make the fit fail.
        try:
            if any(is_never_repeatable(one) or may_lose_state(one) for one in steps):
                return False
            if not self._leaves_no_trace(result):
                return False
            has_proof = not any(map(needs_proof, steps))
            frozen = self._freeze(result, seconds)
        except Exception:
            return False
        if frozen is None:
            return False
        earlier = self._store.get(key)
        if earlier is not None and not are_same(earlier, frozen):
            return False
        if earlier is not None or has_proof:
            self._ledger.trusted.add(key.prefix)
        self._store.put(key, frozen)
        return True

    def _freeze(self, result: Any, seconds: float) -> Frozen | None:
        """Freeze a fit, None where that takes too long or it is too large."""
        if _n_bytes(result[0]) > self._store.max_bytes:
            return None
        started = time.thread_time()
        frozen = freeze(result)
        is_slow = time.thread_time() - started > _FREEZING_SHARE * seconds
        is_large = len(frozen.blob) > self._store.max_bytes
        return None if is_slow or is_large else frozen

    def _leaves_no_trace(self, result: Any) -> bool:
        """Whether a fit left the rows as they were, as far as they are used again.

        Later steps see `y`. The training rows of `X` are seen again when they are
        scored, and then later steps must not be able to change them either.
        """
        assert self._rows is not None
        data, (X_seen, y_seen) = self._data, self._rows
        if data.y is not None:
            y = rows_of(data.y, data.train)
            if joblib_hash(y) != joblib_hash(y_seen):
                return False
        if not data.scores_train_rows:
            return True
        X, _, _ = rows_of_split(self._pipeline, data.X, None, data.train, {})
        return joblib_hash(X) == joblib_hash(X_seen) and not _may_overlap(
            result[0], X_seen
        )


def _global_random_state() -> dict[str, Any]:
    """Return the state of the generator that ``random_state=None`` draws from."""
    state: dict[str, Any] = check_random_state(None).get_state(legacy=False)
    return state


def _are_equal(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Whether two states of a generator are the same."""
    for name, value in first.items():
        other = second[name]
        if isinstance(value, Mapping):
            if not _are_equal(value, other):
                return False
        elif not np.array_equal(value, other):
            return False
    return True


def _n_bytes(data: Any) -> int:
    """Return about how large a container is, as far as it shows."""
    if hasattr(data, "memory_usage"):
        return int(np.sum(data.memory_usage()))
    return sum(array.nbytes for array in _arrays(data))


def _arrays(data: Any) -> list[NDArray[Any]]:
    """Return the arrays that hold the numbers of `data`, as far as it shows them."""
    if isinstance(data, np.ndarray):
        return [data]
    if hasattr(data, "iloc"):
        columns = data.items() if hasattr(data, "columns") else [("", data)]
        return [np.asarray(column) for _, column in columns]
    return [
        part
        for name in ("data", "indices", "indptr")
        if isinstance(part := getattr(data, name, None), np.ndarray)
    ]


def _is_handed_on(X: Any, output: Any) -> bool:
    """Whether a step's output is its input, or a part of it."""
    if isinstance(X, np.ndarray) and isinstance(output, np.ndarray):
        return np.may_share_memory(X, output)
    return output is X


def _may_overlap(first: Any, second: Any) -> bool:
    """Whether two containers may hold the same memory."""
    return first is second or any(
        np.may_share_memory(one, other)
        for one in _arrays(first)
        for other in _arrays(second)
    )
