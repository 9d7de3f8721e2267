"""Where trained models wait from one generation to the next."""

import contextlib
import os
import pickle
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, Self

# Not plain pickle: it cannot send classes of a notebook to a worker and back.
from joblib.externals.loky.backend import reduction

Place = tuple[int, int, int]


class Checkpoints(Protocol):
    """Keeps models by generation, member and split.

    A model is a copy each time that it is loaded. What is saved twice at one place,
    because a task ran twice, is there once.
    """

    def save(self, place: Place, model: Any) -> None:
        """Keep a model."""

    def load(self, place: Place) -> Any:
        """Return a copy of a model that was kept."""

    def discard(self, generation: int, member: int | None = None) -> None:
        """Forget the models of a generation, or of one member of it."""


@dataclass(frozen=True, eq=False)
class MemoryCheckpoints:
    """Models as bytes in this process, for workers that share its memory.

    Bytes and not the models themselves, so that a model goes through the same as
    with worker processes.
    """

    _kept: dict[Place, bytes] = field(default_factory=dict, repr=False)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Stay the same: an estimator that is cloned gets no store of its own."""
        return self

    def save(self, place: Place, model: Any) -> None:
        """Keep a model."""
        self._kept[place] = bytes(reduction.dumps(model))

    def load(self, place: Place) -> Any:
        """Return a copy of a model that was kept."""
        return reduction.loads(self._kept[place])

    def discard(self, generation: int, member: int | None = None) -> None:
        """Forget the models of a generation, or of one member of it."""
        for place in list(self._kept):
            if place[0] == generation and member in (None, place[1]):
                del self._kept[place]


@dataclass(frozen=True)
class FolderCheckpoints:
    """Models as files, for worker processes that see the same file system."""

    folder: str

    def save(self, place: Place, model: Any) -> None:
        """Keep a model; a reader never sees half of it."""
        path = self._path(place)
        # A task that is taken for lost may still run while its second try does.
        unfinished = path.with_suffix(f".{os.getpid()}")
        with unfinished.open("wb") as file:
            reduction.dump(model, file)
        unfinished.replace(path)

    def load(self, place: Place) -> Any:
        """Return a copy of a model that was kept."""
        try:
            with self._path(place).open("rb") as file:
                return pickle.load(file)
        except FileNotFoundError as error:
            raise FileNotFoundError(
                "A worker cannot find the model that it should go on training. Got "
                f"{self._path(place)}. Workers on several hosts need a folder that all "
                "of them see: name one as 'checkpoint_dir'."
            ) from error

    def discard(self, generation: int, member: int | None = None) -> None:
        """Forget the models of a generation, or of one member of it."""
        whose = f"{generation}-*" if member is None else f"{generation}-{member}-*"
        for path in Path(self.folder).glob(whose):
            path.unlink(missing_ok=True)

    def _path(self, place: Place) -> Path:
        """Return the file of a model."""
        return Path(self.folder, "-".join(map(str, place)) + ".model")


@contextlib.contextmanager
def temporary_checkpoints(
    directory: str | os.PathLike[str] | None,
) -> Iterator[FolderCheckpoints]:
    """Open a folder for checkpoints, which is gone afterwards whatever happens.

    Parameters
    ----------
    directory : str, path or None
        Where to make it; None for the place of temporary files.

    Yields
    ------
    FolderCheckpoints
        The empty folder.

    Raises
    ------
    ValueError
        If the directory does not exist.
    """
    if directory is not None and not Path(directory).is_dir():
        raise ValueError(
            "The 'checkpoint_dir' parameter of PBTSearchCV must be a folder that "
            f"exists. Got {str(directory)!r}. Make it first, or pass None for the "
            "place of temporary files."
        )
    with tempfile.TemporaryDirectory(
        prefix="skhpo-population-", dir=directory, ignore_cleanup_errors=True
    ) as folder:
        yield FolderCheckpoints(folder)
