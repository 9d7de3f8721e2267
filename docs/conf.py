"""How the documentation is built: ``python -m sphinx -W -b html docs docs/_build``."""

import os
import sys
from pathlib import Path

# The fits of the examples are small: threads of BLAS would only get in their way.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import skhpo

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

project = "skhpo"
author = "The skhpo developers"
version = release = skhpo.__version__
project_copyright = author

extensions = [
    "sphinx.ext.autodoc",
    "numpydoc",
    "myst_parser",
    "sphinx_gallery.gen_gallery",
    # Our own, in _ext/.
    "api_pages",
    "benchmark_tables",
    "external_links",
]
root_doc = "index"
source_suffix = {".rst": "restructuredtext", ".md": "markdown"}
exclude_patterns = ["_build", "_ext", "changes", "examples"]
# What is not found under this role is shown as code, without a warning: docstrings
# name parameters and attributes in single backticks, too.
default_role = "py:obj"
nitpicky = True

autodoc_member_order = "bysource"
# numpydoc's sections say the types in words.
autodoc_typehints = "none"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

sphinx_gallery_conf = {
    "examples_dirs": ["examples"],
    "gallery_dirs": ["gallery"],
    # All of them run, so that all of them are tested by the build.
    "filename_pattern": r"\.py$",
    "within_subsection_order": "FileNameSortKey",
    "min_reported_time": 0,
    "show_memory": False,
    "show_signature": False,
    "download_all_examples": False,
    "remove_config_comments": True,
    "plot_gallery": True,
    "matplotlib_animations": False,
    "default_thumb_file": str(HERE / "_static" / "thumbnail.svg"),
    "doc_module": ("skhpo",),
    "backreferences_dir": None,
}

html_theme = "furo"
html_title = f"skhpo {release}"
html_static_path = ["_static"]
html_css_files = ["custom.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "navigation_with_keys": False,
    "light_css_variables": {
        "color-brand-primary": "#1b5e7b",
        "color-brand-content": "#1b5e7b",
    },
    "dark_css_variables": {
        "color-brand-primary": "#7cc4e4",
        "color-brand-content": "#7cc4e4",
    },
}
