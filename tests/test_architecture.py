"""The layout of the package: import directions, borders and sizes.

The rules are read off the syntax trees, so imports inside functions and under
``TYPE_CHECKING`` count as well. Each rule is a function from a parsed module to its
violations; the second half of the file shows every rule a module that breaks it.
"""

import ast
import graphlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "skhpo"

GROUND = {"exceptions", "_checks"}

# Floor -> what stands on it -> what that may import. Imports go down only.
FLOORS: dict[int, dict[str, set[str]]] = {
    0: {"exceptions": set(), "_checks": {"exceptions"}, "_compat": GROUND},
    1: {
        "pareto": GROUND,
        "space": GROUND | {"_compat"},
        "surrogates": GROUND | {"_compat"},
        "trials": GROUND,
    },
    2: {
        "acquisition": GROUND | {"pareto", "space", "surrogates", "trials"},
        "callbacks": GROUND | {"_compat", "space", "trials"},
        "fidelity": GROUND | {"trials"},
        "inspection": GROUND | {"_compat", "pareto", "space", "surrogates", "trials"},
        "journal": GROUND | {"_compat", "pareto", "space", "surrogates", "trials"},
        "racing": GROUND | {"pareto", "space", "surrogates", "trials"},
        "presets": GROUND | {"space"},
        "refit": GROUND | {"space", "surrogates", "trials"},
        "stopping": GROUND | {"space", "surrogates", "trials"},
        "transfer": GROUND | {"space", "surrogates"},
    },
    # Algorithms know no host: generators see neither joblib nor estimators.
    3: {
        "generators": GROUND
        | {"acquisition", "fidelity", "pareto", "space", "surrogates"}
        | {"transfer", "trials"},
    },
    4: {
        "engine": GROUND
        | {"_compat", "fidelity", "generators", "journal", "racing"}
        | {"space", "stopping", "trials"},
        "population": GROUND
        | {"_compat", "acquisition", "generators", "journal", "racing"}
        | {"space", "surrogates", "trials"},
        # Beside the others: the contract suites, for us and for third parties.
        "testing": GROUND
        | {"_compat", "acquisition", "generators", "inspection", "journal"}
        | {"pareto", "racing", "space", "surrogates", "trials"},
    },
    5: {
        "search": GROUND
        | {"_compat", "callbacks", "engine", "fidelity", "generators", "inspection"}
        | {"journal", "pareto", "population", "racing", "refit", "space", "stopping"}
        | {"transfer", "trials"},
    },
}
MAY_IMPORT = {unit: below for floor in FLOORS.values() for unit, below in floor.items()}
FLOOR_OF = {unit: number for number, floor in FLOORS.items() for unit in floor}

MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 80

# Underscored names that scikit-learn and Python tell subclasses and callers to use.
PROTOCOL_NAMES = {"_asdict", "_exit", "_fields", "_parameter_constraints", "_replace"}

# The names of numpy.random that hold no global state.
STATELESS_RANDOM = {
    "BitGenerator",
    "Generator",
    "MT19937",
    "PCG64",
    "PCG64DXSM",
    "Philox",
    "RandomState",
    "SFC64",
    "SeedSequence",
    "default_rng",
}


@dataclass(frozen=True)
class Module:
    """A module of the package under its dotted name."""

    name: str
    source: str

    @property
    def tree(self) -> ast.Module:
        """The parsed source."""
        return ast.parse(self.source)

    @property
    def unit(self) -> str:
        """The package or module directly under ``skhpo``, "" for the root."""
        return ".".join(self.name.split(".")[1:2])


@dataclass(frozen=True)
class Import:
    """One imported name: ``from origin import member``, or ``import origin``."""

    origin: str
    member: str
    level: int
    line: int

    @property
    def parts(self) -> list[str]:
        """All parts of the dotted name."""
        return [*self.origin.split("."), *filter(None, [self.member])]


