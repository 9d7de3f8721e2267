"""Several posterior means under one kernel."""

import numpy as np
import pytest

from skhpo.surrogates import GaussianProcess, MeanFunctions

RNG = np.random.default_rng(0)
ROWS = RNG.random((40, 2))
GROUPS = np.arange(2)


def wave(rows, phase):
    """Return a smooth function, of mean 0 and standard deviation 1."""
    values = np.sin(4.0 * rows[:, 0] + phase) + rows[:, 1]
    return (values - values.mean()) / values.std()


def test_one_data_set_has_the_mean_of_its_process():
    """With few rows all of them are anchors, so nothing is lost."""
    targets = wave(ROWS, 0.0)
    process = GaussianProcess(GROUPS).fit(ROWS, targets)
    means = MeanFunctions(GROUPS, [(ROWS, targets)])
    rows = RNG.random((300, 2))
    assert len(means) == 1
    assert means(rows)[:, 0] == pytest.approx(process.predict(rows).mean, abs=1e-3)


def test_each_data_set_has_its_own_mean():
    """They share the kernel and nothing else."""
    data = [(ROWS[:20], wave(ROWS[:20], 0.0)), (ROWS[20:], wave(ROWS[20:], 2.0))]
    means = MeanFunctions(GROUPS, data)(RNG.random((300, 2)))
    assert means.shape == (300, 2)
    assert np.corrcoef(means.T)[0, 1] < 0.9


def test_the_gradient_of_a_trend_is_that_of_its_values():
    """Compared with finite differences."""
    data = [(ROWS, wave(ROWS, phase)) for phase in (0.0, 1.0)]
    trend = MeanFunctions(GROUPS, data).weighted(np.array([0.7, 0.2]))
    row = np.array([0.4, 0.6])
    value, gradient = trend.value_and_gradient(row)
    assert value == pytest.approx(trend(row[None])[0])
    for axis in range(2):
        step = 1e-6 * np.eye(2)[axis]
        difference = trend((row + step)[None])[0] - trend((row - step)[None])[0]
        assert gradient[axis] == pytest.approx(difference / 2e-6, rel=1e-4)


def test_a_long_data_set_is_summarised_without_losing_its_shape():
    """Of 500 rows 200 are anchors, and all of them are regressed on."""
    rows = RNG.random((500, 2))
    targets = wave(rows, 0.5)
    means = MeanFunctions(GROUPS, [(rows, targets)])
    assert len(means.weighted(np.ones(1)).anchors) == 200
    assert means(rows)[:, 0] == pytest.approx(targets, abs=0.1)


def test_repeated_rows_and_constant_targets_are_no_obstacle():
    """Singular systems have a finite solution, and a constant is 0 everywhere."""
    rows = np.repeat(ROWS[:3], 4, axis=0)
    means = MeanFunctions(GROUPS, [(rows, np.zeros(12)), (rows, wave(rows, 0.0))])
    values = means(ROWS)
    assert np.isfinite(values).all()
    assert not values[:, 0].any()
