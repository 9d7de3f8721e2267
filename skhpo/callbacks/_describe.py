"""A search in words, for the records that loggers keep of it."""

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from skhpo.callbacks._events import SearchPlan
from skhpo.space._values import shorten

_PACKAGES = ("skhpo", "scikit-learn", "numpy", "scipy", "joblib")
# What the estimator, the space or the data are told by, or what is of no interest.
_LEFT_OUT = {"callbacks", "estimator", "param_distributions", "verbose", "n_jobs"}
_LONGEST = 500


def describe_search(plan: SearchPlan) -> dict[str, str]:
    """Return what makes a search, by name: its class, estimator, space and settings.

    Parameters
    ----------
    plan : SearchPlan
        The search.

    Returns
    -------
    dict of str to str
        Without empty values.
    """
    search = plan.search
    settings = {
        name: value
        for name, value in search.get_params(deep=False).items()
        if name not in _LEFT_OUT and value is not None
    }
    return {
        "search": type(search).__name__,
        "estimator": in_words(search.estimator),
        "space": "; ".join(f"{a.name}: {a.describe()}" for a in plan.space.axes),
        "n_splits": str(plan.n_splits),
        "objectives": ", ".join(plan.objectives),
    } | {name: in_words(value) for name, value in settings.items()}


def versions() -> dict[str, str]:
    """Return the versions of what a search runs on."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:  # run from its sources
            continue
    return found


def in_words(value: Any) -> str:
    """Return a value as one line of text, not too long."""
    shown = value if isinstance(value, str) else shorten(value, _LONGEST)
    return " ".join(shown.split())
