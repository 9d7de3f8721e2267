"""CMA-ES."""

import numpy as np
import pytest

from _functions import cube, mixed, mixed_sphere, rastrigin, rosenbrock, search, sphere
from skhpo.generators import CMAESGenerator, _covariance_adaptation
from skhpo.generators._covariance_adaptation import CovarianceAdaptation
from skhpo.generators._learning_rates import LearningRates
from skhpo.generators._margin import Margin
from skhpo.space import Categorical, Integer, Real, SearchSpace
from skhpo.testing import GeneratorContract


class TestCMAESGenerator(GeneratorContract):
    """The contract."""

    def make_generator(self, space, seed):
        """Make the generator under test."""
        return CMAESGenerator(space, np.random.default_rng(seed))


def make(space, seed=0, **arguments):
    """Return a generator."""
    return CMAESGenerator(space, np.random.default_rng(seed), **arguments)


def best_of_reference(function, n_dims, n, seed):
    """Return the best score of the reference implementation from the same start."""
    cmaes = pytest.importorskip("cmaes")
    bounds = np.array([[0.0, 1.0]] * n_dims)
    optimizer = cmaes.CMA(
        mean=start(n_dims, seed), sigma=0.25, bounds=bounds, seed=seed
    )
    scores = []
    while len(scores) < n:
        points = [optimizer.ask() for _ in range(optimizer.population_size)]
        told = [function(dict(enumerate(point))) for point in points]
        optimizer.tell([(x, -score) for x, score in zip(points, told, strict=True)])
        scores += told
    return max(scores[:n])


def start(n_dims, seed):
    """Return a random point."""
    return np.random.default_rng(1000 + seed).random(n_dims)


@pytest.mark.parametrize(("function", "n"), [(sphere, 200), (rosenbrock, 300)])
def test_agrees_with_the_reference(function, n):
    """Over 20 seeds, each median is within the spread of the other's results."""
    ours, theirs = [], []
    for seed in range(20):
        point = dict(zip(("x0", "x1", "x2"), start(3, seed).tolist(), strict=True))
        generator = make(cube(3), seed, prescribed=[(point, "given")], n_initial=1)
        ours.append(search(generator, function, n).max())
        theirs.append(best_of_reference(function, 3, n, seed))
    ours, theirs = np.log10(-np.array(ours)), np.log10(-np.array(theirs))
    for left, right in ((ours, theirs), (theirs, ours)):
        low, high = np.percentile(right, [20, 80])
        assert low <= np.median(left) <= high


@pytest.mark.parametrize(
    ("space", "function", "n", "aim"),
    [
        (cube(4), sphere, 400, -1e-5),
        (cube(2), rosenbrock, 400, -1e-4),
        (mixed(), mixed_sphere, 500, -1e-2),
    ],
    ids=["sphere", "rosenbrock", "mixed"],
)
def test_finds_the_optimum_of_classic_functions(space, function, n, aim):
    """The median of three seeds comes close."""
    best = [search(make(space, s), function, n).max() for s in range(3)]
    assert np.median(best) > aim


def test_a_large_population_finds_the_highest_peak():
    """On Rastrigin's function a small one is often caught by another."""
    best = [
        search(make(cube(2), s, population_size=40), rastrigin, 1000).max()
        for s in range(3)
    ]
    assert np.median(best) > -0.01


def test_the_margin_keeps_whole_numbers_moving():
    """All of ten whole numbers are found, though the real number converges first."""
    names = [f"n{i}" for i in range(10)]
    space = SearchSpace(
        {"x": Real(0.0, 1.0)} | {name: Integer(0, 10) for name in names}
    )

    def objective(params):
        steps = sum((params[name] - 7) ** 2 for name in names)
        return -100.0 * (params["x"] - 0.6) ** 2 - steps

    scores = search(make(space), objective, 1200)
    assert scores.max() > -1.0


def test_choices_are_learned():
    """Of six choices in each of five parameters, the right ones become frequent."""
    space = SearchSpace({name: Categorical([*"uvwxyz"]) for name in "abcde"})
    scores = search(make(space), lambda p: [*p.values()].count("w"), 120)
    assert scores.max() == 5.0
    assert scores[60:].mean() > scores[:30].mean() + 1.0


