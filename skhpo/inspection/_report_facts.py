"""What a report says of a search besides its plots: facts, table, settings."""

import os
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from skhpo.inspection._candidates import (
    label_of,
    metric_of,
    metrics_of,
    read_history,
    results_of,
)
from skhpo.inspection._scale import printable
from skhpo.inspection._wording import number, show_params

_MOST_ROWS = 500
_LONGEST = 300
_PACKAGES = ("skhpo", "scikit-learn", "numpy", "scipy", "joblib", "matplotlib")
# Where a search keeps its files is nobody's business.
_KEPT_SECRET = {"checkpoint_dir", "journal", "callbacks"}

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_PATH = re.compile(r"(?<![\w.])(?:[A-Za-z]:|~)?(?:[\\/]+[^\s'\"<>|,;:()\\/]+){2,}")


@dataclass(frozen=True)
class Cell:
    """A cell of the table.

    Parameters
    ----------
    text : str
        What is shown.

    key : float or str
        By what it is sorted.
    """

    text: str
    key: float | str


@dataclass(frozen=True)
class Table:
    """The candidates, the best first.

    Parameters
    ----------
    caption : str
        What is in it.

    columns : list of str
        The headings.

    rows : list of list of Cell
        The cells.
    """

    caption: str
    columns: list[str]
    rows: list[list[Cell]]


def facts_of(search: Any) -> list[tuple[str, str]]:
    """Return the few facts that one wants to know first."""
    history = read_history(search)
    facts = [
        ("Best score", _best_score(search)),
        ("Best parameters", plain(show_params(getattr(search, "best_params_", {})))),
        ("Candidates", str(len(history))),
        ("Fits", str(getattr(search, "n_fits_", "unknown"))),
        ("Ended by", plain(getattr(search, "stop_reason_", "unknown"))),
        ("Splits", str(getattr(search, "n_splits_", "unknown"))),
    ]
    ends = [entry.get("completed_at", np.nan) for entry in history]
    if np.isfinite(ends).any():
        facts.append(("Time", f"{np.nanmax(ends):.1f} s"))
    if hasattr(search, "refit_time_"):
        facts.append(("Refit", f"{search.refit_time_:.1f} s"))
    return facts


def _best_score(search: Any) -> str:
    """Write the best score with its name."""
    if not hasattr(search, "best_score_"):
        return "not chosen by a score"
    label = label_of(search, metric_of(search))
    return plain(f"{number(float(search.best_score_))} ({label})")


def table_of(search: Any) -> Table:
    """Return the candidates of `cv_results_` as a table."""
    results = results_of(search)
    metrics = metrics_of(search)
    n = len(results["params"])
    rank = np.asarray(results[f"rank_test_{metric_of(search)}"])
    order = np.argsort(rank, kind="stable")[:_MOST_ROWS].tolist()
    columns: list[tuple[str, Any]] = [("rank", rank)]
    for name in metrics:
        shown = label_of(search, name)
        columns.append((f"mean {shown}", results[f"mean_test_{name}"]))
        columns.append((f"sd {shown}", results[f"std_test_{name}"]))
    for name in ("n_splits_run", "n_resources", "n_steps", "n_exploits"):
        if name in results:
            columns.append((name, results[name]))
    columns.append(("mean fit time (s)", results["mean_fit_time"]))
    names = [key for key in results if key.startswith("param_")]
    columns += [(key.removeprefix("param_"), results[key]) for key in names]
    rows = [[cell_of(values[row]) for _, values in columns] for row in order]
    caption = f"{n} candidates" if n <= _MOST_ROWS else f"the best {_MOST_ROWS} of {n}"
    return Table(
        f"Results, {caption}, sorted by rank",
        [plain(name) for name, _ in columns],
        rows,
    )


def cell_of(value: Any) -> Cell:
    """Return a value as a cell: numbers sort as such, before everything else."""
    if value is np.ma.masked or value is None:
        return Cell("" if value is not None else "None", "")
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool):
        return Cell(str(value), str(value))
    if isinstance(value, int):
        return Cell(str(value), float(value))
    if isinstance(value, float):
        return Cell(f"{value:.5g}", value if np.isfinite(value) else "")
    text = plain(value)
    return Cell(text, text)


def settings_of(search: Any) -> list[tuple[str, str]]:
    """Return the arguments of the search, seeds included."""
    params: Mapping[str, Any] = search.get_params(deep=False)
    return [
        (name, plain(value if isinstance(value, str) else repr(value)))
        for name, value in params.items()
        if name not in _KEPT_SECRET
    ]


def versions() -> list[tuple[str, str]]:
    """Return the versions of what computed, and on what; nothing of the person."""
    found = [("Python", platform.python_version())]
    for name in _PACKAGES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            found.append((name, "not installed as a package"))
    found.append(("System", f"{platform.system()} {platform.machine()}"))
    found.append(("Processors", str(os.cpu_count())))
    return found


def plain(value: Any) -> str:
    """Write anything on one line of bounded length, without addresses and paths."""
    text = _ADDRESS.sub("", printable(value))
    text = _PATH.sub(_last_part, text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _last_part(match: re.Match[str]) -> str:
    """Keep the last part of a path."""
    return "…/" + re.split(r"[\\/]", match.group())[-1]
