"""scikit-learn's own search over a given list of candidates, and how to compare."""

import re
import warnings
from collections import Counter

import numpy as np
from numpy.testing import assert_equal
from sklearn.model_selection import GridSearchCV

# What searches of ours have beyond what scikit-learn's have.
OWN_COLUMNS = {"n_exploits", "n_steps", "parent", "schedule"}
OWN_ATTRIBUTES = {"best_schedule_", "history_", "n_fits_", "stop_reason_"}
SETTINGS = ("scoring", "refit", "cv", "error_score", "return_train_score")


class ListedSearchCV(GridSearchCV):
    """Evaluates the candidates that it is given, in order, as scikit-learn does."""

    def _run_search(self, evaluate_candidates):
        """Evaluate all candidates."""
        evaluate_candidates(self.param_grid)


def host_search(search, candidates):
    """Return scikit-learn's search over candidates, with the settings of another."""
    settings = {name: getattr(search, name) for name in SETTINGS}
    return ListedSearchCV(search.estimator, candidates, **settings)


def without_frames(message):
    """Return a message without the lines of a traceback: fits are called in many ways.

    Nor does it quote the scorer by its address.
    """
    lines = [line for line in message.splitlines() if not line.startswith("  ")]
    return re.sub(r" at 0x[0-9a-f]+", "", "\n".join(lines))


def fit_with_warnings(search, *args, **params):
    """Fit a search and return what it warned of, whatever the filters say.

    The search itself, which a message may quote, is made anonymous.
    """
    own_name = repr(search)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        search.fit(*args, **params)
    return [
        (
            item.category,
            without_frames(str(item.message).replace(own_name, "the search")),
        )
        for item in caught
    ]


def assert_same_results(results, expected):
    """Compare two `cv_results_`: keys, order, types, masks, and values but times."""
    assert [key for key in results if key not in OWN_COLUMNS] == list(expected)
    for key, column in expected.items():
        assert type(results[key]) is type(column), key
        if key == "params":
            assert results[key] == column
            continue
        assert results[key].dtype == column.dtype, key
        assert results[key].shape == column.shape, key
        if key.endswith("_time"):
            assert (results[key] >= 0).all(), key
        else:
            mask = np.ma.getmaskarray(column)
            assert_equal(np.ma.getmaskarray(results[key]), mask, err_msg=key)
            assert_equal(list(results[key][~mask]), list(column[~mask]), err_msg=key)


def assert_same_warnings(warned, expected):
    """Compare warnings: each with its number, those of failed scorers without it.

    numpy's complaint about the deviation of infinite scores is the host's alone.
    """
    expected = [one for one in expected if "invalid value encountered" not in one[1]]

    def counted(warned):
        return Counter(one for one in warned if "Scoring failed" not in one[1])

    assert counted(warned) == counted(expected)
    assert set(warned) == set(expected)


def assert_same_attributes(search, expected):
    """Compare which fitted attributes there are, and what the best candidate is."""
    ours = {name for name in dir(search) if name.endswith("_") and name[0] != "_"}
    theirs = {name for name in dir(expected) if name.endswith("_") and name[0] != "_"}
    assert ours - OWN_ATTRIBUTES == theirs
    for name in ("best_index_", "best_params_", "multimetric_", "n_splits_"):
        assert getattr(search, name, None) == getattr(expected, name, None), name
    best_score = getattr(search, "best_score_", None)
    assert_equal(best_score, getattr(expected, "best_score_", None))
    assert type(best_score) is type(getattr(expected, "best_score_", None))
    assert type(search.scorer_) is type(expected.scorer_)
    if isinstance(search.scorer_, dict):
        assert list(search.scorer_) == list(expected.scorer_)
