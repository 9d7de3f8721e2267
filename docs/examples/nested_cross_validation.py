"""
What the best score promises, and what it is worth
==================================================

The best score of a search is the best of many, on the splits that chose it: it promises
too much, the more so the smaller the data and the more candidates there are. An outer
cross-validation tells what a search is worth: every outer fold is scored by a search
that has not seen it. The searches of skhpo are estimators, so
`sklearn.model_selection.cross_val_score` does it.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import loguniform
from sklearn.datasets import make_classification
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.tree import DecisionTreeClassifier

from skhpo import BayesSearchCV

space = {
    "max_depth": range(1, 15),
    "min_samples_leaf": range(1, 20),
    "ccp_alpha": loguniform(1e-4, 1e-1),
}
promised, held_out = [], []
for seed in range(3):
    X, y = make_classification(
        120, 10, n_informative=3, flip_y=0.2, class_sep=0.7, random_state=seed
    )
    inner = StratifiedKFold(5, shuffle=True, random_state=seed)
    outer = StratifiedKFold(3, shuffle=True, random_state=seed)
    search = BayesSearchCV(
        DecisionTreeClassifier(random_state=0),
        space,
        n_iter=12,
        cv=inner,
        random_state=seed,
    )
    held_out.append(cross_val_score(search, X, y, cv=outer).mean())
    promised.append(search.fit(X, y).best_score_)
    print(f"sample {seed}: promised {promised[-1]:.3f}, nested {held_out[-1]:.3f}")
print(f"gap: {np.mean(promised) - np.mean(held_out):.3f}")

# %%
# Part of the gap is that the outer searches train on two thirds of the rows. On labels
# that are pure noise nothing can be learned, and the whole difference to 0.5 is luck:

rng = np.random.default_rng(0)
noise = rng.integers(2, size=len(y))
print(f"promised on noise: {search.fit(X, noise).best_score_:.3f}")
print(f"nested on noise: {cross_val_score(search, X, noise, cv=outer).mean():.3f}")

figure, axes = plt.subplots(layout="constrained")
axes.plot(promised, held_out, "o")
axes.axline((0.6, 0.6), slope=1, color="0.7", lw=1)
axes.set(xlabel="best score of the search", ylabel="nested cross-validation")
axes.set(xlim=(0.5, 1.0), ylim=(0.5, 1.0), aspect="equal")
plt.show()
