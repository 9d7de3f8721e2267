"""Which rule the `racing` argument of a search asks for."""

from typing import Literal, TypeAlias

from skhpo.racing._base import RacingRule
from skhpo.racing._predictive import PredictiveRule

RacingName: TypeAlias = Literal["auto"]


def make_rule(racing: RacingName | RacingRule | None) -> RacingRule | None:
    """Return the rule that the `racing` argument of a search asks for.

    .. versionadded:: 0.1

    Parameters
    ----------
    racing : "auto", RacingRule or None
        ``"auto"`` is a `PredictiveRule` with its defaults.

    Returns
    -------
    rule : RacingRule or None
        None where nothing is to be discarded.

    Raises
    ------
    ValueError
        If it is none of these.

    Examples
    --------
    >>> from skhpo.racing import make_rule
    >>> make_rule("auto")
    PredictiveRule(gain=0.2)
    """
    if racing is None:
        return None
    if isinstance(racing, str) and racing == "auto":
        return PredictiveRule()
    if not isinstance(racing, type) and callable(getattr(racing, "is_hopeless", None)):
        return racing
    raise ValueError(
        "The 'racing' parameter must be None, 'auto' or a rule, an object with the "
        f"method 'is_hopeless(scores, others)'. Got {racing!r}; the default None "
        "evaluates every candidate on all splits."
    )