def test_noise_is_withstood_with_adapted_learning_rates():
    """Late candidates are better than without the adaptation."""

    def mean_distance(seed, adapts):
        rng = np.random.default_rng(100 + seed)
        generator = make(cube(4), seed, adapts_learning_rates=adapts)
        search(generator, lambda p: sphere(p) + rng.normal(0.0, 0.1), 1000)
        return np.mean([-sphere(one.params) for one in generator.candidates[-100:]])

    with_it, without = (
        np.mean([mean_distance(seed, adapts) for seed in range(3)])
        for adapts in (True, False)
    )
    assert with_it < without


@pytest.mark.parametrize("lag", [3, 15])
def test_a_lag_slows_down_and_does_not_mislead(lag):
    """Samples of an older distribution are of use."""
    best = [search(make(cube(3), s), sphere, 300, lag=lag).max() for s in range(3)]
    assert np.median(best) > -1e-2


def test_inactive_coordinates_do_not_drag():
    """The optimum of a branch is found though half of the samples lack it."""
    space = SearchSpace(
        [
            {"kind": ["line"], "slope": Real(0.0, 1.0)},
            {"kind": ["bend"], "width": Real(0.0, 1.0), "height": Real(0.0, 1.0)},
        ]
    )

    def objective(params):
        if params["kind"] == "line":
            return -1.0
        return -((params["width"] - 0.9) ** 2) - (params["height"] - 0.1) ** 2

    assert search(make(space), objective, 200).max() > -1e-3


def test_starts_again_after_convergence():
    """A second start finds the higher of two peaks in some of the seeds."""

    def objective(params):
        near, far = ((params["x0"] - centre) ** 2 for centre in (0.2, 0.9))
        return max(0.5 - near, 1.0 - 200.0 * far)

    generator = make(cube(1))
    search(generator, objective, 700)
    assert generator.state_dict()["n_restarts"] > 0


def test_balancing_keeps_the_distribution_and_its_paths(monkeypatch):
    """Only the parts that make it up change."""

    def after_an_update(most_drift):
        monkeypatch.setattr(_covariance_adaptation, "_MOST_DRIFT", most_drift)
        normal = CovarianceAdaptation(np.full(3, 0.5), 0.2, 6, LearningRates(3))
        normal.scale[:] = [1.0, 30.0, 4.0]
        points = 0.5 + rng.standard_normal((6, 3)) * [0.1, 0.4, 0.02]
        normal.update(points, np.zeros(6, dtype=bool))
        a = normal.sigma * normal.scale
        path = normal.learning_rates.state_dict()["mean"]["mean"]
        return normal, [
            a[:, None] * normal.covariance * a,
            a * normal.path_covariance,
            # whitened coordinates turn, and all of them alike
            normal.path_sigma @ path,
            np.linalg.norm(normal.path_sigma),
            np.linalg.norm(path),
        ]

    rng = np.random.default_rng(0)
    plain, expected = after_an_update(np.inf)
    rng = np.random.default_rng(0)
    balanced, actual = after_an_update(1.01)
    np.testing.assert_allclose(np.diag(balanced.covariance), 1.0)
    assert not np.allclose(balanced.covariance, plain.covariance)
    for one, other in zip(actual, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9)


def test_long_searches_of_whole_numbers_stay_finite():
    """In a small space draws repeat, and each repeated one counts."""
    axes = SearchSpace({"a": Integer(1, 4), "b": Integer(2, 6)}).axes
    normal = CovarianceAdaptation(np.array([0.4, 0.9]), 0.25, 6)
    margin = Margin(axes, 6)
    rng = np.random.default_rng(0)
    for _ in range(600):
        margin.correct(normal)
        draws = np.clip(normal.sample(6, rng), 0.0, 1.0)
        normal.update(
            draws[np.argsort(abs(draws - 0.55).sum(axis=1))], np.zeros(6, bool)
        )
    assert np.isfinite(normal.covariance).all()
    assert ((normal.deviations > 1e-3) & (normal.deviations <= 1.0)).all()
