"""
Models of the scores
====================

`BayesSearchCV` learns from the scores by a Gaussian process; extremely randomized trees
and the densities of a tree-structured Parzen estimator can take its place. The
Gaussian process was ahead in each family of problems that was tried, and so it is the
default: this shows how to try another one, not which one to take.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import loguniform
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skhpo import BayesSearchCV

X, y = load_breast_cancer(return_X_y=True)
model = make_pipeline(StandardScaler(), SVC())
space = {
    "svc__C": loguniform(1e-3, 1e3),
    "svc__gamma": loguniform(1e-5, 1e1),
    "svc__kernel": ["rbf", "sigmoid"],
}
figure, axes = plt.subplots(layout="constrained")
for surrogate in ("gp", "forest", "tpe"):
    search = BayesSearchCV(
        model,
        space,
        n_iter=24,
        surrogate=surrogate,
        cv=StratifiedKFold(3, shuffle=True, random_state=0),
        initial_candidates=None,
        random_state=1,
    ).fit(X, y)
    milliseconds = 1e3 * np.median(
        [one["suggestion_time"] for one in search.history_ if one["origin"] != "sobol"]
    )
    print(
        f"{surrogate:<8}CV score {search.best_score_:.4f}, "
        f"{milliseconds:.0f} ms a proposal"
    )
    scores = search.cv_results_["mean_test_score"]
    axes.plot(np.maximum.accumulate(scores), label=surrogate)
axes.set(xlabel="candidate", ylabel="best CV score", ylim=(0.9, 1.0))
axes.legend()
plt.show()
