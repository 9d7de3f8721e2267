"""
Tune for accuracy and for speed at once
=======================================

More trees are more accurate and slower to predict with. What is worth how many
milliseconds is a matter of taste, so the search is not asked for one answer, but for
the front: the candidates that no other one surpasses in both objectives. The knee of
the front is refitted: where giving up a little of one gains the most of the other.

Times differ from run to run and from machine to machine, and so do these candidates.
With objectives that are metrics, the same `random_state` gives the same candidates.
"""

import matplotlib.pyplot as plt
from scipy.stats import randint, uniform
from sklearn.datasets import load_digits
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.model_selection import train_test_split

from skhpo import BayesSearchCV

X, y = load_digits(return_X_y=True)
X, X_test, y, y_test = train_test_split(X, y, test_size=0.3, random_state=0)
search = BayesSearchCV(
    ExtraTreesClassifier(random_state=0),
    {
        "n_estimators": randint(2, 100),
        "max_depth": randint(3, 20),
        "max_features": uniform(0.05, 0.5),
    },
    n_iter=24,
    scoring="accuracy",
    objectives=["accuracy", "neg_score_time"],
    refit="knee",
    cv=3,
    random_state=0,
).fit(X, y)

# %%
# The front, the best in the first objective first:

results = search.cv_results_
print(f"{'CV accuracy':>12}{'ms':>8}{'trees':>8}{'depth':>8}{'features':>10}")
for row in search.pareto_front_:
    params = results["params"][row]
    print(
        f"{results['mean_test_score'][row]:>12.4f}"
        f"{1e3 * results['mean_score_time'][row]:>8.1f}"
        f"{params['n_estimators']:>8}{params['max_depth']:>8}"
        f"{params['max_features']:>10.2f}"
        f"{'  <- knee' if row == search.best_index_ else ''}"
    )
print(f"\nTest accuracy of the knee: {search.score(X_test, y_test):.4f}")

# %%
# All candidates, and the front:

figure, axes = plt.subplots(layout="constrained")
times = 1e3 * results["mean_score_time"]
axes.plot(times, results["mean_test_score"], "o", color="0.7", label="candidates")
front = search.pareto_front_
axes.plot(times[front], results["mean_test_score"][front], "o-", label="front")
knee = search.best_index_
axes.plot(times[knee], results["mean_test_score"][knee], "s", ms=9, label="knee")
axes.set(xlabel="milliseconds to score a split", ylabel="CV accuracy")
axes.legend()
plt.show()
