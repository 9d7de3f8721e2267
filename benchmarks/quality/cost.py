"""Does a search that knows what fits cost find better candidates in the same time?

    YAHPO_DATA=... python benchmarks/quality/cost.py [--seeds 4] [--first-seed 0]
        [--kinds plain cost random optuna_tpe] [--table]

The development instances of YAHPO Gym predict what each configuration takes to train,
so nothing is fitted: seconds are those predicted. Each search, with the default
configuration first, gets as many seconds as 16 random configurations take in the mean,
one fit for each candidate on one worker. What is not finished by then does not count.
Compared are

- `plain`: `BayesSearchCV`'s generator without `cost`;
- `cost`: with ``cost="fit_time"``, whose weight falls with the seconds left;
- `counted`: the same, but it is not told of the seconds, only that it may evaluate as
  many candidates as `plain` has; so the weight falls with the number of candidates;
- random search, and Optuna's TPE.

The table has normalised best-so-far (0: median of random configurations, 1: the best
known) after a quarter, half and all of the seconds; differences to `plain` with a 95%
bootstrap interval over the pairs of problem and seed; and the seconds until a search is
as good as `plain` in the end, in relation to those that `plain` needed for it: the
median, and in how many pairs it gets there at all. Runs are appended to
`results/cost.jsonl` and skipped when they are there.
"""

import argparse
import contextlib
import functools
import importlib
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
from recorder import BudgetSpentError  # noqa: E402

KINDS = ["plain", "cost", "random", "optuna_tpe"]
SHARES = [0.25, 0.5, 1.0]
BUDGET_IN_RANDOM_FITS = 16
MOST_CANDIDATES = 150  # a proposal takes time itself
RESULTS = Path(__file__).parent / "results" / "cost.jsonl"


class Clock:
    """The function that an optimizer maximises; it counts predicted seconds."""

    def __init__(self, name: str) -> None:
        self.problem = yahpo.load(name)
        self.n_candidates = MOST_CANDIDATES
        self.budget = budget(name)
        self.scores: list[float] = []
        self.seconds: list[float] = []
        self._scenario, self._instance = name.split("/")

    def start(self) -> None:
        """Do nothing: what the optimizer computes does not count."""

    def __call__(self, config: dict[str, Any]) -> float:
        """Return the score of a configuration, unless time is up by then."""
        config = self.problem.active(config)
        predicted = yahpo.predict(self._scenario, self._instance, config)
        seconds = float(predicted[yahpo.TIME[self._scenario]])
        if sum(self.seconds) + seconds > self.budget:
            raise BudgetSpentError
        self.scores.append(float(predicted[yahpo.OUTPUT[self._scenario]]))
        self.seconds.append(seconds)
        return self.scores[-1]


@functools.cache
def budget(name: str) -> float:
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


def run(kind: str, name: str, seed: int) -> dict[str, Any]:
    """Return normalised scores and when they were there, as shares of the budget."""
    clock = Clock(name)
    started = time.process_time()
    with contextlib.suppress(BudgetSpentError):
        if kind == "plain":
            search(clock, seed)
        elif kind == "cost":
            search(clock, seed, cost="fit_time", fit_seconds=clock.budget)
        elif kind == "counted":
            most = len(read()["plain", name, seed]["scores"])
            search(clock, seed, cost="fit_time", n_candidates=most)
        else:
            optimizer = importlib.import_module(f"optimizers.{kind}")
            optimizer.run(clock.problem, clock, seed, dict(clock.problem.default))
    low, high = clock.problem.reference
    return {
        "kind": kind,
        "problem": name,
        "seed": seed,
        "ms": round(1000 * (time.process_time() - started) / len(clock.scores), 1),
        "scores": [round((one - low) / (high - low), 5) for one in clock.scores],
        "ends": (np.cumsum(clock.seconds) / clock.budget).round(5).tolist(),
    }


def read() -> dict[tuple[str, str, int], dict[str, Any]]:
    """Return the runs that are there; of equal ones the last."""
    if not RESULTS.exists():
        return {}
    rows = [json.loads(line) for line in RESULTS.read_text().splitlines()]
    return {(row["kind"], row["problem"], row["seed"]): row for row in rows}


def best_at(row: dict[str, Any], share: float) -> float:
    """Return the best score that is there when a share of the seconds is spent."""
    pairs = zip(row["scores"], row["ends"], strict=True)
    return max([0.0, *(score for score, end in pairs if end <= share)])


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


def seconds_ratio(pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> str:
    """Return the median ratio of seconds to the score that `plain` ends with."""
    ratios = np.array(
        [
            reached_at(ours, best_at(plain, 1.0))
            / reached_at(plain, best_at(plain, 1.0))
            for ours, plain in pairs
        ]
    )
    rng = np.random.default_rng(0)
    rows = rng.integers(len(ratios), size=(4000, len(ratios)))
    medians = np.sort(np.median(ratios[rows], axis=1))
    low, high = medians[100], medians[-101]
    share = np.isfinite(ratios).mean()
    return f"{np.median(ratios):.2f} [{low:.2f}, {high:.2f}], {share:.0%}"


def print_table(kinds: list[str], seeds: range) -> None:
    """Print what all pairs and those of each scenario say."""
    rows = {key: row for key, row in read().items() if key[2] in seeds}
    shown = [f"after {share:.0%}" for share in SHARES]
    titles = ["scenario", "search", "pairs", *shown]
    titles += [f"minus plain {one}" for one in shown]
    titles += ["seconds to its score, reached", "candidates", "ms a proposal"]
    print("| " + " | ".join(titles) + " |")
    print("| --- " * len(titles) + "|")
    for family in ["", *yahpo.REFERENCES]:
        for kind in kinds:
            pairs = [
                (row, rows["plain", *key[1:]])
                for key, row in sorted(rows.items())
                if key[0] == kind
                and key[1].startswith(family)
                and ("plain", *key[1:]) in rows
            ]
            if pairs:
                print_row(family or "all", kind, pairs)


def print_row(
    family: str, kind: str, pairs: list[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    """Print one line of the table."""
    scores = np.array([[best_at(one, s) for s in SHARES] for one, _ in pairs])
    plain = np.array([[best_at(one, s) for s in SHARES] for _, one in pairs])
    cells = [family, kind, str(len(pairs)), *(f"{x:.3f}" for x in scores.mean(axis=0))]
    if kind == "plain":
        cells += [""] * (len(SHARES) + 1)
    else:
        cells += [interval(one) for one in (scores - plain).T] + [seconds_ratio(pairs)]
    cells.append(f"{np.mean([len(one['scores']) for one, _ in pairs]):.0f}")
    cells.append(f"{np.mean([one['ms'] for one, _ in pairs]):.0f}")
    print("| " + " | ".join(cells) + " |")


def main() -> None:
    """Run what is not there and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kinds", nargs="+", default=KINDS)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--table", action="store_true", help="run nothing")
    options = parser.parse_args()
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    done = set(read())
    for seed in seeds:
        for name in yahpo.names():
            for kind in options.kinds:
                if (kind, name, seed) in done or options.table:
                    continue
                row = run(kind, name, seed)
                with RESULTS.open("a") as file:
                    file.write(json.dumps(row) + "\n")
    print_table(options.kinds, seeds)


if __name__ == "__main__":
    main()
