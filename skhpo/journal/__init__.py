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
has changed, is told from one that is whole. A torn last line is left out, with a
warning; a broken line before it is an error that names it.

What is promised:

- A result is handed over to the operating system before the search makes use of it, so
  a killed process loses no finished split. The disk confirms it in the background,
  together with what arrives meanwhile: that takes it some milliseconds, for which no
  fit has to wait. A loss of power loses what was not confirmed. When `fit` returns or
  raises, all is confirmed.
- A search that goes on asks the same generator again, with the same seed, and takes the
  results that are known from the journal: so what comes after them is what would have
  come without an interruption. A candidate that turns out another one than the journal
  says, with another version of a library for instance, is refused.
- Only one search at a time writes a journal. The lock is the operating system's, which
  takes it back when a process ends, however it ends.
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
