"""Does a search that looks at fit times find as much in less time?

    YAHPO_DATA=... python benchmarks/quality/cost.py [--seeds 5] [--first-seed 0]
        [--kinds plain cost random optuna_tpe] [--table]

The development instances of YAHPO Gym predict what each configuration takes to train,
so nothing is fitted: seconds are those predicted, one fit for each candidate, on one
worker. Every search begins with the default configuration. `plain` is the generator of
`BayesSearchCV`, `cost` the same with ``cost="fit_time"``. There are two budgets:

- seconds: as many as 16 random configurations take in the mean, and no more than 150
  candidates. What is not finished by then does not count. `cost` does not know the
  budget, as in a search with a `time_limit` that ends long before its `n_iter`.
- candidates: 40, which `cost` knows as its `n_iter`.

The tables have normalised best-so-far (0: median of random configurations, 1: the best
known) and differences to `plain`, with 95% bootstrap intervals over the pairs of
problem and seed. For seconds also the median ratio of the seconds until a search is as
good as `plain` is in the end to those of `plain`, infinite where it never is, and how
often it gets there; for candidates the geometric mean of the ratio of all seconds. Runs
are appended to `results/cost.jsonl` and skipped when they are there;
`--table >benchmarks/quality/results/cost.md` keeps the tables.
"""

import argparse
import contextlib
import functools
import importlib
import json
import os
import time
from importlib import metadata
from pathlib import Path
from typing import Any

for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402 (threads are counted at the import)
import yahpo  # noqa: E402
from optimizers.skhpo import space  # noqa: E402
from recorder import BudgetSpentError  # noqa: E402

PACKAGES = ["numpy", "scipy", "scikit-learn", "onnxruntime", "optuna"]
KINDS = ["plain", "cost", "random", "optuna_tpe"]
BUDGETS = {"seconds": KINDS, "candidates": ["plain", "cost"]}
SHARES = [0.25, 0.5, 1.0]
N_CANDIDATES = 40
BUDGET_IN_RANDOM_FITS = 16
MOST_CANDIDATES = 150  # a proposal takes time itself
RESULTS = Path(__file__).parent / "results" / "cost.jsonl"


class Clock:
    """The function that an optimizer maximises; it counts predicted seconds."""

    def __init__(self, name: str, n_candidates: int, most_seconds: float) -> None:
        self.problem = yahpo.load(name)
        self.n_candidates = n_candidates
        self.scores: list[float] = []
        self.seconds: list[float] = []
        self._most_seconds = most_seconds
        self._scenario, self._instance = name.split("/")

    def start(self) -> None:
        """Do nothing: what the optimizer computes does not count."""

    def __call__(self, config: dict[str, Any]) -> float:
        """Return the score of a configuration, unless time is up by then."""
        config = self.problem.active(config)
        predicted = yahpo.predict(self._scenario, self._instance, config)
        seconds = float(predicted[yahpo.TIME[self._scenario]])
        if sum(self.seconds) + seconds > self._most_seconds:
            raise BudgetSpentError
        self.scores.append(float(predicted[yahpo.OUTPUT[self._scenario]]))
        self.seconds.append(seconds)
        return self.scores[-1]


@functools.cache
def seconds_of(name: str) -> float:
    """Return the seconds that a search gets."""
    problem, rng = yahpo.load(name), np.random.default_rng(0)
    scenario, instance = name.split("/")
    configs = [problem.sample(rng) for _ in range(2000)]
    predicted = yahpo.predict_many(scenario, instance, configs)
    return BUDGET_IN_RANDOM_FITS * float(predicted[:, yahpo.TIME[scenario]].mean())


def search(clock: Clock, seed: int, **options: Any) -> None:
    """Ask and tell, one candidate at a time."""
    from skhpo.generators import BayesianGenerator
    from skhpo.trials import Trial, TrialStatus

    generator = BayesianGenerator(
        space(clock.problem),
        np.random.default_rng(seed),
        prescribed=[(dict(clock.problem.default), "baseline")],
        **options,
    )
    for _ in range(clock.n_candidates):
        candidate = generator.ask()
        score = clock(dict(candidate.params))
        trial = Trial(
            candidate,
            np.array([score]),
            TrialStatus.COMPLETE,
            fit_time=clock.seconds[-1],
        )
        generator.tell(trial)


def run(budget: str, kind: str, name: str, seed: int) -> dict[str, Any]:
    """Return normalised scores, and when they were there."""
    if budget == "seconds":
        clock, aware = Clock(name, MOST_CANDIDATES, seconds_of(name)), {}
    else:
        clock, aware = Clock(name, N_CANDIDATES, np.inf), {"n_candidates": N_CANDIDATES}
    started = time.process_time()
    with contextlib.suppress(BudgetSpentError):
        if kind == "plain":
            search(clock, seed)
        elif kind == "cost":
            search(clock, seed, cost="fit_time", **aware)
        else:
            optimizer = importlib.import_module(f"optimizers.{kind}")
            optimizer.run(clock.problem, clock, seed, dict(clock.problem.default))
    low, high = clock.problem.reference
    return {
        "budget": budget,
        "kind": kind,
        "problem": name,
        "seed": seed,
        "ms": round(1000 * (time.process_time() - started) / len(clock.scores), 1),
        "scores": [round((one - low) / (high - low), 5) for one in clock.scores],
        # in the seconds that a search gets
        "ends": (np.cumsum(clock.seconds) / seconds_of(name)).round(5).tolist(),
    }


