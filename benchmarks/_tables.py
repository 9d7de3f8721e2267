"""Result files: the tables that a script prints, in Markdown."""

import importlib.metadata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

PACKAGES = ("skhpo", "scikit-learn", "numpy", "scipy", "joblib")


def versions() -> dict[str, str]:
    """Return the versions that the figures of a run depend on."""
    import skhpo

    found = {name: importlib.metadata.version(name) for name in PACKAGES[1:]}
    return {"skhpo": skhpo.__version__, **found}


def table(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """Return a table in Markdown."""
    header = list(header)
    lines = [header, ["---"] * len(header), *(map(str, row) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def with_error(values: Iterable[float]) -> str:
    """Return a mean and its standard error."""
    values = np.array([one for one in values if np.isfinite(one)])
    if not len(values):
        return "-"
    if len(values) == 1:
        return f"{values[0]:+.4f}"
    return f"{values.mean():+.4f} ± {values.std(ddof=1) / len(values) ** 0.5:.4f}"


def write_page(
    path: Path,
    title: str,
    command: str,
    docstring: str,
    parts: Iterable[str],
    rows: Iterable[dict[str, Any]],
) -> None:
    """Print tables, and write them to a file that says where they come from.

    The last part of the docstring says what the figures are, from the paragraph on that
    begins with "For each" or "Every".
    """
    parts = list(parts)
    print("\n\n".join(parts))
    paragraphs = docstring.strip().split("\n\n")
    starts = ("For each", "Every")
    first = next(i for i, one in enumerate(paragraphs) if one.startswith(starts))
    used = {
        ", ".join(f"{name} {one}" for name, one in row["versions"].items())
        for row in rows
        if "versions" in row
    }
    about = [f"# {title}", f"Written by `{command}`.", *paragraphs[first:]]
    ran = f"Run with {'; or '.join(sorted(used)) or 'versions that were not noted'}."
    path.write_text("\n\n".join([*about, *parts, ran]) + "\n", encoding="utf-8")
