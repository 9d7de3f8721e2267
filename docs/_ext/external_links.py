"""Links to what other libraries document, by the patterns of their addresses.

There is no inventory to download, so that a build needs no connection. What is written
in single backticks and names nothing known is shown as code.
"""

import pkgutil
import re
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

import skhpo

# The start of a name -> the address, with the whole name put in.
ADDRESSES = {
    "sklearn": "https://scikit-learn.org/stable/modules/generated/{}.html",
    "scipy": "https://docs.scipy.org/doc/scipy/reference/generated/{}.html",
    "joblib": "https://joblib.readthedocs.io/en/stable/generated/{}.html",
}
GLOSSARY = "https://scikit-learn.org/stable/glossary.html#term-{}"
SINGLE = {
    "numpy.random.Generator": (
        "https://numpy.org/doc/stable/reference/random/generator.html"
    ),
    "scipy.stats": "https://docs.scipy.org/doc/scipy/reference/stats.html",
}
PACKAGES = {info.name for info in pkgutil.iter_modules(skhpo.__path__)}


def address(name: str) -> str | None:
    """Return where a name of another library is documented."""
    if name in SINGLE:
        return SINGLE[name]
    pattern = ADDRESSES.get(name.partition(".")[0])
    is_documented = re.fullmatch(r"[a-z]\w*(\.\w+)+", name) is not None
    return pattern.format(name) if pattern and is_documented else None


def resolve(
    app: Sphinx, env: Any, node: nodes.Element, contnode: nodes.Element
) -> nodes.Node | None:
    """Link a name of another library; leave a name in single backticks as code."""
    target = node["reftarget"].removeprefix("~")
    if node["reftype"] == "term":  # in what is inherited from scikit-learn
        return nodes.reference("", "", contnode, refuri=GLOSSARY.format(target))
    if node.get("refdomain") != "py":
        return None
    found = address(target)
    if found:
        return nodes.reference("", "", contnode, refuri=found, internal=False)
    return contnode if node["reftype"] == "obj" else None


def leave_packages_alone(app: Sphinx, doctree: nodes.document) -> None:
    """Show a bare word in single backticks as code, also where a package has its name.

    `refit` is an argument; the package is `skhpo.refit`.
    """
    for node in list(doctree.findall(addnodes.pending_xref)):
        is_word = re.fullmatch(r"[a-z]+", node["reftarget"]) is not None
        if node["reftype"] == "obj" and is_word and node["reftarget"] in PACKAGES:
            node.replace_self(node.children)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with a build."""
    app.connect("doctree-read", leave_packages_alone)
    app.connect("missing-reference", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