def read() -> dict[tuple[str, str, str, int], dict[str, Any]]:
    """Return the runs that are there; of equal ones the last."""
    if not RESULTS.exists():
        return {}
    rows = [json.loads(line) for line in RESULTS.read_text().splitlines()]
    names = ("budget", "kind", "problem", "seed")
    return {tuple(row[name] for name in names): row for row in rows}


def curve_of(row: dict[str, Any]) -> list[float]:
    """Return the best score at each quarter that is shown of the budget."""
    best = np.maximum.accumulate([0.0, *row["scores"]])
    if row["budget"] == "seconds":
        counts = [np.sum(np.array(row["ends"]) <= share) for share in SHARES]
    else:
        counts = [round(share * N_CANDIDATES) for share in SHARES]
    return [float(best[count]) for count in counts]


def reached_at(row: dict[str, Any], goal: float) -> float:
    """Return when a score is reached, infinite if it never is."""
    pairs = zip(row["scores"], row["ends"], strict=True)
    return min((end for score, end in pairs if score >= goal), default=np.inf)


def interval(values: np.ndarray) -> str:
    """Return a mean with its bootstrap interval."""
    rng = np.random.default_rng(0)
    rows = rng.integers(len(values), size=(4000, len(values)))
    low, high = np.quantile(values[rows].mean(axis=1), [0.025, 0.975])
    return f"{values.mean():+.3f} [{low:+.3f}, {high:+.3f}]"


def seconds_to_the_score(pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> str:
    """Return the median ratio of seconds to the score that `plain` ends with."""
    goals = [max(plain["scores"]) for _, plain in pairs]
    ratios = np.array(
        [
            reached_at(ours, goal) / reached_at(plain, goal)
            for (ours, plain), goal in zip(pairs, goals, strict=True)
        ]
    )
    rng = np.random.default_rng(0)
    rows = rng.integers(len(ratios), size=(4000, len(ratios)))
    medians = np.sort(np.median(ratios[rows], axis=1))
    low, high = medians[100], medians[-101]
    shown = f"{np.median(ratios):.2f} [{low:.2f}, {high:.2f}]"
    return f"{shown}, {np.isfinite(ratios).mean():.0%}"


def seconds_in_all(pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> str:
    """Return the geometric mean of the ratio of all seconds."""
    logs = np.log([ours["ends"][-1] / plain["ends"][-1] for ours, plain in pairs])
    rng = np.random.default_rng(0)
    means = logs[rng.integers(len(logs), size=(4000, len(logs)))].mean(axis=1)
    low, high = np.exp(np.quantile(means, [0.025, 0.975]))
    return f"{np.exp(logs.mean()):.2f} [{low:.2f}, {high:.2f}]"


def print_table(budget: str, seeds: range) -> None:
    """Print what all pairs and those of each scenario say."""
    rows = {
        key[1:]: row
        for key, row in read().items()
        if key[0] == budget and key[3] in seeds
    }
    shown = [f"{share:.0%}" for share in SHARES]
    ratio = "seconds to its score, reached" if budget == "seconds" else "all seconds"
    titles = ["search", "pairs", f"score after {' / '.join(shown)}"]
    titles += [f"minus plain after {one}" for one in shown]
    titles += [ratio, "candidates", "ms a proposal"]
    for family in ["", *yahpo.REFERENCES]:
        print(f"\n## Budget of {budget}: {family or 'all scenarios'}\n")
        print("| " + " | ".join(titles) + " |")
        print("|" + " --- |" * len(titles))
        for kind in BUDGETS[budget]:
            pairs = [
                (row, rows["plain", *key[1:]])
                for key, row in sorted(rows.items())
                if key[0] == kind
                and key[1].startswith(family)
                and ("plain", *key[1:]) in rows
            ]
            if pairs:
                print_row(budget, kind, pairs)


def print_row(
    budget: str, kind: str, pairs: list[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    """Print one line of a table."""
    scores, plain = np.array(
        [[curve_of(one) for one in pair] for pair in pairs]
    ).swapaxes(0, 1)
    means = " / ".join(f"{one:.3f}" for one in scores.mean(axis=0))
    cells = [kind, str(len(pairs)), means]
    if kind == "plain":
        cells += [""] * (len(SHARES) + 1)
    else:
        cells += [interval(one) for one in (scores - plain).T]
        ratio = seconds_to_the_score if budget == "seconds" else seconds_in_all
        cells.append(ratio(pairs))
    cells.append(f"{np.mean([len(one['scores']) for one, _ in pairs]):.0f}")
    cells.append(f"{np.mean([one['ms'] for one, _ in pairs]):.0f}")
    print("| " + " | ".join(cells) + " |")


def main() -> None:
    """Run what is not there and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kinds", nargs="+", default=KINDS, choices=KINDS)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--table", action="store_true", help="run nothing")
    options = parser.parse_args()
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    missing = [
        (budget, kind, name, seed)
        for seed in seeds
        for name in yahpo.names()
        for budget, kinds in BUDGETS.items()
        for kind in kinds
        if kind in options.kinds
    ]
    done = set(read())
    for key in missing:
        if key not in done and not options.table:
            row = run(*key)
            with RESULTS.open("a") as file:
                file.write(json.dumps(row) + "\n")
    versions = [f"{name} {metadata.version(name)}" for name in PACKAGES]
    print("# Fit times that count\n")
    print(f"Printed by `python benchmarks/quality/cost.py` ({', '.join(versions)}).")
    for budget in BUDGETS:
        print_table(budget, seeds)


if __name__ == "__main__":
    main()
