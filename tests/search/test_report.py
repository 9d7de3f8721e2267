"""The report of a search: one file that loads nothing and runs nothing foreign."""

import base64
import functools
import getpass
import json
import re
import shutil
import subprocess
import tempfile
import warnings
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from joblib import Memory
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.pipeline import Pipeline

from _climbers import climb
from _inspected import Hill, X, Y, bayes, branched, hill_search, raced, two_objectives
from skhpo.inspection import write_report

pytest.importorskip("matplotlib")

HOSTILE = [
    "</script><script>document.title='taken'</script>",
    '"><img src=x onerror=alert(1)>',
    "$\\frac{",
    "&amp;<b>",
    "\u202e\x00\ufffe",
    "雪",
]


def population():
    """A fitted population."""
    return climb().fit(np.arange(24.0).reshape(-1, 1))


@functools.cache
def attacked():
    """A search whose choices would like to be code."""
    space = {"kind": HOSTILE, "depth": [1, 2, 3]}
    return hill_search(space=space, n_iter=18).fit(X, Y)


@functools.cache
def report_of(make):
    """Return the page for a search, written once for all tests."""
    with tempfile.TemporaryDirectory() as folder:
        return make().report(Path(folder, "search.html")).read_text("utf-8")


def tree_of(text):
    """Return the elements of a page, which must be well-formed."""
    return ElementTree.fromstring(text.removeprefix("<!DOCTYPE html>"))


SEARCHES = [bayes, branched, raced, two_objectives, population, attacked]


class Loads(HTMLParser):
    """Collects what a page would fetch, and its scripts."""

    def __init__(self):
        super().__init__()
        self.sources = []
        self.n_scripts = 0

    def handle_starttag(self, tag, attrs):
        """Look for whatever names a source."""
        self.n_scripts += tag == "script"
        fetching = ("src", "href", "data", "action", "srcset", "poster")
        self.sources += [value for name, value in attrs if name in fetching]
        assert not [name for name, _ in attrs if name.startswith("on")]
        assert tag not in ("link", "iframe", "object", "embed", "base", "form")


@pytest.mark.parametrize("make", SEARCHES)
def test_reports_are_well_formed_and_self_contained(make):
    """The page parses as XML, has one script, and all its images are in it."""
    text = report_of(make)
    tree = tree_of(text)
    assert tree.tag == "html"
    loads = Loads()
    loads.feed(text)
    assert loads.n_scripts == 1
    assert loads.sources
    assert all(source.startswith("data:image/") for source in loads.sources)
    assert "@import" not in text
    assert "url(" not in text
    assert not re.search(r"https?://", text)


@pytest.mark.parametrize("make", [attacked, population])
def test_images_are_images_with_words(make):
    """Each is drawn by matplotlib, runs nothing, and says what it shows."""
    text = report_of(make)
    tree = tree_of(text)
    images = list(tree.iter("img"))
    assert len(images) >= 3
    for image in images:
        kind, data = image.get("src").removeprefix("data:image/").split(";base64,")
        decoded = base64.b64decode(data)
        if kind == "svg+xml":
            assert ElementTree.fromstring(decoded).tag.endswith("svg")
        else:
            assert decoded[1:4] == b"PNG"
        assert b"<script" not in decoded
        assert len(image.get("alt")) > 20


def test_hostile_values_are_text():
    """They stand in the table as they were written, and nowhere as code."""
    text = report_of(attacked)
    assert HOSTILE[0] not in text
    assert HOSTILE[1] not in text
    tree = tree_of(text)
    cells = {"".join(cell.itertext()) for cell in tree.iter("td")}
    assert set(HOSTILE[:2]) <= cells
    assert "taken" not in next(script.text for script in tree.iter("script"))


def test_the_table_has_every_candidate_and_can_be_sorted():
    """Headings are buttons, and numbers are sorted by what they are."""
    text = report_of(bayes)
    tree = tree_of(text)
    table = tree.find(".//table")
    heads = ["".join(head.itertext()) for head in table.iter("th")]
    assert len(list(table.iter("button"))) == len(heads)
    assert {"rank", "rate", "depth", "kind"} <= set(heads)
    rows = list(table.find("tbody"))
    assert len(rows) == 24
    keys = [float(row[heads.index("rate")].get("data-key")) for row in rows]
    ranks = bayes().cv_results_["rank_test_score"]
    order = np.argsort(ranks, kind="stable")
    np.testing.assert_allclose(keys, bayes().cv_results_["param_rate"][order])


