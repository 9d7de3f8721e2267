"""
Leave out combinations that make no sense
=========================================

A `constraint` is a function of a params dict that is true where a candidate is allowed.
What it excludes is never evaluated and never counts as a failure. Here products of
three features are allowed only under a penalty that can handle so many of them.
"""

import matplotlib.pyplot as plt
from scipy.stats import loguniform
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import KFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from skhpo import BayesSearchCV


def is_sensible(params):
    """Allow three-way products only under a strong penalty."""
    return params["expand__degree"] < 3 or params["model__alpha"] > 10


X, y = load_diabetes(return_X_y=True)
search = BayesSearchCV(
    Pipeline(
        [
            ("scale", StandardScaler()),
            ("expand", PolynomialFeatures(include_bias=False)),
            ("model", Ridge()),
        ]
    ),
    {
        "expand__degree": [1, 2, 3],
        "expand__interaction_only": [True, False],
        "model__alpha": loguniform(1e-3, 1e5),
    },
    constraint=is_sensible,
    n_iter=25,
    cv=KFold(5, shuffle=True, random_state=0),
    random_state=0,
).fit(X, y)
print(f"{search.best_score_:.4f} {search.best_params_}")

# %%
# No candidate in the forbidden corner:

figure, axes = plt.subplots(layout="constrained")
alpha = search.cv_results_["param_model__alpha"].data.astype(float)
degree = search.cv_results_["param_expand__degree"].data.astype(int)
axes.fill_between([1e-3, 10], 2.7, 3.3, color="0.9", label="not allowed")
points = axes.scatter(
    alpha, degree, c=search.cv_results_["mean_test_score"], vmin=0.3, vmax=0.5
)
axes.set(xscale="log", yticks=[1, 2, 3], xlabel="alpha", ylabel="degree")
axes.legend()
figure.colorbar(points, label="CV R2")
plt.show()
