"""Stop when the score is good enough."""

import math
import numbers
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from skhpo.trials import Trial, TrialStatus


@dataclass(frozen=True)
class TargetScore:
    """Stops when a candidate that is complete has reached a score.

    .. versionadded:: 0.1

    Parameters
    ----------
    score : float
        What the mean over the splits has to reach; greater is better, as in all of
        scikit-learn's scorers.

    Raises
    ------
    ValueError
        If `score` is not a number.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.stopping import TargetScore
    >>> from skhpo.trials import Candidate, Trial, TrialStatus
    >>> candidate = Candidate(0, np.array([0.5]), {}, "sobol")
    >>> trial = Trial(candidate, [0.90, 0.96], TrialStatus.COMPLETE)
    >>> TargetScore(0.92).should_stop([trial])
    True
    >>> TargetScore(0.94).should_stop([trial])
    False
    """

    score: float

    def __post_init__(self) -> None:
        """Refuse what no score can reach or miss."""
        score: Any = self.score
        if not isinstance(score, numbers.Real) or math.isnan(score):
            raise ValueError(
                "The 'score' of TargetScore must be a number. Got "
                f"{score!r}; give the score at which to stop, such as 0.95."
            )

    def should_stop(self, trials: Sequence[Trial]) -> bool:
        """Tell whether a candidate has reached the score.

        Parameters
        ----------
        trials : sequence of Trial
            What has been told by now.

        Returns
        -------
        should_stop : bool
            Whether to end the search.
        """
        return any(
            trial.status is TrialStatus.COMPLETE and trial.score >= self.score
            for trial in trials
        )
