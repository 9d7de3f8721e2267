"""Where trained models wait from one generation to the next."""

import contextlib
import hashlib
import io
import os
import pickle
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, Self

# Not plain pickle: it cannot send classes of a notebook to a worker and back.
from joblib.externals.loky.backend import reduction

from skhpo._compat._folders import temporary_folder
from skhpo.journal._appended import sync_folder

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

    def release(self, place: Place) -> None:
        """Forget a model that nobody will load any more, if it is there."""

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
        buffer = io.BytesIO()
        reduction.dump(model, buffer)
        self._kept[place] = buffer.getvalue()  # shares what the buffer holds

    def load(self, place: Place) -> Any:
        """Return a copy of a model that was kept."""
        return reduction.loads(self._kept[place])

    def release(self, place: Place) -> None:
        """Forget a model that nobody will load any more, if it is there."""
        self._kept.pop(place, None)

    def discard(self, generation: int, member: int | None = None) -> None:
        """Forget the models of a generation, or of one member of it."""
        for place in list(self._kept):
            if place[0] == generation and member in (None, place[1]):
                del self._kept[place]


@dataclass(frozen=True)
class FolderCheckpoints:
    """Models as files, for worker processes that see the same file system.

    Parameters
    ----------
    folder : str
        Where they are.

    is_lasting : bool, default=False
        Whether they must outlive a loss of power, so that a search can go on.
    """

    folder: str
    is_lasting: bool = False

    def save(self, place: Place, model: Any) -> None:
        """Keep a model; a reader never sees half of it."""
        path = self._path(place)
        # A task that is taken for lost may still run while its second try does.
        unfinished = path.with_suffix(f".{os.getpid()}")
        with unfinished.open("wb") as file:
            reduction.dump(model, file)
            if self.is_lasting:
                file.flush()
                os.fsync(file.fileno())
        unfinished.replace(path)
        if self.is_lasting:
            sync_folder(self.folder)

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

    def release(self, place: Place) -> None:
        """Forget a model that nobody will load any more, if it is there."""
        self._path(place).unlink(missing_ok=True)

    def discard(self, generation: int, member: int | None = None) -> None:
        """Forget the models of a generation, or of one member of it."""
        whose = f"{generation}-*" if member is None else f"{generation}-{member}-*"
        for path in Path(self.folder).glob(whose):
            path.unlink(missing_ok=True)

    def digest(self, place: Place) -> str | None:
        """Return a digest of the file of a model, None where there is none."""
        try:
            with self._path(place).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            return None

    def remove(self) -> None:
        """Remove all models, and the folder if it holds nothing else."""
        for path in Path(self.folder).glob("[0-9]*-[0-9]*-[0-9]*.*"):
            path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            Path(self.folder).rmdir()

    def _path(self, place: Place) -> Path:
        """Return the file of a model."""
        return Path(self.folder, "-".join(map(str, place)) + ".model")


def check_folder(directory: str | os.PathLike[str] | None) -> None:
    """Raise ValueError unless a `checkpoint_dir` exists, if there is one."""
    if directory is not None and not Path(directory).is_dir():
        raise ValueError(
            "The 'checkpoint_dir' parameter of PBTSearchCV must be a folder that "
            f"exists. Got {str(directory)!r}. Make it first, or pass None for the "
            "place of temporary files."
        )


def lasting_checkpoints(folder: str | os.PathLike[str]) -> FolderCheckpoints:
    """Make a folder for checkpoints, or take up what a search has left there.

    Parameters
    ----------
    folder : str or path
        The folder.

    Returns
    -------
    FolderCheckpoints
        What is in it stays until it is removed.
    """
    Path(folder).mkdir(exist_ok=True)
    return FolderCheckpoints(os.fspath(folder), is_lasting=True)


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
    check_folder(directory)
    with temporary_folder("skhpo-population-", directory) as folder:
        yield FolderCheckpoints(folder)
