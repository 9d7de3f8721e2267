"""Calls for the tests of the task pool.

They live in a module of their own because worker processes must be able to import
them. It imports little, since many workers are started.
"""

import os
import signal
import sys
import tempfile
import threading
import time
import warnings


def call(function, *args, **kwargs):
    """What a pool is given for one call."""
    return function, args, kwargs


def square(x, seconds=0.0):
    """Return x squared, after a while."""
    time.sleep(seconds)
    return x * x


def fail():
    """Raise what no pool knows of."""
    raise KeyError("a failure of the call")


def die():
    """Take the worker process down."""
    os._exit(1)


def die_leaving_a_file(folder):
    """Take the worker process down, and leave word of it."""
    tempfile.mkstemp(dir=folder)
    os._exit(1)


def be_killed_once(folder):
    """Be killed, as by a system without memory, but not a second time."""
    is_first = not os.listdir(folder)
    tempfile.mkstemp(dir=folder)
    if is_first:
        os.kill(os.getpid(), signal.SIGKILL)
    return "alive"


class CountedList(list):
    """Counts how often it is pickled."""

    n_pickled = 0

    def __reduce__(self):
        """Become a list."""
        CountedList.n_pickled += 1
        return list, (list(self),)


def length_of_both(first, settings):
    """Return the lengths of two things, one of which is in a dict."""
    return len(first), len(settings["fit_params"]["second"])


def make_lock():
    """Return what cannot be pickled."""
    return threading.Lock()


def hand_back(value):
    """Return the argument."""
    return value


def describe_array(array):
    """Tell how an array came to the worker."""
    name = str(array.filename) if type(array).__name__ == "memmap" else None
    return name, bool(array.flags.writeable), float(array.sum())


def describe_worker():
    """Tell which process and thread this is."""
    return os.getpid(), threading.get_ident()


def squares_of_a_nested_pool(numbers):
    """Square numbers on a pool inside the task, and tell whether it had processes."""
    from skhpo._compat._joblib import TaskPool

    # A nested pool of processes falls back with a warning, as Parallel does.
    warnings.simplefilter("ignore")
    with TaskPool(2) as pool:
        for number in numbers:
            pool.submit(number, [call(square, number)])
        results = results_by_key(pool)
        return pool.shares_memory, results


def completions(pool):
    """Hand out the completed batches until nothing is in flight."""
    while pool.n_in_flight:
        completed = pool.next_completed(timeout=180)
        assert completed is not None, "no batch completed in three minutes"
        yield completed


def results_by_key(pool):
    """Wait for all that is in flight; return results by key."""
    results = {}
    for completed in completions(pool):
        assert completed.key not in results, "a batch came twice"
        assert completed.error is None, completed.error
        results[completed.key] = completed.results
    return results


def main():
    """Wait for tasks that last much longer than the test that interrupts this."""
    from skhpo._compat._joblib import TaskPool

    with TaskPool(2) as pool:
        pool.submit("warm up", [call(square, 1)])
        pool.next_completed()
        for key in range(4):
            pool.submit(key, [call(square, key, 300.0)])
        print("waiting", flush=True)
        pool.next_completed()


if __name__ == "__main__":
    sys.exit(main())
