"""Which rules the `stop` argument of a search asks for."""

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

from skhpo.space import SearchSpace
from skhpo.stopping._base import SpaceAwareStoppingRule, StoppingRule
from skhpo.stopping._no_improvement_expected import NoImprovementExpected
from skhpo.stopping._target_score import TargetScore

StopName: TypeAlias = Literal["auto"]

# Rules that ask for the score of a candidate: with several objectives it has none.
_SINGLE_OBJECTIVE = (NoImprovementExpected, TargetScore)


def make_stopping_rules(
    stop: StopName | StoppingRule | Sequence[StopName | StoppingRule] | None,
    space: SearchSpace,
    *,
    n_objectives: int = 1,
    n_splits: int = 2,
) -> tuple[StoppingRule, ...]:
    """Return the rules that the `stop` argument of a search asks for.

    .. versionadded:: 0.1

    Parameters
    ----------
    stop : "auto", StoppingRule, sequence of these, or None
        ``"auto"`` is `NoImprovementExpected` with its defaults.

    space : SearchSpace
        The space that the candidates come from.

    n_objectives : int, default=1
        How many numbers make up a score.

    n_splits : int, default=2
        How many splits there are.

    Returns
    -------
    rules : tuple of StoppingRule
        Empty where nothing is to end the search early.

    Raises
    ------
    ValueError
        If it is none of these, or a rule cannot handle several objectives or a single
        split.

    Examples
    --------
    >>> from skhpo.space import Real, SearchSpace
    >>> from skhpo.stopping import Patience, make_stopping_rules
    >>> space = SearchSpace({"C": Real(0.0, 1.0)})
    >>> make_stopping_rules(Patience(20), space)
    (Patience(n_candidates=20, min_improvement=0.0),)
    """
    if stop is None:
        return ()
    given: Sequence[Any] = stop if isinstance(stop, list | tuple) else [stop]
    rules = tuple(map(_make_rule, given))
    for rule in rules:
        _check_applies(rule, stop, n_objectives, n_splits)
    return tuple(
        rule.with_space(space) if isinstance(rule, SpaceAwareStoppingRule) else rule
        for rule in rules
    )


def _make_rule(stop: Any) -> StoppingRule:
    """Return one rule."""
    if isinstance(stop, str) and stop == "auto":
        return NoImprovementExpected()
    if not isinstance(stop, type) and callable(getattr(stop, "should_stop", None)):
        return stop  # type: ignore[no-any-return]
    raise ValueError(
        "The 'stop' parameter must be None, 'auto', a rule such as "
        "skhpo.stopping.Patience(20), or a list of these; a rule is an object with "
        f"the method 'should_stop(trials)'. Got {stop!r}; the default None goes on to "
        "the end of the budget."
    )


def _check_applies(
    rule: StoppingRule, stop: Any, n_objectives: int, n_splits: int
) -> None:
    """Raise if a rule could never come to an answer."""
    if n_objectives > 1 and isinstance(rule, _SINGLE_OBJECTIVE):
        raise ValueError(
            f"The 'stop' parameter must not hold {type(rule).__name__} with several "
            "objectives: it looks for the best score, and there is a front of them. "
            f"Got stop={stop!r} and {n_objectives} objectives; use "
            "skhpo.stopping.Patience, which watches the front."
        )
    if n_splits < 2 and isinstance(rule, NoImprovementExpected):
        raise ValueError(
            "The 'stop' parameter must not hold NoImprovementExpected, which 'auto' "
            "stands for, with a single split: the noise of a score is told by how the "
            f"splits differ. Got stop={stop!r} and {n_splits} split; use more splits, "
            "or skhpo.stopping.Patience."
        )
