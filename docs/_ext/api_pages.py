"""Pages of the API reference, written from the packages' ``__all__`` for each build.

Each public package of skhpo gets a page with its docstring and tables of what it
exports, and each class and function a page of its own, in ``docs/api/``. There is no
list to keep: a new package or export appears by itself. What several packages export
has its page under the shortest of its names.
"""

import dataclasses
import enum
import importlib
import inspect
import pkgutil
import re
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

from sphinx.application import Sphinx

import skhpo

GROUPS = {
    "Classes": lambda value: inspect.isclass(value) and not is_exception(value),
    "Functions": inspect.isfunction,
    "Exceptions and warnings": lambda value: is_exception(value),
}
INDEX = """\
API reference
=============

Generated from the docstrings. Everything that is public is exported by one of these
packages; names with a leading underscore may change at any time.

.. list-table::
   :widths: 25 75

{rows}

.. toctree::
   :hidden:

{pages}
"""


def is_exception(value: object) -> bool:
    """Whether a value is a class that can be raised or warned with."""
    return inspect.isclass(value) and issubclass(value, Exception)


def public_modules() -> list[ModuleType]:
    """Return the package and all that is public directly in it."""
    names = [
        info.name
        for info in pkgutil.iter_modules(skhpo.__path__, "skhpo.")
        if not info.name.startswith("skhpo._")
    ]
    return [skhpo, *(importlib.import_module(name) for name in names)]


def exported(module: ModuleType) -> dict[str, Any]:
    """Return what a module exports, but for its version."""
    return {name: getattr(module, name) for name in module.__all__ if name[0] != "_"}


def homes(modules: list[ModuleType]) -> dict[int, str]:
    """Return the name under which each class and function is documented.

    It is that of skhpo itself if that exports it, and else of the package that defines
    it.
    """
    found: dict[int, str] = {}
    for module in modules:
        for name, value in exported(module).items():
            is_own = getattr(value, "__module__", "").startswith(module.__name__)
            at_the_top = found.get(id(value), "").count(".") == 1
            if id(value) not in found or (is_own and not at_the_top):
                found[id(value)] = f"{module.__name__}.{name}"
    return found


def title(text: str) -> list[str]:
    """Return an underlined title."""
    return [text, "=" * len(text), ""]


def summary(value: Any) -> str:
    """Return the first line of a docstring, without marks of references."""
    return re.sub(r" \[\d+\]_", "", (inspect.getdoc(value) or "").splitlines()[0])


def table(heading: str, names: list[str]) -> list[str]:
    """Return a table that links to objects and shows their summaries."""
    lines = [f".. rubric:: {heading}", "", ".. list-table::", "   :widths: 35 65", ""]
    for name in names:
        module, _, attribute = name.rpartition(".")
        value = getattr(importlib.import_module(module), attribute)
        lines += [f"   * - :py:obj:`~{name}`", f"     - {summary(value)}"]
    return [*lines, ""]


def alias(module: ModuleType, name: str, value: Any) -> list[str]:
    """Return the entry of a type alias."""
    shown = str(value).replace("typing.", "").replace("collections.abc.", "")
    return [f".. py:data:: {module.__name__}.{name}", "", f"   ``{shown}``", ""]


def module_page(module: ModuleType, home: dict[int, str]) -> str:
    """Return the page of a package."""
    lines = title(module.__name__)
    lines += [f".. automodule:: {module.__name__}", "   :no-members:", ""]
    values = exported(module)
    for heading, belongs in GROUPS.items():
        names = [home[id(value)] for value in values.values() if belongs(value)]
        if names:
            lines += table(heading, names)
    aliases = {
        name: value
        for name, value in values.items()
        if not any(belongs(value) for belongs in GROUPS.values())
        and home[id(value)] == f"{module.__name__}.{name}"
    }
    if aliases:
        lines += [".. rubric:: Types of arguments", ""]
    for name, value in aliases.items():
        lines += alias(module, name, value)
    lines += [".. toctree::", "   :hidden:", ""]
    lines += [f"   {name}" for name in object_names(module, home)]
    return "\n".join(lines) + "\n"


