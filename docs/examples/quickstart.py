"""
Tune a pipeline, next to RandomizedSearchCV
===========================================

A kernel approximation and a linear model trained by stochastic gradient descent, on
handwritten digits: fast, and as good as its parameters are well chosen. The space is
mixed (numbers, choices, switches) and conditional: which parameters the training has
depends on its learning rate schedule. Both searches get the same space, the same splits
and the same number of candidates, and use all cores.
"""

import importlib.util
import time

import numpy as np
from scipy.stats import loguniform, randint, uniform
from sklearn.datasets import load_digits
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import (
    RandomizedSearchCV,
    StratifiedKFold,
    train_test_split,
)
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from skhpo import BayesSearchCV

# %%
# The pipeline, and its space in three branches. One model of the scores learns from all
# of them at once.

PIPELINE = Pipeline(
    [
        ("scale", StandardScaler()),
        ("features", Nystroem(random_state=0)),
        ("model", SGDClassifier(max_iter=10, tol=None, random_state=0)),
    ]
)

SHARED = {
    "features__gamma": loguniform(1e-5, 1e0),
    "features__n_components": randint(20, 100),
    "model__loss": ["hinge", "log_loss", "modified_huber"],
    "model__penalty": ["l2", "l1", "elasticnet"],
    "model__alpha": loguniform(1e-7, 1e-1),
    "model__average": [True, False],
}
STEP_SIZE = {"model__eta0": loguniform(1e-5, 1e1)}
SPACE = [
    {**SHARED, "model__learning_rate": ["optimal"]},
    {**SHARED, **STEP_SIZE, "model__learning_rate": ["constant", "adaptive"]},
    {
        **SHARED,
        **STEP_SIZE,
        "model__learning_rate": ["invscaling"],
        "model__power_t": uniform(0, 1),
    },
]

# %%
# The two searches differ in the name of the class only.

X, y = load_digits(return_X_y=True)
X, X_test, y, y_test = train_test_split(X, y, test_size=0.3, stratify=y, random_state=0)
settings = {
    "n_iter": 40,
    "cv": StratifiedKFold(3, shuffle=True, random_state=0),
    "n_jobs": -1,
    "random_state": 0,
}
print(f"{'search':<20}{'CV score':>10}{'test score':>12}{'fits':>6}{'seconds':>9}")
searches = (
    RandomizedSearchCV(PIPELINE, SPACE, **settings),
    BayesSearchCV(PIPELINE, SPACE, **settings),
)
for search in searches:
    started = time.perf_counter()
    search.fit(X, y)
    seconds = time.perf_counter() - started
    n_fits = len(search.cv_results_["params"]) * search.n_splits_
    print(
        f"{type(search).__name__:<20}{search.best_score_:>10.4f}"
        f"{search.score(X_test, y_test):>12.4f}{n_fits:>6}{seconds:>9.1f}"
    )

# %%
# What `BayesSearchCV` found:

for name, value in sorted(search.best_params_.items()):
    print(f"{name} = {value}")

# %%
# The best score so far, where matplotlib is installed:

if importlib.util.find_spec("matplotlib"):
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(layout="constrained")
    for search in searches:
        scores = search.cv_results_["mean_test_score"]
        best = np.maximum.accumulate(scores)
        axes.plot(range(1, len(best) + 1), best, label=type(search).__name__)
    axes.set(xlabel="candidates", ylabel="best CV score")
    axes.legend()
    plt.show()
