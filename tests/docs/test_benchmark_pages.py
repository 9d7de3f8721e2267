"""The scripts write tables that the documentation can show."""

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("sphinx")

ROOT = Path(__file__).parents[2]
BENCHMARKS = ROOT / "benchmarks"
DIRECTIVE = re.compile(
    r"```\{benchmark-table\} (?P<file>\S+)\n:if-there:\n(?P<options>(?::.*\n)*)"
)
# What the scripts have written about two runs of a task, which are made up.
WORSE = {"score": 0.7, "n_run": 10, "seconds": 1.0}
BETTER = {"score": 0.8, "n_run": 10, "seconds": 3.0, "held_out": 0.7}
RUNS = {
    "fewer_fits": [
        {
            "task": "svr diabetes",
            "n_splits": 10,
            "seed": seed,
            "rule": rule,
            "candidates": [BETTER, WORSE] if rule == "auto" else [WORSE, BETTER],
            "versions": {"skhpo": "0.1"},
        }
        for seed in (0, 1)
        for rule in ("plain", "auto")
    ],
    "stopping": [
        {
            "task": "svr diabetes",
            "seed": seed,
            "n_candidates": 100,
            "n_evaluated": 100,
            "stopped_after": {"auto": 25},
            "incumbents": [
                {"candidate": 3, "splits": [0.7, 0.6, 0.8, 0.7, 0.7], "held_out": 0.7},
                {"candidate": 60, "splits": [0.8, 0.7, 0.8, 0.8, 0.7], "held_out": 0.6},
            ],
        }
        for seed in (0, 1)
    ],
    "multi_fidelity": [
        {
            "task": "mlp digits",
            "seed": seed,
            "halving": {"units": 100, "seconds": 9.0, "score": 0.9, "held_out": 0.8},
            "ours": {
                "curve": [
                    {"units": 25, "seconds": 2.0, "score": None},
                    {"units": 50, "seconds": 4.5, "score": 0.95},
                ],
                "held_out": 0.9,
            },
        }
        for seed in (0, 1)
    ],
    "prefixes": [
        {
            "task": "kernel PCA",
            "n_candidates": 40,
            "times": {
                "shared": [1.0, 1.0],
                "not shared": [slower, slower],
                "RandomizedSearchCV": [4.0, 4.0],
            },
        }
        for slower in (3.0, 2.0)
    ],
}
# A row of the table that the documentation shows.
EXPECTED = {
    "fewer_fits": (
        "| auto | 2 | 100% | 0.50 | 0.75 | 1.00 | 1.00 | 0.50 | +0.0000 ± 0.0000 |"
    ),
    "stopping": "| auto | 2 | 100% | 75% | 0.0600 | 1.63 | -0.1000 ± 0.0000 |",
    "multi_fidelity": (
        "| all | 2 | 100% | 0.50 | 0.50 | 0.50 | +0.0500 | +0.0500 | +0.1000 ± 0.0000 |"
    ),
    "prefixes": (
        "| kernel PCA | 40 | 2 | 1.000 | 2.000 | 4.000 | 2.000 (2.000 to 2.000) "
        "| 4.000 (4.000 to 4.000) |"
    ),
}


def imported(name, folder, monkeypatch):
    """Return a module beside which others are found."""
    monkeypatch.syspath_prepend(str(folder))
    return importlib.import_module(name)


def shown_from(name):
    """Return the options with which the documentation shows a result file."""
    for page in sorted((ROOT / "docs" / "guide").glob("*.md")):
        for found in DIRECTIVE.finditer(page.read_text(encoding="utf-8")):
            if Path(found["file"]).stem == name:
                return dict(re.findall(r":([\w-]+): (.*)\n", found["options"]))
    raise AssertionError(f"No page shows the results of {name}.")


def shown_table(path, monkeypatch):
    """Return the table as a page shows it."""
    tables = imported("benchmark_tables", ROOT / "docs" / "_ext", monkeypatch)
    options = shown_from(path.stem)
    found = tables.find_table(path, options.get("section"), options["first-column"])
    chosen = found.chosen(tables.listed(options.get("columns")), [])
    titles = tables.listed(options.get("titles"))
    assert not titles or len(titles) == len(chosen.header)
    return chosen


@pytest.mark.parametrize("name", RUNS)
def test_page_has_the_table_that_the_documentation_shows(name, tmp_path, monkeypatch):
    """Sections and columns are those that the guide names."""
    script = imported(name, BENCHMARKS, monkeypatch)
    more = [100] if name == "stopping" else []
    script.write(tmp_path / f"{name}.jsonl", RUNS[name], *more)
    page = (tmp_path / f"{name}.md").read_text(encoding="utf-8")
    assert f"python benchmarks/{name}.py" in page
    assert EXPECTED[name] in page
    assert shown_table(tmp_path / f"{name}.md", monkeypatch).rows


def test_page_of_transfer_says_what_the_runs_say(tmp_path, monkeypatch):
    """In a process of its own, since the script sets the number of threads."""
    runs = BENCHMARKS / "quality" / "results" / "transfer.jsonl"
    copy = tmp_path / runs.name
    copy.write_bytes(runs.read_bytes())
    code = f"import pathlib, transfer; transfer.RESULTS = pathlib.Path({str(copy)!r})"
    subprocess.run(
        [sys.executable, "-c", f"{code}; transfer.write(32)"],
        check=True,
        cwd=BENCHMARKS / "quality",
        stdout=subprocess.DEVNULL,
    )
    written = copy.with_suffix(".md")
    assert written.read_bytes() == runs.with_suffix(".md").read_bytes()
    assert shown_table(written, monkeypatch).rows
