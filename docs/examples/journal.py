"""Interrupt a search, and let it go on where it stopped
=====================================================

With ``journal=`` a search writes down each split that is finished. Here somebody
presses Ctrl-C in the middle (it could as well be a crash, a kill, or the end of the
time that a cluster allows), the program is started again, and the search ends with
what it would have found uninterrupted. Then it turns out that it could have been
longer.
"""

import tempfile
from pathlib import Path

import numpy as np
from scipy.stats import loguniform
from sklearn.datasets import load_digits
from sklearn.svm import SVC

from skhpo import BayesSearchCV
from skhpo.journal import read_journal

SPACE = {"C": loguniform(1e-2, 1e3), "gamma": loguniform(1e-5, 1e-1)}


class CtrlC:
    """Somebody who loses patience after ten candidates."""

    def should_stop(self, trials):
        if len(trials) >= 10:
            raise KeyboardInterrupt
        return False


def make_search(**settings):
    """Return the search that the program is about."""
    return BayesSearchCV(
        SVC(), SPACE, cv=3, random_state=0, **{"n_iter": 16, **settings}
    )


def describe(path):
    """Print what a journal holds."""
    contents = read_journal(path)
    n_splits = sum(len(candidate.results) for candidate in contents.candidates)
    print(
        f"{path.name}: {len(contents.candidates)} candidates, {n_splits} splits, "
        f"ended by {contents.stop_reason or 'somebody else'}"
    )


def main() -> None:
    """Run a search in pieces, and compare it with one in a single piece."""
    X, y = load_digits(return_X_y=True)
    X, y = X[:600], y[:600]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "search.jsonl")
        try:
            make_search(journal=path, stop=CtrlC()).fit(X, y)
        except KeyboardInterrupt:
            print("Interrupted.")
        describe(path)

        resumed = make_search(journal=path).fit(X, y)
        describe(path)
        whole = make_search().fit(X, y)
        same = np.array_equal(
            resumed.cv_results_["mean_test_score"], whole.cv_results_["mean_test_score"]
        )
        print(f"Best score {resumed.best_score_:.4f}, as in a single piece: {same}")

        longer = make_search(journal=path, n_iter=20).fit(X, y)
        describe(path)
        print(f"Best score of four candidates more: {longer.best_score_:.4f}")


if __name__ == "__main__":
    main()
