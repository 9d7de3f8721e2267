"""The dashboard of Optuna shows a search while it runs and when it is over."""

import json
import shutil
import subprocess
import threading
import urllib.request
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from _climbers import X as ROWS
from _climbers import climb
from _fits import SPACE, Parabola, X, given
from _listeners import Listening
from skhpo import BayesSearchCV
from skhpo.callbacks import OptunaStorage

pytest.importorskip("optuna")
dashboard = pytest.importorskip("optuna_dashboard")

BROWSERS = ["chromium", "chromium-browser", "google-chrome"]
BROWSER = next((name for name in BROWSERS if shutil.which(name)), "")
# Without a window, and asking nobody but the dashboard.
ALONE = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Server(ThreadingMixIn, WSGIServer):
    """Answers a browser, which keeps several connections open."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Writes no log."""

    def log_message(self, *args):
        """Write nothing."""


@pytest.fixture
def path(tmp_path):
    """The journal file that is written and shown."""
    return tmp_path / "search.log"


@pytest.fixture
def address(path):
    """Where the dashboard is, on a free port of this machine."""
    path.touch()
    application = dashboard.wsgi(str(path))
    server = make_server("127.0.0.1", 0, application, Server, Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=30)


@pytest.fixture
def ask(address):
    """A function that asks the dashboard's API."""

    def ask(route):
        with urllib.request.urlopen(f"{address}/api/{route}", timeout=30) as response:
            return json.load(response)

    return ask


def only_study(ask):
    """Return what the dashboard says of the only study."""
    (summary,) = ask("studies")["study_summaries"]
    return ask(f"studies/{summary['study_id']}?after=0")


def test_a_search_is_shown_while_it_runs(path, ask):
    """A candidate appears with its first split, as running."""

    class Asking(Listening):
        def on_split_end(self, event):
            super().on_split_end(event)
            if (event.candidate, event.split) == (1, 0):
                self.seen = only_study(ask)["trials"]

    asking = Asking()
    BayesSearchCV(
        Parabola(),
        SPACE,
        n_iter=3,
        cv=2,
        random_state=0,
        callbacks=[OptunaStorage(path), asking],
    ).fit(X)
    assert [trial["state"] for trial in asking.seen] == ["Complete", "Running"]
    assert [one["step"] for one in asking.seen[1]["intermediate_values"]] == [0]


def test_a_search_is_shown_when_it_is_over(path, ask):
    """With states, values, parameters, and the values of the splits."""
    search = BayesSearchCV(
        Parabola(),
        SPACE,
        n_iter=10,
        cv=4,
        racing="auto",
        initial_candidates=given(0.3),
        random_state=0,
        callbacks=[OptunaStorage(path, study_name="parabola")],
    ).fit(X)
    study = only_study(ask)
    states = {"Complete": "complete", "Pruned": "discarded"}
    shown = [states[trial["state"]] for trial in study["trials"]]
    assert sorted(shown) == sorted(entry["status"] for entry in search.history_)
    complete = [t for t in study["trials"] if t["state"] == "Complete"]
    assert max(t["values"][0] for t in complete) == search.best_score_
    assert {p["name"] for t in complete for p in t["params"]} == {"x", "kind"}
    assert study["directions"] == ["maximize"]
    assert study["has_intermediate_values"]


def test_a_population_is_shown_with_its_learning_curves(path, ask):
    """One trial for each member, with a value for each generation."""
    search = climb(callbacks=[OptunaStorage(path)]).fit(ROWS)
    trials = only_study(ask)["trials"]
    assert len(trials) == search.population_size
    for trial in trials:
        assert [one["step"] for one in trial["intermediate_values"]] == [1, 2, 3, 4]


def test_several_objectives_are_shown(path, ask):
    """With their names and directions."""
    BayesSearchCV(
        Parabola(),
        SPACE,
        n_iter=3,
        cv=2,
        objectives=["score", "neg_fit_time"],
        refit="knee",
        random_state=0,
        callbacks=[OptunaStorage(path)],
    ).fit(X)
    study = only_study(ask)
    assert study["directions"] == ["maximize", "maximize"]
    assert study["objective_names"] == ["score", "neg_fit_time"]
    assert all(len(trial["values"]) == 2 for trial in study["trials"])


@pytest.mark.skipif(not BROWSER, reason="needs Chromium")
def test_a_browser_shows_the_trials(path, address, tmp_path):
    """With what Optuna calls them, their states and the best one."""
    live = OptunaStorage(path, study_name="parabola")
    BayesSearchCV(Parabola(), SPACE, n_iter=3, cv=2, callbacks=[live]).fit(X)
    command = [BROWSER, *ALONE, f"--user-data-dir={tmp_path / 'profile'}"]
    command += ["--virtual-time-budget=6000", "--dump-dom"]
    command += [f"{address}/dashboard/studies/0/trials"]
    try:
        page = subprocess.run(
            command, capture_output=True, text=True, timeout=100
        ).stdout
    except subprocess.TimeoutExpired:
        pytest.skip("the machine is too busy for a browser")
    shown = ["parabola", "Trial 0", "Trial 1", "Trial 2", "Complete", "Best Trial"]
    assert [text for text in shown if text not in page] == []
