"""When is evolution the right choice? 1000 candidates on 16 simulated workers.

    YAHPO_DATA=... python benchmarks/quality/parallel.py [--seeds 1] [--candidates 1000]

The candidates are those of a search with 16 workers and one split: each is proposed
while the scores of the last 47 are missing, which are told in their order. What a
proposal costs is measured, CPU time in one thread; what an evaluation takes is drawn
from a lognormal distribution, and the wall time follows from both: a worker that waits
for a proposal is idle. The table shows normalised best-so-far by candidates and by wall
time, for evaluations of several mean durations.

Runs are appended to `results/parallel.jsonl` and skipped when they are there; with
`--table` nothing is run.
"""

import argparse
import heapq
import json
import os
import time
from pathlib import Path
from typing import Any

for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402 (threads are counted at the import)
import yahpo  # noqa: E402
from optimizers.skhpo import space  # noqa: E402

N_WORKERS = 16
MAX_PENDING = 47  # what "auto" is, with so many workers
PROBLEMS = ["lcbench/167181", "rbv2_rpart/4541", "rbv2_xgboost/37"]
KINDS = ["bayesian", "genetic", "differential", "cmaes"]
DURATIONS = [0.01, 0.1, 1.0]
SPREAD = 0.8  # standard deviation of the logarithm of a duration
RESULTS = Path(__file__).parent / "results" / "parallel.jsonl"


def make(kind: str, problem: Any, seed: int, n_candidates: int) -> Any:
    """Return a generator."""
    from skhpo.generators import BayesianGenerator, make_evolution

    rng = np.random.default_rng(seed)
    if kind == "bayesian":
        return BayesianGenerator(space(problem), rng)
    return make_evolution(
        space(problem), rng, algorithm=kind, n_candidates=n_candidates
    )


def run(kind: str, name: str, seed: int, n_candidates: int) -> dict[str, Any]:
    """Return the scores and the costs of all proposals, in their order."""
    from skhpo.trials import Trial, TrialStatus

    problem = yahpo.load(name)
    generator = make(kind, problem, seed, n_candidates)
    low, high = problem.reference
    pending: list[Trial] = []
    scores, costs = [], []
    for _ in range(n_candidates):
        since = time.process_time()
        while len(pending) > MAX_PENDING:
            generator.tell(pending.pop(0))
        candidate = generator.ask()
        costs.append(round(time.process_time() - since, 6))
        score = problem.evaluate(dict(candidate.params))
        pending.append(Trial(candidate, np.array([score]), TrialStatus.COMPLETE))
        scores.append(round((score - low) / (high - low), 5))
    key = {"kind": kind, "problem": name, "seed": seed, "candidates": n_candidates}
    return {**key, "scores": scores, "costs": costs}


def completion_times(costs: list[float], mean: float, seed: int) -> list[float]:
    """Return when each candidate is complete, where evaluations take `mean` s."""
    rng = np.random.default_rng(seed)
    durations = mean * np.exp(rng.normal(-(SPREAD**2) / 2, SPREAD, len(costs)))
    workers = [0.0] * N_WORKERS
    told: list[float] = []  # when a candidate and all before it are complete
    completed: list[float] = []
    proposer = 0.0
    for index, cost in enumerate(costs):
        known = told[index - MAX_PENDING - 1] if index > MAX_PENDING else 0.0
        proposer = max(proposer, known) + cost
        completed.append(max(proposer, heapq.heappop(workers)) + durations[index])
        heapq.heappush(workers, completed[-1])
        told.append(max(completed[-1], told[-1] if told else 0.0))
    return completed


def best_at(row: dict[str, Any], mean: float, deadline: float) -> float:
    """Return the best score that is complete at a time, 0 if there is none."""
    times = completion_times(row["costs"], mean, row["seed"])
    done = [s for s, t in zip(row["scores"], times, strict=True) if t <= deadline]
    return max([0.0, *done])


def read() -> list[dict[str, Any]]:
    """Return the runs that are there."""
    if not RESULTS.exists():
        return []
    return [json.loads(line) for line in RESULTS.read_text().splitlines()]


def print_by_candidates(rows: dict[str, list[dict[str, Any]]]) -> None:
    """Print the table by candidates, and what a proposal costs."""
    counts = [64, 128, 256, 512, 1000]
    print("\n| kind | " + " | ".join(map(str, counts)) + " | ms a proposal |")
    print("| --- " * (len(counts) + 2) + "|")
    for kind, its_rows in rows.items():
        curves = np.array([np.maximum.accumulate(one["scores"]) for one in its_rows])
        shown = [curves[:, min(n, curves.shape[1]) - 1].mean() for n in counts]
        cost = 1000 * np.mean([one["costs"] for one in its_rows])
        cells = " | ".join(f"{value:.3f}" for value in shown)
        print(f"| {kind} | {cells} | {cost:.1f} |")


def print_by_time(rows: dict[str, list[dict[str, Any]]], n_candidates: int) -> None:
    """Print the table by wall time, as shares of what the evaluations alone take."""
    shares = [0.1, 0.25, 0.5, 1.0]
    for mean in DURATIONS:
        ideal = n_candidates * mean / N_WORKERS
        titles = [f"{share * ideal:.3g} s" for share in shares]
        print(f"\nEvaluations of {mean} s in the mean:\n")
        print("| kind | " + " | ".join(titles) + " | all candidates |")
        print("| --- " * (len(shares) + 2) + "|")
        for kind, its_rows in rows.items():
            cells = [
                np.mean([best_at(one, mean, share * ideal) for one in its_rows])
                for share in shares
            ]
            total = np.mean(
                [
                    max(completion_times(one["costs"], mean, one["seed"]))
                    for one in its_rows
                ]
            )
            shown = " | ".join(f"{value:.3f}" for value in cells)
            print(f"| {kind} | {shown} | {total:.1f} s |")


def comparable(kinds: list[str], n_candidates: int) -> dict[str, list[dict[str, Any]]]:
    """Return the runs on the problems and seeds that all kinds have."""
    by_kind: dict[str, dict[tuple[str, int], dict[str, Any]]] = {
        kind: {
            (row["problem"], row["seed"]): row
            for row in read()
            if row["kind"] == kind and row["candidates"] == n_candidates
        }
        for kind in kinds
    }
    common = set.intersection(*(set(one) for one in by_kind.values()))
    print(f"\nIn common: {sorted(common)}")
    return {kind: [one[key] for key in sorted(common)] for kind, one in by_kind.items()}


def main() -> None:
    """Run what is not there and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kinds", nargs="+", default=KINDS)
    parser.add_argument("--problems", nargs="+", default=PROBLEMS)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--candidates", type=int, default=1000)
    parser.add_argument("--table", action="store_true", help="run nothing")
    options = parser.parse_args()
    names = ("kind", "problem", "seed", "candidates")
    done = {tuple(row[name] for name in names) for row in read()}
    for seed in range(options.seeds):
        for problem in options.problems:
            for kind in options.kinds:
                key = (kind, problem, seed, options.candidates)
                if key in done or options.table:
                    continue
                row = run(*key)
                with RESULTS.open("a") as file:
                    file.write(json.dumps(row) + "\n")
                print(*key, max(row["scores"]), flush=True)
    rows = comparable(options.kinds, options.candidates)
    print_by_candidates(rows)
    print_by_time(rows, options.candidates)


if __name__ == "__main__":
    main()
