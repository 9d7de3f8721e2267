"""The journal of a search: what it has found, on disk, a line for each event.

A search with ``journal="search.jsonl"`` appends a line whenever a split is finished,
and goes on from there when it is started again. The file is plain JSON, one object a
line; it only ever grows; and its state is what a replay of its lines gives.
`read_journal` reads it as `JournalContents`, without running anything that it says.

An event is, in the order in which they come:

- ``search``, the first line: class, seed, and digests of all that the scores depend on;
- ``run``: when a run began, with which versions;
- ``candidate``: number, point and parameters of a candidate, before its first fit;
- ``split``: all that came of a candidate on a split;
- ``discarded``: racing has given a candidate up;
- ``end``: why the search has ended.

Each line ends with a checksum, so that a line that a crash has torn, or that somebody
has changed, is told from one that is whole.
"""

from skhpo.journal._contents import (
    JournalContents,
    JournalledCandidate,
    read_journal,
)
from skhpo.journal._events import SplitFinished

__all__ = [
    "JournalContents",
    "JournalledCandidate",
    "SplitFinished",
    "read_journal",
]
