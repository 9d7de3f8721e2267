"""What all tests share: reproducible property tests, interruptions, a header."""

import signal
from importlib.metadata import version

from hypothesis import settings

# Examples are drawn from a fixed seed, so that a run finds what the last one found,
# and without a deadline: machines differ.
settings.register_profile("skhpo", deadline=None, derandomize=True)
settings.load_profile("skhpo")

HOSTS = ("numpy", "scipy", "scikit-learn", "joblib")


def pytest_configure() -> None:
    """Let interruptions through, which a background job of a shell ignores."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_report_header() -> str:
    """The versions that the tests run with."""
    return ", ".join(f"{name} {version(name)}" for name in HOSTS)
