"""Is a schedule that population-based training finds worth its training steps?

    python benchmarks/pbt.py                    # two small tasks, 2 seeds
    python benchmarks/pbt.py --profile full     # all tasks, 5 seeds
    python benchmarks/pbt.py --report           # what has been run so far

Every method may train the same number of steps on each of three splits, from the same
space, and ends with a schedule; a model is trained along it on all training rows and
scored on rows that nothing else has seen. Methods:

- ``pbt``, ``pb2``: `PBTSearchCV` with ``explore="perturb"`` and ``"pb2"``; with
  ``--population 4`` they are small and train the fewer steps, with ``--longer`` for
  so many more generations that the steps are the same;
- ``random``: random candidates, each trained to the end with constant parameters;
- ``asha``: asynchronous successive halving [1]_, which trains more candidates, most of
  them not to the end;
- ``decay``: random candidates whose learning rate falls exponentially to a hundredth,
  what somebody would do who knows the trade;
- ``ray``: Ray Tune's population-based training, with its defaults, on the first task
  (needs ``pip install "ray[tune]"``).

Rows are appended to ``benchmarks/results/pbt.jsonl``; what is there is not run again.
Everything computes in one thread. Seeds are the outer loop. The CPU time is that of
this process, so the workers of Ray are missing from it. On one idle core the full
profile takes about half an hour.

.. [1] L. Li et al., "A system for massively parallel hyperparameter tuning", 2020.
"""

import argparse
import functools
import itertools
import json
import math
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402 (threads are counted at the import)
from sklearn.base import clone  # noqa: E402
from sklearn.datasets import load_digits, make_classification  # noqa: E402
from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: E402
from sklearn.linear_model import SGDClassifier  # noqa: E402
from sklearn.model_selection import StratifiedKFold, train_test_split  # noqa: E402
from sklearn.neural_network import MLPClassifier  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402

import skhpo  # noqa: E402
from skhpo import PBTSearchCV  # noqa: E402
from skhpo.generators import RandomGenerator  # noqa: E402
from skhpo.population import replay_schedule, resolve_trainer  # noqa: E402
from skhpo.space import Integer, Real, SearchSpace  # noqa: E402

RESULTS = Path(__file__).parent / "results" / "pbt.jsonl"
KEY = ("task", "method", "seed", "population", "generations", "steps")
N_SPLITS = 3
METHODS = ("pbt", "pb2", "random", "asha", "decay", "ray")
REDUCTION = 3  # of successive halving

Params = dict[str, Any]
Record = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """An estimator, its space, its data and its budget."""

    estimator: Any
    space: dict[str, Any]
    rate: str  # the parameter that a hand-set schedule lets fall
    load: Callable[[int], tuple[Any, ...]]
    population: int = 12
    generations: int = 8
    steps: int = 1


def digits(seed: int) -> tuple[Any, ...]:
    return scaled(*load_digits(return_X_y=True), test_size=0.4, seed=seed)


def synthetic(seed: int, n_samples: int = 20_000) -> tuple[Any, ...]:
    X, y = make_classification(
        n_samples,
        20,
        n_informative=10,
        n_classes=4,
        n_clusters_per_class=3,
        flip_y=0.05,
        random_state=seed,
    )
    return scaled(X, y, test_size=0.6, seed=seed)


def scaled(X: Any, y: Any, *, test_size: float, seed: int) -> tuple[Any, ...]:
    X, X_test, y, y_test = train_test_split(
        X, y, test_size=test_size, stratify=y, random_state=seed
    )
    scaler = StandardScaler().fit(X)
    return scaler.transform(X), scaler.transform(X_test), y, y_test


