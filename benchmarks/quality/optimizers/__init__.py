"""The optimizers, one module each, which import their libraries only when they run.

Every module has `PACKAGES`, the distributions whose versions count, and

    run(problem, evaluate, seed, default, **options)

which calls ``evaluate(config)`` for `evaluate.n_candidates` configurations, or until
it raises `BudgetSpentError`, and ``evaluate.start()`` after its imports. `default` is
a configuration to begin with, or None. The libraries keep their documented settings.
"""

import importlib
import json
from types import ModuleType
from typing import Any

NAMES = [
    "skhpo",
    "evolution",
    "random",
    "optuna_tpe",
    "optuna_gp",
    "optuna_cmaes",
    "optuna_nsga2",
    "hyperopt_tpe",
    "skopt",
    "hebo",
    "smac",
    "ga",
    "scipy_de",
]


def resolve(text: str) -> tuple[ModuleType, dict[str, Any]]:
    """Return the module and the options of, say, ``skhpo:surrogate=tpe``."""
    name, _, rest = text.partition(":")
    if name not in NAMES:
        raise SystemExit(f"There is no optimizer {name!r}; there are {NAMES}.")
    pairs = [item.split("=", 1) for item in rest.split(",") if item]
    options = {option: _value(given) for option, given in pairs}
    return importlib.import_module(f"optimizers.{name}"), options


def _value(text: str) -> Any:
    """Return a number where the text is one."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
