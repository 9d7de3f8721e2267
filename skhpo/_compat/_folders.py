"""Temporary folders that are removed even where nobody is left to do it."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator

from joblib.externals.loky.backend import resource_tracker

__all__ = ["temporary_folder"]


@contextlib.contextmanager
def temporary_folder(
    prefix: str = "skhpo-", directory: str | os.PathLike[str] | None = None
) -> Iterator[str]:
    """Make a folder that is gone afterwards, whatever ends this process.

    After SIGKILL by a process of joblib, which outlives this one and its workers.

    Parameters
    ----------
    prefix : str, default="skhpo-"
        How its name begins.

    directory : str or path, default=None
        Where to make it; None for the place of temporary files.

    Yields
    ------
    str
        The empty folder.
    """
    # A worker that is about to be ended may still write to it.
    with tempfile.TemporaryDirectory(
        prefix=prefix, dir=directory, ignore_cleanup_errors=True
    ) as folder:
        # Absolute: that process may be in another directory.
        known = os.path.abspath(folder)
        resource_tracker.register(known, "folder")
        try:
            yield folder
        finally:
            resource_tracker.unregister(known, "folder")
