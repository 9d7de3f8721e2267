"""The models of a population that keeps a journal.

The journal is plain text, but a trained model can only be kept as a pickle, and to
load one is to run what is in it. So the journal has a digest of each model, and a
search that goes on loads a file only if it is the one that the journal speaks of.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from skhpo.engine import Evaluation
from skhpo.exceptions import JournalError
from skhpo.journal._journal import SearchJournal
from skhpo.population._checkpoints import (
    FolderCheckpoints,
    Place,
    check_folder,
    lasting_checkpoints,
    temporary_checkpoints,
)


class JournalledModels:
    """Knows by their digests which models belong to a journal.

    Parameters
    ----------
    journal : SearchJournal
        The open journal.

    folder : FolderCheckpoints
        Where the models are.

    n_members : int
        Size of the population.
    """

    def __init__(
        self, journal: SearchJournal, folder: FolderCheckpoints, n_members: int
    ) -> None:
        self._journal = journal
        self._folder = folder
        self._n_members = n_members
        self._checked: set[Place] = set()

    def digest_of(self, evaluation: Evaluation) -> str | None:
        """Return the digest of the model that an evaluation has left."""
        generation, member = divmod(evaluation.candidate.index, self._n_members)
        return self._folder.digest((generation, member, evaluation.split))

    def check(self, place: Place) -> None:
        """Refuse a model of an earlier run that is not the one of the journal.

        Parameters
        ----------
        place : tuple of (int, int, int)
            Generation, member and split.

        Raises
        ------
        JournalError
            If it is not there, or another one.
        """
        generation, member, split = place
        index = generation * self._n_members + member
        expected = self._journal.earlier_checkpoint(index, split)
        if expected is None or place in self._checked:
            return
        found = self._folder.digest(place)
        if found != expected:
            problem = "is not there" if found is None else "is another one"
            raise JournalError(
                f"The model of generation {generation}, member {member}, split {split} "
                f"{problem}, so the population cannot go on. Got {self._folder.folder} "
                "as the folder with the models of the journal. Put the folder back; if "
                "the search has come to its end, which removes it, begin anew with "
                "another journal."
            )
        self._checked.add(place)

    def load(self, place: Place) -> Any:
        """Return a copy of a model; FileNotFoundError if it is not there."""
        if self._folder.digest(place) is not None:
            self.check(place)
        return self._folder.load(place)

    def release(self, place: Place) -> None:
        """Keep a model until its generation goes.

        A crash may take with it the last results, and whoever had made them out of
        this model has to make them again.
        """

    def discard(self, generation: int) -> None:
        """Forget the models of a generation, when nothing can ask for them again."""
        # What makes them superfluous must not be lost with the power.
        self._journal.sync()
        self._folder.discard(generation)


@contextlib.contextmanager
def opened_checkpoints(
    journal: str | os.PathLike[str] | None,
    directory: str | os.PathLike[str] | None,
) -> Iterator[FolderCheckpoints]:
    """Open the folder where models wait for the next generation.

    Parameters
    ----------
    journal : str, path or None
        The journal of the search. With one the folder is named after it, and stays.

    directory : str, path or None
        Where to make it; None for beside the journal, or without one the place of
        temporary files.

    Yields
    ------
    FolderCheckpoints
        The folder.

    Raises
    ------
    ValueError
        If the directory does not exist.

    JournalError
        If there can be no folder of that name.
    """
    if journal is None:
        with temporary_checkpoints(directory) as folder:
            yield folder
        return
    check_folder(directory)
    path = Path(journal)
    parent = path.parent if directory is None else Path(directory)
    place = parent.absolute() / f"{path.name}.checkpoints"
    try:
        folder = lasting_checkpoints(place)
    except OSError as error:
        raise JournalError(
            f"The journal {str(path)!r} needs a folder for models, {str(place)!r}. "
            f"Got: {error}. Name another journal, or a folder that can be written to "
            "as 'checkpoint_dir'."
        ) from error
    yield folder
