"""
Two workers, no waiting, the same candidates
============================================

A new candidate is proposed whenever a worker is about to be free: no batch has to be
complete first. Results are told to the model in a fixed order all the same, so that the
candidates depend on the seed and not on the timing. `history_` knows when each
candidate was proposed and when it was complete.
"""

import matplotlib.pyplot as plt
from scipy.stats import loguniform, randint
from sklearn.datasets import load_digits
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.model_selection import StratifiedKFold

from skhpo import BayesSearchCV

X, y = load_digits(return_X_y=True)
X, y = X[:300], y[:300]
space = {"n_estimators": randint(5, 40), "ccp_alpha": loguniform(1e-5, 1e-1)}
searches = [
    BayesSearchCV(
        ExtraTreesClassifier(random_state=0),
        space,
        n_iter=14,
        cv=StratifiedKFold(3, shuffle=True, random_state=0),
        n_jobs=n_jobs,
        random_state=0,
    ).fit(X, y)
    for n_jobs in (1, 2)
]
one, two = (search.cv_results_["params"] for search in searches)
print(f"The same candidates with one worker and with two: {one == two}")

# %%
# From the proposal of each candidate to its last split, on two workers:

figure, axes = plt.subplots(layout="constrained")
for entry in searches[1].history_:
    lasts = entry["completed_at"] - entry["proposed_at"]
    axes.barh(entry["candidate"], lasts, left=entry["proposed_at"], color="#1b5e7b")
axes.set(xlabel="seconds from the start", ylabel="candidate")
axes.invert_yaxis()
plt.show()
