"""The Python snippets of the documentation run as printed.

All blocks marked ``python`` of a page run in their order, in one fresh namespace and
an empty working directory. A block marked ``text`` right below one is what it prints,
where ``...`` stands for anything. Two comments make exceptions, which no reader of the
built page sees:

- ``<!-- needs: xgboost -->`` anywhere on a page: it is skipped where these packages
  are not installed;
- ``<!-- not run: ... -->`` right above a block, with the reason.
"""

import doctest
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(
    r"(?P<mark><!-- not run: \S[^>]*-->\n)?"
    r"```python\n(?P<code>.*?)```\n"
    r"(?:\n```text\n(?P<output>.*?)```\n)?",
    re.DOTALL,
)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
# Its parts need a cluster each, so it has a test of its own.
TESTED_BY_PARTS = DOCS / "guide" / "clusters.md"
GENERATED = {"_build", "_generated", "api", "changes", "files", "gallery"}


def pages() -> list[Path]:
    """Return the pages that are written by hand and have snippets."""
    return [
        path
        for path in sorted(DOCS.rglob("*.md"))
        if path != TESTED_BY_PARTS
        and not GENERATED & set(path.relative_to(DOCS).parts)
        and "```python\n" in path.read_text(encoding="utf-8")
    ]


def needs(text: str) -> list[str]:
    """Return the packages that a page names as needed."""
    found = re.findall(r"<!-- needs: (.*?) -->", text)
    return [name.strip() for line in found for name in line.split(",")]


def run_page(text: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Run the snippets of a page and compare what they print."""
    namespace: dict[str, object] = {"__name__": "__main__"}
    for block in BLOCK.finditer(text):
        if block["mark"]:
            continue
        # Line numbers in a traceback are those of the page.
        above = "\n" * (text[: block.start("code")].count("\n"))
        exec(compile(above + block["code"], name, "exec"), namespace)
        printed = capsys.readouterr().out
        if block["output"] is not None:
            matches = doctest.OutputChecker().check_output(
                block["output"], printed, FLAGS
            )
            assert matches, f"{name} prints\n{printed}\ninstead of\n{block['output']}"


@pytest.mark.parametrize("path", pages(), ids=lambda path: str(path.relative_to(DOCS)))
def test_snippets_run_as_printed(path, capsys, monkeypatch, tmp_path):
    """No snippet raises, and the output shown is the output."""
    text = path.read_text(encoding="utf-8")
    for package in needs(text):
        pytest.importorskip(package)
    monkeypatch.chdir(tmp_path)
    run_page(text, str(path), capsys)


def test_no_snippet_escapes():
    """Every opening of a Python block is one that is found, or has a reason."""
    for path in pages():
        text = path.read_text(encoding="utf-8")
        assert text.count("```python\n") == len(list(BLOCK.finditer(text))), path


def test_wrong_output_is_found(capsys):
    """A page whose output is not what is printed fails."""
    page = "```python\nprint(1)\n```\n\n```text\n2\n```\n"
    with pytest.raises(AssertionError, match="instead of"):
        run_page(page, "page", capsys)


def test_snippets_share_a_page(capsys):
    """A snippet knows what an earlier one has defined; marked ones do not run."""
    page = (
        "```python\na = 1\n```\n\n<!-- not run: it raises -->\n```python\n1 / 0\n```\n"
        "\n```python\nprint(a)\n```\n\n```text\n1\n```\n"
    )
    run_page(page, "page", capsys)
