"""Tune a model every month, and begin with what the months before have found
==========================================================================

Each month has its own data, drawn alike but not the same. The space and the first
candidates come from `skhpo.presets`. The last month is searched three times: anew; with
the searches of the months before, which needs fewer candidates for the same score; and
with results that mislead, the scores of the months before negated. That search does not
follow them for long.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_classification
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skhpo import BayesSearchCV, presets

N_MONTHS, N_CANDIDATES = 3, 10
MODEL = make_pipeline(StandardScaler(), SVC())


def data_of(month):
    """Return the rows of a month: the same columns, about the same classes."""
    X, y = make_classification(
        n_samples=N_MONTHS * 250,
        n_features=12,
        n_informative=6,
        n_clusters_per_class=4,
        class_sep=1.5,
        random_state=4,
    )
    return X[month::N_MONTHS], y[month::N_MONTHS]


def search(month, **settings):
    """Search the space that comes with the model."""
    return BayesSearchCV(
        MODEL,
        presets.space_for(MODEL),
        n_iter=N_CANDIDATES,
        cv=StratifiedKFold(3, shuffle=True, random_state=0),
        random_state=month,
        **settings,
    ).fit(*data_of(month))


def best_so_far(fitted):
    """Return the best score after each candidate."""
    return np.fmax.accumulate([entry["score"] for entry in fitted.history_])


def as_text(scores):
    """Return scores in a line."""
    return " ".join(f"{score:.3f}" for score in scores)


def main():
    """Search month by month, the last one in three ways."""
    *before, last = range(N_MONTHS)
    print(f"Best score so far, for {N_CANDIDATES} candidates:\n")
    earlier = []
    for month in before:
        candidates = presets.starting_candidates(MODEL)
        fitted = search(month, initial_candidates=candidates, prior_searches=earlier)
        print(f"month {month}             {as_text(best_so_far(fitted))}")
        earlier.append(fitted)
    misleading = [
        {
            "params": one.cv_results_["params"],
            "mean_test_score": -one.cv_results_["mean_test_score"],
        }
        for one in earlier
    ]
    _, axes = plt.subplots(layout="constrained")
    for name, prior_searches in (
        ("anew", None),
        ("informed", earlier),
        ("misled", misleading),
    ):
        scores = best_so_far(search(last, prior_searches=prior_searches))
        print(f"month {last}, {name:<10} {as_text(scores)}")
        axes.plot(range(1, N_CANDIDATES + 1), scores, "o-", label=name)
    axes.set(xlabel="candidates", ylabel="best CV score in the last month")
    axes.legend()
    plt.show()


if __name__ == "__main__":
    main()
