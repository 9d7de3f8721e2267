"""Prints the tables of a suite and writes them to `results/<suite>.md`.

    python benchmarks/quality/report.py --suite yahpo [--ours evolution]

Scores are normalised best-so-far: 0 is the median of random configurations, 1 the best
score known. Means are over problems, each the mean of its seeds, so that optimizers
with unequal numbers of seeds can be compared. Differences are paired: the same problem
and seed. Their 95% intervals resample problems, and seeds within each problem; with
one seed they know nothing of the spread between seeds.
"""

import argparse
import importlib
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from run import RESULTS, identity, read

N_RESAMPLES = 4000
BASELINE = "random"
Curves = dict[str, dict[str, dict[int, np.ndarray]]]  # optimizer, problem, seed


def shown(n_candidates: int) -> tuple[int, ...]:
    """Return after how many candidates the scores are shown."""
    return (16, 32, 64) if n_candidates <= 64 else (32, 64, 100, n_candidates)


def length(curves: Curves) -> int:
    """Return the number of candidates of the runs."""
    by_problem = next(iter(curves.values()))
    return len(next(iter(next(iter(by_problem.values())).values())))


def best_known(suite: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the references, with the best of all runs where none was given."""
    module = importlib.import_module(suite)
    references = dict(module.references())
    if suite != "models":
        return references
    for row in rows:
        if row["problem"] in references:
            median, best = references[row["problem"]]
            references[row["problem"]] = (median, max(best, row["curve"][-1]))
    return references


def collect(rows: list[dict[str, Any]], references: dict[str, Any]) -> Curves:
    """Return the normalised curves."""
    curves: Curves = {}
    for row in rows:
        low, high = references[row["problem"]]
        raw = np.array(row["curve"])
        raw = np.pad(raw, (0, row["candidates"] - len(raw)), mode="edge")
        by_problem = curves.setdefault(row["optimizer"], {})
        by_seed = by_problem.setdefault(row["problem"], {})
        by_seed[row["seed"]] = (raw - low) / (high - low)
    return curves


def problem_means(curves: Curves, optimizer: str) -> dict[str, np.ndarray]:
    """Return the mean curve of an optimizer on each problem."""
    return {
        problem: np.mean(list(seeds.values()), axis=0)
        for problem, seeds in curves[optimizer].items()
    }


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table in markdown."""
    lines = [list(header), ["---"] * len(list(header)), *map(list, rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def figures(values: np.ndarray) -> str:
    """Return the values after some numbers of candidates."""
    at = shown(len(values))
    return " / ".join(f"{values[n - 1]:.3f}" for n in at if n <= len(values))


def scores(curves: Curves, families: dict[str, str], ms: dict[str, float]) -> str:
    """Return the table of means, of all problems and by family."""
    names = sorted(set(families.values()))
    complete = max(len(problems) for problems in curves.values())
    lines = []
    for optimizer in order(curves):
        means = problem_means(curves, optimizer)
        seeds = [len(one) for one in curves[optimizer].values()]
        spread = f"{min(seeds)}-{max(seeds)}" if len(set(seeds)) > 1 else f"{seeds[0]}"
        cells = [
            optimizer + ("" if len(means) == complete else " (not all problems)"),
            f"{len(means)} x {spread}",
            figures(np.mean(list(means.values()), axis=0)),
        ]
        for family in names:
            those = [one for name, one in means.items() if families[name] == family]
            cells.append(figures(np.mean(those, axis=0)) if those else "")
        lines.append([*cells, f"{ms[optimizer]:.1f}"])
    header = ["optimizer", "problems x seeds", "all", *names, "ms a proposal"]
    return table(header, lines)


def order(curves: Curves) -> list[str]:
    """Return the optimizers, best at 32 first; without all problems, last."""
    most = max(len(problems) for problems in curves.values())

    def key(optimizer: str) -> tuple[bool, float]:
        means = list(problem_means(curves, optimizer).values())
        return len(means) < most, -float(np.mean(means, axis=0)[31])

    return sorted(curves, key=key)


def ranks(curves: Curves, ours: str) -> str:
    """Return the mean rank in the runs that all optimizers with all problems have."""
    most = max(len(problems) for problems in curves.values())
    complete = [name for name in order(curves) if len(curves[name]) == most]
    runs = [
        [curves[name][problem][seed] for name in complete]
        for problem, seeds in curves[ours].items()
        for seed in seeds
        if all(seed in curves[name].get(problem, {}) for name in complete)
    ]
    values: np.ndarray = np.array(runs).swapaxes(0, 1)  # (optimizers, runs, candidates)
    # Rank of each: those that are better, and half of the equal ones.
    better = (values[None] > values[:, None]).sum(axis=1)
    equal = (values[None] == values[:, None]).sum(axis=1) - 1
    mean = (1 + better + equal / 2).mean(axis=1)
    at = shown(length(curves))
    lines = [
        [name, *(f"{rank[n - 1]:.2f}" for n in at)]
        for name, rank in zip(complete, mean, strict=True)
    ]
    return table([f"mean rank in {len(runs)} runs, at", *map(str, at)], lines)


def paired(
    curves: Curves, ours: str, peer: str, n: int
) -> tuple[list[np.ndarray], int]:
    """Return the differences to a peer after n candidates, for each problem."""
    differences = []
    for problem, own in curves[ours].items():
        theirs = curves[peer].get(problem, {})
        common = [seed for seed in own if seed in theirs]
        if common:
            pairs = [own[seed][n - 1] - theirs[seed][n - 1] for seed in common]
            differences.append(np.array(pairs))
    return differences, sum(map(len, differences))


def interval(differences: list[np.ndarray]) -> tuple[float, float, float]:
    """Return the mean difference and a bootstrap interval of 95%."""
    rng = np.random.default_rng(0)
    resampled = np.array(
        [
            one[rng.integers(len(one), size=(N_RESAMPLES, len(one)))].mean(axis=1)
            for one in differences
        ]
    )
    problems = rng.integers(len(differences), size=(N_RESAMPLES, len(differences)))
    # Seeds are drawn anew for each problem that is drawn; a problem drawn twice in
    # one resample shares its seeds, which makes the interval a little wider.
    means = resampled[problems, np.arange(N_RESAMPLES)[:, None]].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(np.mean([one.mean() for one in differences])), float(low), float(high)


def comparisons(curves: Curves, ours: str) -> str:
    """Return the paired differences of ours to each peer."""
    lines, at = [], shown(length(curves))
    for peer in order(curves):
        if peer == ours:
            continue
        cells, pairs = [peer], 0
        for n in at:
            differences, pairs = paired(curves, ours, peer, n)
            if not differences:
                break
            mean, low, high = interval(differences)
            cells.append(f"{mean:+.3f} [{low:+.3f}, {high:+.3f}]")
        if pairs:
            lines.append([*cells, str(pairs)])
    return table([f"{ours} minus", *map(str, at), "pairs"], lines)


def needed(curves: Curves, ours: str) -> str:
    """Say how many candidates reach what random search reaches with all."""
    own, theirs = problem_means(curves, ours), problem_means(curves, BASELINE)
    target = np.mean(list(theirs.values()), axis=0)[-1]
    count = _first(np.mean(list(own.values()), axis=0), target)
    common = [problem for problem in own if problem in theirs]
    each = [_first(own[problem], theirs[problem][-1]) for problem in common]
    return (
        f"Random search reaches {target:.3f} with {len(next(iter(theirs.values())))} "
        f"candidates; {ours} needs {count:g} for that in the mean over the problems. "
        f"Problem by problem: median {np.median(each):g}, worst {max(each):g}."
    )


def _first(curve: np.ndarray, target: float) -> float:
    """Return how many candidates reach the target, infinity if not all do."""
    reached = np.flatnonzero(curve >= target)
    return float(reached[0] + 1) if reached.size else float("inf")


def latest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the last row of each run: those of ``run.py --again`` replace others."""
    return list({identity(row): row for row in rows}.values())


def used_versions(rows: list[dict[str, Any]]) -> str:
    """List the versions of each optimizer."""
    found: dict[str, set[str]] = {}
    for row in rows:
        text = ", ".join(f"{name} {one}" for name, one in row["versions"].items())
        found.setdefault(row["optimizer"], set()).add(text)
    return "\n".join(f"- {name}: {'; or '.join(sorted(found[name]))}" for name in found)


def section(
    title: str, rows: list[dict[str, Any]], references: dict[str, Any], ours: str
) -> str:
    """Return the tables of the runs with or of those without the default."""
    curves = collect(rows, references)
    families = {row["problem"]: row["family"] for row in rows}
    ms = {
        name: float(np.mean([row["ms"] for row in rows if row["optimizer"] == name]))
        for name in curves
    }
    parts = [f"## {title}", scores(curves, families, ms)]
    if ours in curves:
        makers: list[Callable[[Curves, str], str]] = [ranks, comparisons]
        parts += [make(curves, ours) for make in makers]
        if BASELINE in curves:
            parts.append(needed(curves, ours))
    return "\n\n".join(parts)


def main() -> None:
    """Print and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--suite", choices=["yahpo", "models", "functions"], required=True
    )
    parser.add_argument("--candidates", type=int, default=64)
    parser.add_argument("--optimizers", nargs="+", help="default: all")
    parser.add_argument("--ours", default="skhpo", help="compared to all others")
    options = parser.parse_args()
    rows = [
        row
        for row in latest(read(options.suite))
        if row["candidates"] == options.candidates
        and (not options.optimizers or row["optimizer"] in options.optimizers)
    ]
    references = best_known(options.suite, rows)
    parts = [f"# Quality, suite {options.suite}", *__doc__.split("\n\n")[2:]]
    for default, title in ((False, "Without"), (True, "With")):
        chosen = [row for row in rows if row["default"] is default]
        if chosen:
            title = f"{title} the default configuration first, for all"
            parts.append(section(title, chosen, references, options.ours))
    parts += ["## Versions", used_versions(rows)]
    text = "\n\n".join(part.strip() for part in parts) + "\n"
    name = options.suite
    if options.ours != "skhpo":
        name += f"_{options.ours}"
    if options.candidates != 64:
        name += f"_{options.candidates}"
    (RESULTS / f"{name}.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
