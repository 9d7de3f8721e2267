"""The public packages export what they say, all of it, in order."""

import importlib
import inspect
from types import ModuleType

import pytest

from _public import public_packages


def unexported(module: ModuleType) -> set[str]:
    """Public names that the module holds from the package, but does not export."""
    return {
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and not inspect.ismodule(value)
        and str(getattr(value, "__module__", None)).startswith("skhpo")
        and name not in module.__all__
    }


@pytest.fixture(params=public_packages())
def module(request: pytest.FixtureRequest) -> ModuleType:
    """Each public module in turn."""
    return importlib.import_module(request.param)


def test_exports_are_sorted(module: ModuleType) -> None:
    """Exports stand in alphabetical order, once each."""
    assert list(module.__all__) == sorted(set(module.__all__))


def test_exports_exist(module: ModuleType) -> None:
    """Every exported name can be imported."""
    assert [name for name in module.__all__ if not hasattr(module, name)] == []


def test_exports_are_complete(module: ModuleType) -> None:
    """What a public module brings in from the package is exported."""
    assert unexported(module) == set()


def test_a_forgotten_export_is_found() -> None:
    """A public name of the package that is missing from the exports is reported."""
    forgetful = ModuleType("forgetful")
    forgetful.__all__ = []
    forgetful.SkhpoError = importlib.import_module("skhpo.exceptions").SkhpoError
    assert unexported(forgetful) == {"SkhpoError"}


def test_packages_have_a_map(module: ModuleType) -> None:
    """Every public module opens with a docstring."""
    assert module.__doc__
