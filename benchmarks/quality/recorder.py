"""Counts evaluations, keeps their scores and takes the time between them."""

import time
from typing import Any

from problems import Config, Problem


class BudgetSpentError(Exception):
    """Stops an optimizer that asks for more evaluations than it may have."""


class Recorder:
    """The function that an optimizer is given to maximise.

    What the process computes from the return of one evaluation to the call of the
    next is the cost of a proposal, wherever an optimizer does its work: some fit their
    model when they are asked, others when they are told. CPU time of all threads
    counts, so that other work on the machine does not, and hidden threads do.
    """

    def __init__(self, problem: Problem, n_candidates: int) -> None:
        self.problem = problem
        self.n_candidates = n_candidates
        self.scores: list[float] = []
        self.seconds: list[float] = []
        self._since = time.process_time()

    def start(self) -> None:
        """Begin to take time: imports are over."""
        self._since = time.process_time()

    def __call__(self, config: Config) -> float:
        """Return the score of a configuration; inactive parameters are ignored."""
        if len(self.scores) == self.n_candidates:
            raise BudgetSpentError
        self.seconds.append(time.process_time() - self._since)
        score = self.problem.evaluate(self.problem.active(config))
        self.scores.append(score)
        self._since = time.process_time()
        return score

    def row(self) -> dict[str, Any]:
        """Return best-so-far and milliseconds a proposal, ready for JSON."""
        best, curve = float("-inf"), []
        for score in self.scores:
            best = max(best, score)
            curve.append(round(best, 6))
        return {
            "ms": round(1000 * sum(self.seconds) / len(self.seconds), 3),
            "curve": curve,
        }
