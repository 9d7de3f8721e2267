"""What the guides print runs as printed."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CLUSTERS = Path(__file__).parents[1] / "docs" / "guide" / "clusters.md"


def code_of(section):
    """Return the Python blocks of a section of the guide to clusters, in order."""
    text = CLUSTERS.read_text(encoding="utf-8")
    (body,) = re.findall(rf"^## {section}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.M)
    return "\n".join(re.findall(r"```python\n(.*?)```", body, flags=re.DOTALL))


@pytest.mark.parametrize(
    ("section", "modules"),
    [
        ("Dask", ["distributed"]),
        ("Ray", ["ray"]),
        ("Spark", ["joblibspark", "pyspark"]),
    ],
)
def test_the_recipe_for_a_cluster_runs(section, modules):
    """In a process of its own, since the clusters leave threads and settings behind."""
    for module in modules:
        pytest.importorskip(module)
    if section == "Spark" and shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PYSPARK_PYTHON": sys.executable,
    }
    code = code_of(section)
    assert "search.fit" in code
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert run.returncode == 0, run.stderr
    assert "'C'" in run.stdout
