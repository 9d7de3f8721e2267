"""What the README shows runs as it stands."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```$", README.read_text("utf-8"), re.M | re.S)


@pytest.mark.parametrize("source", BLOCKS)
def test_example_runs(source: str) -> None:
    """Each Python block of the README runs on its own, without a warning."""
    exec(compile(source, README.name, "exec"), {})


def test_readme_has_an_example() -> None:
    """At least one block was found to run."""
    assert BLOCKS
