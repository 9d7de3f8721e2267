"""Results as text: tables that spreadsheets read, values that JSON knows."""

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """Return a value as JSON knows it: numbers and containers, else its `repr`.

    Numbers that are not finite become None, which JSON has for them.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, np.ndarray):
        return [plain(one) for one in value.tolist()]
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return repr(value)


def rows_as_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return dicts with the same keys as a table, containers within it as JSON."""
    rows = list(rows)
    text = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return text.getvalue()


def columns_as_csv(columns: Mapping[str, Any]) -> str:
    """Return `cv_results_` as a table."""
    n_rows = len(columns["params"])
    return rows_as_csv(
        {name: column[row] for name, column in columns.items()} for row in range(n_rows)
    )


def _cell(value: Any) -> Any:
    """Return a value of a table; nothing where it is masked or None."""
    if value is np.ma.masked or value is None:
        return ""
    if isinstance(value, float | np.floating):
        return repr(float(value))
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str | bool | int):
        return value
    shown = plain(value)
    return shown if isinstance(shown, str) else json.dumps(shown)
