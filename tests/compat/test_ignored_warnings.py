"""Warnings are ignored for a while, by several threads too."""

import warnings

import pytest
from sklearn.exceptions import ConvergenceWarning

from skhpo._compat._ignored_warnings import (
    BALANCED_AGAIN,
    NOT_CONVERGED,
    forget_ignored,
    ignoring,
)


def test_only_what_is_named_is_ignored() -> None:
    """By its category and the beginning of its message."""
    with ignoring(NOT_CONVERGED, BALANCED_AGAIN):
        warnings.warn("whatever", ConvergenceWarning, stacklevel=1)
        warnings.warn("class_weight presets are not", UserWarning, stacklevel=1)
        with pytest.warns(UserWarning, match="another"):
            warnings.warn("another", UserWarning, stacklevel=1)


def test_filters_are_as_before_in_whatever_order_it_ends() -> None:
    """As threads may have it: the first to begin is not the last to end."""
    before = warnings.filters.copy()
    first, second = ignoring(NOT_CONVERGED), ignoring(NOT_CONVERGED)
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    warnings.warn("whatever", ConvergenceWarning, stacklevel=1)
    second.__exit__(None, None, None)
    assert warnings.filters == before


def test_filters_saved_by_others_meanwhile_are_clean() -> None:
    """What another thread restores later does not bring them back."""
    before = warnings.filters.copy()
    mine, other = ignoring(NOT_CONVERGED), warnings.catch_warnings()
    mine.__enter__()
    other.__enter__()
    mine.__exit__(None, None, None)
    other.__exit__(None, None, None)
    assert warnings.filters == before


def test_filters_that_were_restored_too_late_are_forgotten() -> None:
    """Threads within scikit-learn may bring back what one of them had saved."""
    before = warnings.filters.copy()
    with ignoring(NOT_CONVERGED, BALANCED_AGAIN):
        left_behind = warnings.filters.copy()
    with warnings.catch_warnings():
        warnings.filters = left_behind
        assert warnings.filters != before
        forget_ignored()
        assert warnings.filters == before
