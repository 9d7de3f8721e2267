"""The cost of a proposal of skhpo, for asv.

`table.py`, beside this folder, prints the same next to other optimizers.
"""

import time

import numpy as np

from benchmarks.objective import score, uniform_points
from skhpo.generators import BayesianGenerator
from skhpo.space import Real, SearchSpace
from skhpo.trials import Trial, TrialStatus

N_STEPS = 7


class Proposals:
    """Ask and tell with so many observations in so many dimensions."""

    params = ([20, 50, 100, 300, 1000, 2000], [5, 10, 20])
    param_names = ("observations", "dimensions")
    timeout = 300
    number = 1
    repeat = N_STEPS
    warmup_time = 0.0

    def setup(self, n_observations: int, n_dims: int) -> None:
        """Tell uniform candidates, and let one proposal find the hyperparameters."""
        self.tell(uniform_points(n_observations, n_dims))
        self.step()

    def tell(self, points: np.ndarray) -> None:
        """Make a generator that knows these points."""
        names = [f"x{i}" for i in range(points.shape[1])]
        told = [
            (dict(zip(names, point, strict=True)), "told") for point in points.tolist()
        ]
        self.generator = BayesianGenerator(
            SearchSpace({name: Real(0.0, 1.0) for name in names}),
            np.random.default_rng(0),
            prescribed=told,
            n_initial=len(told),
        )
        for _ in told:
            self.step()

    def step(self) -> None:
        """Ask for a candidate and tell its score."""
        candidate = self.generator.ask()
        scores = np.array([score(candidate.point)])
        self.generator.tell(Trial(candidate, scores, TrialStatus.COMPLETE))

    def time_proposal(self, *_: int) -> None:
        """Wall time."""
        self.step()

    def peakmem_proposal(self, *_: int) -> None:
        """Memory of the process."""
        self.step()

    def track_cpu_milliseconds(self, *_: int) -> float:
        """CPU time of the process, all its threads, median of several proposals."""
        return float(np.median([self._measured()[0] for _ in range(N_STEPS)])) * 1e3

    def track_cpu_of_main_thread(self, *_: int) -> float:
        """1 where no other thread computes, however busy the machine is."""
        steps = np.array([self._measured() for _ in range(N_STEPS)])
        return float(steps[:, 0].sum() / steps[:, 1].sum())

    def _measured(self) -> tuple[float, float]:
        cpu, main = time.process_time(), time.thread_time()
        self.step()
        return time.process_time() - cpu, time.thread_time() - main


Proposals.track_cpu_milliseconds.unit = "ms"  # type: ignore[attr-defined]
Proposals.track_cpu_of_main_thread.unit = "ratio"  # type: ignore[attr-defined]
