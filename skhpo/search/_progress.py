"""What `verbose` prints while a search runs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from skhpo.engine import Record
from skhpo.pareto import nondominated_mask


@dataclass
class Progress:
    """Prints a line for each candidate that is over, with the best score so far.

    Parameters
    ----------
    verbose : int
        Nothing is printed at 0.

    n_candidates : int
        How many candidates the search may evaluate.

    n_splits : int
        Number of splits of each.

    resources : sequence of int or None
        With multi-fidelity the amounts of the resource.
    """

    verbose: int
    n_candidates: int
    n_splits: int
    resources: Sequence[int | None] = (None,)
    _n_over: int = field(default=0, init=False)
    _best_score: float = field(default=-math.inf, init=False)
    _best_candidate: int | None = field(default=None, init=False)
    _front: list[NDArray[np.float64]] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        """Announce the search in the words of scikit-learn's searches."""
        if self.verbose > 0:
            print(
                f"Fitting {self.n_splits} folds for each of {self.n_candidates} "
                f"candidates, {self._amount}"
            )

    @property
    def _amount(self) -> str:
        """How many fits that makes."""
        n_fits = self.n_candidates * self.n_splits
        if len(self.resources) == 1:
            return f"totalling {n_fits} fits"
        amounts = ", ".join(map(str, self.resources))
        return f"totalling {n_fits} fits and more for the best, with {amounts}"

    def show(self, record: Record) -> None:
        """Take note of a candidate that is over and print how the search stands."""
        if record.resource == self.resources[0]:
            self._n_over += 1
        scores = np.atleast_1d(record.scores[record.finished].mean(axis=0))
        if not record.is_complete:
            standing = f"discarded after {record.finished.sum()} splits"
        elif record.is_below:
            standing = f"with {record.resource} of {self.resources[-1]}"
        elif len(scores) == 1:
            standing = self._raise_best(float(scores[0]), record.candidate.index)
        else:
            standing = self._extend_front(scores)
        if self.verbose > 0:
            print(
                f"[{self._n_over}/{self.n_candidates}] "
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


@dataclass
class PopulationProgress:
    """Prints a line for each complete generation, with its best score.

    Parameters
    ----------
    verbose : int
        Nothing is printed at 0.

    n_members : int
        Size of the population.

    n_generations : int
        How many generations the search may train.

    n_splits : int
        Number of models of each member.
    """

    verbose: int
    n_members: int
    n_generations: int
    n_splits: int
    _scores: list[float] = field(default_factory=list, init=False)
    _n_complete: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Announce the search."""
        if self.verbose > 0:
            n_fits = self.n_members * self.n_generations * self.n_splits
            print(
                f"Training {self.n_members} members on {self.n_splits} folds for "
                f"{self.n_generations} generations, totalling {n_fits} fits"
            )

    def show(self, record: Record) -> None:
        """Take note of a member and print how its generation did when it is over."""
        self._scores.append(float(record.scores.mean()))
        if len(self._scores) < self.n_members:
            return
        finite = [score for score in self._scores if math.isfinite(score)]
        n_failed = self.n_members - len(finite)
        self._n_complete += 1
        self._scores.clear()
        if self.verbose > 0:
            best = f"best {max(finite):.6g}" if finite else "no score"
            failed = f", {n_failed} failed" if n_failed else ""
            print(
                f"[{self._n_complete}/{self.n_generations}] {best}{failed}, "
                f"{record.completed_at:.1f}s"
            )


def _score_text(scores: NDArray[np.float64]) -> str:
    """Return the score or scores of a candidate in words."""
    if not np.isfinite(scores).all():
        return "failed"
    return "score " + ", ".join(f"{score:.6g}" for score in scores.tolist())
