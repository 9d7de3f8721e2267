"""Follow a search while it runs: in a progress bar, in a log, in Optuna's dashboard
=================================================================================

Callbacks are told of every split, every candidate and the end, and may end the search.
The one below prints what is better than everything before, and ends the search when
that has become rare. Where Optuna is installed, the search is also written to a journal
file, which ``optuna-dashboard`` shows while it grows, and read back as a study whose
best candidates another search starts from.
"""

import importlib.util
import tempfile
from pathlib import Path

from scipy.stats import loguniform
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skhpo import BayesSearchCV, from_optuna
from skhpo.callbacks import (
    CandidateEnd,
    OptunaStorage,
    ProgressBar,
    SearchBegin,
    SearchCallback,
)

SPACE = {"svc__C": loguniform(1e-2, 1e3), "svc__gamma": loguniform(1e-5, 1e1)}


class PrintRecords(SearchCallback):
    """Prints each new best score, and ends the search after some without one."""

    def __init__(self, patience: int) -> None:
        self.patience = patience

    def on_search_begin(self, event: SearchBegin) -> None:
        plan = event.plan
        print(f"{plan.n_candidates} candidates on {plan.n_splits} splits at most")
        self.n_since = 0

    def on_candidate_end(self, event: CandidateEnd) -> bool:
        if event.standing.best_candidate == event.candidate:
            self.n_since = 0
            params = {name: f"{value:.2g}" for name, value in event.params.items()}
            print(f"  candidate {event.candidate}: {event.score:.4f} with {params}")
        else:
            self.n_since += 1
        return self.n_since >= self.patience


def search(callbacks: list[SearchCallback], n_iter: int, **settings) -> BayesSearchCV:
    """Run a search with some callbacks."""
    return BayesSearchCV(
        make_pipeline(StandardScaler(), SVC()),
        SPACE,
        n_iter=n_iter,
        cv=StratifiedKFold(3, shuffle=True, random_state=0),
        random_state=0,
        callbacks=callbacks,
        **settings,
    ).fit(*load_breast_cancer(return_X_y=True))


def main() -> None:
    """Run a search that is followed, and one that starts from its results."""
    followed: list[SearchCallback] = [PrintRecords(patience=12)]
    if importlib.util.find_spec("rich"):
        followed.append(ProgressBar())
    with tempfile.TemporaryDirectory() as folder:
        has_optuna = importlib.util.find_spec("optuna") is not None
        if has_optuna:
            # Elsewhere: optuna-dashboard search.log
            followed.append(OptunaStorage(Path(folder, "search.log")))
        first = search(followed, n_iter=40)
        print(f"ended by {first.stop_reason_!r}, {len(first.history_)} candidates")
        if has_optuna:
            results = from_optuna(first.to_optuna())
            second = search([], n_iter=8, initial_candidates=results)
            print(f"a search from there: {second.best_score_:.4f}")


if __name__ == "__main__":
    main()
