"""Searches that are killed, again and again, and go on each time.

The searches run in processes of their own, forked from one that has imported everything
(`Drivers`), each in a session of its own, so that what it leaves behind can be found.
Only on Linux, where ``/proc`` tells what belongs to a session.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.model_selection import KFold

from skhpo import BayesSearchCV, EvolutionarySearchCV, PBTSearchCV
from skhpo.journal import read_journal
from skhpo.space import Real

X = np.arange(24.0).reshape(-1, 1)
KINDS = ("bayes", "evolution", "population")
# Nothing here takes longer, however busy the machine is.
PATIENCE = 120.0


class Logging(RegressorMixin, BaseEstimator):
    """Scores by its parameters, and writes down each score."""

    def __init__(self, rate=0.5, log="", random_state=None):
        self.rate = rate
        self.log = log
        self.random_state = random_state

    def fit(self, X, y=None):
        """Take some milliseconds."""
        return self.partial_fit(X, y)

    def partial_fit(self, X, y=None):  # noqa: ARG002
        """Climb a little; steepest at 0.3."""
        time.sleep(0.004)
        rise = 1.0 - (self.rate - 0.3) ** 2
        self.height_ = getattr(self, "height_", 0.0) + rise
        return self

    def score(self, X, y=None):  # noqa: ARG002
        """Return a score that no other fit has, and write it down."""
        score = self.height_ + 0.001 * float(X[0, 0])
        descriptor = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(descriptor, f"{score!r}\n".encode())
        os.close(descriptor)
        return score


def make_search(kind, log, journal=None, n_jobs=None, n_candidates=12):
    """Return a search over what logs; three splits, so `n_jobs` changes nothing."""
    shared = {"cv": KFold(3), "random_state": 0, "n_jobs": n_jobs, "journal": journal}
    space = {"rate": Real(0.0, 1.0)}
    estimator = Logging(log=str(log))
    if kind == "bayes":
        return BayesSearchCV(estimator, space, n_iter=n_candidates, **shared)
    if kind == "evolution":
        return EvolutionarySearchCV(estimator, space, n_iter=n_candidates, **shared)
    return PBTSearchCV(
        estimator,
        space,
        population_size=4,
        n_generations=max(1, n_candidates // 4),
        steps_per_generation=1,
        mutable=["rate"],
        **shared,
    )


def story_of(search):
    """Return all that must be equal, times aside, to the last bit."""
    columns = {
        name: [repr(value) for value in np.ma.asarray(column).tolist()]
        for name, column in search.cv_results_.items()
        if "time" not in name and name != "params" and "log" not in name
    }
    history = [
        [entry["origin"], entry["status"], repr(entry["params"])]
        + [repr(score) for score in entry["split_scores"].tolist()]
        for entry in search.history_
    ]
    return {"columns": columns, "history": history, "best": repr(search.best_params_)}


def drive(order):
    """Run the search of an order and write down what it found."""
    search = make_search(*order["search"]).fit(X)
    unfinished = Path(order["out"] + ".unfinished")
    unfinished.write_text(json.dumps(story_of(search)))
    unfinished.replace(order["out"])


def serve():
    """Fork a process for each order that comes in; say its number, and its end."""
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            os.setsid()
            # A worker whose driver is killed while it starts says so on the output.
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
            try:
                drive(json.loads(line))
            except BaseException:
                sys.excepthook(*sys.exc_info())
                os._exit(1)
            os._exit(0)
        print(process, flush=True)
        _, status = os.waitpid(process, 0)
        print(status, flush=True)


class Drivers:
    """Runs searches in processes of their own, without importing all each time."""

    def __init__(self):
        here = Path(__file__).resolve()
        paths = [str(here.parents[1]), str(here.parent), os.environ.get("PYTHONPATH")]
        self._server = subprocess.Popen(
            [sys.executable, str(here), "--serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={
                **os.environ,
                "OMP_NUM_THREADS": "1",
                "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            },
        )

    def start(self, order):
        """Start a search and return its process number."""
        print(json.dumps(order), file=self._server.stdin, flush=True)
        return int(self._server.stdout.readline())

    def wait(self):
        """Wait for the search to end and return its status."""
        return int(self._server.stdout.readline())

    def close(self):
        """End the server."""
        self._server.stdin.close()
        self._server.wait(PATIENCE)
        self._server.stdout.close()


@contextlib.contextmanager
def drivers():
    """Open and close the server."""
    server = Drivers()
    try:
        yield server
    finally:
        server.close()


@dataclass
class Story:
    """What became of one search that was killed some times.

    Parameters
    ----------
    n_kills : int
        How many times.

    n_lost : int
        Splits that the journal had, and that were run again.

    n_again : int
        Splits that were run again because the journal did not have them yet.

    n_twice : int
        Splits that have two results in the journal.

    n_orphans : int
        Processes of killed searches that were still there at the end, and were ended.

    is_equal : bool
        Whether the result is that of a search that nobody killed.
    """

    n_kills: int = 0
    n_lost: int = 0
    n_again: int = 0
    n_twice: int = 0
    n_orphans: int = 0
    is_equal: bool = False


def tell_story(server, folder, kind, expected, moments, n_candidates=12, n_last=None):
    """Kill a search at moments, each given as lines of the journal and seconds.

    The last run, with `n_last` workers, is left alone and must find what is expected.
    Workers that outlive their search stay until then: they must not do any harm.
    """
    journal, out = Path(folder, "search.jsonl"), Path(folder, "out.json")
    log = os.fspath(Path(folder, "scores.log"))
    story = Story()
    before, runs, sessions = set(), [], []
    try:
        for number, moment in enumerate([*moments, None]):
            n_jobs = 2 if moment is not None else n_last
            search = [kind, log, os.fspath(journal), n_jobs, n_candidates]
            process = server.start({"search": search, "out": os.fspath(out)})
            sessions.append(process)
            if moment is not None:
                kill_at(process, journal, out, *moment)
            status = server.wait()
            assert status in (0, signal.SIGKILL), f"a {kind} search failed, see above"
            story.n_kills += status == signal.SIGKILL
            scores = take_log(log, Path(folder, f"run-{number}.log"))
            story.n_lost += len(scores & before)
            runs.append(scores)
            before = journalled_scores(journal)
            if status == 0 and out.exists():
                break
    finally:
        story.n_orphans = sum(map(end_session, sessions))
    story.n_again = sum(map(len, runs)) - len(set().union(*runs)) - story.n_lost
    story.n_twice = repeats_in(journal)
    story.is_equal = json.loads(out.read_text()) == expected
    return story


def kill_at(process, journal, out, n_lines, seconds):
    """Kill a search when its journal has so many lines, and some seconds later."""
    deadline = time.monotonic() + PATIENCE
    while n_lines and not out.exists() and time.monotonic() < deadline:
        if journal.exists() and journal.read_bytes().count(b"\n") >= n_lines:
            break
        time.sleep(0.001)
    time.sleep(seconds)
    os.kill(process, signal.SIGKILL)


def end_session(session):
    """Kill what is left of a search, and return how many processes that were.

    Workers without their search wait for joblib's idle time, five minutes, and end.
    """
    members = members_of(session)
    for process in members:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    return len(members)


def members_of(session):
    """Return the processes of a session that are alive."""
    members = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == session and fields[0] != "Z":
                members.append(int(entry.name))
    return members


def take_log(path, destination):
    """Return the scores that a run has written down, and put its log aside."""
    if not Path(path).exists():
        return set()
    Path(path).rename(destination)
    return set(destination.read_text().split())


def journalled_scores(journal):
    """Return the scores in a journal."""
    if not journal.exists() or not journal.stat().st_size:
        return set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        contents = read_journal(journal)
    return {
        repr(result.test_scores)
        for candidate in contents.candidates
        for result in candidate.results
    }


def repeats_in(journal):
    """Count the results in a journal that another line has too, unlike its reader."""
    lines = [json.loads(line) for line in journal.read_bytes().splitlines()]
    places = [(e["candidate"], e["split"]) for e in lines if e["event"] == "split"]
    return len(places) - len(set(places))


def uninterrupted(folder, kind, n_candidates=12):
    """Return what a search finds that nobody kills, without a journal."""
    log = Path(folder, "scores.log")
    story = story_of(make_search(kind, log, n_candidates=n_candidates).fit(X))
    log.unlink()
    return story


if __name__ == "__main__":
    serve()
