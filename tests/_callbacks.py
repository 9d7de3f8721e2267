"""Callbacks of scikit-learn for the tests, which worker processes can import."""
# ruff: noqa: ARG002 (the signatures are those that scikit-learn calls)

import pickle
from collections import Counter
from pathlib import Path

EVALUATION = "candidate-split-evaluation"


class Recording:
    """Writes a line for each hook to a file, whichever process it is called in."""

    def __init__(self, path):
        self.path = Path(path)
        self.path.touch()

    def lines(self):
        """Return how often each hook was called for each task."""
        return Counter(self.path.read_text().splitlines())

    def count(self, hook, task_name):
        """Return how often a hook was called for tasks of a name."""
        lines = self.path.read_text().splitlines()
        return sum(line.startswith(f"{hook} {task_name} ") for line in lines)

    def write(self, hook, context):
        """Append hook, task, and the task's place in the tree."""
        place, ancestor = [], context
        while ancestor is not None:
            place.insert(0, ancestor.task_id)
            ancestor = ancestor.parent
        with self.path.open("a") as file:
            file.write(f"{hook} {context.task_name} {place}\n")

    def setup(self, estimator, context):
        """Take note."""
        self.write("setup", context)

    def on_fit_task_begin(self, estimator, context):
        """Take note."""
        self.write("begin", context)

    def on_fit_task_end(self, estimator, context):
        """Take note."""
        self.write("end", context)

    def teardown(self, estimator, context):
        """Take note."""
        self.write("teardown", context)


class Propagating(Recording):
    """Follows the fits into estimators that support callbacks."""

    max_propagation_depth = None


class Counting(Recording):
    """Writes how many tasks an evaluation can see, and how large its search is.

    It writes at the end of evaluations only.
    """

    def write(self, hook, context):
        """Write nothing for other hooks."""

    def on_fit_task_end(self, estimator, context):
        """Count from the root of the tree."""
        if context.task_name != EVALUATION:
            return
        root = context
        while root.parent is not None:
            root = root.parent
        n_tasks, n_bytes = len(list(root)), len(pickle.dumps(estimator))
        with self.path.open("a") as file:
            file.write(f"{n_tasks} tasks, {n_bytes} bytes\n")


class Stopping(Recording):
    """Asks for a stop at the end of tasks of one name, from the n-th on."""

    def __init__(self, path, task_name, n_before=0):
        super().__init__(path)
        self.task_name = task_name
        self.n_before = n_before

    def on_fit_task_end(self, estimator, context):
        """Take note, and return true where it is time."""
        super().on_fit_task_end(estimator, context)
        return (
            context.task_name == self.task_name
            and self.count("end", self.task_name) > self.n_before
        )


class Raising(Recording):
    """Raises in one hook, for one task."""

    def __init__(self, path, hook, task_name, task_id=0, error=ValueError):
        super().__init__(path)
        self.hook = hook
        self.task = (task_name, task_id)
        self.error = error

    def write(self, hook, context):
        """Take note, and raise where it is told to."""
        super().write(hook, context)
        if hook == self.hook and (context.task_name, context.task_id) == self.task:
            raise self.error(f"raised by the callback in {hook}")