def object_names(module: ModuleType, home: dict[int, str]) -> list[str]:
    """Return the full names of what has its own page below a package."""
    return [
        home[id(value)]
        for name, value in exported(module).items()
        if any(belongs(value) for belongs in GROUPS.values())
        and home[id(value)] == f"{module.__name__}.{name}"
    ]


def own_members(cls: type) -> list[str]:
    """Return the public methods and properties that are ours, not the host's."""
    fields = set()
    if dataclasses.is_dataclass(cls):
        fields = {field.name for field in dataclasses.fields(cls)}
    names = []
    for base in cls.__mro__:
        if base.__module__.split(".")[0] != "skhpo":
            continue
        for name, value in vars(base).items():
            is_member = inspect.isroutine(value) or isinstance(value, property)
            # What scikit-learn adds for metadata routing is named by its pattern.
            is_theirs = name[0] == "_" or re.fullmatch(r"set_\w+_request", name)
            if is_member and not is_theirs and name not in {*names, *fields}:
                names.append(name)
    return names


def host_members(cls: type) -> list[str]:
    """Return the public methods that an estimator has from scikit-learn alone."""
    ours = set(own_members(cls))
    bases = [base for base in cls.__mro__ if base.__module__.startswith("sklearn")]
    names = {
        name
        for base in bases
        for name, value in vars(base).items()
        if name[0] != "_" and (callable(value) or hasattr(value, "__get__"))
    }
    return sorted(names - ours)


def object_page(full_name: str, value: Any) -> str:
    """Return the page of a class or a function."""
    module, _, name = full_name.rpartition(".")
    lines = [*title(name), f".. currentmodule:: {module}", ""]
    if not inspect.isclass(value):
        return "\n".join([*lines, f".. autofunction:: {full_name}", ""])
    kind = "autoexception" if is_exception(value) else "autoclass"
    lines += [f".. {kind}:: {full_name}"]
    members = own_members(value)
    if isinstance(value, enum.EnumMeta):
        lines += ["   :members:", "   :undoc-members:"]
    elif members and not is_exception(value):
        lines += [f"   :members: {', '.join(members)}"]
    inherited = [] if is_exception(value) else host_members(value)
    if inherited:
        listed = ", ".join(f"``{one}``" for one in inherited)
        lines += ["", ".. rubric:: Inherited from scikit-learn", "", listed + "."]
    return "\n".join([*lines, ""])


def write_pages(app: Sphinx) -> None:
    """Write all pages, the changed ones only; remove those that are out of date."""
    folder = Path(app.srcdir) / "api"
    folder.mkdir(exist_ok=True)
    modules = public_modules()
    home = homes(modules)
    pages = {}
    for module in modules:
        pages[module.__name__] = module_page(module, home)
        for name in object_names(module, home):
            attribute = name.rpartition(".")[2]
            pages[name] = object_page(name, getattr(module, attribute))
    rows = [
        f"   * - :py:mod:`{module.__name__}`\n     - {summary(module)}"
        for module in modules
    ]
    listed = [f"   {module.__name__}" for module in modules]
    pages["index"] = INDEX.format(rows="\n".join(rows), pages="\n".join(listed))
    for path in folder.iterdir():
        if path.stem not in pages:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name, text in pages.items():
        path = folder / f"{name}.rst"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def escape_types(
    app: Sphinx, what: str, name: str, value: Any, options: Any, lines: list[str]
) -> None:
    """Keep names that end in an underscore, in types, from being taken for links."""
    for number, line in enumerate(lines):
        parameter, colon, kind = line.partition(" : ")
        if colon and re.fullmatch(r"\w+", parameter) and "`" not in kind:
            escaped = re.sub(r"(?<=\w)_(?=\W|$)", r"\\_", kind)
            lines[number] = f"{parameter} : {escaped}"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the pages with a build."""
    app.connect("builder-inited", write_pages)
    # Before numpydoc, which has the default priority of 500.
    app.connect("autodoc-process-docstring", escape_types, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
