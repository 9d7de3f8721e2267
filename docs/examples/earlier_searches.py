"""Tune a model every month, and begin with what the months before have found.

Each month has its own data, drawn alike but not the same. The space and the first
candidates come from `skhpo.presets`. From the second month on, one search begins anew
and another one is given the searches of the months before: it needs fewer candidates
for the same score. A last search is given results that mislead, the scores of which
are negated, and recovers.
"""

import numpy as np
from sklearn.datasets import make_classification
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skhpo import BayesSearchCV, presets

N_MONTHS, N_CANDIDATES = 3, 12
MODEL = make_pipeline(StandardScaler(), SVC())


def data_of(month):
    """Return the rows of a month: the same columns, about the same classes."""
    X, y = make_classification(
        n_samples=N_MONTHS * 200,
        n_features=12,
        n_informative=6,
        n_clusters_per_class=4,
        flip_y=0.05,
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
    """Return the best score after each candidate, as text."""
    scores = np.fmax.accumulate([entry["score"] for entry in fitted.history_])
    return " ".join(f"{score:.3f}" for score in scores)


def main():
    """Search month by month."""
    print(f"Best score so far, for {N_CANDIDATES} candidates:\n")
    earlier = [search(0, initial_candidates=presets.starting_candidates(MODEL))]
    print(f"month 0, anew       {best_so_far(earlier[0])}")
    for month in range(1, N_MONTHS):
        print(f"month {month}, anew       {best_so_far(search(month))}")
        informed = search(month, prior_searches=earlier)
        print(f"month {month}, informed   {best_so_far(informed)}")
        earlier.append(informed)
    wrong = [
        {
            "params": one.cv_results_["params"],
            "mean_test_score": -one.cv_results_["mean_test_score"],
        }
        for one in earlier[:-1]
    ]
    misled = search(N_MONTHS - 1, prior_searches=wrong)
    print(f"month {N_MONTHS - 1}, misled     {best_so_far(misled)}")


if __name__ == "__main__":
    main()
