"""What is known of tuning one kind of estimator."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

Params: TypeAlias = dict[str, Any]
Space: TypeAlias = Params | list[Params]


@dataclass(frozen=True)
class Preset:
    """A search space and candidates in it that are worth an early evaluation.

    Parameters
    ----------
    space : dict or list of dict
        The search space.

    known_good : tuple of dict
        Complete candidates of the space, the one next to the library's defaults
        first.
    """

    space: Space
    known_good: tuple[Params, ...]


# For estimators whose parameters differ from one release of their library to the
# next, or that cannot take each value with each setting of the estimator.
PresetSource: TypeAlias = Preset | Callable[[Params], Preset | None]
