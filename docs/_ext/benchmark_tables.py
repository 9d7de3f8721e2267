"""Tables and figures from the files that the benchmark commands wrote.

No number of a benchmark is typed into a page: it is read from ``benchmarks/`` when the
documentation is built. A file, section, table, row or column that is not there (any
more) is a warning, and so an error.

- ``benchmark-table`` shows a table of a result file, or some rows and columns of it,
  below what the directive contains; with ``:if-there:`` it shows nothing as long as
  there is no such file;
- ``benchmark-plot`` draws the scores of such a table against the candidates;
- ``benchmark-output`` shows what a command printed into a result file;
- ``benchmark-questions`` lists the scripts with the question that each one answers;
- every result file becomes a page of its own below ``docs/benchmarks/files/``.
"""

import ast
import itertools
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"

# What the optimizers of the benchmarks are called here.
NAMES = {
    "skhpo": "skhpo, `BayesSearchCV`",
    "evolution": "skhpo, `EvolutionarySearchCV`",
    "random": "random search",
    "optuna_tpe": "Optuna, TPE",
    "optuna_gp": "Optuna, Gaussian process",
    "optuna_cmaes": "Optuna, CMA-ES",
    "optuna_nsga2": "Optuna, NSGA-II",
    "hyperopt_tpe": "Hyperopt, TPE",
    "skopt": "scikit-optimize",
    "smac": "SMAC3",
    "ga": "sklearn-genetic-opt",
    "scipy_de": "SciPy, differential evolution",
}


@dataclass(frozen=True)
class Table:
    """A table of a result file."""

    section: str
    header: list[str]
    rows: list[list[str]]

    def chosen(self, columns: list[str], rows: list[str]) -> "Table":
        """Return some rows and columns, in the order asked for."""
        wanted = columns or self.header
        places = [self.header.index(name) for name in wanted]
        by_name = {row[0]: row for row in self.rows}
        kept = [by_name[name] for name in rows] if rows else self.rows
        return Table(
            self.section, wanted, [[row[place] for place in places] for row in kept]
        )


def cells(line: str) -> list[str]:
    """Return the cells of a line of a table."""
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def read_tables(path: Path) -> list[Table]:
    """Return all tables of a file in Markdown, each with the heading above it."""
    tables, section = [], ""
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        if line.startswith("#"):
            section = line.lstrip("# ")
        if re.fullmatch(r"\|(\s*:?-+:?\s*\|)+", line.strip()):
            body = []
            for following in lines[number + 1 :]:
                if not following.startswith("|"):
                    break
                body.append(cells(following))
            tables.append(Table(section, cells(lines[number - 1]), body))
    return tables


def find_table(path: Path, section: str | None, first: str | None) -> Table:
    """Return the first table below a heading, whose first column has a given name."""
    for table in read_tables(path):
        in_section = section is None or table.section.startswith(section)
        if in_section and (first is None or table.header[0].startswith(first)):
            return table
    raise LookupError(f"no table under {section!r} with the first column {first!r}")


def listed(text: str | None) -> list[str]:
    """Return the items of an option, which stand between semicolons."""
    return [item.strip() for item in (text or "").split(";") if item.strip()]


class BenchmarkDirective(SphinxDirective):
    """What the directives have in common: a result file, and its mention."""

    required_arguments = 1
    final_argument_whitespace = True

    def result_file(self) -> Path:
        """Return the result file, on which the page depends."""
        path = BENCHMARKS / self.arguments[0]
        if not self.is_there():
            raise self.error(f"There is no result file {path}.")
        self.env.note_dependency(str(path))
        return path

    def is_there(self) -> bool:
        """Tell whether there is a result file."""
        return (BENCHMARKS / self.arguments[0]).is_file()

    def chosen_table(self) -> Table:
        """Return the part of the table that the options ask for."""
        path = self.result_file()
        try:
            table = find_table(
                path, self.options.get("section"), self.options.get("first-column")
            )
            return table.chosen(
                listed(self.options.get("columns")), listed(self.options.get("rows"))
            )
        except (LookupError, ValueError) as error:
            raise self.error(f"{path} has changed: {error!r}") from error

    def markdown(self, text: str) -> list[nodes.Node]:
        """Return what a text in Markdown becomes."""
        parent = nodes.container()
        self.state.nested_parse(StringList(text.splitlines(), ""), 0, parent)
        return parent.children

    def source(self) -> str:
        """Return the line that names the file."""
        page = "/benchmarks/files/" + page_name(BENCHMARKS / self.arguments[0])
        return f"Source: [`benchmarks/{self.arguments[0]}`]({page}.md)"


