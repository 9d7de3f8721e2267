"""What is said where an optional dependency is not installed."""

import sys

import pytest

from skhpo._compat._extras import import_extra, require_extra
from skhpo.callbacks import MLflowLogger, OptunaStorage, ProgressBar
from skhpo.exceptions import MissingExtraError


@pytest.mark.parametrize("function", [require_extra, import_extra])
def test_the_message_names_the_extra(function):
    """And what needs it."""
    with pytest.raises(MissingExtraError, match=r"The bar needs 'no_such_module'.*"):
        function("no_such_module", extra="progress", purpose="The bar")


def test_what_is_installed_is_imported():
    """As by an import statement."""
    path = import_extra("os.path", extra="none", purpose="Nothing")
    assert path is sys.modules["os.path"]


@pytest.mark.parametrize(
    ("make", "module", "extra"),
    [
        (ProgressBar, "rich", "progress"),
        (MLflowLogger, "mlflow", "mlflow"),
        (lambda: OptunaStorage("search.log"), "optuna", "optuna"),
    ],
)
def test_callbacks_say_at_once_what_they_lack(make, module, extra, monkeypatch):
    """When they are made, not when the search is over."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=rf"'{module}'.*skhpo\[{extra}\]"):
        make()
