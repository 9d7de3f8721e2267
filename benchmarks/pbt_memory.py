"""How much memory does the driver of a population need, in models of a generation?

    python benchmarks/pbt_memory.py             # some minutes
    python benchmarks/pbt_memory.py --jobs 1 2 --threads 2 --refit True ensemble

A search trains 12 members of `MLPClassifier((256, 256))` on 5 splits of the digits for
4 generations, each in a process of its own that has run a small search before, so that
all modules are loaded and all workers started. Measured is the growth of the process
that runs `fit`, workers not counted, from before `fit` to its peak:

- "rss": of the resident set, by ``VmHWM`` in ``/proc/self/status`` after a reset
  (Linux only); what the system sees, pages that the allocator holds back included;
- "traced": of what `tracemalloc` has seen allocated, by Python and by NumPy.

Both stand as parts of the models of two generations, which are 2 x 12 x 5 times the
pickle of one model that has been trained. What is to hold is at most 1.
"""

import argparse
import gc
import itertools
import json
import os
import pickle
import subprocess
import sys
import tracemalloc
import warnings
from pathlib import Path
from typing import Any

for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

from joblib import parallel_config  # noqa: E402 (threads are counted at the import)
from sklearn.datasets import load_digits  # noqa: E402
from sklearn.neural_network import MLPClassifier  # noqa: E402

from skhpo import PBTSearchCV  # noqa: E402
from skhpo.space import Real  # noqa: E402

N_MEMBERS = 12
N_SPLITS = 5
N_GENERATIONS = 4
SPACE = {
    "learning_rate_init": Real(1e-4, 1e-1, prior="log-uniform"),
    "alpha": Real(1e-6, 1e0, prior="log-uniform"),
}


def search_of(
    layers: tuple[int, ...], n_members: int, n_splits: int, **settings: Any
) -> PBTSearchCV:
    return PBTSearchCV(
        MLPClassifier(layers),
        SPACE,
        population_size=n_members,
        steps_per_generation=1,
        cv=n_splits,
        random_state=0,
        **settings,
    )


def model_bytes(X: Any, y: Any) -> int:
    """Return the size of one model as it waits for the next generation."""
    search = search_of((256, 256), 2, 2, n_generations=2).fit(X, y)
    return len(pickle.dumps(search.best_estimator_))


def resident(entry: str) -> int:
    """Return an entry of the status of this process, in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(entry + ":"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"/proc/self/status has no entry {entry}")


def growth(search: PBTSearchCV, X: Any, y: Any, meter: str) -> int:
    """Return by how many bytes this process grows at most while it searches."""
    gc.collect()
    if meter == "rss":
        before = resident("VmRSS")
        Path("/proc/self/clear_refs").write_text("5")  # VmHWM begins anew
        search.fit(X, y)
        return resident("VmHWM") - before
    tracemalloc.start()
    search.fit(X, y)
    return tracemalloc.get_traced_memory()[1]


def measure(backend: str, n_jobs: int, refit: bool | str, meter: str) -> dict[str, Any]:
    """Return the figures of one search, the first of its kind in this process."""
    warnings.simplefilter("ignore")
    X, y = load_digits(return_X_y=True)
    with parallel_config(backend, n_jobs=n_jobs):
        size = model_bytes(X, y)
        search = search_of(
            (256, 256), N_MEMBERS, N_SPLITS, n_generations=N_GENERATIONS, refit=refit
        )
        grown = growth(search, X, y, meter)
    return {"model": size, "grown": grown}


def in_process_of_its_own(arguments: list[Any]) -> dict[str, Any]:
    command = [sys.executable, __file__, "--one", json.dumps(arguments)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    figures: dict[str, Any] = json.loads(output)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--jobs", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--threads", type=int, nargs="*", default=[2])
    parser.add_argument("--refit", nargs="*", default=["True", "ensemble"])
    parser.add_argument("--one", type=json.loads, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(*options.one)))
        return
    line = "{:<11}{:>6}  {:<9}{:>11}{:>16}{:>8}{:>8}".format
    title = ("backend", "n_jobs", "refit", "model, MB", "two generations")
    print(line(*title, "rss", "traced"))
    runs = [("loky", n) for n in options.jobs] + [
        ("threading", n) for n in options.threads
    ]
    for (backend, n_jobs), refit in itertools.product(runs, options.refit):
        flag = refit == "True" or refit
        found = {
            meter: in_process_of_its_own([backend, n_jobs, flag, meter])
            for meter in ("rss", "traced")
        }
        size = found["rss"]["model"]
        both = 2 * N_MEMBERS * N_SPLITS * size
        parts = [f"{one['grown'] / both:.3f}" for one in found.values()]
        sizes = f"{size / 1e6:.2f}", f"{both / 1e6:.0f} MB"
        print(line(backend, n_jobs, refit, *sizes, *parts), flush=True)


if __name__ == "__main__":
    main()
