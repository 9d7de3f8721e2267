"""Do earlier searches of other data help, and do misleading ones harm?

    YAHPO_DATA=... python benchmarks/quality/transfer.py [--seeds 3] [--candidates 32]
        [--table] [--cost]

For each development instance of YAHPO Gym, up to four others of its scenario are
searched first, 32 candidates each, with the default first. Then the instance itself is
searched, from the default as well:

- `none`: without earlier searches.
- `others`: with those of the other instances. This is transfer as it comes; the three
  instances of rbv2_rpart contradict each other.
- `negated`: the same with negated scores, so that they praise the worst.
- `shuffled`: the same with the scores in random order.

The table shows normalised best-so-far, and paired differences to `none` with a
bootstrap interval of 95 percent over the pairs of problem and seed. Runs are appended
to `results/transfer.jsonl` and skipped when they are there; the tables are written to
`results/transfer.md`. With `--table` nothing is run. `--cost` measures instead what a
proposal costs with 5 earlier searches of 100 candidates, next to one without.
"""

import argparse
import functools
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
from report import table  # noqa: E402

KINDS = ["none", "others", "negated", "shuffled"]
BUDGETS = [4, 8, 16, 32]
N_EARLIER, N_CANDIDATES_EARLIER = 4, 32
RESULTS = Path(__file__).parent / "results" / "transfer.jsonl"
KEY = ("kind", "problem", "seed", "candidates")


def search(problem: Any, generator: Any, n_candidates: int) -> tuple[Any, Any]:
    """Return the points and the scores of a search."""
    from skhpo.trials import Trial, TrialStatus

    points, scores = [], []
    for _ in range(n_candidates):
        candidate = generator.ask()
        score = problem.evaluate(dict(candidate.params))
        generator.tell(Trial(candidate, np.array([score]), TrialStatus.COMPLETE))
        points.append(candidate.point)
        scores.append(score)
    return np.array(points), np.array(scores)


@functools.cache
def earlier(name: str, seed: int) -> tuple[Any, Any]:
    """Return the points and the scores of an earlier search."""
    problem = yahpo.load(name)
    return search(problem, make(problem, 1000 + seed, None), N_CANDIDATES_EARLIER)


def make(problem: Any, seed: int, prior: Any) -> Any:
    """Return the generator, which begins with the default."""
    from skhpo.generators import BayesianGenerator

    return BayesianGenerator(
        space(problem),
        np.random.default_rng(seed),
        prescribed=[(dict(problem.default), "baseline")],
        prior=prior,
    )


def knowledge(kind: str, problem: Any, seed: int) -> Any:
    """Return what earlier searches say, rightly or wrongly."""
    from skhpo.transfer import PriorKnowledge, PriorSearch

    if kind == "none":
        return None
    rng = np.random.default_rng([seed, 7])
    names = [one for one in yahpo.names() if one.startswith(problem.family + "/")]
    others = rng.permutation([one for one in names if one != problem.name])
    searches = []
    for name in others[:N_EARLIER]:
        points, scores = earlier(str(name), seed)
        if kind == "negated":
            scores = -scores
        if kind == "shuffled":
            scores = rng.permutation(scores)
        searches.append(PriorSearch(points, scores))
    return PriorKnowledge(space(problem), searches)


def run(kind: str, name: str, seed: int, n_candidates: int) -> dict[str, Any]:
    """Return normalised best-so-far."""
    problem = yahpo.load(name)
    generator = make(problem, seed, knowledge(kind, problem, seed))
    _, scores = search(problem, generator, n_candidates)
    low, high = problem.reference
    curve = np.maximum.accumulate((scores - low) / (high - low))
    values = (kind, name, seed, n_candidates)
    return dict(zip(KEY, values, strict=True)) | {"curve": curve.round(5).tolist()}


def read() -> dict[tuple[Any, ...], list[float]]:
    """Return the runs that are there; of equal ones the last."""
    if not RESULTS.exists():
        return {}
    rows = [json.loads(line) for line in RESULTS.read_text().splitlines()]
    return {tuple(row[name] for name in KEY): row["curve"] for row in rows}


def interval(differences: np.ndarray) -> tuple[float, float]:
    """Return the bootstrap interval of a mean."""
    rng = np.random.default_rng(0)
    rows = rng.integers(len(differences), size=(2000, len(differences)))
    low, high = np.quantile(differences[rows].mean(axis=1), [0.025, 0.975])
    return float(low), float(high)


