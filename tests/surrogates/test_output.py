"""The transformation of scores."""

import numpy as np
import pytest
from sklearn.preprocessing import PowerTransformer

from skhpo.surrogates import transform_targets


def test_equals_scikit_learn_where_its_optimum_is_inside():
    """It is the Yeo-Johnson transform of greatest likelihood, to the grid's step."""
    scores = np.random.default_rng(0).gamma(3.0, size=60)
    standard = (scores - scores.mean()) / scores.std()
    expected = PowerTransformer().fit_transform(standard[:, None])[:, 0]
    np.testing.assert_allclose(transform_targets(scores), expected, atol=0.02)


@pytest.mark.parametrize(
    "scores",
    [
        [0.0, 1.0],
        [1e12, 1e12 + 1.0, 1e12 + 3.0],
        [1e-12, 3e-12, 2e-12],
        [5e-324, 0.0, 1e-300],
        [1e308, -1e308, 0.0],
        [0.1, 0.2, 0.25, -1e12],
        [0.1, 0.2, 0.25, 1e12],
        [-1e12, -2e12, -3e12, 0.5, 0.7, 0.7],
        list(np.random.default_rng(0).standard_cauchy(50)),
    ],
)
def test_order_and_differences_survive(scores):
    """Any scale and any outlier leave the order, and no difference drowns."""
    targets = transform_targets(np.array(scores))
    assert np.isfinite(targets).all()
    assert targets.mean() == pytest.approx(0.0, abs=1e-9)
    assert targets.std() == pytest.approx(1.0)
    assert (
        np.argsort(targets, kind="stable") == np.argsort(scores, kind="stable")
    ).all()


def test_an_outlier_does_not_hide_the_others():
    """Scores of ordinary size stay far apart beside one of -1e12."""
    targets = transform_targets(np.array([0.5, 0.6, 0.7, 0.8, 0.9, -1e12]))
    assert np.diff(np.sort(targets)).min() > 0.2


@pytest.mark.parametrize("scores", [[], [0.3], [0.7] * 5, [1e300] * 3, [0.0] * 2])
def test_constant_scores_become_zeros(scores):
    """Without differences there is nothing to model."""
    assert transform_targets(np.array(scores)).tolist() == [0.0] * len(scores)


def test_rounding_errors_are_no_differences():
    """Scores that differ in the last bit count as constant."""
    scores = np.array([0.9, np.nextafter(0.9, 1.0), 0.9])
    assert not transform_targets(scores).any()


def test_ties_stay_ties():
    """Equal scores become equal targets, whichever way they are transformed."""
    for outlier in (0.0, -1e15):
        targets = transform_targets(np.array([0.5, 0.5, 0.9, outlier]))
        assert targets[0] == targets[1]
