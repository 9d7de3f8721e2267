"""The page of a report: HTML that loads nothing, with all text escaped."""

import base64
import hashlib
import html
from collections.abc import Sequence
from dataclasses import dataclass

from skhpo.inspection._report_facts import Cell, Table
from skhpo.inspection._scale import printable
from skhpo.inspection._wording import Section

_STYLE = """
:root { color-scheme: light; --ink: #1b1b1b; --line: #d5d5d5; --mark: #0072b2; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1rem; color: var(--ink);
  background: #fff; font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0.5rem 0 1rem; }
h2 { font-size: 1.25rem; margin: 2rem 0 0.5rem; border-bottom: 2px solid var(--mark); }
h3 { font-size: 1.05rem; margin: 1.2rem 0 0.3rem; }
dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr;
  gap: 0.15rem 1rem; margin: 0; }
dt { font-weight: 600; }
dd { margin: 0; }
ul { margin: 0; padding-left: 1.2rem; }
figure { margin: 1.5rem 0; }
figure img { max-width: 100%; height: auto; display: block; }
.wide { overflow-x: auto; }
.wide img { max-width: none; width: 100%; min-width: 44rem; }
figcaption { font-size: 0.9rem; color: #444; }
.scroll { overflow-x: auto; border: 1px solid var(--line); max-height: 36rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.85rem;
  overflow-wrap: normal; }
caption { text-align: left; padding: 0.4rem; font-weight: 600; }
th, td { padding: 0.25rem 0.5rem; text-align: left; white-space: nowrap;
  border-bottom: 1px solid var(--line); max-width: 22rem; overflow: hidden;
  text-overflow: ellipsis; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
thead th { position: sticky; top: 0; background: #f2f6f9; }
th button { font: inherit; font-weight: 600; background: none; border: 0; padding: 0;
  color: inherit; cursor: pointer; }
th button::after { content: " \\2195"; color: #767676; }
th[aria-sort="ascending"] button::after { content: " \\2191"; color: inherit; }
th[aria-sort="descending"] button::after { content: " \\2193"; color: inherit; }
:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; }
@media (max-width: 40rem) {
  dl { grid-template-columns: 1fr; } dd { margin: 0 0 0.4rem; } }
@media print { .scroll { overflow: visible; max-height: none; } }
"""

# Written without "<" and "&", so that the page is well-formed as XML too.
_SCRIPT = """
"use strict";
document.querySelectorAll("table.sortable").forEach(function (table) {
  const heads = Array.from(table.querySelectorAll("thead th"));
  heads.forEach(function (head, column) {
    head.querySelector("button").addEventListener("click", function () {
      const upward = head.getAttribute("aria-sort") !== "ascending";
      heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", upward ? "ascending" : "descending");
      const body = table.tBodies[0];
      const rows = Array.from(body.rows);
      const keyOf = function (row) {
        const cell = row.cells[column];
        return { text: cell.dataset.key, isNumber: cell.dataset.kind === "number" };
      };
      rows.sort(function (first, second) {
        const a = keyOf(first), b = keyOf(second);
        if (a.text === "" || b.text === "") {
          return (a.text === "" ? 1 : 0) - (b.text === "" ? 1 : 0);
        }
        if (a.isNumber !== b.isNumber) { return a.isNumber ? -1 : 1; }
        const order = a.isNumber ? Number(a.text) - Number(b.text)
          : a.text.localeCompare(b.text);
        return upward ? order : -order;
      });
      rows.forEach(function (row) { body.appendChild(row); });
    });
  });
});
"""


@dataclass(frozen=True)
class Picture:
    """An image of the page.

    Parameters
    ----------
    title, caption : str
        What it shows.

    source : str
        A data URI.

    is_wide : bool
        Whether it is to be scrolled rather than shrunk on a narrow screen.
    """

    title: str
    caption: str
    source: str
    is_wide: bool


def page(
    *,
    title: str,
    facts: Sequence[tuple[str, str]],
    sections: Sequence[Section],
    pictures: Sequence[Picture],
    table: Table,
    settings: Sequence[tuple[str, str]],
    versions: Sequence[tuple[str, str]],
) -> str:
    """Return the whole page."""
    body = [
        f"<h1>{escape(title)}</h1>",
        _list_of(facts),
        "<h2>Explanation</h2>",
        *map(_section, sections),
        "<h2>Plots</h2>" if pictures else "",
        *map(_figure, pictures),
        "<h2>Results</h2>",
        _table(table),
        "<h2>Settings</h2>",
        _list_of(settings),
        "<h2>Environment</h2>",
        _list_of(versions),
    ]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8"/>',
            '<meta name="viewport" content="width=device-width, initial-scale=1"/>',
            f'<meta http-equiv="Content-Security-Policy" content="{_policy()}"/>',
            f"<title>{escape(title)}</title>",
            f"<style>{_STYLE}</style>",
            "</head>",
            "<body>",
            "<main>",
            *body,
            "</main>",
            f"<script>{_SCRIPT}</script>",
            "</body>",
            "</html>",
            "",
        ]
    )


def escape(text: str) -> str:
    """Return text as it may stand in a page or in an attribute."""
    return html.escape(printable(text))


def _policy() -> str:
    """Return what the page may load: nothing, and run: this one script."""
    digest = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
    return (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'"
    )


def _list_of(entries: Sequence[tuple[str, str]]) -> str:
    """Return names with what they stand for."""
    items = [f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in entries]
    return "<dl>" + "\n".join(items) + "</dl>"


def _section(section: Section) -> str:
    """Return a section of the explanation."""
    items = [f"<li>{escape(sentence)}</li>" for sentence in section.sentences]
    return f"<h3>{escape(section.title)}</h3>\n<ul>" + "\n".join(items) + "</ul>"


def _figure(picture: Picture) -> str:
    """Return an image with its caption."""
    alternative = escape(f"{picture.title}. {picture.caption}")
    image = f'<img src="{picture.source}" alt="{alternative}"/>'
    if picture.is_wide:
        image = (
            f'<div class="wide" tabindex="0" role="region" '
            f'aria-label="{escape(picture.title)}">{image}</div>'
        )
    return (
        f"<figure>\n<h3>{escape(picture.title)}</h3>\n{image}\n"
        f"<figcaption>{escape(picture.caption)}</figcaption>\n</figure>"
    )


def _table(table: Table) -> str:
    """Return a table that is sorted by the buttons in its headings."""
    heads = [
        f'<th scope="col"><button type="button">{escape(name)}</button></th>'
        for name in table.columns
    ]
    if heads:
        heads[0] = heads[0].replace("<th ", '<th aria-sort="ascending" ', 1)
    rows = ["<tr>" + "".join(map(_cell, row)) + "</tr>" for row in table.rows]
    return "\n".join(
        [
            '<div class="scroll" tabindex="0" role="region" aria-label="Results">',
            '<table class="sortable">',
            f"<caption>{escape(table.caption)}</caption>",
            "<thead><tr>" + "".join(heads) + "</tr></thead>",
            "<tbody>",
            *rows,
            "</tbody>",
            "</table>",
            "</div>",
        ]
    )


def _cell(cell: Cell) -> str:
    """Return a cell with what it is sorted by."""
    is_number = isinstance(cell.key, float)
    kind = ' class="number" data-kind="number"' if is_number else ""
    key = repr(cell.key) if is_number else str(cell.key)
    return f'<td{kind} data-key="{escape(key)}">{escape(cell.text)}</td>'
