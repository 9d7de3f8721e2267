"""What a process remembers of the first steps of pipelines that it has fitted."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field

from skhpo.engine._frozen import Frozen

# The most that a process keeps, whatever the number of searches that it works for.
MAX_BYTES = 256 * 2**20

# Searches run inside of searches, but not many levels deep.
_MAX_LEDGERS = 8


@dataclass(frozen=True)
class PrefixKey:
    """Identity of what the first steps of a pipeline give on a split.

    Parameters
    ----------
    search : str
        Identity of the search, and so of the estimator and the data.

    split : int
        Position of the split.

    prefix : hashable
        How many steps, and the parameters of the candidate that bear on them.
    """

    search: str
    split: int
    prefix: Hashable


@dataclass
class Ledger:
    """What was learned about the prefixes of one search in this process.

    Parameters
    ----------
    slow : set of int
        Positions of the steps that were seen to take long.

    fastest : dict of int to float
        The least seconds that a fit of each step has taken.

    seen : set of PrefixKey
        What was fitted and took long.

    trusted, refused : set of hashable
        Prefixes known to give the same every time; prefixes that are not shared.

    fitting, keeping, saved : float
        Seconds spent in fits of first steps, seconds that keeping some of them cost,
        and seconds that were saved.

    Notes
    -----
    All seconds are those of the thread's own work. On a busy machine the time on the
    clock would make single fits, and so what is saved, look several times as long.
    """

    slow: set[int] = field(default_factory=set)
    fastest: dict[int, float] = field(default_factory=dict)
    seen: set[PrefixKey] = field(default_factory=set)
    trusted: set[Hashable] = field(default_factory=set)
    refused: set[Hashable] = field(default_factory=set)
    fitting: float = 0.0
    keeping: float = 0.0
    saved: float = 0.0

    def book_fit(self, position: int, seconds: float) -> None:
        """Note what a fit of a step took."""
        self.fitting += seconds
        self.fastest[position] = min(seconds, self.fastest.get(position, seconds))


class PrefixStore:
    """The fits that a process keeps: the latest used ones, of a bounded size.

    Threads may share it.

    Parameters
    ----------
    max_bytes : int, default=MAX_BYTES
        The bound.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self.max_bytes = max_bytes
        self._n_bytes = 0
        self._fits: OrderedDict[PrefixKey, Frozen] = OrderedDict()
        self._ledgers: OrderedDict[str, Ledger] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def n_bytes(self) -> int:
        """The size of what is kept."""
        return self._n_bytes

    def __len__(self) -> int:
        """Return how many fits are kept."""
        return len(self._fits)

    def ledger(self, search: str, *, is_only_search: bool) -> Ledger:
        """Return the ledger of a search, a new one where it is new.

        A worker process works for one search (`is_only_search`); when another one
        begins, what it kept for the last one is of no more use.
        """
        with self._lock:
            if search not in self._ledgers:
                if is_only_search:
                    self._forget_all()
                self._ledgers[search] = Ledger()
                if len(self._ledgers) > _MAX_LEDGERS:
                    self._ledgers.popitem(last=False)
            self._ledgers.move_to_end(search)
            return self._ledgers[search]

    def get(self, key: PrefixKey) -> Frozen | None:
        """Return a fit, or None."""
        with self._lock:
            if key in self._fits:
                self._fits.move_to_end(key)
            return self._fits.get(key)

    def put(self, key: PrefixKey, fit: Frozen) -> None:
        """Keep a fit in place of those that were not used for the longest time."""
        with self._lock:
            self._drop(key)
            self._fits[key] = fit
            self._n_bytes += len(fit.blob)
            while self._n_bytes > self.max_bytes:
                self._drop(next(iter(self._fits)))

    def drop(self, key: PrefixKey) -> None:
        """Forget a fit."""
        with self._lock:
            self._drop(key)

    def forget(self, search: str) -> None:
        """Forget all about a search."""
        with self._lock:
            self._ledgers.pop(search, None)
            for key in [key for key in self._fits if key.search == search]:
                self._drop(key)

    def _drop(self, key: PrefixKey) -> None:
        """Forget a fit, under the lock."""
        fit = self._fits.pop(key, None)
        if fit is not None:
            self._n_bytes -= len(fit.blob)

    def _forget_all(self) -> None:
        """Forget everything, under the lock."""
        self._fits.clear()
        self._ledgers.clear()
        self._n_bytes = 0


# Worker processes live longer than the tasks that they get, so this is global.
STORE = PrefixStore()
