"""The searches: scikit-learn estimators that tune another estimator."""

from skhpo.search._bayes import BayesSearchCV

__all__ = ["BayesSearchCV"]