PERCEPTRON = {
    "learning_rate_init": Real(1e-4, 1e-1, prior="log-uniform"),
    "alpha": Real(1e-6, 1e0, prior="log-uniform"),
    "batch_size": [16, 32, 64, 128],
}
LINEAR = {
    "eta0": Real(1e-5, 1e0, prior="log-uniform"),
    "alpha": Real(1e-7, 1e-1, prior="log-uniform"),
}
BOOSTING = {
    "learning_rate": Real(1e-2, 1e0, prior="log-uniform"),
    "max_leaf_nodes": Integer(3, 31, prior="log-uniform"),
    "l2_regularization": Real(1e-4, 1e2, prior="log-uniform"),
}
SGD = SGDClassifier(learning_rate="constant", eta0=0.01)
TASKS = {
    "mlp digits": Task(
        MLPClassifier((32,)), PERCEPTRON, "learning_rate_init", digits, steps=2
    ),
    "mlp synthetic": Task(
        MLPClassifier((16,)),
        {**PERCEPTRON, "batch_size": [64, 128, 256, 512]},
        "learning_rate_init",
        synthetic,
    ),
    "sgd digits": Task(SGD, LINEAR, "eta0", digits, steps=2),
    "sgd synthetic": Task(SGD, LINEAR, "eta0", synthetic),
    "boosting synthetic": Task(
        HistGradientBoostingClassifier(early_stopping=False),
        BOOSTING,
        "learning_rate",
        lambda seed: synthetic(seed, 5000),
        generations=6,
        steps=4,
    ),
}


class Training:
    """Trains candidates on all splits, step by step, and counts the steps."""

    def __init__(self, task: Task, X: Any, y: Any, seed: int) -> None:
        self.task, self.X, self.y = task, X, y
        self.trainer = resolve_trainer(task.estimator, list(task.space)).trainer
        self.splits = list(splitter(seed).split(X, y))
        self.budget = task.population * task.generations * task.steps
        self.n_steps = 0
        self._rng = np.random.default_rng(seed)
        self._classes = np.unique(y)

    def reseed(self, entropy: list[int]) -> None:
        self._rng = np.random.default_rng(entropy)

    def candidates(self) -> Iterator[Params]:
        generator = RandomGenerator(SearchSpace(self.task.space), self._rng)
        return (dict(generator.ask().params) for _ in itertools.count())

    def train(
        self, models: list[Any] | None, params: Params, n_steps: int
    ) -> tuple[list[Any], Record]:
        """Train new models, or these ones further; count one split's steps."""
        self.n_steps += n_steps
        seed = int(self._rng.integers(2**31))
        trained = []
        for number, (train, _) in enumerate(self.splits):
            X, y = self.X[train], self.y[train]
            common = {"seed": seed + number, "classes": self._classes}
            if models is None:
                fresh = clone(self.task.estimator).set_params(**params)
                model = self.trainer.start(fresh, X, y, **common)
            else:
                model = models[number]
            trained.append(self.trainer.advance(model, X, y, n_steps, params, **common))
        return trained, {"params": params, "n_steps": n_steps, "seed": seed}

    def score(self, models: list[Any]) -> float:
        """Return the mean over the splits; what cannot predict scores nothing."""
        try:
            return float(
                np.mean(
                    [
                        model.score(self.X[test], self.y[test])
                        for model, (_, test) in zip(models, self.splits, strict=True)
                    ]
                )
            )
        except ValueError:
            return -math.inf


def splitter(seed: int) -> StratifiedKFold:
    return StratifiedKFold(N_SPLITS, shuffle=True, random_state=seed)


Outcome = tuple[float, list[Record], int]


def run_pbt(task: Task, X: Any, y: Any, seed: int, explore: str) -> Outcome:
    search = PBTSearchCV(
        task.estimator,
        task.space,
        population_size=task.population,
        n_generations=task.generations,
        steps_per_generation=task.steps,
        explore=explore,
        initial_candidates=None,
        cv=splitter(seed),
        refit=False,
        random_state=seed,
    ).fit(X, y)
    n_steps = sum(entry["n_steps"] for entry in search.history_)
    return search.best_score_, search.best_schedule_, n_steps


def run_random(task: Task, X: Any, y: Any, seed: int, last_factor: float) -> Outcome:
    """Train candidates to the end, their rates falling to a part of the first."""
    training = Training(task, X, y, seed)
    candidates = training.candidates()
    best: Outcome = (-math.inf, [], 0)
    for _ in range(task.population):
        params, models, schedule = next(candidates), None, []
        for generation in range(task.generations):
            factor = last_factor ** (generation / (task.generations - 1))
            current = {**params, task.rate: params[task.rate] * factor}
            try:
                models, record = training.train(models, current, task.steps)
            except ValueError:  # diverged
                models = None
                training.n_steps += (task.generations - generation - 1) * task.steps
                break
            schedule.append(record)
        score = -math.inf if models is None else training.score(models)
        if score > best[0]:
            best = score, schedule, 0
    return best[0], best[1], training.n_steps


