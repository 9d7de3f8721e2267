"""How much of a front do searches with several objectives find, next to their peers?

    python benchmarks/quality/fronts.py evolution --seeds 5
    YAHPO_DATA=... python benchmarks/quality/fronts.py model --seeds 5 \\
        [--without "optuna gp"]
    YAHPO_DATA=... python benchmarks/quality/fronts.py population --seeds 8 \\
        [--evaluations 32]

The first optimizer is the one that the others are compared with.

`evolution` compares NSGA-II with pymoo's on ZDT1 to ZDT3 in 30 dimensions, both with
populations of 100 and 10,000 evaluations. `model` compares the searches for few
evaluations with Optuna's samplers, random points, and NSGA-II, on small ZDT problems
and on tuning problems whose objectives are accuracy and time of training. `population`
compares sizes of NSGA-II's population on the same problems, its default first.

Printed is the hypervolume of all that was evaluated, as a share of that of the front:
the true one for ZDT, for the others the best of all runs of the command. All
optimizers at their defaults, apart from what is said here.
"""

import argparse
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402 (threads are counted at the import)
import yahpo  # noqa: E402
from optimizers.skhpo import space  # noqa: E402
from problems import Config, Parameter, Problem  # noqa: E402

from skhpo import generators  # noqa: E402
from skhpo.pareto import hypervolume, nondominated_mask  # noqa: E402
from skhpo.trials import Trial, TrialStatus  # noqa: E402

Evaluate = Callable[[Config], np.ndarray]


@dataclass(frozen=True)
class TwoObjectives:
    """A space, two scores to maximise, and the whole front where it is known.

    `reference` and `volume` are the reference point and the hypervolume of the front.
    """

    parameters: Problem
    evaluate: Evaluate
    reference: Sequence[float] | None = None
    volume: float | None = None


# Hypervolumes of the true fronts, over 1.1 in both objectives (20,000 points).
ZDT_VOLUMES = {1: 0.8766, 2: 0.5433, 3: 1.3317}
YAHPO = ["lcbench/167104", "lcbench/189909", "rbv2_rpart/4541", "rbv2_xgboost/1489"]


def zdt(number: int, n_dims: int) -> TwoObjectives:
    """Return a problem of Zitzler, Deb and Thiele, 2000."""
    names = [f"x{axis:02d}" for axis in range(n_dims)]

    def evaluate(config: Config) -> np.ndarray:
        first, *others = (config[name] for name in names)
        rest = 1.0 + 9.0 * float(np.mean(others))
        ratio = first / rest
        shape = 1.0 - (ratio**2 if number == 2 else ratio**0.5)
        if number == 3:
            shape -= ratio * np.sin(10.0 * np.pi * first)
        return np.array([-first, -rest * shape])

    parameters = tuple(Parameter(name, "float") for name in names)
    problem = Problem(f"zdt{number}/{n_dims}", "zdt", parameters, _no_score, {})
    return TwoObjectives(problem, evaluate, [-1.1, -1.1], ZDT_VOLUMES[number])


def accuracy_and_time(name: str) -> TwoObjectives:
    """Return a tuning problem with accuracy and negative time as objectives."""
    scenario, instance = name.split("/")
    columns = [yahpo.OUTPUT[scenario], yahpo.TIME[scenario]]

    def evaluate(config: Config) -> np.ndarray:
        return yahpo.predict(scenario, instance, config)[columns] * [1.0, -1.0]

    return TwoObjectives(yahpo.load(name), evaluate)


def _no_score(config: Config) -> float:
    """Stand where a problem has its only score."""
    raise NotImplementedError(config)


def run_generator(make: Callable[..., Any], **options: Any) -> Callable[..., None]:
    """Return a function that searches with a generator of skhpo."""

    def run(problem: TwoObjectives, evaluate: Evaluate, seed: int, n: int) -> None:
        rng = np.random.default_rng(seed)
        generator = make(space(problem.parameters), rng, **options)
        for _ in range(n):
            candidate = generator.ask()
            scores = evaluate(dict(candidate.params))[None]
            generator.tell(Trial(candidate, scores, TrialStatus.COMPLETE))

    return run


def run_optuna(make: Callable[[int], Any]) -> Callable[..., None]:
    """Return a function that searches with a sampler of Optuna."""

    def run(problem: TwoObjectives, evaluate: Evaluate, seed: int, n: int) -> None:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)

        def objective(trial: Any) -> list[float]:
            config: Config = {}
            for one in problem.parameters.parameters:
                if one.is_active(config):
                    config[one.name] = _suggest(trial, one)
            return [float(score) for score in evaluate(config)]

        study = optuna.create_study(
            directions=["maximize", "maximize"], sampler=make(seed)
        )
        study.optimize(objective, n_trials=n)

    return run


def _suggest(trial: Any, parameter: Parameter) -> Any:
    """Let Optuna choose a value."""
    if parameter.choices:
        return trial.suggest_categorical(parameter.name, list(parameter.choices))
    if parameter.kind == "int":
        low, high = int(parameter.low), int(parameter.high)
        return trial.suggest_int(parameter.name, low, high, log=parameter.log)
    return trial.suggest_float(
        parameter.name, parameter.low, parameter.high, log=parameter.log
    )


