"""The seed of each piece of training: a number that depends on its place alone."""

from collections.abc import Sequence

import numpy as np

# Estimators take seeds up to 2**32 - 1, some libraries behind them half of that.
_N_BITS = 31


class StepSeeds:
    """Seeds for members, splits and generations, all derived from one source.

    Parameters
    ----------
    entropy : sequence of int
        The source.
    """

    def __init__(self, entropy: Sequence[int]) -> None:
        self._entropy = list(entropy)

    def of_training(self, generation: int, member: int, n_splits: int) -> list[int]:
        """Return a seed for each split, and one more for a replay on all data.

        Parameters
        ----------
        generation, member : int
            Which piece of training.

        n_splits : int
            Number of splits.

        Returns
        -------
        list of int
            ``n_splits + 1`` numbers.
        """
        sequence = np.random.SeedSequence(
            self._entropy, spawn_key=(1, generation, member)
        )
        words = sequence.generate_state(n_splits + 1, np.uint64)
        return [int(word) >> (64 - _N_BITS) for word in words]

    def generator(self, *place: int) -> np.random.Generator:
        """Return a random generator for decisions at some place.

        Parameters
        ----------
        *place : int
            What tells it from others.

        Returns
        -------
        numpy.random.Generator
            The generator.
        """
        return np.random.default_rng(
            np.random.SeedSequence(self._entropy, spawn_key=(2, *place))
        )
