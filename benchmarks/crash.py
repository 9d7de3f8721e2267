"""Does a killed search lose anything?

Run ``OMP_NUM_THREADS=1 python benchmarks/crash.py --kills 50`` on Linux.

Searches of all three classes, each with a journal and two workers of joblib's loky
backend, are killed with SIGKILL at moments drawn from `--seed`: when the journal has
some number of lines, up to a fit later, or some time after the start. Each search is
killed several times and goes on each time; the last run is left alone. Then it says

- how many splits were lost: in the journal, and run again all the same,
- how many have two results in the journal,
- how many were under way, so that they had to be run again,
- how many workers outlived their search (they end after joblib's idle time of five
  minutes; they are ended here at the end of each search),
- and whether the result is that of a search that nobody killed, to the last bit.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from _crashes import KINDS, drivers, tell_story, uninterrupted

N_CANDIDATES = {"bayes": 24, "evolution": 40, "population": 40}
MOST_KILLS = 5
LONGEST_FIT = 0.01


def moments_of(rng, n_kills, n_candidates):
    """Draw moments, the lines of the journal rising from kill to kill."""
    n_lines = 4 * n_candidates
    lines = np.sort(rng.integers(1, n_lines - 8, size=n_kills))
    moments = [(int(line), float(rng.uniform(0.0, LONGEST_FIT))) for line in lines]
    # One in five at any moment of the start: imports are over, so it takes no second.
    return [
        (0, float(rng.uniform(0.0, 1.0))) if rng.random() < 0.2 else moment
        for moment in moments
    ]


def main():
    """Kill searches until there were enough kills, and print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    stories, expected = [], {}
    print(
        f"{'search':<12}{'kills':>6}{'lost':>6}{'twice':>7}{'again':>7}{'orphans':>9}",
        end="",
    )
    print(f"{'equal':>7}{'seconds':>9}")
    with drivers() as server:
        while sum(story.n_kills for story in stories) < arguments.kills:
            kind = KINDS[len(stories) % len(KINDS)]
            n_candidates = N_CANDIDATES[kind]
            n_left = arguments.kills - sum(story.n_kills for story in stories)
            moments = moments_of(rng, min(MOST_KILLS, n_left), n_candidates)
            began = time.perf_counter()
            with tempfile.TemporaryDirectory() as folder:
                # The log is an argument of the estimator: its name is in the results.
                if kind not in expected:
                    expected[kind] = uninterrupted(folder, kind, n_candidates)
                story = tell_story(
                    server, folder, kind, expected[kind], moments, n_candidates, 2
                )
            stories.append(story)
            print(
                f"{kind:<12}{story.n_kills:>6}{story.n_lost:>6}{story.n_twice:>7}"
                f"{story.n_again:>7}{story.n_orphans:>9}{story.is_equal!s:>7}"
                f"{time.perf_counter() - began:>9.1f}",
                flush=True,
            )
    n_kills = sum(story.n_kills for story in stories)
    n_lost = sum(story.n_lost for story in stories)
    n_twice = sum(story.n_twice for story in stories)
    n_other = sum(not story.is_equal for story in stories)
    print(
        f"\n{n_kills} kills of {len(stories)} searches: {n_lost} finished splits lost, "
        f"{n_twice} twice in a journal, {n_other} results that differ"
    )
    sys.exit(1 if n_lost or n_twice or n_other else 0)


if __name__ == "__main__":
    main()
