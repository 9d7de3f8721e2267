"""
Breed very many cheap candidates
================================

An evolutionary search spends a few milliseconds on a proposal however many candidates
there have been, so it suits models that are fitted in milliseconds. The space is
conditional: the parameters of a kernel exist only where it is chosen. The search ends
when 30 candidates in a row have been no improvement; `history_` has the parents and the
operator of each candidate, from which the line of the best is followed back.
"""

import time

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import loguniform, randint, uniform
from sklearn.datasets import load_diabetes
from sklearn.kernel_ridge import KernelRidge
from sklearn.model_selection import KFold, RandomizedSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from skhpo import EvolutionarySearchCV
from skhpo.stopping import Patience

N_CANDIDATES = 80

PIPELINE = Pipeline([("scale", StandardScaler()), ("model", KernelRidge())])

SHARED = {"model__alpha": loguniform(1e-3, 1e3), "scale__with_std": [True, False]}
GAMMA = {"model__gamma": loguniform(1e-6, 1e1)}
SPACE = [
    {**SHARED, "model__kernel": ["linear"]},
    {**SHARED, **GAMMA, "model__kernel": ["rbf", "laplacian"]},
    {
        **SHARED,
        **GAMMA,
        "model__kernel": ["polynomial"],
        "model__degree": randint(2, 5),
        "model__coef0": uniform(0, 2),
    },
]

X, y = load_diabetes(return_X_y=True)
settings = {
    "n_iter": N_CANDIDATES,
    "cv": KFold(3, shuffle=True, random_state=0),
    "n_jobs": 2,
    "random_state": 0,
}
searches = (
    RandomizedSearchCV(PIPELINE, SPACE, **settings),
    EvolutionarySearchCV(PIPELINE, SPACE, stop=Patience(30), **settings),
)
print(f"{'search':<22}{'CV R2':>8}{'candidates':>12}{'seconds':>9}")
for search in searches:
    started = time.perf_counter()
    search.fit(X, y)
    seconds = time.perf_counter() - started
    print(
        f"{type(search).__name__:<22}{search.best_score_:>8.4f}"
        f"{len(search.cv_results_['params']):>12}{seconds:>9.1f}"
    )
print(f"\nThe search ended because of: {search.stop_reason_}")

# %%
# The line of the best, from the child to the first of its ancestors:

entry = search.history_[search.best_index_]
while True:
    print(
        f"candidate {entry['candidate']:>3}, {entry['origin']:<10} "
        f"R2 {entry['score']:.4f}"
    )
    if not entry["parents"]:
        break
    entry = search.history_[entry["parents"][0]]

# %%
# The best score so far:

figure, axes = plt.subplots(layout="constrained")
for search in searches:
    scores = search.cv_results_["mean_test_score"]
    axes.plot(np.maximum.accumulate(scores), label=type(search).__name__)
axes.set(xlabel="candidate", ylabel="best CV R2", ylim=(0.44, 0.51))
axes.legend()
plt.show()