def report(n_candidates: int) -> list[str]:
    """Return a table of all pairs, and one for each scenario."""
    curves = {key: one for key, one in read().items() if key[3] == n_candidates}
    budgets = [budget for budget in BUDGETS if budget <= n_candidates]
    parts = []
    for family in ["", *yahpo.REFERENCES]:
        lines = [
            line
            for kind in KINDS
            if (line := compare(curves, kind, family, budgets)) is not None
        ]
        if lines:
            header = ["earlier searches", "pairs", *map(str, budgets)]
            parts += [f"## {family or 'All scenarios'}", table(header, lines)]
    return parts


def compare(
    curves: dict[tuple[Any, ...], list[float]],
    kind: str,
    family: str,
    budgets: list[int],
) -> list[str] | None:
    """Return a row: scores without earlier searches, differences to that with some."""
    pairs = [
        (curves[key], curves[("none", *key[1:])])
        for key in sorted(curves)
        if key[0] == kind and key[1].startswith(family) and ("none", *key[1:]) in curves
    ]
    if not pairs:
        return None
    ours, base = np.array(pairs).transpose(1, 0, 2)
    cells = [f"{ours[:, one - 1].mean():.3f}" for one in budgets]
    if kind != "none":
        differences = [(ours - base)[:, one - 1] for one in budgets]
        cells = [
            f"{one.mean():+.3f} [{low:+.3f}, {high:+.3f}]"
            for one in differences
            for low, high in [interval(one)]
        ]
    return [kind, str(len(pairs)), *cells]


def write(n_candidates: int) -> None:
    """Print the tables and write them to a file."""
    about = __doc__.partition("For each")
    parts = [
        "# Earlier searches of other data",
        "Written by `python benchmarks/quality/transfer.py`.",
        "".join(about[1:]).strip(),
        *report(n_candidates),
    ]
    text = "\n\n".join(parts) + "\n"
    RESULTS.with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


def print_cost() -> None:
    """Print what a proposal costs, with and without earlier searches."""
    from skhpo.transfer import PriorKnowledge, PriorSearch

    print("| problem | observations | none, ms | 5 x 100, ms | ratio |")
    print("| --- " * 5 + "|")
    for name in ("lcbench/167181", "rbv2_xgboost/37"):
        problem = yahpo.load(name)
        rng = np.random.default_rng(0)
        points = [
            space(problem).canonicalize(rng.random((100, space(problem).n_dims)))
            for _ in range(5)
        ]
        # the searches agree with the present one, so that all of them are weighed in
        scores = [
            np.array([problem.evaluate(space(problem).decode(one)) for one in some])
            for some in points
        ]
        searches = [PriorSearch(*one) for one in zip(points, scores, strict=True)]
        prior = PriorKnowledge(space(problem), searches)
        for n in (16, 32, 60):
            costs = [cost(problem, one, n) for one in (None, prior)]
            ratio = costs[1] / costs[0]
            print(f"| {name} | {n} | {costs[0]:.1f} | {costs[1]:.1f} | {ratio:.2f} |")


def cost(problem: Any, prior: Any, n: int, n_repeats: int = 9) -> float:
    """Return the median milliseconds of a proposal after n observations."""
    from skhpo.trials import Trial, TrialStatus

    generator = make(problem, 0, prior)
    search(problem, generator, n)
    seconds = []
    for _ in range(n_repeats):
        since = time.process_time()
        candidate = generator.ask()
        seconds.append(time.process_time() - since)
        score = problem.evaluate(dict(candidate.params))
        generator.tell(Trial(candidate, np.array([score]), TrialStatus.COMPLETE))
    return float(1000 * np.median(seconds))


def main() -> None:
    """Run what is not there and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kinds", nargs="+", default=KINDS, choices=KINDS)
    parser.add_argument("--problems", nargs="+", default=yahpo.names())
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--candidates", type=int, default=32)
    parser.add_argument("--table", action="store_true", help="run nothing")
    parser.add_argument(
        "--cost", action="store_true", help="only what a proposal costs"
    )
    options = parser.parse_args()
    if options.cost:
        print_cost()
        return
    done = set(read())
    for seed in range(options.seeds):
        for problem in options.problems:
            for kind in options.kinds:
                key = (kind, problem, seed, options.candidates)
                if key in done or options.table:
                    continue
                row = run(*key)
                with RESULTS.open("a") as file:
                    file.write(json.dumps(row) + "\n")
    write(options.candidates)


if __name__ == "__main__":
    main()
