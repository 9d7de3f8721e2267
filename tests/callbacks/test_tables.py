"""Results as text that spreadsheets and JSON read."""

import csv
import io
import json

import numpy as np
import pytest
from sklearn.svm import SVC

from skhpo.callbacks._tables import columns_as_csv, plain, rows_as_csv


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float64(0.5), 0.5),
        (np.int64(3), 3),
        (float("nan"), None),
        ((1, [2.0, None]), [1, [2.0, None]]),
        (np.array([[1.0, np.inf]]), [[1.0, None]]),
        ({"a": SVC(C=2)}, {"a": "SVC(C=2)"}),
        (True, True),
    ],
)
def test_values_become_what_json_knows(value, expected):
    """Numbers and containers as such, anything else by its `repr`."""
    assert plain(value) == expected
    json.dumps(plain(value), allow_nan=False)


def test_masked_and_missing_values_are_empty():
    """Where a column has no value, there is none in the table."""
    results = {
        "params": [{"C": 1}, {"n": 2}],
        "param_C": np.ma.MaskedArray([1, 0], mask=[False, True]),
        "mean_test_score": np.array([0.5, np.nan]),
    }
    first, second = csv.DictReader(io.StringIO(columns_as_csv(results)))
    assert first["param_C"] == "1"
    assert second["param_C"] == ""
    assert json.loads(first["params"]) == {"C": 1}
    assert float(first["mean_test_score"]) == 0.5
    assert second["mean_test_score"] == "nan"


def test_rows_may_have_different_columns():
    """What a row lacks stays empty."""
    text = rows_as_csv([{"a": 1}, {"b": [1.5, "x"]}])
    assert list(csv.reader(io.StringIO(text))) == [
        ["a", "b"],
        ["1", ""],
        ["", '[1.5, "x"]'],
    ]
