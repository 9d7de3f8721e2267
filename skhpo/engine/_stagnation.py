"""When a search has gone on for too long without an improvement."""

import numpy as np
from numpy.typing import NDArray

from skhpo.trials import Trial, TrialStatus


class Stagnation:
    """Counts the candidates that were told since the last improvement.

    An improvement is a score that no earlier candidate has reached; with several
    objectives, one that no earlier candidate reaches in all of them. A failed
    candidate is no improvement, nor is a discarded one, whose splits may be easy.

    .. versionadded:: 0.1

    Parameters
    ----------
    n_iter_no_change : int or None
        After so many candidates without an improvement the search stagnates; None
        for never.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.engine import Stagnation
    >>> from skhpo.trials import Candidate, Trial, TrialStatus
    >>> stagnation = Stagnation(2)
    >>> for index, score in enumerate([0.5, 0.7, 0.6, 0.7]):
    ...     candidate = Candidate(index, np.array([0.5]), {}, "sobol")
    ...     stagnation.note(Trial(candidate, [score], TrialStatus.COMPLETE))
    >>> stagnation.is_reached
    True
    """

    def __init__(self, n_iter_no_change: int | None) -> None:
        self._patience = n_iter_no_change
        self._n_without = 0
        self._front: NDArray[np.float64] | None = None

    @property
    def is_reached(self) -> bool:
        """Whether the search has stagnated."""
        return self._patience is not None and self._n_without >= self._patience

    def note(self, trial: Trial) -> None:
        """Take note of a trial; only those that are over count.

        Parameters
        ----------
        trial : Trial
            What was told.
        """
        if self._patience is None or trial.status is TrialStatus.RUNNING:
            return
        self._n_without += 1
        scores = trial.scores
        if trial.status is not TrialStatus.COMPLETE or np.isnan(scores).any():
            return
        if self._front is None:
            self._front = np.empty((0, len(scores)))
        if (self._front >= scores).all(axis=1).any():
            return
        is_kept = ~(self._front <= scores).all(axis=1)
        self._front = np.vstack([self._front[is_kept], scores])
        self._n_without = 0
