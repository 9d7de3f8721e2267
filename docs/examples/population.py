"""
Train a neural network under a schedule that is found
=====================================================

A population of eight perceptrons trains at the same time, on handwritten digits. After
every generation of two epochs the worst take over copies of the best and go on with
another learning rate, penalty and batch size. What is found is a schedule, which is
then followed on all of the data. `RandomizedSearchCV` next to it trains as many
candidates for as long, each with parameters that stay as they are.
"""

import time
import warnings

import matplotlib.pyplot as plt
from scipy.stats import loguniform
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import (
    RandomizedSearchCV,
    StratifiedKFold,
    train_test_split,
)
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skhpo import PBTSearchCV

N_MEMBERS, N_GENERATIONS, N_EPOCHS = 8, 4, 2

MODEL = make_pipeline(
    StandardScaler(), MLPClassifier((32,), max_iter=N_GENERATIONS * N_EPOCHS)
)
SPACE = {
    "mlpclassifier__learning_rate_init": loguniform(1e-4, 1e-1),
    "mlpclassifier__alpha": loguniform(1e-6, 1e0),
    "mlpclassifier__batch_size": [16, 32, 64, 128],
}

X, y = load_digits(return_X_y=True)
X, X_test, y, y_test = train_test_split(X, y, test_size=0.4, stratify=y, random_state=0)
settings = {
    "cv": StratifiedKFold(3, shuffle=True, random_state=0),
    "n_jobs": 2,
    "random_state": 0,
}
population = PBTSearchCV(
    MODEL,
    SPACE,
    population_size=N_MEMBERS,
    n_generations=N_GENERATIONS,
    steps_per_generation=N_EPOCHS,
    **settings,
)
random = RandomizedSearchCV(MODEL, SPACE, n_iter=N_MEMBERS, **settings)

# Both are given fewer epochs than the perceptron would like to have.
warnings.simplefilter("ignore", ConvergenceWarning)
print(f"{'search':<20}{'CV score':>10}{'test score':>12}{'seconds':>9}")
for search in (random, population):
    started = time.perf_counter()
    search.fit(X, y)
    print(
        f"{type(search).__name__:<20}{search.best_score_:>10.4f}"
        f"{search.score(X_test, y_test):>12.4f}"
        f"{time.perf_counter() - started:>9.1f}"
    )

# %%
# The schedule of the winner:

for record in population.best_schedule_:
    values = {
        name.removeprefix("mlpclassifier__"): value
        for name, value in record["params"].items()
    }
    print(
        f"from epoch {record['start']:>2}, {record['event']:<9}"
        f"learning_rate_init={values['learning_rate_init']:.2g}, "
        f"alpha={values['alpha']:.2g}, batch_size={values['batch_size']}"
    )

# %%
# How the members scored, generation by generation. The line of the winner's own models
# is thick; where it jumps, a model was copied.

figure, axes = plt.subplots(layout="constrained")
for member in range(N_MEMBERS):
    scores = [one["score"] for one in population.history_ if one["member"] == member]
    axes.plot(range(1, N_GENERATIONS + 1), scores, color="0.75", lw=1)
lineage = [
    next(
        one["score"]
        for one in population.history_
        if one["member"] == record["member"]
        and one["generation"] == record["generation"]
    )
    for record in population.best_schedule_
]
axes.plot(range(1, N_GENERATIONS + 1), lineage, lw=3, label="winner")
axes.set(xlabel="generation", ylabel="CV score", xticks=range(1, N_GENERATIONS + 1))
axes.legend()
plt.show()
