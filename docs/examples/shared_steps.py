"""
Fit the first steps of a pipeline once
======================================

Candidates that agree in the first steps of a pipeline share the fits of those steps on
the same split, with the same scores. Nothing has to be said for that. Here the first
step turns texts into counts, which takes longer than the classifier behind it. The
`memory` of a pipeline is its own cache; one that keeps nothing turns the sharing off,
so that the two can be compared.
"""

import time

import matplotlib.pyplot as plt
import numpy as np
from joblib import Memory
from scipy.stats import loguniform
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline

from skhpo import BayesSearchCV

# Texts of words drawn by Zipf's law, half of them with other favourites.
rng = np.random.default_rng(0)
y = np.arange(200) % 2
ranks = np.minimum(rng.zipf(1.3, size=(200, 150)), 20_000)
shifted = ranks + 3 * y[:, None] * (rng.random(ranks.shape) < 0.1)
texts = [" ".join(f"word{rank}" for rank in row) for row in shifted]

space = {
    "words__ngram_range": [(1, 1), (1, 2)],
    "words__sublinear_tf": [True, False],
    "model__alpha": loguniform(1e-6, 1e-1),
    "model__penalty": ["l2", "l1"],
}
found, seconds = {}, {}
for name, memory in {"shared": None, "each fit anew": Memory(None)}.items():
    pipeline = Pipeline(
        [("words", TfidfVectorizer()), ("model", SGDClassifier(random_state=0))],
        memory=memory,
    )
    search = BayesSearchCV(
        pipeline,
        space,
        n_iter=16,
        cv=StratifiedKFold(3, shuffle=True, random_state=0),
        random_state=0,
    )
    started = time.process_time()
    found[name] = search.fit(texts, y).cv_results_
    seconds[name] = time.process_time() - started
    print(f"{name:<14}{seconds[name]:>6.1f} s of processor time")

# %%
# The scores are equal, candidate by candidate:

print(
    np.array_equal(
        found["shared"]["mean_test_score"], found["each fit anew"]["mean_test_score"]
    )
)

# %%
# The time of each candidate's fits. Where a step was taken over, it is missing:

figure, axes = plt.subplots(layout="constrained")
for name, results in found.items():
    axes.plot(1e3 * results["mean_fit_time"], "o-", label=name)
axes.set(xlabel="candidate", ylabel="milliseconds for a fit", ylim=(0, None))
axes.legend()
plt.show()