@dataclass
class Contender:
    """A candidate of successive halving."""

    params: Params
    models: list[Any] | None
    score: float
    is_promoted: bool = False


def run_asha(task: Task, X: Any, y: Any, seed: int) -> Outcome:
    """Promote whoever is in the top third of its rung, else begin with another."""
    training = Training(task, X, y, seed)
    candidates = training.candidates()
    n_steps = [task.steps]
    while n_steps[-1] < task.generations * task.steps:
        n_steps.append(min(n_steps[-1] * REDUCTION, task.generations * task.steps))
    rungs: list[list[Contender]] = [[] for _ in n_steps]
    while training.n_steps < training.budget:
        rung, contender = next_contender(rungs, candidates)
        done = n_steps[rung - 1] if rung else 0
        more = min(n_steps[rung] - done, training.budget - training.n_steps)
        try:
            models, _ = training.train(contender.models, contender.params, more)
            score = training.score(models)
        except ValueError:  # diverged
            models, score = None, -math.inf
        contender.models = None  # trained further in place, or of no use
        rungs[rung].append(Contender(contender.params, models, score))
    highest = next(rung for rung in reversed(rungs) if rung)
    best = max(highest, key=lambda one: one.score)
    whole = {"params": best.params, "n_steps": n_steps[-1], "seed": seed}
    return best.score, [whole], training.n_steps


