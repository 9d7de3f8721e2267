"""
Choose between models and tune them in one search
=================================================

A list of dicts is one space with branches. Here each branch is another classifier at
the end of the pipeline, with its own parameters; the scaling before it is shared by all
of them. One model of the scores sees all branches, so that the search soon spends its
candidates where they pay.
"""

from collections import Counter

import matplotlib.pyplot as plt
from scipy.stats import loguniform, randint
from sklearn.datasets import load_wine
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC

from skhpo import BayesSearchCV

pipeline = Pipeline([("scale", StandardScaler()), ("model", SVC())])
scale = {"scale": [StandardScaler(), MinMaxScaler(), "passthrough"]}
space = [
    {
        **scale,
        "model": [SVC()],
        "model__C": loguniform(1e-2, 1e3),
        "model__gamma": loguniform(1e-6, 1e1),
    },
    {
        **scale,
        "model": [KNeighborsClassifier()],
        "model__n_neighbors": randint(1, 40),
        "model__weights": ["uniform", "distance"],
    },
    {
        **scale,
        "model": [RidgeClassifier()],
        "model__alpha": loguniform(1e-4, 1e3),
    },
]

X, y = load_wine(return_X_y=True)
search = BayesSearchCV(
    pipeline,
    space,
    n_iter=30,
    cv=StratifiedKFold(5, shuffle=True, random_state=0),
    random_state=0,
).fit(X, y)
print(f"{search.best_score_:.4f}")
print(search.best_params_)

# %%
# Parameters that a branch lacks are masked in `cv_results_`, as in scikit-learn:

print(search.cv_results_["param_model__n_neighbors"][:8])

# %%
# How many candidates each model got:

kinds = [type(params["model"]).__name__ for params in search.cv_results_["params"]]
print(Counter(kinds))

figure, axes = plt.subplots(layout="constrained")
for kind in sorted(set(kinds)):
    rows = [row for row, one in enumerate(kinds) if one == kind]
    axes.plot(rows, search.cv_results_["mean_test_score"][rows], "o", label=kind)
axes.set(xlabel="candidate", ylabel="CV score")
axes.legend()
plt.show()
