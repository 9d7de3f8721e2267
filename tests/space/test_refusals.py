"""Every malformed space is refused by a message that helps."""

import re

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from sklearn.svm import SVC

from skhpo.exceptions import SearchSpaceError
from skhpo.space import Categorical, Integer, Ordinal, Real, SearchSpace


class _Brittle:
    def __repr__(self):
        return "<brittle>"

    def rvs(self, random_state=None):
        raise RuntimeError(f"no luck with {random_state}")


# value, what of it the message shows, what the message tells to do
REFUSED_VALUES = [
    (Real(10, 1), "Real(low=10, high=1", "Swap the bounds"),
    (Real(1, 1), "Real(low=1, high=1", "Write [1.0] to fix"),
    (Real(0, np.inf), "high=inf", "finite"),
    (Real(np.nan, 1), "low=nan", "finite"),
    (Real(-1e308, 1e308), "high=1e+308", "closer"),
    (Real(0, 10**400), "Real(low=0, high=1000", "finite"),
    (Real(0, 1, prior="log-uniform"), "log-uniform", "Raise 'low'"),
    (Real(-1, 1, prior="log-uniform"), "low=-1", "prior='uniform'"),
    (Real(0, 1, prior="normal"), "'normal'", "scipy.stats"),
    (Real(0, 1, prior=None), "prior=None", "Use one of the two"),
    (Real(False, True), "low=False", "Real(1, 10)"),
    (Real("0.1", 10), "low='0.1'", "Real(1, 10)"),
    (Real(None, 10), "low=None", "Real(1, 10)"),
    (Integer(5, 2), "Integer(low=5, high=2", "Swap the bounds"),
    (Integer(2, 2), "Integer(low=2, high=2", "Write [2] to fix"),
    (Integer(0.5, 2), "low=0.5", "use Real"),
    (Integer(1, np.inf), "high=inf", "finite"),
    (Integer(True, 2), "low=True", "Integer(1, 10)"),
    (Integer("1", 2), "low='1'", "Integer(1, 10)"),
    (Integer(0, 9, prior="log-uniform"), "low=0", "Raise 'low'"),
    (Integer(0, 9, prior="log"), "'log'", "'uniform' or 'log-uniform'"),
    (Integer(0, 10**12), "high=1000000000000", "Narrow the range"),
    (Integer(1, 10**11 - 1, prior="log-uniform"), "99999999999", "Lower 'high'"),
    (Categorical("abc"), "choices='abc'", "put it in a list"),
    (Categorical([]), "choices=[]", "Write at least one"),
    (Categorical({"a", "b"}), "choices={", "pass a list"),
    (Categorical(None), "choices=None", "put it in a list"),
    (Ordinal(3), "choices=3", "put it in a list"),
    (Ordinal(()), "choices=()", "Write at least one"),
    (Real, "Real", "Make an instance"),
    (Integer, "Integer", "Make an instance"),
    (Categorical, "Categorical", "Make an instance"),
    (SVC, "SVC", "put the class in a list"),
    (SVC(), "SVC()", "put it in a list"),
    (scipy.stats.uniform, "uniform_gen", "scipy.stats.uniform(...)"),
    (scipy.stats.randint, "randint_gen", "scipy.stats.randint(...)"),
    (scipy.stats.gamma, "gamma_gen", "Freeze it by a call"),
    (scipy.stats.multivariate_normal(), "multivariate_normal", "frozen scipy.stats"),
    (scipy.stats.norm(0, np.nan), "norm(0, nan)", "finite numbers"),
    (scipy.stats.uniform(0, -1), "uniform(0, -1)", "scales greater than 0"),
    (scipy.stats.uniform(0, np.inf), "uniform(0, inf)", "finite numbers"),
    (scipy.stats.loguniform(10, 1), "(10, 1)", "bounds in order"),
    (scipy.stats.randint(5, 5), "randint(5, 5)", "bounds in order"),
    (scipy.stats.norm([0, 1], 1), "norm([0, 1], 1)", "single finite numbers"),
    (scipy.stats.norm(loc=1, scale=0), "scale=0", "scales greater than 0"),
    (scipy.stats.gamma(1e-9), "gamma(1e-09)", "Write [0.0] to fix"),
    (scipy.stats.randint(0, 10**12), "high=999999999999", "Narrow the range"),
    (_Brittle(), "<brittle>", "rvs(random_state=None)"),
    ({"a": [1]}, "{'a': [1]}", "double underscore"),
    ("rbf", "'rbf'", "put it in a list"),
    (b"rbf", "b'rbf'", "put it in a list"),
    (3, "3.", "put it in a list"),
    (0.5, "0.5.", "put it in a list"),
    (np.float64(0.5), "0.5", "put it in a list"),
    (True, "True.", "put it in a list"),
    (None, "None.", "put it in a list"),
    ({1, 2}, "{1, 2}", "pass a list"),
    ((x for x in [1]), "<generator", "list(...)"),
    ({"a": 1}.keys(), "dict_keys", "list(...)"),
    ((1e-3, 10.0, "log-uniform"), "(0.001", "Real(0.001, 10.0, prior='log-u"),
    ((1, 5, "uniform"), "(1, 5", "Integer(1, 5, prior='uniform')"),
    ([], "[].", "Write at least one"),
    (np.array([]), "array([]", "Write at least one"),
    (np.eye(2), "array([[1., 0.]", "ravel"),
    (np.array(1.0), "array(1.)", "list of the choices"),
    (pd.DataFrame({"x": [1, 2]}), "0  1", "list of the choices"),
    (print, "print", "put it in a list"),
]


@pytest.mark.parametrize(("value", "shown", "remedy"), REFUSED_VALUES)
def test_value_is_refused(value, shown, remedy):
    """The message names the parameter, shows the value and tells the way out."""
    with pytest.raises(SearchSpaceError) as refusal:
        SearchSpace({"fine": [1, 2], "svc__C": value})
    message = str(refusal.value)
    assert message.startswith("Parameter 'svc__C': ")
    assert shown in message.partition(". Got ")[2]
    assert remedy in message


@pytest.mark.parametrize(
    ("param_distributions", "message"),
    [
        ([], "Got an empty list, []. Write at least one dict"),
        ((), "Got an empty tuple, (). Write at least one dict"),
        (None, "Got None. Write for example"),
        ("C", "Got 'C'. Write for example"),
        (Real(0, 1), "Got Real(low=0, high=1, prior='uniform'). Write for example"),
        (iter([{}]), "must be a dict of parameter names to values, or a list"),
        ([{}, 3], "Branch 1 of the search space must be a dict"),
        ([("C", [1])], "Branch 0 of the search space must be a dict"),
        ({1: [1]}, "The parameter names in the search space must be str. Got 1."),
        ([{}, {None: [1]}], "The parameter names in branch 1 must be str. Got None."),
    ],
)
def test_malformed_container_is_refused(param_distributions, message):
    """What is no dict of names to values, nor a list of such dicts, is refused."""
    with pytest.raises(SearchSpaceError, match=re.escape(message)):
        SearchSpace(param_distributions)


def test_refusal_names_the_branch():
    """With several branches the message says in which one the value stands."""
    with pytest.raises(SearchSpaceError, match=r"^Parameter 'C' of branch 1: "):
        SearchSpace([{"C": [1]}, {"C": "rbf"}])


def test_long_values_are_cut():
    """The message does not repeat a long value in full."""
    with pytest.raises(SearchSpaceError) as refusal:
        SearchSpace({"C": "x" * 10_000})
    assert len(str(refusal.value)) < 1000
