"""What a stopping rule is asked."""

from collections.abc import Sequence
from typing import Protocol, Self, runtime_checkable

from skhpo.space import SearchSpace
from skhpo.trials import Trial


class StoppingRule(Protocol):
    """Says whether a search has found what it will find.

    It is asked whenever a candidate would be proposed, from the first one after the
    initial design on. What it answers must depend on the trials alone, never on the
    clock or on what it was asked before: then a search ends after the same candidate
    whatever the timing.

    .. versionadded:: 0.1

    Examples
    --------
    >>> from skhpo.stopping import StoppingRule
    >>> class EnoughSuccesses:
    ...     def should_stop(self, trials):
    ...         return sum(trial.status.value == "complete" for trial in trials) >= 30
    >>> rule: StoppingRule = EnoughSuccesses()
    >>> rule.should_stop([])
    False
    """

    def should_stop(self, trials: Sequence[Trial]) -> bool:
        """Tell whether no further candidate is to be proposed.

        Parameters
        ----------
        trials : sequence of Trial
            What has been told of each candidate by now, the one that was told of last
            at the end. Those whose `status` is ``RUNNING`` lack splits, and
            ``DISCARDED`` ones will never have them.

        Returns
        -------
        should_stop : bool
            Whether to end the search. What has been proposed is evaluated.
        """
        ...


@runtime_checkable
class SpaceAwareStoppingRule(StoppingRule, Protocol):
    """A stopping rule that wants to know the search space.

    A search asks such a rule for a copy that knows its space, and asks that copy; the
    rule itself, an argument of the search, is left as it is.

    .. versionadded:: 0.1

    Examples
    --------
    >>> from skhpo.stopping import NoImprovementExpected, SpaceAwareStoppingRule
    >>> isinstance(NoImprovementExpected(), SpaceAwareStoppingRule)
    True
    """

    def with_space(self, space: SearchSpace) -> Self:
        """Give the rule for the searches of a space.

        Parameters
        ----------
        space : SearchSpace
            The space that the candidates come from.

        Returns
        -------
        rule : SpaceAwareStoppingRule
            A rule that knows the space.
        """
        ...
