"""
Choose the winner by other rules than the best mean
===================================================

On small samples the best mean score is in part luck. One search, three rules: the best
mean, the fewest components within one standard error of it, and the candidate that a
Gaussian process over all scores expects most of. Given as ``refit=``, a rule chooses
what is refitted; here each is applied to the same results. The rows left tell how good
the winners are. One sample is an anecdote: ``benchmarks/refit_rules.py`` has many.
"""

import matplotlib.pyplot as plt
from scipy.stats import loguniform, randint
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.pipeline import Pipeline
from sklearn.svm import SVC

from skhpo import BayesSearchCV
from skhpo.refit import OneStandardError, PosteriorMean

PIPELINE = Pipeline([("reduce", PCA(random_state=0)), ("classify", SVC())])
SPACE = {
    "reduce__n_components": randint(2, 61),
    "classify__C": loguniform(1e-2, 1e3),
    "classify__gamma": loguniform(1e-5, 1e-1),
}

X, y = load_digits(return_X_y=True)
X, X_left, y, y_left = train_test_split(
    X, y, train_size=200, stratify=y, random_state=1
)
search = BayesSearchCV(
    PIPELINE,
    SPACE,
    n_iter=40,
    cv=StratifiedKFold(5, shuffle=True, random_state=0),
    random_state=0,
    refit=OneStandardError("param_reduce__n_components"),
).fit(X, y)

# %%
# What each rule makes of the same results:

results = search.cv_results_
winners = {
    "best mean": int(results["rank_test_score"].argmin()),
    "one standard error": search.best_index_,
    "posterior mean": PosteriorMean(SPACE)(results),
}
print(f"{'rule':<20}{'components':>11}{'CV score':>10}{'rows left':>11}")
for rule, row in winners.items():
    params = results["params"][row]
    left = clone(PIPELINE).set_params(**params).fit(X, y).score(X_left, y_left)
    mean = results["mean_test_score"][row]
    print(f"{rule:<20}{params['reduce__n_components']:>11}{mean:>10.4f}{left:>11.4f}")

# %%
# All candidates, by the number of components that they keep:

figure, axes = plt.subplots(layout="constrained")
components = results["param_reduce__n_components"].data.astype(int)
axes.plot(components, results["mean_test_score"], "o", color="0.7")
for (rule, row), marker in zip(winners.items(), "s^D", strict=True):
    place = components[row], results["mean_test_score"][row]
    axes.plot(*place, marker, ms=9, label=rule, alpha=0.8)
axes.set(xlabel="components", ylabel="CV score", ylim=(0.8, 1.0))
axes.legend()
plt.show()
