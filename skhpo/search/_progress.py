"""What `verbose` prints while a search runs."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from skhpo.engine import Record
from skhpo.pareto import nondominated_mask


@dataclass
class Progress:
    """Prints a line for each complete candidate, with the best score so far.

    Parameters
    ----------
    verbose : int
        Nothing is printed at 0.

    n_candidates : int
        How many candidates the search may evaluate.

    n_splits : int
        Number of splits of each.
    """

    verbose: int
    n_candidates: int
    n_splits: int
    _n_complete: int = field(default=0, init=False)
    _best_score: float = field(default=-math.inf, init=False)
    _best_candidate: int | None = field(default=None, init=False)
    _front: list[NDArray[np.float64]] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        """Announce the search in the words of scikit-learn's searches."""
        if self.verbose > 0:
            print(
                f"Fitting {self.n_splits} folds for each of {self.n_candidates} "
                f"candidates, totalling {self.n_candidates * self.n_splits} fits"
            )

    def show(self, record: Record) -> None:
        """Take note of a complete candidate and print how the search stands."""
        self._n_complete += 1
        scores = np.atleast_1d(record.scores.mean(axis=0))
        if len(scores) == 1:
            standing = self._raise_best(float(scores[0]), record.candidate.index)
        else:
            standing = self._extend_front(scores)
        if self.verbose > 0:
            print(
                f"[{self._n_complete}/{self.n_candidates}] "
                f"candidate {record.candidate.index}: {_score_text(scores)}, "
                f"{standing}, {record.completed_at:.1f}s"
            )

    def _raise_best(self, score: float, candidate: int) -> str:
        """Return the best score so far and whose it is."""
        if score > self._best_score:
            self._best_score, self._best_candidate = score, candidate
        if self._best_candidate is None:
            return "no score yet"
        return f"best {self._best_score:.6g} (candidate {self._best_candidate})"

    def _extend_front(self, scores: NDArray[np.float64]) -> str:
        """Return how many candidates make up the front of several objectives."""
        if np.isfinite(scores).all():
            front = np.array([*self._front, scores])
            self._front = list(front[nondominated_mask(front)])
        return f"{len(self._front)} on the front"


def _score_text(scores: NDArray[np.float64]) -> str:
    """Return the score or scores of a candidate in words."""
    if not np.isfinite(scores).all():
        return "failed"
    return "score " + ", ".join(f"{score:.6g}" for score in scores.tolist())