def run_pymoo(problem: TwoObjectives, evaluate: Evaluate, seed: int, n: int) -> None:
    """Search with pymoo's NSGA-II; for numbers between 0 and 1 only."""
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.problem import ElementwiseProblem
    from pymoo.optimize import minimize

    names = [one.name for one in problem.parameters.parameters]

    class Minimised(ElementwiseProblem):  # type: ignore[misc]
        def _evaluate(self, x: Any, out: dict[str, Any], *_: Any, **__: Any) -> None:
            out["F"] = -evaluate(dict(zip(names, x.tolist(), strict=True)))

    cube = Minimised(n_var=len(names), n_obj=2, xl=0.0, xu=1.0)
    minimize(cube, NSGA2(pop_size=100), ("n_eval", n), seed=seed)


def _optuna_sampler(name: str) -> Callable[[int], Any]:
    """Return a function that makes a sampler of Optuna."""

    def make(seed: int) -> Any:
        import optuna

        return getattr(optuna.samplers, name)(seed=seed)

    return make


EVOLUTION = {
    "skhpo": run_generator(generators.NSGA2Generator, population_size=100),
    "pymoo": run_pymoo,
}
MODEL = {
    "skhpo bayesian": run_generator(generators.BayesianGenerator),
    "skhpo nsga2": run_generator(generators.NSGA2Generator),
    "skhpo random": run_generator(generators.RandomGenerator),
    "optuna gp": run_optuna(_optuna_sampler("GPSampler")),
    "optuna tpe": run_optuna(_optuna_sampler("TPESampler")),
    "optuna nsga2": run_optuna(_optuna_sampler("NSGAIISampler")),
}
POPULATION = {
    f"skhpo nsga2, {size}": run_generator(
        generators.NSGA2Generator, population_size=size
    )
    for size in (16, 8, 24)
}


def search(
    run: Callable[..., None], problem: TwoObjectives, seed: int, n: int
) -> tuple[np.ndarray, float]:
    """Return all scores that an optimizer saw, and the seconds that it took."""
    scores: list[np.ndarray] = []

    def evaluate(config: Config) -> np.ndarray:
        scores.append(problem.evaluate(config))
        return scores[-1]

    started = time.perf_counter()
    run(problem, evaluate, seed, n)
    return np.array(scores[:n]), time.perf_counter() - started


def shares(problem: TwoObjectives, runs: dict[str, Any]) -> dict[str, np.ndarray]:
    """Return the hypervolume of each run, as a share of that of the whole front."""
    everything = np.vstack([scores for one in runs.values() for scores, _ in one])
    front = everything[nondominated_mask(everything)]
    reference, volume = problem.reference, problem.volume
    if reference is None:
        reference = front.min(axis=0) - 0.1 * np.ptp(front, axis=0)
    if volume is None:
        volume = hypervolume(front, reference)
    return {
        name: np.array([hypervolume(scores, reference) / volume for scores, _ in one])
        for name, one in runs.items()
    }


def compare(
    problems: list[TwoObjectives], optimizers: dict[str, Any], n: int, n_seeds: int
) -> None:
    """Run all optimizers on all problems and print what they found."""
    means: dict[str, list[float]] = {name: [] for name in optimizers}
    for problem in problems:
        runs = {
            name: [search(run, problem, seed, n) for seed in range(n_seeds)]
            for name, run in optimizers.items()
        }
        print(f"{problem.parameters.name}, {n} evaluations, {n_seeds} seeds")
        found = shares(problem, runs)
        ours = next(iter(found.values())).mean()
        for name, values in found.items():
            means[name].append(float(values.mean()))
            ratio = f"{ours / values.mean():.3f}" if values.any() else "inf"
            milliseconds = 1e3 * np.mean([seconds for _, seconds in runs[name]]) / n
            print(
                f"  {name:<16}{values.mean():>8.4f} +- {values.std():.4f}  "
                f"ours/this {ratio:>7}  "
                f"{milliseconds:>7.2f} ms an evaluation",
                flush=True,
            )
    print("mean over the problems")
    for name, values in means.items():
        print(f"  {name:<16}{np.mean(values):>8.4f}")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("suite", choices=["evolution", "model", "population"])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--evaluations", type=int)
    parser.add_argument("--without", nargs="*", default=[], help="optimizers")
    options = parser.parse_args()
    if options.suite == "evolution":
        problems, optimizers = [zdt(number, 30) for number in ZDT_VOLUMES], EVOLUTION
        n = options.evaluations or 10_000
    else:
        problems = [zdt(1, 3), zdt(2, 4), zdt(3, 6)]
        problems += [accuracy_and_time(name) for name in YAHPO]
        optimizers = MODEL if options.suite == "model" else POPULATION
        n = options.evaluations or 64
    for name in options.without:
        del optimizers[name]
    compare(problems, optimizers, n, options.seeds)


if __name__ == "__main__":
    main()
