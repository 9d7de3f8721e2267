"""What `verbose` prints while a search runs."""

import math

from skhpo.callbacks import CandidateEnd, GenerationEnd, SearchBegin, SearchCallback


class Progress(SearchCallback):
    """Prints a line for each candidate, or generation, with the best score so far."""

    def on_search_begin(self, event: SearchBegin) -> None:
        """Announce the search, in the words of scikit-learn's where it has some."""
        plan = event.plan
        n_fits = plan.n_candidates * plan.n_splits
        if plan.is_population:
            print(
                f"Training {plan.population_size} members on {plan.n_splits} folds for "
                f"{plan.n_generations} generations, totalling {n_fits} fits"
            )
        else:
            amounts = ", ".join(map(str, plan.resources))
            more = f" and more for the best, with {amounts}" if amounts else ""
            print(
                f"Fitting {plan.n_splits} folds for each of {plan.n_candidates} "
                f"candidates, totalling {n_fits} fits{more}"
            )

    def on_candidate_end(self, event: CandidateEnd) -> None:
        """Print how the search stands."""
        plan = event.plan
        if plan.is_population:
            return
        if event.resource is not None and event.status == "discarded":
            return  # It was told of when it had its part of the resource.
        self._print(event)

    def on_rung_end(self, event: CandidateEnd) -> None:
        """Print how the search stands."""
        self._print(event)

    @staticmethod
    def _print(event: CandidateEnd) -> None:
        """Print a line for a candidate."""
        plan = event.plan
        print(
            f"[{event.standing.n_over}/{plan.n_candidates}] "
            f"candidate {event.candidate}: {_score_text(event.scores)}, "
            f"{_standing_text(event)}, {event.elapsed:.1f}s"
        )

    def on_generation_end(self, event: GenerationEnd) -> None:
        """Print how the generation did."""
        n_failed = sum(one.status != "complete" for one in event.members)
        best = f"best {event.best.score:.6g}" if event.best else "no score"
        failed = f", {n_failed} failed" if n_failed else ""
        print(
            f"[{event.generation + 1}/{event.plan.n_generations}] {best}{failed}, "
            f"{event.elapsed:.1f}s"
        )


def _standing_text(event: CandidateEnd) -> str:
    """Return the best so far and whose it is, in words."""
    standing = event.standing
    if event.resource is not None and event.resource < event.plan.resources[-1]:
        return f"with {event.resource} of {event.plan.resources[-1]}"
    if len(event.splits) < event.plan.n_splits:
        return f"discarded after {len(event.splits)} splits"
    if len(event.scores) > 1:
        return f"{len(standing.front)} on the front"
    if standing.best_candidate is None:
        return "no score yet"
    return f"best {standing.best_score:.6g} (candidate {standing.best_candidate})"


def _score_text(scores: tuple[float, ...]) -> str:
    """Return the score or scores of a candidate in words."""
    if not all(map(math.isfinite, scores)):
        return "failed"
    return "score " + ", ".join(f"{score:.6g}" for score in scores)
