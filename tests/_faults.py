"""Fits that go wrong in every way that is known, for workers of all kinds.

Each fault is a function that `Faulty` calls while it is fitted, or a score that it
gives. They live in a module of their own because worker processes must be able to
import them.
"""

# ruff: noqa: ARG002 (the signatures are those that scikit-learn calls)

import asyncio
import contextlib
import ctypes
import decimal
import faulthandler
import gc
import os
import random
import signal
import sys
import tempfile
import threading
import time
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning

X = np.linspace(0.0, 1.0, 24).reshape(-1, 1)
Y = np.arange(24) % 2


class UnpicklableError(Exception):
    """An exception that cannot be sent to another process."""

    def __init__(self):
        super().__init__("cannot travel")
        self.lock = threading.Lock()


class UntoldError(Exception):
    """An exception that cannot be shown."""

    def __str__(self):
        """Raise in turn."""
        raise ValueError("no text")

    __repr__ = __str__


class BaseFault(BaseException):
    """What an `except Exception` lets pass."""


class LockedFloat(float):
    """A number that cannot be sent to another process."""

    def __init__(self, value):
        self.lock = threading.Lock()


class Undying:
    """Raises when it is deleted."""

    def __del__(self):
        """Raise."""
        raise RuntimeError("raised in __del__")


def _raise(error):
    raise error


