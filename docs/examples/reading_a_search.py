"""Read what a search found out: in words, in numbers, and as a report
===================================================================

A support vector machine whose range of `C` ends too early, and with a parameter that
hardly matters. The explanation says both, and how much of the winner's lead is noise.
The report goes to a temporary folder here.
"""

import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
from scipy.stats import loguniform
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skhpo import BayesSearchCV
from skhpo.inspection import DependenceDisplay, parameter_importance


def main() -> None:
    """Search, then read the search."""
    X, y = load_breast_cancer(return_X_y=True)
    search = BayesSearchCV(
        Pipeline([("scale", StandardScaler()), ("classify", SVC())]),
        {
            "classify__C": loguniform(1e-3, 1.0),
            "classify__gamma": loguniform(1e-5, 1e1),
            "classify__tol": loguniform(1e-5, 1e-2),
        },
        n_iter=30,
        cv=StratifiedKFold(5, shuffle=True, random_state=0),
        random_state=0,
    ).fit(X, y)
    explanation = search.explain()
    print(explanation)
    print("\nThe same as numbers, for example:")
    for bound in explanation.pressed:
        print(f"  {bound.parameter}: {bound.bound} -> {bound.suggested}")
    print("\nWhat decides about being among the best tenth:")
    print(parameter_importance(search, "ped-anova"))
    with tempfile.TemporaryDirectory() as folder:
        path = search.report(Path(folder, "search.html"))
        print(f"\nThe report has {path.stat().st_size // 1000} kB.")
    # One of its plots: what the model expects of each value, over all others.
    DependenceDisplay.from_estimator(search)
    plt.show()


if __name__ == "__main__":
    main()
