"""Value forms: what a user may write for a parameter, and what is refused."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from skhpo.exceptions import SearchSpaceError
from skhpo.space._bounds import parse_integer, parse_real
from skhpo.space._dimensions import Categorical, Integer, Ordinal, Real
from skhpo.space._distributions import Distribution, Sampler, is_frozen, is_unfrozen
from skhpo.space._place import FORMS, Place
from skhpo.space._recognise import parse_frozen, parse_sampler, parse_unfrozen
from skhpo.space._values import is_number, native, shorten, without_repeats

Dimension = Real | Integer | Categorical | Ordinal | Distribution | Sampler

_EXAMPLES = {
    Real: "Real(1e-3, 1e3, prior='log-uniform')",
    Integer: "Integer(1, 10)",
    Categorical: "Categorical(['a', 'b'])",
    Ordinal: "Ordinal(['low', 'high'])",
}


def parse_space(param_distributions: Any) -> list[dict[str, Dimension]]:
    """Read a dict, or a list of dicts, into one dict of dimensions for each branch.

    Branches that are wholly identical are merged.
    """
    branches: list[dict[str, Dimension]] = []
    for branch in _parse_branches(param_distributions):
        if branch not in branches:
            branches.append(branch)
    return branches


def parse_dimension(value: Any, place: Place) -> Dimension:
    """Read what stands for one parameter."""
    if isinstance(value, Real):
        return parse_real(value, place)
    if isinstance(value, Integer):
        return parse_integer(value, place)
    if isinstance(value, Categorical | Ordinal):
        return type(value)(_parse_choices(value.choices, value, place))
    if isinstance(value, type):
        _refuse_class(value, place)
    if is_frozen(value):
        return parse_frozen(value, place)
    if is_unfrozen(value) or type(value).__module__.startswith("scipy.stats"):
        return parse_unfrozen(value, place)
    if callable(getattr(value, "rvs", None)):
        return parse_sampler(value, place)
    _refuse_range(value, place)
    choices = _parse_choices(value, value, place)
    return Ordinal(choices) if _in_order(choices) else Categorical(choices)


def _parse_branches(param_distributions: Any) -> Iterator[dict[str, Dimension]]:
    """Read branch by branch."""
    if isinstance(param_distributions, Mapping):
        yield _parse_branch(param_distributions, None)
        return
    if not isinstance(param_distributions, list | tuple):
        raise SearchSpaceError(
            "The 'param_distributions' parameter must be a dict of parameter names to "
            "values, or a list of such dicts. "
            f"Got {shorten(param_distributions)}. Write for example "
            "{'C': scipy.stats.loguniform(1e-3, 1e3)}."
        )
    if not param_distributions:
        raise SearchSpaceError(
            "The 'param_distributions' parameter must have at least one branch. Got an "
            f"empty {type(param_distributions).__name__}, {param_distributions!r}. "
            "Write at least one dict; [{}] is the space of the estimator as it is."
        )
    n_branches = len(param_distributions)
    for index, branch in enumerate(param_distributions):
        if not isinstance(branch, Mapping):
            raise SearchSpaceError(
                f"Branch {index} of the search space must be a dict of parameter names "
                f"to values. Got {shorten(branch)}. Write for example "
                "[{'kernel': ['linear']}, {'kernel': ['rbf'], 'gamma': [0.1, 1.0]}]."
            )
        yield _parse_branch(branch, index if n_branches > 1 else None)


def _parse_branch(branch: Mapping[Any, Any], index: int | None) -> dict[str, Dimension]:
    """Read one dict."""
    for name in branch:
        if not isinstance(name, str):
            where = "the search space" if index is None else f"branch {index}"
            raise SearchSpaceError(
                f"The parameter names in {where} must be str. Got {shorten(name)}. "
                "Write the name as get_params() of the estimator gives it, such as "
                "'svc__C'."
            )
    return {
        str(name): parse_dimension(value, Place(str(name), index))
        for name, value in branch.items()
    }


def _parse_choices(choices: Any, shown: Any, place: Place) -> tuple[Any, ...]:
    """Check a sequence of choices; make them native and keep each once."""
    choices = native(choices)
    n_dimensions = getattr(choices, "ndim", 1)
    if n_dimensions != 1:
        place.refuse(
            f"the choices must have one dimension, not {n_dimensions}",
            shown,
            "Pass a list of the choices; array.ravel() flattens an array.",
        )
    is_array = isinstance(choices, np.ndarray) or hasattr(choices, "to_numpy")
    is_text = isinstance(choices, str | bytes | bytearray)
    if is_text or not (is_array or isinstance(choices, Sequence)):
        _refuse_form(choices, shown, place)
    values = without_repeats(native(choice) for choice in choices)
    if not values:
        place.refuse(
            "there are no choices",
            shown,
            "Write at least one, or leave the parameter out.",
        )
    return values


def _refuse_form(value: Any, shown: Any, place: Place) -> NoReturn:
    """Refuse what is no sequence, with the remedy that fits."""
    if isinstance(value, Mapping):
        remedy = (
            "Name nested parameters with a double underscore, as in "
            "{'step__parameter': [...]}, or put the dict in a list to fix the value."
        )
    elif isinstance(value, set | frozenset):
        remedy = "A set has no order that would repeat: pass a list, or sorted(...)."
    elif isinstance(value, Iterable) and not isinstance(value, str | bytes | bytearray):
        remedy = "Pass list(...) of it, which can be read more than once."
    else:
        remedy = f"To fix the value, put it in a list; otherwise write {FORMS}."
    kind = type(value).__name__
    place.refuse(f"a {kind} does not say which values to try", shown, remedy)


def _refuse_range(value: Any, place: Place) -> None:
    """Refuse bounds with a prior, as scikit-optimize takes them: no three choices."""
    if not (isinstance(value, tuple) and len(value) == 3):
        return
    low, high, prior = value
    is_range = is_number(low) and is_number(high)
    if is_range and isinstance(prior, str) and prior in ("uniform", "log-uniform"):
        is_whole = isinstance(low, int) and isinstance(high, int)
        kind = "Integer" if is_whole else "Real"
        place.refuse(
            "a tuple is a sequence of choices, of which these look like a range",
            value,
            f"Write skhpo.space.{kind}({low!r}, {high!r}, prior={prior!r}) for the "
            "range, or a list of choices.",
        )


def _refuse_class(value: type, place: Place) -> NoReturn:
    """Refuse a class where an instance is meant."""
    remedy = f"To fix the value, put the class in a list; otherwise write {FORMS}."
    if value in _EXAMPLES:
        remedy = f"Make an instance, as in {_EXAMPLES[value]}."
    place.refuse(
        f"the class {value.__name__} does not say which values to try", value, remedy
    )


def _in_order(choices: Sequence[Any]) -> bool:
    """Tell whether choices are numbers that only rise, or only fall."""
    if not all(map(is_number, choices)):
        return False
    pairs = list(itertools.pairwise(choices))
    return all(a < b for a, b in pairs) or all(a > b for a, b in pairs)