def imports(module: Module) -> Iterator[Import]:
    """All imports, wherever they stand in the module."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, "", 0, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield Import(node.module or "", alias.name, node.level, node.lineno)


def read_package() -> list[Module]:
    """All modules of the package; a package goes by the name of its folder."""
    modules = []
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        modules.append(Module(name, path.read_text(encoding="utf-8")))
    return modules


def upward_imports(module: Module) -> Iterator[str]:
    """Imports from the package that the floors do not allow."""
    if not module.unit:
        return  # The root gathers what is public.
    if module.unit not in MAY_IMPORT:
        yield f"{module.name}: {module.unit!r} stands on no floor of this test"
        return
    for item in imports(module):
        if item.level or item.parts[0] != "skhpo":
            continue
        target = item.parts[1] if len(item.parts) > 1 else ""
        if target not in MAY_IMPORT[module.unit] | {module.unit}:
            yield f"{module.name}:{item.line} imports {'.'.join(item.parts)}"


def relative_imports(module: Module) -> Iterator[str]:
    """Imports with leading dots."""
    for item in imports(module):
        if item.level:
            yield f"{module.name}:{item.line} imports relatively"


def is_private(name: str) -> bool:
    """Whether a name has a leading underscore and is not meant for everybody."""
    special = name.endswith("__") or name in PROTOCOL_NAMES
    return name.startswith("_") and not special


def host_names(module: Module) -> set[str]:
    """The names under which a module knows scikit-learn, joblib or parts of them."""
    names = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            origins = {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            origins = {alias.asname or alias.name: origin for alias in node.names}
        else:
            continue
        for name, origin in origins.items():
            if origin.split(".")[0] in {"sklearn", "joblib"}:
                names.add(name.split(".")[0])
    return names


def private_host_names(module: Module) -> Iterator[str]:
    """Private names of scikit-learn and joblib outside of their border."""
    if module.unit == "_compat":
        return
    for item in imports(module):
        if item.parts[0] in {"sklearn", "joblib"} and any(map(is_private, item.parts)):
            yield f"{module.name}:{item.line} imports {'.'.join(item.parts)}"
    hosts = host_names(module)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            root = node.value
            while isinstance(root, ast.Attribute):
                root = root.value
            if isinstance(root, ast.Name) and root.id in hosts:
                yield f"{module.name}:{node.lineno} uses {ast.unparse(node)}"


def global_random_numbers(module: Module) -> Iterator[str]:
    """Uses of the random number generators that all code of a process shares."""
    if module.unit == "testing":
        return  # The contract suites watch them, to see that nobody touches them.
    for item in imports(module):
        from_numpy = item.member if item.origin == "numpy.random" else ""
        if item.origin == "random" or (
            from_numpy and from_numpy not in STATELESS_RANDOM
        ):
            yield f"{module.name}:{item.line} imports {'.'.join(item.parts)}"
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Attribute) or node.attr in STATELESS_RANDOM:
            continue
        if ast.unparse(node.value) in {"np.random", "numpy.random"}:
            yield f"{module.name}:{node.lineno} uses {ast.unparse(node)}"


def long_files(module: Module) -> Iterator[str]:
    """Files over the limit."""
    n_lines = len(module.source.splitlines())
    if n_lines > MAX_FILE_LINES:
        yield f"{module.name} has {n_lines} lines, over {MAX_FILE_LINES}"


def long_functions(module: Module) -> Iterator[str]:
    """Functions over the limit, counted without their docstring."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if module.unit == "search" and node.name == "__init__":
            continue  # Stores each of an estimator's many arguments, a line each.
        body = node.body[1:] if ast.get_docstring(node) is not None else node.body
        n_lines = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
        if n_lines > MAX_FUNCTION_LINES:
            yield f"{module.name}.{node.name} has {n_lines} lines"


def defined_names(module: Module) -> set[str]:
    """Names of the functions, classes, variables and attributes that it defines."""
    names = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            names.add(node.attr)
    return names


def foreign_private_attributes(modules: list[Module]) -> Iterator[str]:
    """Private attributes, inherited ones included, that the package never defines."""
    inside = [module for module in modules if module.unit != "_compat"]
    ours = set().union(*map(defined_names, inside))
    for module in inside:
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Attribute) or not is_private(node.attr):
                continue
            if node.attr not in ours:
                yield f"{module.name}:{node.lineno} uses {ast.unparse(node)}"


RULES: list[Callable[[Module], Iterator[str]]] = [
    upward_imports,
    relative_imports,
    private_host_names,
    global_random_numbers,
    long_files,
    long_functions,
]


def import_graph(modules: list[Module]) -> dict[str, set[str]]:
    """For each module, the modules of the package that it imports."""
    names = {module.name for module in modules}
    graph: dict[str, set[str]] = {}
    for module in modules:
        targets = graph.setdefault(module.name, set())
        for item in imports(module):
            member = ".".join(item.parts)
            targets |= {member if member in names else item.origin} & names
    return graph


def import_order(modules: list[Module]) -> list[str]:
    """An order in which each module follows what it imports."""
    return list(graphlib.TopologicalSorter(import_graph(modules)).static_order())


