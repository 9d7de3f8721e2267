"""Stop when nothing has improved for too long."""

import math
import numbers
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from skhpo.trials import Trial, TrialStatus


@dataclass(frozen=True)
class Patience:
    """Stops when the last candidates have not raised the best score.

    Candidates that failed, or that racing gave up, count as candidates without an
    improvement. With several objectives it is an improvement if a candidate has a
    score that no earlier one reaches in all of them.

    .. versionadded:: 0.1

    Parameters
    ----------
    n_candidates : int
        How many candidates in a row may pass without an improvement.

    min_improvement : float, default=0.0
        By how much the best of them must surpass what was there before, in the unit
        of the score; in at least one objective where there are several.

    Raises
    ------
    ValueError
        If `n_candidates` is not a positive integer or `min_improvement` is negative.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.stopping import Patience
    >>> from skhpo.trials import Candidate, Trial, TrialStatus
    >>> trials = []
    >>> for index, score in enumerate([0.5, 0.7, 0.6, 0.7]):
    ...     candidate = Candidate(index, np.array([0.5]), {}, "sobol")
    ...     trials.append(Trial(candidate, [score], TrialStatus.COMPLETE))
    >>> Patience(2).should_stop(trials)
    True
    >>> Patience(3).should_stop(trials)
    False
    """

    n_candidates: int
    min_improvement: float = 0.0

    def __post_init__(self) -> None:
        """Refuse numbers that make no sense."""
        number: Any = self.n_candidates
        least: Any = self.min_improvement
        if not isinstance(number, numbers.Integral) or number < 1:
            raise ValueError(
                "The 'n_candidates' of Patience must be an int of 1 or more. Got "
                f"{number!r}; 20 is a moderate patience."
            )
        if not isinstance(least, numbers.Real) or not 0.0 <= float(least) < math.inf:
            raise ValueError(
                "The 'min_improvement' of Patience must be a finite number of 0 or "
                f"more. Got {least!r}; leave it at 0 to count any improvement."
            )

    def should_stop(self, trials: Sequence[Trial]) -> bool:
        """Tell whether the last candidates brought no improvement.

        Parameters
        ----------
        trials : sequence of Trial
            What has been told by now.

        Returns
        -------
        should_stop : bool
            Whether to end the search.
        """
        over = [trial for trial in trials if trial.status is not TrialStatus.RUNNING]
        if len(over) < self.n_candidates:
            return False
        scores = np.array(
            [
                trial.scores
                if trial.status is TrialStatus.COMPLETE
                else np.full(trial.n_objectives, np.nan)
                for trial in over
            ]
        )
        # NaN is neither reached nor reaches anything, so it has to go.
        scores[np.isnan(scores).any(axis=1)] = -np.inf
        earlier, last = np.split(scores, [len(over) - self.n_candidates])
        last = last[last[:, 0] > -np.inf]
        is_reached = (earlier[:, None] >= last - self.min_improvement).all(axis=2)
        return bool(is_reached.any(axis=0).all())
