"""The lines of a journal: JSON objects with a checksum, and what is left of others.

A line is written by one call, its newline last. So whatever ends a program or a
machine, only the end of the file can be torn; anything else that is broken was
broken by somebody else.
"""

import json
import math
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skhpo.exceptions import JournalError

# Nothing that is written comes near it, and what is longer is not read into memory.
LONGEST_LINE = 2**24

# The first line begins like this, so that no other file is taken for a torn journal.
MAGIC = b'{"event":"search","journal":1,'

_SEAL = re.compile(rb',"crc":"([0-9a-f]{8})"}\n?\Z')


def write_line(fields: dict[str, Any]) -> bytes:
    """Return an event as a line.

    Parameters
    ----------
    fields : dict
        The event, ready for JSON.

    Returns
    -------
    bytes
        ASCII, with a checksum and a newline.

    Raises
    ------
    JournalError
        If it is too long.
    """
    text = json.dumps(fields, allow_nan=False, separators=(",", ":"))
    body = text[:-1].encode("ascii")
    line = body + b',"crc":"%08x"}\n' % zlib.crc32(body)
    if len(line) > LONGEST_LINE:
        raise JournalError(
            f"A line of a journal has at most {LONGEST_LINE} bytes. Got {len(line)} "
            f"for an event {fields.get('event')!r}. Give the search shorter strings "
            "as parameters."
        )
    return line


def read_line(line: bytes) -> dict[str, Any]:
    """Return the event of a line.

    Parameters
    ----------
    line : bytes
        The line.

    Returns
    -------
    dict
        The event.

    Raises
    ------
    ValueError
        If anything about it is not as `write_line` writes it.
    """
    if len(line) > LONGEST_LINE:
        raise ValueError(f"it is longer than {LONGEST_LINE} bytes")
    seal = _SEAL.search(line)
    if seal is None:
        raise ValueError("it is not complete")
    body = line[: seal.start()]
    if zlib.crc32(body) != int(seal[1], 16):
        raise ValueError("its checksum is wrong")
    try:
        fields = json.loads(
            (body + b"}").decode("ascii"),
            object_pairs_hook=_without_repeats,
            parse_constant=_refuse_constant,
            parse_float=_finite,
        )
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(fields, dict):
        raise ValueError("it is no JSON object")
    return fields


@dataclass
class Lines:
    """The events of a file, and how much of it they are.

    Parameters
    ----------
    path : path
        The file.

    Attributes
    ----------
    n_sound_bytes : int
        Where the last complete line ends; known when all events have been read.

    torn : str
        What is wrong with the last line, "" if nothing is.
    """

    path: str | os.PathLike[str]
    n_sound_bytes: int = field(default=0, init=False)
    torn: str = field(default="", init=False)

    def __iter__(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield number and event of each line.

        Raises
        ------
        JournalError
            If the file is no journal, or a line but the last is broken.
        """
        self.n_sound_bytes, self.torn = 0, ""
        with Path(self.path).open("rb") as file:
            number = 0
            while line := file.readline(LONGEST_LINE + 1):
                number += 1
                if number == 1:
                    self._check_beginning(line)
                try:
                    fields = read_line(line)
                    if not line.endswith(b"\n"):
                        raise ValueError("it is not complete")
                except ValueError as error:
                    if len(line) > LONGEST_LINE or file.read(1):
                        raise self.broken(number, error) from None
                    self.torn = f"line {number}: {error}"
                    return
                yield number, fields
                self.n_sound_bytes += len(line)

    def broken(self, number: int, reason: object) -> JournalError:
        """Return the error for a line that cannot be understood."""
        return JournalError(
            f"Line {number} of the journal {str(self.path)!r} is broken: {reason}. "
            "Only the last line may be torn, by a crash. Restore the file from a "
            "copy, cut it off before this line, or begin anew with another file."
        )

    def _check_beginning(self, line: bytes) -> None:
        """Refuse a file that is no journal; what there is of the magic must match."""
        if not line.startswith(MAGIC) and not MAGIC.startswith(line):
            raise JournalError(
                f"The file {str(self.path)!r} is no journal of skhpo of this format: "
                f"it begins with {line[:40]!r}. Name another file as 'journal'."
            )


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make a dict of an object's members if no name occurs twice."""
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError("a name occurs twice in it")
    return fields


def _refuse_constant(name: str) -> float:
    """Refuse what Python reads beyond JSON."""
    raise ValueError(f"{name} is no JSON")


def _finite(text: str) -> float:
    """Read a float that is one."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number in it is too large")
    return number
