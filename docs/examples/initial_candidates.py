"""
Begin with what is known already
================================

By default the first candidate is the estimator as it is. Other beginnings are given as
`initial_candidates`: params dicts that have served well, some parameters only (the
others are filled in), a DataFrame, or the `cv_results_` of another search. Here a first
search is followed by one with a parameter more, which starts with the best of the
first.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.model_selection import KFold

from skhpo import BayesSearchCV
from skhpo.space import Integer, Real

X, y = load_diabetes(return_X_y=True)
model = HistGradientBoostingRegressor(max_iter=30, random_state=0)
space = {
    "learning_rate": Real(1e-3, 1.0, prior="log-uniform"),
    "max_leaf_nodes": Integer(2, 128, prior="log-uniform"),
    "min_samples_leaf": Integer(1, 60),
}
settings = {"cv": KFold(3, shuffle=True, random_state=0), "random_state": 0}

first = BayesSearchCV(
    model,
    space,
    n_iter=12,
    initial_candidates=[
        {"learning_rate": 0.1, "max_leaf_nodes": 8, "min_samples_leaf": 20},
        {"learning_rate": 0.3},  # the others are filled in
    ],
    **settings,
).fit(X, y)
for entry in first.history_[:4]:
    print(entry["origin"], entry["params"])

# %%
# The best rows of the first search are evaluated again, each completed by a value of
# the new parameter:

second = BayesSearchCV(
    model,
    {**space, "l2_regularization": Real(1e-3, 1e2, prior="log-uniform")},
    n_iter=16,
    initial_candidates=first.cv_results_,
    **settings,
).fit(X, y)
print(f"first {first.best_score_:.4f}, second {second.best_score_:.4f}")

figure, axes = plt.subplots(layout="constrained")
for name, search in {"first": first, "second": second}.items():
    scores = search.cv_results_["mean_test_score"]
    axes.plot(np.maximum.accumulate(scores), "o-", label=name)
axes.set(xlabel="candidate", ylabel="best CV R2")
axes.legend()
plt.show()
