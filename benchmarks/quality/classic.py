"""Do the evolutionary generators do what the textbooks say of their algorithms?

    python benchmarks/quality/classic.py [--seeds 20]

Classic functions on the unit cube, from the same random start: the distance to the
maximum after equally many evaluations, as quartiles of its decimal logarithm. Next to
skhpo's generators the `cmaes` package and SciPy's differential evolution.
"""

import argparse
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

Function = Callable[[NDArray[np.float64]], float]


class SpentError(Exception):
    """The evaluations are used up."""


def sphere(u: NDArray[np.float64]) -> float:
    """Return the squared distance from 0.6."""
    return float(((u - 0.6) ** 2).sum())


def rosenbrock(u: NDArray[np.float64]) -> float:
    """Return the Rosenbrock function on [-2, 2]."""
    x = 4.0 * u - 2.0
    return float((100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2).sum())


def rastrigin(u: NDArray[np.float64]) -> float:
    """Return the Rastrigin function around 0.6."""
    x = 10.24 * (u - 0.6)
    return float((x**2 - 10.0 * np.cos(2.0 * np.pi * x) + 10.0).sum())


def skhpo(function: Function, d: int, n: int, seed: int, **options: Any) -> float:
    """Return the least value that one of skhpo's generators finds."""
    from skhpo.generators import make_evolution
    from skhpo.space import Real, SearchSpace
    from skhpo.trials import Trial, TrialStatus

    names = [f"x{i}" for i in range(d)]
    start = dict(zip(names, np.random.default_rng(seed).random(d), strict=True))
    generator = make_evolution(
        SearchSpace({name: Real(0.0, 1.0) for name in names}),
        np.random.default_rng(seed),
        n_candidates=n,
        prescribed=[(start, "given")],
        **options,
    )
    best = np.inf
    for _ in range(n):
        candidate = generator.ask()
        value = function(candidate.point)
        generator.tell(Trial(candidate, np.array([-value]), TrialStatus.COMPLETE))
        best = min(best, value)
    return float(best)


def reference_cmaes(function: Function, d: int, n: int, seed: int) -> float:
    """Return the least value that the `cmaes` package finds."""
    from cmaes import CMA

    start = np.random.default_rng(seed).random(d)
    bounds = np.array([[0.0, 1.0]] * d)
    optimizer = CMA(mean=start, sigma=0.25, bounds=bounds, seed=seed)
    values: list[float] = [function(start)]
    while len(values) < n:
        points = [optimizer.ask() for _ in range(optimizer.population_size)]
        told = [function(point) for point in points]
        optimizer.tell(list(zip(points, told, strict=True)))
        values += told
    return min(values[:n])


def scipy_de(function: Function, d: int, n: int, seed: int) -> float:
    """Return the least value that SciPy's differential evolution finds."""
    from scipy.optimize import differential_evolution

    values: list[float] = []

    def counted(u: NDArray[np.float64]) -> float:
        if len(values) == n:
            raise SpentError
        values.append(function(u))
        return values[-1]

    rng = np.random.default_rng(seed)
    with suppress(SpentError):
        differential_evolution(
            counted, [(0.0, 1.0)] * d, rng=rng, maxiter=n, tol=0.0, polish=False
        )
    return min(values)


OPTIMIZERS: dict[str, Callable[..., float]] = {
    "genetic": lambda *args: skhpo(*args, algorithm="genetic"),
    "differential": lambda *args: skhpo(*args, algorithm="differential"),
    "cmaes": lambda *args: skhpo(*args, algorithm="cmaes"),
    "cmaes (the package)": reference_cmaes,
    "scipy_de": scipy_de,
}
CASES = [
    (sphere, 3, 300),
    (sphere, 8, 1000),
    (rosenbrock, 3, 600),
    (rosenbrock, 5, 2000),
    (rastrigin, 2, 500),
    (rastrigin, 4, 2000),
]


def main() -> None:
    """Print a table for each function."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--optimizers", nargs="+", default=list(OPTIMIZERS))
    options = parser.parse_args()
    for function, d, n in CASES:
        print(f"\n{function.__name__}, {d} dimensions, {n} evaluations\n")
        print("| optimizer | 25% | median | 75% |\n| --- | --- | --- | --- |")
        for name in options.optimizers:
            found = [
                OPTIMIZERS[name](function, d, n, seed) for seed in range(options.seeds)
            ]
            logarithms = np.log10(np.maximum(found, 1e-30))
            low, middle, high = np.percentile(logarithms, [25, 50, 75])
            print(f"| {name} | {low:.2f} | {middle:.2f} | {high:.2f} |", flush=True)


if __name__ == "__main__":
    main()
