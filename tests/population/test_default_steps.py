"""How long a generation is by default."""

import pytest
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import SGDClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skhpo.population._default_steps import default_n_steps


@pytest.mark.parametrize(
    ("estimator", "n_generations", "expected"),
    [
        (MLPClassifier(max_iter=60), 10, 6),
        (MLPClassifier(max_iter=5), 10, 1),
        (SGDClassifier(max_iter=1000), 10, 20),
        (HistGradientBoostingRegressor(), 10, 10),
        (GradientBoostingClassifier(n_estimators=50), 10, 5),
        (make_pipeline(StandardScaler(), MLPClassifier(max_iter=30)), 10, 3),
        (GaussianNB(), 10, 10),
    ],
    ids=str,
)
def test_the_estimators_own_training_is_divided(estimator, n_generations, expected):
    """It is cut at 200 steps; 100 where the estimator has no length."""
    assert default_n_steps(estimator, n_generations) == expected