def next_contender(
    rungs: list[list[Contender]], candidates: Iterator[Params]
) -> tuple[int, Contender]:
    """Return who trains next, and for which rung."""
    for number in reversed(range(len(rungs) - 1)):
        ranked = sorted(rungs[number], key=lambda one: -one.score)
        for contender in ranked[: len(ranked) // REDUCTION]:
            if not contender.is_promoted and math.isfinite(contender.score):
                contender.is_promoted = True
                return number + 1, contender
    return 0, Contender(next(candidates), None, math.nan)


def run_ray(task: Task, X: Any, y: Any, seed: int) -> Outcome:
    """Train with Ray Tune's own population-based training."""
    from _peers.ray_population import train_population

    score, schedule = train_population(
        functools.partial(Training, task, X, y, seed),
        SearchSpace(task.space),
        population=task.population,
        generations=task.generations,
        seed=seed,
    )
    return score, schedule, task.population * task.generations * task.steps


def run(method: str, task: Task, X: Any, y: Any, seed: int) -> Outcome:
    if method in ("pbt", "pb2"):
        explore = "perturb" if method == "pbt" else "pb2"
        return run_pbt(task, X, y, seed, explore)
    if method in ("random", "decay"):
        return run_random(task, X, y, seed, 1.0 if method == "random" else 0.01)
    return {"asha": run_asha, "ray": run_ray}[method](task, X, y, seed)


def measure(method: str, task: Task, seed: int) -> dict[str, Any]:
    """Return what a method reaches on a task."""
    X, X_test, y, y_test = task.load(seed)
    started, cpu = time.perf_counter(), time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cv_score, schedule, n_steps = run(method, task, X, y, seed)
        seconds = time.perf_counter() - started
        cpu = time.process_time() - cpu
        model = replay_schedule(task.estimator, schedule, X, y)
    return {
        "cv": round(cv_score, 5),
        "held out": round(float(model.score(X_test, y_test)), 5),
        "n_steps": n_steps,
        "seconds": round(seconds, 2),
        "cpu seconds": round(cpu, 2),
        "version": skhpo.__version__,
    }


def resized(task: Task, population: int, *, longer: bool) -> Task:
    """Return a task with fewer members, perhaps for more generations."""
    factor = task.population / population if longer else 1.0
    return replace(
        task, population=population, generations=round(task.generations * factor)
    )


def read(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines()]


def identity(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in KEY)


def report(rows: list[dict[str, Any]]) -> None:
    """Print means, and differences from random search seed by seed."""
    line = "{:<20}{:<9}{:>6}{:>10}{:>10}{:>22}{:>8}{:>9}".format
    print(
        line("task", "method", "seeds", "held out", "cv", "minus random", "wins", "s")
    )
    sizes = sorted({identity(row)[:1] + identity(row)[3:] for row in rows})
    for size in sizes:
        own = [row for row in rows if identity(row)[:1] + identity(row)[3:] == size]
        base = {row["seed"]: row for row in own if row["method"] == "random"}
        for method in METHODS:
            found = [row for row in own if row["method"] == method]
            if not found:
                continue
            means = [
                np.mean([row[name] for row in found])
                for name in ("held out", "cv", "seconds", "cpu seconds")
            ]
            differences = [
                row["held out"] - base[row["seed"]]["held out"]
                for row in found
                if row["seed"] in base
            ]
            text, wins = "", ""
            if method != "random" and differences:
                error = (
                    np.std(differences, ddof=1) if len(differences) > 1 else math.nan
                )
                error /= math.sqrt(len(differences))
                text = f"{np.mean(differences):+.4f} +- {error:.4f}"
                wins = f"{sum(d > 0 for d in differences)}/{len(differences)}"
            print(
                line(
                    size[0],
                    method,
                    len(found),
                    f"{means[0]:.4f}",
                    f"{means[1]:.4f}",
                    text,
                    wins,
                    f"{means[2]:.1f}",
                    f"{means[3]:.1f}",
                )
            )


def report_small(rows: list[dict[str, Any]]) -> None:
    """Print how small populations stand to perturbation in the full one."""
    full = {
        (row["task"], row["seed"]): row["held out"]
        for row in rows
        if row["method"] == "pbt" and row["population"] == TASKS[row["task"]].population
    }
    line = "{:<20}{:<9}{:>8}{:>12}{:>6}{:>22}".format
    names = ("task", "method", "members", "generations", "seeds", "minus full perturb")
    print("\n" + line(*names))
    differences: dict[tuple[Any, ...], list[float]] = {}
    for row in rows:
        key = (row["task"], row["seed"])
        if row["population"] < TASKS[row["task"]].population and key in full:
            size = tuple(row[name] for name in ("population", "generations"))
            found = differences.setdefault((row["task"], row["method"], *size), [])
            found.append(row["held out"] - full[key])
    for size, found in sorted(differences.items()):
        error = np.std(found, ddof=1) / math.sqrt(len(found)) if found[1:] else math.nan
        print(line(*size, len(found), f"{np.mean(found):+.4f} +- {error:.4f}"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--profile", choices=["small", "full", "tiny"], default="small")
    parser.add_argument("--tasks", nargs="*", choices=list(TASKS))
    parser.add_argument("--methods", nargs="*", choices=METHODS)
    parser.add_argument("--seeds", type=int)
    parser.add_argument("--population", type=int, help="members, with a full budget 12")
    parser.add_argument("--longer", action="store_true", help="train as many steps")
    parser.add_argument("--report", action="store_true", help="run nothing")
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    names = options.tasks or (
        list(TASKS) if options.profile == "full" else ["mlp digits", "sgd digits"]
    )
    default_methods = METHODS if options.profile == "full" else METHODS[:-1]
    methods = options.methods or default_methods
    n_seeds = options.seeds or (5 if options.profile == "full" else 2)
    rows = read(options.results)
    done = {identity(row) for row in rows}
    options.results.parent.mkdir(exist_ok=True)
    runs = [] if options.report else itertools.product(range(n_seeds), names, methods)
    for seed, name, method in runs:
        task = TASKS[name]
        if options.profile == "tiny":
            task = Task(task.estimator, task.space, task.rate, task.load, 3, 2, 1)
        if options.population:
            task = resized(task, options.population, longer=options.longer)
        if method == "ray" and (name != "mlp digits" or options.profile == "small"):
            continue
        row = {"task": name, "method": method, "seed": seed}
        row |= {"population": task.population, "generations": task.generations}
        row["steps"] = task.steps
        if identity(row) in done:
            continue
        row |= measure(method, task, seed)
        rows.append(row)
        with options.results.open("a") as file:
            file.write(json.dumps(row) + "\n")
        print(json.dumps(row), file=sys.stderr)
    report(rows)
    report_small(rows)


if __name__ == "__main__":
    main()
