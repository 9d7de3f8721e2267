"""
Give up hopeless candidates after a few splits
==============================================

With ``racing="auto"`` a candidate that promises too little is not fitted on the
remaining splits. The fits that are saved go to other candidates: here the search with
racing may propose twice as many as the plain one. A candidate is compared with the best
one so far, split by split. One data set is an anecdote: ``benchmarks/fewer_fits.py``
has several, with more seeds.
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
space = {"svc__C": loguniform(1e-3, 1e3), "svc__gamma": loguniform(1e-5, 1e1)}
settings = {
    "cv": StratifiedKFold(10, shuffle=True, random_state=0),
    "random_state": 0,
}
plain = BayesSearchCV(model, space, n_iter=30, **settings).fit(X, y)
racing = BayesSearchCV(model, space, n_iter=60, racing="auto", **settings).fit(X, y)
for name, search in {"plain": plain, "racing": racing}.items():
    print(f"{name:<8} CV score {search.best_score_:.4f} with {search.n_fits_} fits")

# %%
# Which splits were fitted (blue) for each candidate of the search with racing. A
# discarded candidate keeps the scores that it has and ranks after every complete one.

results = racing.cv_results_
scores = np.array([results[f"split{k}_test_score"] for k in range(10)])
figure, axes = plt.subplots(figsize=(7, 3), layout="constrained")
axes.imshow(np.isnan(scores), cmap="Blues_r", aspect="auto", vmin=-0.5, vmax=1)
axes.set(xlabel="row of cv_results_", ylabel="split", yticks=range(0, 10, 3))
plt.show()
