"""Whether fitting a transformer again would give the same."""

import inspect
from collections.abc import Iterator
from typing import Any

import numpy as np
from joblib import hash as joblib_hash

from skhpo.engine._frozen import Frozen

# What comes from these draws random numbers only from a `random_state`.
_KNOWN_PACKAGES = {"builtins", "numpy", "scipy", "sklearn"}

_PICKLING_METHODS = {"__getstate__", "__reduce__", "__reduce_ex__"}

_SIMPLE_TYPES = (type(None), bool, int, str)


def digest(value: Any) -> tuple[str, Any]:
    """Return an identity of a parameter's value; raises where it has none."""
    kind = type(value)
    if kind in _SIMPLE_TYPES:
        return kind.__name__, value
    # Unlike the numbers themselves, this tells zeros apart and makes NaN equal.
    if kind is float:
        return kind.__name__, value.hex()
    return "hash", joblib_hash(value)


def is_never_repeatable(transformer: Any) -> bool:
    """Whether a transformer says itself that it draws from no fixed seed.

    ``random_state=None`` does not say so: with many transformers it only matters for
    some values of other parameters, so it is left to what happens.
    """
    return any(
        isinstance(value, (np.random.RandomState, np.random.Generator))
        or _is_tagged_random(value)
        for _, value in _parts(transformer)
    )


def needs_proof(transformer: Any) -> bool:
    """Whether only a second fit can show that a transformer repeats itself."""
    return any(
        (name.endswith("random_state") and value is None) or not _is_known(value)
        for name, value in _parts(transformer)
    )


def may_lose_state(transformer: Any) -> bool:
    """Whether what comes back from bytes may lack what the transformer has.

    A method that says what is pickled is mostly there to leave something out, such
    as a connection.
    """
    return any(
        not _PICKLING_METHODS.isdisjoint(vars(base))
        for _, value in _parts(transformer)
        if hasattr(value, "fit")
        for base in type(value).__mro__
        if not _is_of_known_package(base)
    )


def are_same(first: Frozen, second: Frozen) -> bool:
    """Whether two frozen fits are the same, bit for bit."""
    if first == second:
        return True
    # Equal objects may differ as bytes: sets have no order, strings may be shared.
    try:
        return bool(joblib_hash(first.thaw()) == joblib_hash(second.thaw()))
    except Exception:
        return False


def _parts(transformer: Any) -> Iterator[tuple[str, Any]]:
    """Yield the transformer and its parameters, nested ones included, by name."""
    yield "", transformer
    for name, value in transformer.get_params(deep=True).items():
        yield name, value
        if isinstance(value, (list, tuple)):
            yield from ((name, item) for item in value)


def _is_tagged_random(value: Any) -> bool:
    """Whether scikit-learn's tags call an estimator non-deterministic."""
    if not hasattr(value, "__sklearn_tags__") or inspect.isclass(value):
        return False
    return bool(value.__sklearn_tags__().non_deterministic)


def _is_known(value: Any) -> bool:
    """Whether a value, its class or the function that it is comes from a known place.

    Containers are looked into by `_parts` as far as scikit-learn nests them.
    """
    is_definition = inspect.isroutine(value) or inspect.isclass(value)
    return _is_of_known_package(value if is_definition else type(value))


def _is_of_known_package(definition: Any) -> bool:
    """Whether a class or function is defined in a known place."""
    module = str(getattr(definition, "__module__", ""))
    return module.partition(".")[0] in _KNOWN_PACKAGES
