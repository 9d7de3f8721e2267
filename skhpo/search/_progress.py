"""What `verbose` prints while a search runs."""

import math
from dataclasses import dataclass, field

from skhpo.engine import Record


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
    """

    verbose: int
    n_candidates: int
    n_splits: int
    _n_over: int = field(default=0, init=False)
    _best_score: float = field(default=-math.inf, init=False)
    _best_candidate: int | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Announce the search in the words of scikit-learn's searches."""
        if self.verbose > 0:
            print(
                f"Fitting {self.n_splits} folds for each of {self.n_candidates} "
                f"candidates, totalling {self.n_candidates * self.n_splits} fits"
            )

    def show(self, record: Record) -> None:
        """Take note of a candidate that is over and print how the search stands."""
        self._n_over += 1
        score = float(record.scores[record.finished].mean())
        if record.is_complete and score > self._best_score:
            self._best_score = score
            self._best_candidate = record.candidate.index
        if self.verbose > 0:
            print(
                f"[{self._n_over}/{self.n_candidates}] "
                f"candidate {record.candidate.index}: {_score_text(score)}"
                f"{_discard_text(record)}, "
                f"{self._best_text()}, {record.completed_at:.1f}s"
            )

    def _best_text(self) -> str:
        """Return the best score so far and whose it is."""
        if self._best_candidate is None:
            return "no score yet"
        return f"best {self._best_score:.6g} (candidate {self._best_candidate})"


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


def _score_text(score: float) -> str:
    """Return the score of a candidate in words."""
    return f"score {score:.6g}" if math.isfinite(score) else "failed"


def _discard_text(record: Record) -> str:
    """Return after how many splits racing has given a candidate up."""
    if record.is_complete:
        return ""
    return f", discarded after {record.finished.sum()} splits"
