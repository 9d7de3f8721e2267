"""The examples of the gallery have what the gallery needs."""

import ast
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parents[2] / "docs" / "examples").glob("*.py"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_has_a_title_and_an_introduction(path):
    """The docstring begins with an underlined title and says what is shown."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    title, underline, _, *introduction = docstring.splitlines()
    assert underline == "=" * len(title)
    assert introduction


def test_there_are_examples():
    """The folder was found."""
    assert len(EXAMPLES) >= 12
