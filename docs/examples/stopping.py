"""
End a search when it has found what it will find
================================================

A budget is a guess. Two rules end a search before it is used up: `Patience` after so
many candidates without an improvement, and ``stop="auto"``, which asks a model what can
still be gained, and stops when that is less than the noise of the best score. The same
seed stops after the same candidate, whatever the timing.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import loguniform
from sklearn.datasets import load_digits
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import SVC

from skhpo import BayesSearchCV
from skhpo.stopping import Patience

X, y = load_digits(return_X_y=True)
X, y = X[:300], y[:300]
space = {"C": loguniform(1e-3, 1e3), "gamma": loguniform(1e-6, 1e-1)}
searches = {}
for name, stop in {
    "whole budget": None,
    "patience": Patience(15),
    "auto": "auto",
}.items():
    searches[name] = BayesSearchCV(
        SVC(),
        space,
        n_iter=40,
        cv=StratifiedKFold(5, shuffle=True, random_state=0),
        stop=stop,
        random_state=0,
    ).fit(X, y)

print(f"{'stop':<14}{'candidates':>11}{'CV score':>10}  reason")
for name, search in searches.items():
    n_candidates = len(search.cv_results_["params"])
    print(
        f"{name:<14}{n_candidates:>11}{search.best_score_:>10.4f}"
        f"  {search.stop_reason_}"
    )

# %%
# A rule changes nothing of what is proposed before it ends the search, so the shorter
# searches are beginnings of the long one:

figure, axes = plt.subplots(layout="constrained")
for (name, search), width in zip(searches.items(), (6, 4, 2), strict=True):
    scores = search.cv_results_["mean_test_score"]
    axes.plot(np.maximum.accumulate(scores), lw=width, label=name)
axes.set(xlabel="candidate", ylabel="best CV score", ylim=(0.9, 1.0))
axes.legend()
plt.show()
