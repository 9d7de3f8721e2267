"""What all tests share: reproducible property tests, and the versions in the header."""

from importlib.metadata import version

from hypothesis import settings

# Examples are drawn from a fixed seed, so that a run finds what the last one found,
# and without a deadline: machines differ.
settings.register_profile("skhpo", deadline=None, derandomize=True)
settings.load_profile("skhpo")

HOSTS = ("numpy", "scipy", "scikit-learn", "joblib")


def pytest_report_header() -> str:
    """The versions that the tests run with."""
    return ", ".join(f"{name} {version(name)}" for name in HOSTS)