@pytest.mark.parametrize("rule", RULES)
def test_package_keeps_the_rule(rule: Callable[[Module], Iterator[str]]) -> None:
    """No module of the package breaks the rule."""
    assert [found for module in read_package() for found in rule(module)] == []


def test_package_has_no_import_cycle() -> None:
    """The modules of the package can be put in an order of import."""
    modules = read_package()
    assert len(import_order(modules)) == len(modules) > 0


def test_private_attributes_are_our_own() -> None:
    """What the package uses of an object's private side, it has put there itself."""
    assert list(foreign_private_attributes(read_package())) == []


def test_floors_point_down() -> None:
    """The table itself allows imports from lower floors only."""
    for unit, below in MAY_IMPORT.items():
        for target in below - GROUND:
            assert FLOOR_OF[target] < FLOOR_OF[unit]


BROKEN = [
    ("skhpo.space._real", "from skhpo.engine import run", upward_imports),
    ("skhpo.space._real", "from skhpo import engine", upward_imports),
    ("skhpo.space._real", "import skhpo.trials", upward_imports),
    ("skhpo.generators._base", "def f():\n import skhpo._compat", upward_imports),
    ("skhpo.engine._loop", "from skhpo import BayesSearchCV", upward_imports),
    ("skhpo.exceptions", "import skhpo._checks", upward_imports),
    ("skhpo.newcomer", "", upward_imports),
    (
        "skhpo.trials._trial",
        "if TYPE_CHECKING:\n from skhpo.space import Real",
        upward_imports,
    ),
    ("skhpo.space._real", "from . import _axis", relative_imports),
    ("skhpo.engine._loop", "from joblib import _parallel", private_host_names),
    ("skhpo.search._base", "from sklearn.utils._tags import f", private_host_names),
    ("skhpo.search._base", "import sklearn.utils._tags", private_host_names),
    ("skhpo.engine._loop", "import joblib as j\nj.parallel._x()", private_host_names),
    ("skhpo.search._base", "from sklearn import svm\nsvm._base", private_host_names),
    ("skhpo.space._real", "import random", global_random_numbers),
    ("skhpo.space._real", "from random import choice", global_random_numbers),
    ("skhpo.space._real", "from numpy.random import rand", global_random_numbers),
    ("skhpo.space._real", "np.random.seed(0)", global_random_numbers),
    ("skhpo.space._real", "\n" * 501, long_files),
    ("skhpo.space._real", "def f():\n" + " x = 1\n" * 81, long_functions),
]


@pytest.mark.parametrize(("name", "source", "rule"), BROKEN)
def test_rule_finds_what_breaks_it(
    name: str, source: str, rule: Callable[[Module], Iterator[str]]
) -> None:
    """Each rule reports a module that breaks it."""
    assert list(rule(Module(name, source)))


SOUND = [
    ("skhpo", "from skhpo.search import BayesSearchCV"),
    ("skhpo.generators._base", "from skhpo.trials import Trial"),
    ("skhpo.space._real", "from skhpo.space._axis import Axis"),
    ("skhpo._compat._joblib", "from joblib._parallel_backends import LokyBackend"),
    ("skhpo.engine._loop", "import joblib\njoblib.__version__"),
    ("skhpo.space._real", "rng = np.random.default_rng(0)"),
    ("skhpo.space._real", "def f():\n '''" + "\n" * 90 + "'''\n return 1"),
    ("skhpo.search._bayes", "def __init__(self):\n" + " self.x = 1\n" * 81),
]


@pytest.mark.parametrize(("name", "source"), SOUND)
def test_rules_leave_sound_modules_alone(name: str, source: str) -> None:
    """No rule reports a module that keeps all of them."""
    module = Module(name, source)
    assert [found for rule in RULES for found in rule(module)] == []


def test_import_cycle_is_found() -> None:
    """Two modules that import each other have no order of import."""
    first = Module("skhpo.space._a", "def f():\n from skhpo.space import _b")
    second = Module("skhpo.space._b", "from skhpo.space._a import f")
    with pytest.raises(graphlib.CycleError):
        import_order([first, second])


def test_foreign_private_attribute_is_found() -> None:
    """A private method that only the host can have defined is reported."""
    ours = Module("skhpo.search._a", "class A(B):\n def _own(self): self._own()")
    theirs = Module("skhpo.search._b", "class A(B):\n def f(self): self._host()")
    assert list(foreign_private_attributes([ours])) == []
    assert list(foreign_private_attributes([ours, theirs]))
