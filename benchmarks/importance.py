"""Does the importance of parameters agree with the truth, and with Optuna's?

Functions whose shares of variance are known in closed form, sampled at random; each
method sees the same candidates. Printed is the mean over the seeds with its standard
deviation, next to the exact main effect. Optuna's evaluators are left out where it is
not installed.

    python benchmarks/importance.py [--seeds 10] [--candidates 100]
"""

import argparse
import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from skhpo.inspection import parameter_importance
from skhpo.space import Real

try:
    import optuna
except ImportError:
    optuna = None


@dataclass(frozen=True)
class Known:
    """A function on a cube with its exact main effects."""

    name: str
    low: float
    high: float
    function: Callable[[np.ndarray], np.ndarray]
    main: tuple[float, ...]

    @property
    def names(self) -> list[str]:
        return [f"x{i}" for i in range(len(self.main))]


def ishigami() -> Known:
    a, b = 7.0, 0.1
    first = 0.5 * (1 + b * math.pi**4 / 5) ** 2
    second = a**2 / 8
    both = b**2 * math.pi**8 * (1 / 18 - 1 / 50)
    whole = first + second + both

    def function(x: np.ndarray) -> np.ndarray:
        return (
            np.sin(x[:, 0])
            + a * np.sin(x[:, 1]) ** 2
            + b * x[:, 2] ** 4 * np.sin(x[:, 0])
        )

    main = (first / whole, second / whole, 0.0)
    return Known("Ishigami", -math.pi, math.pi, function, main)


def sobol_g() -> Known:
    a = np.array([0.0, 1.0, 4.5, 9.0, 99.0])
    parts = 1 / (3 * (1 + a) ** 2)

    def function(x: np.ndarray) -> np.ndarray:
        return np.prod((np.abs(4 * x - 2) + a) / (1 + a), axis=1)

    main = parts / (np.prod(1 + parts) - 1)
    return Known("Sobol's g", 0.0, 1.0, function, tuple(main.tolist()))


def additive() -> Known:
    weights = np.array([4.0, 2.0, 1.0, 0.5, 0.0, 0.0])

    def function(x: np.ndarray) -> np.ndarray:
        return x @ weights

    main = weights**2 / (weights**2).sum()
    return Known("additive", 0.0, 1.0, function, tuple(main.tolist()))


FUNCTIONS = [additive(), ishigami(), sobol_g()]


def as_search(known: Known, x: np.ndarray, y: np.ndarray) -> SimpleNamespace:
    """A search that has evaluated points, as far as importances look at it."""
    params = [dict(zip(known.names, row, strict=True)) for row in x.tolist()]
    return SimpleNamespace(
        param_distributions={n: Real(known.low, known.high) for n in known.names},
        refit=True,
        cv_results_={
            "params": params,
            "mean_test_score": y,
            "split0_test_score": y,
        },
    )


def ours(
    known: Known, x: np.ndarray, y: np.ndarray, seed: int, **arguments: object
) -> list[float]:
    found = parameter_importance(as_search(known, x, y), random_state=seed, **arguments)
    by_name = dict(zip(found.parameters, found.importances, strict=True))
    return [by_name[name] for name in known.names]


def optunas(
    known: Known, x: np.ndarray, y: np.ndarray, seed: int, method: str
) -> list[float]:
    study = optuna.create_study(direction="maximize")
    bounds = optuna.distributions.FloatDistribution(known.low, known.high)
    for row, value in zip(x.tolist(), y.tolist(), strict=True):
        study.add_trial(
            optuna.create_trial(
                params=dict(zip(known.names, row, strict=True)),
                distributions=dict.fromkeys(known.names, bounds),
                value=value,
            )
        )
    if method == "fanova":
        evaluator = optuna.importance.FanovaImportanceEvaluator(seed=seed)
    else:
        evaluator = optuna.importance.PedAnovaImportanceEvaluator()
    found = optuna.importance.get_param_importances(
        study, evaluator=evaluator, normalize=method != "fanova"
    )
    return [found[name] for name in known.names]


def compared(known: Known, n_candidates: int, n_seeds: int) -> dict[str, np.ndarray]:
    """The importances by each method, one row a seed."""
    rows: dict[str, list[list[float]]] = {}
    for seed in range(n_seeds):
        rng = np.random.default_rng(seed)
        x = rng.uniform(known.low, known.high, (n_candidates, len(known.main)))
        y = known.function(x)
        results = {
            "fanova, gp": ours(known, x, y, seed, surrogate="gp"),
            "fanova, forest": ours(known, x, y, seed, surrogate="forest"),
            "ped-anova": ours(known, x, y, seed, method="ped-anova"),
        }
        if optuna is not None:
            results["fanova, Optuna"] = optunas(known, x, y, seed, "fanova")
            results["ped-anova, Optuna"] = optunas(known, x, y, seed, "ped-anova")
        for name, values in results.items():
            rows.setdefault(name, []).append(values)
    return {name: np.array(values) for name, values in rows.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--candidates", type=int, default=100)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    if optuna is not None:
        optuna.logging.set_verbosity(optuna.logging.ERROR)
    for known in FUNCTIONS:
        print(f"\n{known.name}, {arguments.candidates} random candidates")
        print(f"{'':<20}" + "".join(f"{name:>14}" for name in known.names))
        print(f"{'exact main effect':<20}" + "".join(f"{m:>14.3f}" for m in known.main))
        found = compared(known, arguments.candidates, arguments.seeds)
        for method, values in found.items():
            cells = zip(values.mean(axis=0), values.std(axis=0, ddof=1), strict=True)
            line = "".join(f"{f'{m:.3f} ± {s:.3f}':>14}" for m, s in cells)
            print(f"{method:<20}{line}")


if __name__ == "__main__":
    main()