def test_reports_tell_settings_and_versions_but_no_person(tmp_path):
    """Seeds and versions are there; paths are cut down, and no user is named."""
    memory = Memory(str(tmp_path / "secret" / "cache"), verbose=0)
    pipeline = Pipeline([("hill", Hill())], memory=memory)
    search = bayes().__class__(
        pipeline, {"hill__depth": [1, 2, 3]}, cv=KFold(3), random_state=17
    )
    path = search.fit(X, Y).report(tmp_path / "search.html")
    text = path.read_text("utf-8")
    assert "<dt>random_state</dt><dd>17</dd>" in text
    assert "<dt>scikit-learn</dt>" in text
    assert str(tmp_path) not in text
    assert (
        str(Path.home()) not in re.sub(r"base64,[^\"]*", "", text)
        or len(str(Path.home())) < 3
    )
    user = getpass.getuser()
    facts = text.split("<h2>Environment</h2>")[1]
    assert user not in facts.split("<script>")[0]


def test_reports_have_the_explanation():
    """Every sentence is in the page."""
    text = report_of(bayes)
    tree = tree_of(text)
    items = {"".join(item.itertext()) for item in tree.iter("li")}
    for section in bayes().explain().sections():
        assert set(section.sentences) <= items


def test_reports_leave_no_figures_behind(tmp_path):
    """Nothing pops up in a notebook, and no style is changed."""
    from matplotlib import pyplot, rcParams

    before = dict(rcParams)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bayes().report(tmp_path / "search.html")
    assert pyplot.get_fignums() == []
    assert dict(rcParams) == before


def test_searches_of_scikit_learn_can_be_reported(tmp_path):
    """They have fewer plots, and what is not known is said."""
    grid = {"rate": [1e-3, 1e-2, 1e-1], "depth": [1, 2, 3]}
    search = GridSearchCV(Hill(), grid, cv=KFold(3)).fit(X, Y)
    text = write_report(search, tmp_path / "search.html").read_text("utf-8")
    assert "GridSearchCV of Hill" in text
    assert "Workers" not in text


def test_the_same_search_gives_the_same_report(tmp_path):
    """Nothing in the page depends on the clock."""
    before = report_of(attacked)
    again = attacked().report(tmp_path / "search.html").read_text("utf-8")
    strip = re.compile(r"base64,[^\"]*|<td[^>]*>[\d.e-]+</td>|<dd>[\d.]+ s</dd>")
    assert strip.sub("", before) == strip.sub("", again)


def test_what_is_not_fitted_cannot_be_reported(tmp_path):
    """And no file is left behind."""
    with pytest.raises(NotFittedError):
        hill_search().report(tmp_path / "search.html")
    assert not (tmp_path / "search.html").exists()


def opened(path, profile):
    """Open a page in a browser; return what it says, and the page as it then is."""
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu"]
    command += ["--enable-logging=stderr", f"--user-data-dir={profile}"]
    command += ["--virtual-time-budget=2000", "--dump-dom", path.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    return done.stderr, done.stdout


needs_browser = pytest.mark.skipif(
    shutil.which("chromium") is None, reason="needs chromium"
)


@needs_browser
def test_a_browser_has_nothing_to_complain_of(tmp_path):
    """The page opens without a message."""
    path = attacked().report(tmp_path / "search.html")
    messages, page = opened(path, tmp_path / "profile")
    assert "CONSOLE" not in messages
    assert "<title>BayesSearchCV of Hill</title>" in page


@needs_browser
def test_the_table_is_sorted_by_a_click(tmp_path):
    """Up by the first click on a heading, down by the second."""
    page = report_of(bayes)
    click = """<script>
    const button = document.querySelectorAll("table.sortable th button")[1];
    const column = () => Array.from(
      document.querySelectorAll("table.sortable tbody tr"),
      (row) => row.children[1].textContent);
    button.click();
    const up = column();
    button.click();
    document.title = JSON.stringify([up, column()]);
    </script></body>"""
    # The page allows no script but its own, so this one needs a page that does.
    page = re.sub(r"<meta http-equiv=.Content-Security-Policy.[^>]*>", "", page)
    path = tmp_path / "search.html"
    path.write_text(page.replace("</body>", click), "utf-8")
    _, shown = opened(path, tmp_path / "profile")
    up, down = json.loads(unescape(re.search("<title>(.*?)</title>", shown)[1]))
    assert len(up) > 3
    assert [float(cell) for cell in up] == sorted(map(float, up))
    assert down == sorted(up, key=float, reverse=True)
