"""The docstrings of all that is public keep the numpydoc standard.

No object is exempt: there is no list of exceptions, here or in the sources.
"""

import enum
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

import skhpo
from _public import public_packages

validate = pytest.importorskip("numpydoc.validate")

UNCHECKED = {
    "ES01",  # A summary that says everything needs no second paragraph.
    "RT02",  # What is returned has a name, as in scikit-learn's docstrings.
    "SA01",  # See Also is for objects that are confused or used together.
}
# Methods are shown in the example of their class; exceptions, enumerations and
# protocols where they are raised, used or implemented.
NEEDS_NO_EXAMPLE = {"EX01"}


def exported_objects() -> dict[str, object]:
    """Classes and functions that the public packages export, under their full name."""
    found = {}
    for package in public_packages():
        module = importlib.import_module(package)
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.isclass(value) or inspect.isfunction(value):
                found[f"{package}.{name}"] = value
    return found


def public_methods(cls: type) -> Iterator[str]:
    """Methods and properties that the class has from the package, not from its host."""
    for base in cls.__mro__:
        if not base.__module__.startswith("skhpo"):
            continue
        for name, value in vars(base).items():
            routine = inspect.isroutine(value) or isinstance(value, property)
            if routine and not name.startswith("_") and not is_enum(cls):
                yield name


def is_enum(value: object) -> bool:
    """Whether the object is an enumeration."""
    return inspect.isclass(value) and issubclass(value, enum.Enum)


def speaks_for_itself(value: object) -> bool:
    """Whether the object is an exception, an enumeration or a protocol."""
    return inspect.isclass(value) and (
        issubclass(value, Exception)
        or is_enum(value)
        or getattr(value, "_is_protocol", False)
    )


def codes_to_skip(value: object) -> set[str]:
    """The checks that do not apply to an exported object."""
    if speaks_for_itself(value):
        # Their constructors are not ours, so there are no parameters to document.
        return UNCHECKED | NEEDS_NO_EXAMPLE | {"PR01"}
    return UNCHECKED


def names_and_skips() -> dict[str, set[str]]:
    """Every public object, with the codes that are not checked for it."""
    cases = {}
    for name, value in exported_objects().items():
        cases[name] = codes_to_skip(value)
        if inspect.isclass(value):
            for method in public_methods(value):
                # The tests of a contract state what holds, not what the method does.
                statement = {"SS05"} if method.startswith("test_") else set()
                skipped = UNCHECKED | NEEDS_NO_EXAMPLE | statement
                cases[f"{name}.{method}"] = skipped
    return cases


CASES = names_and_skips()


@pytest.mark.parametrize("name", CASES)
def test_docstring_keeps_the_standard(name: str) -> None:
    """No check of numpydoc that applies finds anything."""
    errors = validate.validate(name)["errors"]
    assert [error for error in errors if error[0] not in CASES[name]] == []


@pytest.mark.parametrize("name", exported_objects())
def test_docstring_tells_since_when(name: str) -> None:
    """Every exported object names the version that brought it."""
    assert ".. versionadded::" in (inspect.getdoc(exported_objects()[name]) or "")


def test_no_source_switches_a_check_off() -> None:
    """No comment in the package exempts an object from numpydoc."""
    sources = Path(skhpo.__file__).parent.rglob("*.py")
    assert [path for path in sources if "numpydoc ignore" in path.read_text()] == []


def test_a_poor_docstring_is_found() -> None:
    """An undocumented parameter is an error, so the checks do look."""
    errors = validate.validate("inspect.getattr_static")["errors"]
    assert "PR01" in dict(errors)
