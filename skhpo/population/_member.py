"""What one member does in one generation, and the estimator that does it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils import get_tags

from skhpo._compat._sklearn import clone_with_params
from skhpo.population._checkpoints import Checkpoints
from skhpo.population._trainer import Trainer

FloatArray = NDArray[np.float64]

Event = Literal["init", "continue", "exploit"]


@dataclass(frozen=True, eq=False)
class MemberStep:
    """What one member does in one generation.

    .. versionadded:: 0.1

    Parameters
    ----------
    generation : int
        The generation, from 0.

    member : int
        The member, from 0.

    parent : int or None
        The member of the generation before whose model it goes on with; None in the
        first generation.

    point : ndarray of shape (n_dims,), dtype float64
        The canonical point of the parameters.

    params : dict of str to object
        The parameters.

    event : {"init", "continue", "exploit"}
        Whether it starts, goes on with its own model and parameters, or goes on with
        a copy of another model and parameters that were derived from the other's.

    origin : str
        What proposed the parameters in the first place.

    start : int
        How many steps the model was trained for before.

    n_steps : int
        For how many it is trained now.

    seeds : tuple of int
        One for each split and a last one for a replay on all data.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.population import MemberStep
    >>> step = MemberStep(
    ...     generation=0,
    ...     member=3,
    ...     parent=None,
    ...     point=np.array([0.5]),
    ...     params={"alpha": 0.1},
    ...     event="init",
    ...     origin="sobol",
    ...     start=0,
    ...     n_steps=5,
    ...     seeds=(17, 4),
    ... )
    >>> print(step)
    generation 0, member 3, alpha=0.1
    """

    generation: int
    member: int
    parent: int | None
    point: FloatArray = field(repr=False)
    params: dict[str, Any]
    event: Event
    origin: str
    start: int
    n_steps: int
    seeds: tuple[int, ...] = field(repr=False)

    def __str__(self) -> str:
        """Name the step as the messages of fits do."""
        params = "".join(f", {name}={value}" for name, value in self.params.items())
        return f"generation {self.generation}, member {self.member}{params}"

    def as_record(self, unit: str) -> dict[str, Any]:
        """Return the step as a record of a schedule.

        Parameters
        ----------
        unit : str
            What a step is.

        Returns
        -------
        record : dict
            See ``best_schedule_`` of :class:`skhpo.PBTSearchCV`.
        """
        return {
            "generation": self.generation,
            "member": self.member,
            "parent": self.parent,
            "event": self.event,
            "start": self.start,
            "n_steps": self.n_steps,
            "unit": unit,
            "params": dict(self.params),
            "seed": self.seeds[-1],
            "split_seeds": list(self.seeds[:-1]),
        }


@dataclass(frozen=True, eq=False)
class SplitStep:
    """A step on one split; prints as the step does."""

    step: MemberStep
    split: int

    def __str__(self) -> str:
        """Name the step."""
        return str(self.step)

    @property
    def seed(self) -> int:
        """The seed of this piece of training."""
        return self.step.seeds[self.split]


class MemberTraining(BaseEstimator):  # type: ignore[misc]
    """Trains the model of one member on one split for one generation.

    To whoever cross-validates it is an estimator: its `fit` is given the training
    rows. It takes up the model of the same split that its parent left, trains it for
    some steps, and leaves it for the next generation.

    Parameters
    ----------
    estimator : estimator object
        What a first generation starts from.

    trainer : Trainer
        Trains it.

    checkpoints : Checkpoints
        Where models are left.

    classes : ndarray or None
        The classes in the whole of the data.

    piece : SplitStep or None, default=None
        The step and the split.
    """

    def __init__(
        self,
        estimator: BaseEstimator,
        trainer: Trainer,
        checkpoints: Checkpoints,
        classes: Any,
        piece: SplitStep | None = None,
    ) -> None:
        self.estimator = estimator
        self.trainer = trainer
        self.checkpoints = checkpoints
        self.classes = classes
        self.piece = piece

    def __sklearn_tags__(self) -> Any:
        """Return the tags of the estimator, by which rows are chosen."""
        return get_tags(self.estimator)

    def fit(self, X: Any, y: Any = None, **fit_params: Any) -> Self:
        """Train on the rows of one split."""
        assert self.piece is not None
        step = self.piece.step
        arguments = {"seed": self.piece.seed, "classes": self.classes}
        arguments["fit_params"] = fit_params
        if step.parent is None:
            fresh = clone_with_params(self.estimator, step.params)
            model = self.trainer.start(fresh, X, y, **arguments)
        else:
            # The same split, always: a model of another one has seen its test rows.
            place = (step.generation - 1, step.parent, self.piece.split)
            model = self.checkpoints.load(place)
        self.model_ = self.trainer.advance(
            model, X, y, step.n_steps, step.params, **arguments
        )
        place = (step.generation, step.member, self.piece.split)
        self.checkpoints.save(place, self.model_)
        return self


def lineage_of(
    generations: Sequence[Sequence[MemberStep]], generation: int, member: int
) -> list[MemberStep]:
    """Return the steps that made a model, the first one first.

    Parameters
    ----------
    generations : sequence of sequence of MemberStep
        The steps of all members, generation by generation.

    generation, member : int
        Whose model.

    Returns
    -------
    list of MemberStep
        One for each generation.
    """
    steps = [generations[generation][member]]
    while steps[0].parent is not None:
        steps.insert(0, generations[steps[0].generation - 1][steps[0].parent])
    return steps