class BenchmarkTable(BenchmarkDirective):
    """Shows a table of a result file, or a part of it."""

    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {
        "if-there": directives.flag,
        "section": directives.unchanged,
        "first-column": directives.unchanged,
        "columns": directives.unchanged,
        "rows": directives.unchanged,
        "titles": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """Return what introduces the table, the table and its source."""
        if "if-there" in self.options and not self.is_there():
            return []
        table = self.chosen_table()
        header = listed(self.options.get("titles")) or table.header
        lines = [header, ["---"] * len(header)]
        lines += [[NAMES.get(row[0], row[0]), *row[1:]] for row in table.rows]
        text = "\n".join("| " + " | ".join(line) + " |" for line in lines)
        introduction = "\n".join(self.content)
        return self.markdown(f"{introduction}\n\n{text}\n\n{self.source()}\n")


class BenchmarkOutput(BenchmarkDirective):
    """Shows the first block of output in a result file."""

    def run(self) -> list[nodes.Node]:
        """Return the block and its source."""
        found = re.search(r"```\n(.*?)```", self.result_file().read_text(), re.DOTALL)
        if not found:
            raise self.error(f"There is no output in {self.arguments[0]}.")
        return self.markdown(f"```text\n{found[1]}```\n\n{self.source()}\n")


class BenchmarkPlot(BenchmarkDirective):
    """Draws scores such as "0.7 / 0.8 / 0.9" against the candidates."""

    option_spec: ClassVar[dict[str, Any]] = {
        "section": directives.unchanged,
        "first-column": directives.unchanged,
        "column": directives.unchanged_required,
        "candidates": directives.unchanged_required,
        "rows": directives.unchanged,
        "name": directives.unchanged_required,
        "alt": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Draw, and return the image and its source."""
        self.options["columns"] = ""
        table = self.chosen_table()
        place = table.header.index(self.options["column"])
        curves = {
            row[0]: [float(one) for one in row[place].split("/")] for row in table.rows
        }
        at = [int(one) for one in listed(self.options["candidates"])]
        name = f"{self.options['name']}.svg"
        draw(curves, at, Path(self.env.srcdir) / "_generated" / name)
        text = f"![{self.options['alt']}](/_generated/{name})\n\n{self.source()}\n"
        return self.markdown(text)


def draw(curves: dict[str, list[float]], at: list[int], path: Path) -> None:
    """Write a figure with a line for each optimizer, ours in front."""
    import matplotlib

    matplotlib.use("agg")
    matplotlib.rcParams["svg.hashsalt"] = "skhpo"  # the same file for each build
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 2.9), layout="constrained")
    axes = figure.subplots()
    ends = spread([curve[-1] for curve in curves.values()], 0.026)
    for (name, curve), end in zip(curves.items(), ends, strict=True):
        ours = name in {"skhpo", "evolution"}
        color = {"skhpo": "#1b5e7b", "evolution": "#c1666b"}.get(name, "#9a9a9a")
        axes.plot(at, curve, color=color, lw=2.5 if ours else 1.2, marker="o", ms=4)
        label = NAMES.get(name, name).replace("`", "")
        text_color = color if ours else "#555555"
        place = (at[-1] * 1.04, end)
        axes.annotate(label, place, color=text_color, va="center", fontsize=8.5)
    axes.set_xscale("log", base=2)
    axes.set_xticks(at, [str(one) for one in at])
    axes.set_xlim(at[0] * 0.95, at[-1] * 2.4)
    axes.set_xlabel("candidates")
    axes.set_ylabel("normalised best score")
    axes.spines[["top", "right"]].set_visible(False)
    axes.minorticks_off()
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, metadata={"Date": None})


def spread(values: list[float], gap: float) -> list[float]:
    """Return heights for labels that do not cover each other."""
    order = sorted(range(len(values)), key=lambda index: values[index])
    heights = list(values)
    for lower, upper in itertools.pairwise(order):
        heights[upper] = max(heights[upper], heights[lower] + gap)
    return heights


class BenchmarkQuestions(SphinxDirective):
    """Lists the scripts of ``benchmarks/`` with the first line of their docstrings."""

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        lines = ["| script | what it answers |", "| --- | --- |"]
        for path in sorted(BENCHMARKS.glob("[!_]*.py")):
            docstring = ast.get_docstring(ast.parse(path.read_text())) or ""
            lines.append(f"| `benchmarks/{path.name}` | {docstring.splitlines()[0]} |")
        parent = nodes.container()
        self.state.nested_parse(StringList(lines, ""), 0, parent)
        return parent.children


def page_name(path: Path) -> str:
    """Return the name of the page of a result file."""
    parts = path.relative_to(BENCHMARKS).with_suffix("").parts
    return "_".join(part for part in parts if part != "results").lower()


def write_pages(app: Sphinx) -> None:
    """Copy every file in Markdown below ``benchmarks/`` to a page of its own."""
    folder = Path(app.srcdir) / "benchmarks" / "files"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in sorted(BENCHMARKS.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(BENCHMARKS.parent)
        text += f"\n---\n\nThe file is `{name}`.\n"
        (folder / f"{page_name(path)}.md").write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives and the pages with a build."""
    app.connect("builder-inited", write_pages)
    app.add_directive("benchmark-table", BenchmarkTable)
    app.add_directive("benchmark-output", BenchmarkOutput)
    app.add_directive("benchmark-plot", BenchmarkPlot)
    app.add_directive("benchmark-questions", BenchmarkQuestions)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
