"""Judge candidates by a few trees before they get all, next to successive halving
===============================================================================

Both searches give most candidates a small part of the resource, here the boosting
iterations, and all of it to the most promising only. `HalvingRandomSearchCV` draws its
candidates at random and fits each amount from scratch; `BayesSearchCV` learns from all
amounts what to try next, and trains the models on. What both spend is counted in
iterations over all splits.
"""

import time

import matplotlib.pyplot as plt
from scipy.stats import loguniform, randint
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import HalvingRandomSearchCV, StratifiedKFold

from skhpo import BayesSearchCV
from skhpo.inspection import RungDisplay

N_CANDIDATES, N_ITERATIONS, N_SPLITS = 27, 54, 3

MODEL = HistGradientBoostingClassifier(early_stopping=False, random_state=0)
SPACE = {
    "learning_rate": loguniform(1e-2, 1.0),
    "max_leaf_nodes": randint(2, 32),
    "min_samples_leaf": randint(2, 50),
    "l2_regularization": loguniform(1e-6, 1e2),
}


def main() -> None:
    """Run both searches, and print how many candidates got how much."""
    X, y = load_breast_cancer(return_X_y=True)
    settings = {
        "cv": StratifiedKFold(N_SPLITS, shuffle=True, random_state=0),
        "scoring": "roc_auc",
        "random_state": 0,
        "resource": "max_iter",
    }
    halving = HalvingRandomSearchCV(
        MODEL,
        SPACE,
        n_candidates=N_CANDIDATES,
        min_resources=2,
        max_resources=N_ITERATIONS,
        **settings,
    )
    bayes = BayesSearchCV(
        MODEL, SPACE, n_iter=N_CANDIDATES, max_resource=N_ITERATIONS, **settings
    )
    print(f"{'search':<24}{'CV ROC AUC':>12}{'iterations':>12}{'seconds':>9}")
    for search in (halving, bayes):
        started = time.perf_counter()
        search.fit(X, y)
        seconds = time.perf_counter() - started
        # Each row of halving is a fit of its own; ours were trained on.
        n_iterations = N_SPLITS * search.cv_results_["n_resources"].sum()
        print(
            f"{type(search).__name__:<24}{search.best_score_:>12.5f}"
            f"{n_iterations:>12}{seconds:>9.1f}"
        )
    print("\nThe candidates of BayesSearchCV that got all iterations:")
    for entry in bayes.history_:
        if entry["status"] == "complete":
            means = [rung["split_scores"].mean() for rung in entry["rungs"]]
            scores = " -> ".join(f"{mean:.5f}" for mean in means)
            print(f"{entry['candidate']:>4}  {scores}  {entry['origin']}")
    RungDisplay.from_estimator(bayes)
    plt.show()


if __name__ == "__main__":
    main()
