"""The searches: scikit-learn estimators that tune another estimator."""

from skhpo.search._bayes import BayesSearchCV
from skhpo.search._evolutionary import EvolutionarySearchCV
from skhpo.search._pbt import PBTSearchCV

__all__ = ["BayesSearchCV", "EvolutionarySearchCV", "PBTSearchCV"]
