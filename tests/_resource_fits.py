"""Estimators with a resource, importable by worker processes."""

# ruff: noqa: ARG002 (the signatures are those that scikit-learn calls)

from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from _fits import Dawdling


class Improving(Dawdling):
    """Scores better with more `steps`; raises above the limits where it is told to.

    It takes up to 5 ms, drawn from no seed at all.
    """

    def __init__(
        self,
        x=0.5,
        kind="a",
        steps=9,
        error=None,
        from_x=0.8,
        from_steps=1,
        note="none",
    ):
        super().__init__(x, kind)
        self.steps = steps
        self.error = error
        self.from_x = from_x
        self.from_steps = from_steps
        self.note = note

    def fit(self, X, y=None):
        """Remember the number of rows."""
        super().fit(X)
        self.n_rows_ = len(X)
        return self

    def act(self):
        """Sleep, or raise."""
        super().act()
        is_beyond = self.x >= self.from_x and self.steps >= self.from_steps
        if self.error is not None and is_beyond:
            raise self.error

    def score(self, X, y=None):
        """Return the score of the parameters, less what is missing in steps."""
        return super().score(X) - 1.0 / self.steps


class CountingForest(RandomForestClassifier):
    """Adds up in a class attribute how many trees are grown in this process."""

    n_grown = 0

    def fit(self, X, y, sample_weight=None):
        """Count the new trees."""
        n_before = len(getattr(self, "estimators_", ())) if self.warm_start else 0
        super().fit(X, y, sample_weight)
        type(self).n_grown += len(self.estimators_) - n_before
        return self


class Network(LogisticRegression):
    """Has a parameter of its own for its epochs."""

    def __init__(self, C=1.0, epochs=9):
        super().__init__(C=C)
        self.epochs = epochs
