"""Callbacks of ours for the tests: one writes everything down, others misbehave."""

from skhpo.callbacks import SearchCallback

HOOKS = (
    "on_search_begin",
    "on_split_end",
    "on_candidate_end",
    "on_generation_end",
    "on_search_end",
)


class Listening(SearchCallback):
    """Keeps the events of all hooks, in order, and whether it was closed."""

    def __init__(self):
        self.told = []
        self.n_closed = 0

    def _note(self, hook, event):
        self.told.append((hook, event))

    def on_search_begin(self, event):
        """Take note."""
        return self._note("on_search_begin", event)

    def on_split_end(self, event):
        """Take note."""
        return self._note("on_split_end", event)

    def on_candidate_end(self, event):
        """Take note."""
        return self._note("on_candidate_end", event)

    def on_generation_end(self, event):
        """Take note."""
        return self._note("on_generation_end", event)

    def on_search_end(self, event):
        """Take note."""
        return self._note("on_search_end", event)

    def close(self):
        """Count."""
        self.n_closed += 1

    @property
    def hooks(self):
        """The hooks that were called, in order."""
        return [hook for hook, _ in self.told]

    def events(self, hook):
        """Return the events of one hook."""
        return [event for name, event in self.told if name == hook]


class Raising(Listening):
    """Raises in one hook, after taking note."""

    def __init__(self, hook, error=ValueError):
        super().__init__()
        self.hook = hook
        self.error = error

    def _note(self, hook, event):
        super()._note(hook, event)
        if hook == self.hook:
            raise self.error("out of order")


class Stopping(Listening):
    """Asks for the end whenever one hook is called."""

    def __init__(self, hook):
        super().__init__()
        self.hook = hook

    def _note(self, hook, event):
        super()._note(hook, event)
        return hook == self.hook