def _allocate():
    """Ask for 50 GiB where no more than 16 are to be had."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (16 * 2**30, hard))
    try:
        np.ones(50 * 2**30, dtype=np.uint8)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _recurse():
    _recurse()


def _fork_and_leave():
    child = os.fork()
    if not child:
        os._exit(3)
    os.waitpid(child, 0)


def _fork_and_return():
    child = os.fork()
    if child:
        os.waitpid(child, 0)


def _start_threads():
    for _ in range(4):
        threading.Thread(target=time.sleep, args=(0.2,), daemon=True).start()


# Two threads that each replaced a hook of the process would put back the other's.
HOOKS = threading.Lock()


@contextlib.contextmanager
def _unheard(module, name):
    """Silence a hook, such as `threading.excepthook`, for a moment."""
    with HOOKS:
        hook = getattr(module, name)
        setattr(module, name, lambda _: None)
        try:
            yield
        finally:
            setattr(module, name, hook)


def _raise_in_thread():
    with _unheard(threading, "excepthook"):
        thread = threading.Thread(target=_raise, args=(RuntimeError("in a thread"),))
        thread.start()
        thread.join()


def _raise_when_deleted():
    with _unheard(sys, "unraisablehook"):
        Undying()
        gc.collect()


def _print():
    for _ in range(2_000):
        print("x" * 500)


def _warn():
    warnings.warn("does not converge", ConvergenceWarning, stacklevel=1)


def _change_directory():
    os.chdir(tempfile.gettempdir())


def _change_environment():
    os.environ["SKHPO_FAULT"] = "1"
    os.environ["OMP_NUM_THREADS"] = "3"


def _change_seeds():
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002 (what users do)


def _change_filters():
    warnings.filterwarnings("ignore", "no warning has this text")


def _change_config():
    sklearn.set_config(assume_finite=True)


def _die_quietly():
    """Leave no core and no stack behind."""
    import resource

    faulthandler.disable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _crash():
    _die_quietly()
    ctypes.string_at(0)


def _abort():
    _die_quietly()
    os.abort()


def _killed():
    os.kill(os.getpid(), signal.SIGKILL)


def _leave():
    os._exit(1)


def _sleep():
    time.sleep(3600)


# What a fit does that keeps it from coming to its end.
FAILURES = {
    "raises": lambda: _raise(FloatingPointError("too large")),
    "raises what cannot travel": lambda: _raise(UnpicklableError()),
    "raises what cannot be shown": lambda: _raise(UntoldError()),
    "raises a BaseException": lambda: _raise(BaseFault("not an Exception")),
    "raises GeneratorExit": lambda: _raise(GeneratorExit()),
    "raises CancelledError": lambda: _raise(asyncio.CancelledError("cancelled")),
    "raises StopIteration": lambda: _raise(StopIteration("stopped")),
    "calls sys.exit": lambda: sys.exit(1),
    "recurses for ever": _recurse,
    "allocates an exbibyte": lambda: np.ones(2**60, dtype=np.uint8),
    "allocates 50 GiB": _allocate,
}
# What it does besides, and shall not.
HARMLESS = {
    "nothing": lambda: None,
    "forks a child that leaves": _fork_and_leave,
    "forks a child that returns": _fork_and_return,
    "starts threads": _start_threads,
    "raises in a thread": _raise_in_thread,
    "raises in __del__": _raise_when_deleted,
    "prints a megabyte": _print,
    "warns": _warn,
    "changes the directory": _change_directory,
    "changes the environment": _change_environment,
    "changes global seeds": _change_seeds,
    "changes warning filters": _change_filters,
    "changes the configuration": _change_config,
    "changes its data": None,
    "returns nothing": None,
}
# What it gives as its score.
SCORES = {
    "scores nan": lambda: float("nan"),
    "scores inf": lambda: float("inf"),
    "scores -inf": lambda: float("-inf"),
    "raises in predict": lambda: _raise(RuntimeError("cannot predict")),
    "raises a BaseException in predict": lambda: _raise(BaseFault("in predict")),
    "scores a string": lambda: "0.5",
    "scores None": lambda: None,
    "scores an array": lambda: np.zeros(3),
    "scores a complex number": lambda: 1j,
    "scores what cannot travel": lambda: LockedFloat(0.5),
    "scores a Decimal": lambda: decimal.Decimal("0.5"),
    "raises in get_params": None,
}
# What ends the process.
DEADLY = {
    "calls os._exit": _leave,
    "crashes": _crash,
    "aborts": _abort,
    "is killed": _killed,
}
ENDLESS = {"sleeps for ever": _sleep}
ACTS = FAILURES | HARMLESS | DEADLY | ENDLESS


class Faulty(BaseEstimator):
    """Learns nothing; scores by its parameters, or does what its fault is."""

    def __init__(self, x=0.5, fault="nothing"):
        self.x = x
        self.fault = fault

    def get_params(self, deep=True):
        """Return the parameters, or raise."""
        if getattr(self, "fault", None) == "raises in get_params":
            raise RuntimeError("no parameters")
        return super().get_params(deep)

    def fit(self, X, y=None):
        """Do what is wrong."""
        act = ACTS.get(self.fault)
        if act is not None:
            act()
        if self.fault == "changes its data":
            X[:] = np.nan
            y[:] = 0
        if self.fault == "raises in get_params":
            self.get_params()
        return None if self.fault == "returns nothing" else self

    def score(self, X, y=None):
        """Return a score that depends on the parameters and on the rows."""
        give = SCORES.get(self.fault)
        if give is not None:
            return give()
        return self.x + np.mean(X) + 0.1 * np.mean(y)


def candidates(faults):
    """Return a healthy candidate, then each fault followed by a healthy one."""
    given = [{"x": 0.0, "fault": "nothing"}]
    for number, fault in enumerate(faults, start=1):
        given.append({"x": number / 100, "fault": fault})
        given.append({"x": number / 100, "fault": "nothing"})
    return given


def space_of(faults):
    """Return a space that holds those candidates."""
    values = [number / 100 for number in range(len(faults) + 1)]
    return {"x": values, "fault": ["nothing", *faults]}


def healthy_rows(search):
    """Return parameters and split scores of the candidates without a fault."""
    return [
        (entry["params"]["x"], *entry["split_scores"])
        for entry in search.history_
        if entry["params"]["fault"] == "nothing"
    ]


class Signalling(Faulty):
    """Tells a folder what happens, and waits there for what is to happen.

    Each fit leaves a file that is named for its process. The first one to find the
    folder without `dead` may die; others may wait until there are two processes.
    """

    def __init__(self, x=0.5, fault="nothing", folder=None):
        super().__init__(x, fault)
        self.folder = folder

    def fit(self, X, y=None):
        """Leave word, then do what the fault is."""
        folder = Path(self.folder)
        (folder / f"process {os.getpid()}").touch()
        if self.fault == "dies once":
            with contextlib.suppress(FileExistsError):
                (folder / "dead").touch(exist_ok=False)
                os._exit(1)
        if self.fault == "waits for two":
            self.wait_for(lambda: len(list(folder.glob("process *"))) > 1)
        if self.fault == "waits for ever":
            (folder / "waiting").touch()
            self.wait_for(lambda: False)
        return self

    def wait_for(self, condition):
        """Sleep until something is the case, but no more than a minute."""
        for _ in range(600):
            if condition():
                return
            time.sleep(0.1)
        raise TimeoutError("waited in vain for a minute")
