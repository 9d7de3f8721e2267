"""Prints what a proposal costs, next to other optimizers; asv is not needed.

    python benchmarks/micro/table.py --optimizers skhpo optuna_tpe optuna_gp skopt \\
        --interpreter optuna_tpe=/path/to/python --interpreter ...

Every optimizer is told the same uniform points, then takes some steps one after the
other: a proposal, and the telling of its score. The table has the median over the
steps of the CPU time of the process, with all its threads, and of the wall time, the
greatest CPU time (where hyperparameters are fitted on a schedule, the step that
does), and by how much the process grew since its imports. Each row is a process of its
own, with one BLAS thread. A second table repeats skhpo with as many threads as the
libraries choose themselves. CPU/wall is 1 on an idle machine if one core is used;
CPU/main, by the time of the main thread, is 1 if no other thread computes, however
busy the machine is.

Slow optimizers are measured with few observations only: CAPS.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from typing import Any

import numpy as np

OBSERVATIONS = [20, 50, 100, 300, 1000, 2000]
DIMENSIONS = [5, 10, 20]
CAPS = {"optuna_gp": 300, "skopt": 300, "hebo": 100}
CLOCKS = (time.process_time, time.perf_counter, time.thread_time)
LIBRARIES = ("OMP", "OPENBLAS", "MKL")
COLUMNS = "{:<12}{:>6}{:>6}{:>10}{:>10}{:>10}{:>10}{:>10}{:>9}"
HEADER = ("optimizer", "n", "d", "CPU ms", "wall ms", "CPU/wall", "CPU/main")
HEADER += ("most CPU", "MB")


def measure(optimizer: str, n_observations: int, n_dims: int, n_steps: int) -> None:
    """Print the figures of one row as JSON."""
    from benchmarks.objective import score, uniform_points
    from samplers import SAMPLERS

    SAMPLERS[optimizer](*_told(uniform_points(4, n_dims), score))  # the imports
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    step = SAMPLERS[optimizer](*_told(uniform_points(n_observations, n_dims), score))
    step()  # finds the hyperparameters that the next ones start from
    steps = []
    for _ in range(n_steps):
        before_step = [clock() for clock in CLOCKS]
        step()
        steps.append([clock() for clock in CLOCKS])
        steps[-1] = np.subtract(steps[-1], before_step)
    cpu, wall, _ = np.median(steps, axis=0) * 1e3
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    most = np.max(steps, axis=0)[0] * 1e3
    total = np.sum(steps, axis=0)
    shares = {"of_wall": total[0] / total[1], "of_main": total[0] / total[2]}
    row = {"cpu": cpu, "wall": wall, "most": most, **shares}
    print(json.dumps(row | {"megabytes": grown / 1024}))


def _told(points: np.ndarray, score: Any) -> tuple[np.ndarray, np.ndarray]:
    return points, np.array([score(point) for point in points])


def run(
    options: argparse.Namespace, optimizer: str, cell: tuple[int, int], one: bool
) -> None:
    """Measure one row in a process of its own and print it."""
    interpreters = dict(pair.split("=", 1) for pair in options.interpreter)
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {f"{library}_NUM_THREADS" for library in LIBRARIES}
    }
    if one:
        environment |= {f"{library}_NUM_THREADS": "1" for library in LIBRARIES}
    command = [interpreters.get(optimizer, sys.executable), __file__, "--measure"]
    command += [optimizer, *map(str, cell), str(options.steps)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        print(optimizer, cell, "failed:", done.stderr.strip().splitlines()[-1:])
        return
    row = json.loads(done.stdout.splitlines()[-1])
    figures = [f"{row[name]:.1f}" for name in ("cpu", "wall")]
    figures += [f"{row[name]:.2f}" for name in ("of_wall", "of_main")]
    figures += [f"{row['most']:.1f}", f"{row['megabytes']:.0f}"]
    print(COLUMNS.format(optimizer, *cell, *figures), flush=True)


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--optimizers", nargs="+", default=["skhpo"])
    parser.add_argument("--observations", nargs="+", type=int, default=OBSERVATIONS)
    parser.add_argument("--dimensions", nargs="+", type=int, default=DIMENSIONS)
    parser.add_argument("--steps", type=int, default=9)
    parser.add_argument(
        "--interpreter",
        action="append",
        default=[],
        metavar="OPTIMIZER=PATH",
        help="where an optimizer is installed, if not here",
    )
    return parser.parse_args()


def main() -> None:
    """Print the tables."""
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2], *map(int, sys.argv[3:]))
        return
    options = parse()
    cells = [(n, d) for d in options.dimensions for n in options.observations]
    print(COLUMNS.format(*HEADER))
    # optimizers are the inner loop, so that a busy machine is busy for all of them
    for cell in cells:
        for optimizer in options.optimizers:
            if cell[0] <= CAPS.get(optimizer, cell[0]):
                run(options, optimizer, cell, one=True)
    if "skhpo" in options.optimizers:
        print("\nskhpo, one BLAS thread and then the libraries' own number of threads:")
        for cell in [cell for cell in cells if cell[1] == options.dimensions[-1]]:
            run(options, "skhpo", cell, one=True)
            run(options, "skhpo", cell, one=False)


if __name__ == "__main__":
    main()
