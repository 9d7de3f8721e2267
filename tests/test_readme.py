"""What the README shows is what happens."""

import re
from pathlib import Path

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Return the code blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_usage_example_runs(capsys):
    """The usage example runs as printed and finds a good model."""
    (example,) = blocks("python")
    exec(compile(example, "README.md", "exec"), {})
    assert float(capsys.readouterr().out.split()[0]) > 0.97


def test_usage_example_is_short():
    """Ten lines are enough, imports included."""
    (example,) = blocks("python")
    assert len([line for line in example.splitlines() if line.strip()]) <= 10


def test_commands_name_files_that_exist():
    """The commands for a fresh clone install from it and run what is in it."""
    for command in blocks("bash"):
        assert command.startswith("pip install ")
        for path in re.findall(r"[\w/]+\.py", command):
            assert (Path(__file__).parents[1] / path).is_file()
