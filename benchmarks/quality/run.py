"""Runs optimizers on problems and appends what they reached to a file.

    YAHPO_DATA=... python benchmarks/quality/run.py --suite yahpo \\
        --optimizers skhpo random --seeds 5 --candidates 64 [--with-default] \\
        [--interpreter hebo=/path/to/python]

A run is an optimizer, a problem, a seed, a number of candidates and whether it began
with the default configuration. Runs that `results/<suite>.jsonl` holds are skipped, so
a broken command can be given again. Seeds are the outer loop: stopped early, all
optimizers have equally many. Optimizers that need another interpreter run in a
subprocess of it. Everything computes in one thread.
"""

import argparse
import functools
import hashlib
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

from optimizers import resolve  # noqa: E402 (threads are counted at the import)
from recorder import Recorder  # noqa: E402

RESULTS = Path(__file__).parent / "results"
AGAIN = "also what was run with other versions, or with other sources of skhpo"
KEY = ("optimizer", "problem", "seed", "candidates", "default")


def read(suite: str) -> list[dict[str, Any]]:
    """Return the rows that a suite has."""
    path = RESULTS / f"{suite}.jsonl"
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines()]


def identity(row: dict[str, Any]) -> tuple[Any, ...]:
    """Return what makes a run another one."""
    return tuple(row[name] for name in KEY)


def wanted(
    options: argparse.Namespace, seed: int, optimizer: str
) -> Iterator[dict[str, Any]]:
    """Iterate over the runs of an optimizer with a seed."""
    suite = importlib.import_module(options.suite)
    for problem in options.problems or suite.names():
        yield {
            "optimizer": optimizer,
            "problem": problem,
            "seed": seed,
            "candidates": options.candidates,
            "default": options.with_default,
        }


def versions(suite: str, optimizer: str) -> dict[str, str]:
    """Return the versions that count; that of skhpo names its sources too."""
    packages = [
        *resolve(optimizer)[0].PACKAGES,
        *importlib.import_module(suite).PACKAGES,
    ]
    return {
        package: our_version() if package == "skhpo" else metadata.version(package)
        for package in packages
    }


@functools.cache
def our_version() -> str:
    """Return the version of skhpo and a digest of its files, which change daily."""
    package = importlib.import_module("skhpo")
    digest = hashlib.blake2b(digest_size=4)
    for path in sorted(Path(package.__path__[0]).rglob("*.py")):
        digest.update(path.read_bytes())
    return f"{package.__version__}+{digest.hexdigest()}"


def execute(suite: str, row: dict[str, Any]) -> dict[str, Any]:
    """Run an optimizer on a problem and complete its row."""
    problem = importlib.import_module(suite).load(row["problem"])
    module, options = resolve(row["optimizer"])
    evaluate = Recorder(problem, row["candidates"])
    default = dict(problem.default) if row["default"] else None
    module.run(problem, evaluate, row["seed"], default, **options)
    return {
        **row,
        "family": problem.family,
        "versions": versions(suite, row["optimizer"]),
        **evaluate.row(),
    }


def run_here(options: argparse.Namespace, seed: int, optimizer: str) -> None:
    """Execute and write the runs that are not there, each when it is over."""
    RESULTS.mkdir(exist_ok=True)
    known = [row for row in read(options.suite) if row["optimizer"] == optimizer]
    if options.again:
        now = versions(options.suite, optimizer)
        known = [row for row in known if row["versions"] == now]
    done = {identity(row) for row in known}
    for row in wanted(options, seed, optimizer):
        if identity(row) in done:
            continue
        try:
            row = execute(options.suite, row)
        except Exception as error:
            print(f"{row['optimizer']} {row['problem']} {seed}: {error!r}", flush=True)
            if options.strict:
                raise
            continue
        with (RESULTS / f"{options.suite}.jsonl").open("a") as file:
            file.write(json.dumps(row) + "\n")
        print(
            f"{optimizer} {row['problem']} seed {seed}: {row['curve'][-1]}, "
            f"{row['ms']} ms a proposal",
            flush=True,
        )


def run_elsewhere(
    options: argparse.Namespace, seed: int, optimizer: str, python: str
) -> None:
    """Let another interpreter do the same."""
    command = [python, __file__, "--suite", options.suite, "--optimizers", optimizer]
    command += ["--first-seed", str(seed), "--seeds", "1"]
    command += ["--candidates", str(options.candidates)]
    if options.again:
        command += ["--again"]
    if options.with_default:
        command += ["--with-default"]
    if options.problems:
        command += ["--problems", *options.problems]
    subprocess.run(command, check=options.strict)


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--suite", choices=["yahpo", "models", "functions"], required=True
    )
    parser.add_argument("--optimizers", nargs="+", required=True)
    parser.add_argument("--problems", nargs="+", help="default: all of the suite")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--candidates", type=int, default=64)
    parser.add_argument("--with-default", action="store_true")
    parser.add_argument("--again", action="store_true", help=AGAIN)
    parser.add_argument("--strict", action="store_true", help="stop at errors")
    parser.add_argument(
        "--interpreter",
        action="append",
        default=[],
        metavar="OPTIMIZER=PATH",
        help="where an optimizer is installed, if not here",
    )
    return parser.parse_args()


def main() -> None:
    """Run everything that is asked for and not there."""
    options = parse()
    interpreters = dict(one.split("=", 1) for one in options.interpreter)
    # With --again the interpreter of the optimizer has to say what its versions are.
    done = set() if options.again else {identity(row) for row in read(options.suite)}
    for seed in range(options.first_seed, options.first_seed + options.seeds):
        for optimizer in options.optimizers:
            if all(identity(row) in done for row in wanted(options, seed, optimizer)):
                continue
            python = interpreters.get(optimizer.partition(":")[0], sys.executable)
            if python != sys.executable:
                run_elsewhere(options, seed, optimizer, python)
            else:
                run_here(options, seed, optimizer)


if __name__ == "__main__":
    main()
