"""Descriptions of arguments and data that are the same in every process.

They tell two searches apart by what they were given. A description never has a memory
address in it: functions and classes go by their qualified names, estimators by their
parameters, other objects by what they would be pickled as, and what cannot even be
pickled by its type.
"""

import copyreg
import hashlib
import json
import re
from collections.abc import Mapping
from functools import singledispatchmethod
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import joblib
import numpy as np
from scipy.sparse import issparse

from skhpo._compat._sklearn import settings_beside_params
from skhpo.space._distributions import describe_frozen, is_frozen

_SHOWN = 100


def digest(value: Any) -> str:
    """Return a digest of a value.

    Parameters
    ----------
    value : object
        An argument of a search, or the parameters of a candidate.

    Returns
    -------
    str
        32 hexadecimal digits, the same for equal content in every process. Two
        functions of the same qualified name are the same.
    """
    return _hash(_Description().of(value))


def digest_data(*arrays: Any) -> str:
    """Return a digest of data: arrays, sparse matrices, data frames, lists or None.

    Parameters
    ----------
    *arrays : array-like
        The data.

    Returns
    -------
    str
        32 hexadecimal digits, by values, types and layout in memory.
    """
    return _hash([_data_digest(array) for array in arrays])


def shown(value: Any) -> str:
    """Return what a value looks like, in a line without addresses."""
    try:
        text = _shown_at_length(value)
    except Exception:
        text = type(value).__name__
    text = re.sub(r" at 0x[0-9a-fA-F]+", "", " ".join(text.split()))
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def _shown_at_length(value: Any) -> str:
    """Return a repr in which frozen distributions are the calls that made them."""
    if is_frozen(value):
        return describe_frozen(value)
    if type(value) is dict:
        items = [f"{key!r}: {_shown_at_length(one)}" for key, one in value.items()]
        return f"{{{', '.join(items)}}}"
    if type(value) is list:
        return f"[{', '.join(map(_shown_at_length, value))}]"
    return repr(value)


def shown_data(*arrays: Any) -> str:
    """Return what data look like: types and shapes."""
    return ", ".join(_shape_of(array) for array in arrays)


def _shape_of(array: Any) -> str:
    """Return type and shape of an array, or the length of anything else."""
    name = type(array).__name__
    if hasattr(array, "shape"):
        return f"{name} of shape {tuple(array.shape)}"
    return f"{name} of length {len(array)}" if hasattr(array, "__len__") else name


def _hash(description: Any) -> str:
    """Return a digest of what JSON can hold."""
    text = json.dumps(description, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _data_digest(array: Any) -> Any:
    """Return a digest of one array-like.

    Not joblib's hash of it: where objects are in it, that depends on which of several
    equal ones are the same object.
    """
    return _hash(_Description(orders_dicts=False).of(_parts_of_data(array)))


def _parts_of_data(array: Any) -> Any:
    """Return what makes up data, without what containers remember on the side.

    Sparse matrices note whether they are sorted as soon as somebody asks, and
    estimators sort them in place; data frames keep their columns in blocks that depend
    on how they came about.
    """
    if issparse(array):
        if array.format in ("csr", "csc", "bsr"):
            array = array if array.has_sorted_indices else array.sorted_indices()
        else:
            array = array.tocoo()
        names = ("data", "indices", "indptr", "row", "col")
        parts = [getattr(array, name) for name in names if hasattr(array, name)]
        return array.format, array.shape, parts
    if hasattr(array, "iloc"):
        frame = array if hasattr(array, "columns") else array.to_frame()
        columns = [frame.iloc[:, column] for column in range(frame.shape[1])]
        values = [(_kind_of_column(one), np.asarray(one)) for one in columns]
        return list(frame.columns), np.asarray(frame.index), values
    return array


def _kind_of_column(column: Any) -> Any:
    """Return the type of a column; for categories which there are, in their order."""
    name = str(column.dtype)
    if not hasattr(column.dtype, "categories"):
        return name
    return name, np.asarray(column.dtype.categories), bool(column.dtype.ordered)


class _Description:
    """Describes a value and all that it holds, each object once.

    Parameters
    ----------
    orders_dicts : bool, default=True
        Whether two dicts differ that have the same items in another order.
    """

    def __init__(self, *, orders_dicts: bool = True) -> None:
        self._orders_dicts = orders_dicts
        self._known: dict[int, tuple[Any, Any]] = {}

    def of(self, value: Any) -> Any:
        """Return a description, ready for JSON."""
        if value is None or type(value) in (bool, int, str):
            return value
        if type(value) is float:
            return ["float", value.hex()]
        if id(value) not in self._known:
            # The first entry is for an object that holds itself. The object is kept,
            # so that no other one can get its address.
            self._known[id(value)] = value, "itself"
            self._known[id(value)] = value, _hash(self._describe(value))
        return self._known[id(value)][1]

    @singledispatchmethod
    def _describe(self, value: Any) -> Any:
        """Describe any object."""
        kind = _name_of(type(value))
        if hasattr(value, "get_params"):
            kept = settings_beside_params(value)
            parts = [value.get_params(deep=False), *([kept] if kept else [])]
            return [kind, *map(self.of, parts)]
        if all(hasattr(value, name) for name in ("dist", "args", "kwds")):
            # A frozen distribution of scipy, which holds a lot that depends on the
            # version.
            return [kind, _name_of(type(value.dist)), *map(self.of, _arguments(value))]
        if issparse(value) or hasattr(value, "iloc"):
            return [kind, _data_digest(value)]
        return [kind, self._pickled(value)]

    @_describe.register
    def _(self, value: dict) -> Any:  # type: ignore[type-arg]
        items = [[self.of(k), self.of(v)] for k, v in value.items()]
        return ["dict", items if self._orders_dicts else sorted(map(_hash, items))]

    @_describe.register(list)
    @_describe.register(tuple)
    def _(self, value: Any) -> Any:
        return [_name_of(type(value)), [self.of(one) for one in value]]

    @_describe.register(set)
    @_describe.register(frozenset)
    def _(self, value: Any) -> Any:
        return [_name_of(type(value)), sorted(_hash(self.of(one)) for one in value)]

    @_describe.register(np.ndarray)
    def _(self, value: Any) -> Any:
        if value.dtype == object:
            return ["ndarray", list(value.shape), [self.of(one) for one in value.flat]]
        return ["ndarray", joblib.hash(value, coerce_mmap=True)]

    @_describe.register
    def _(self, value: np.generic) -> Any:
        return ["scalar", value.dtype.str, repr(value.item())]

    @_describe.register(bytes)
    @_describe.register(bytearray)
    def _(self, value: Any) -> Any:
        return [_name_of(type(value)), hashlib.sha256(value).hexdigest()]

    @_describe.register(FunctionType)
    @_describe.register(type)
    @_describe.register(np.ufunc)
    def _(self, value: Any) -> Any:
        return ["name", _name_of(value)]

    @_describe.register
    def _(self, value: BuiltinFunctionType) -> Any:
        if value.__self__ is None or isinstance(value.__self__, ModuleType):
            return ["name", _name_of(value)]
        return ["method", value.__name__, self.of(value.__self__)]

    def _pickled(self, value: Any) -> Any:
        """Describe what an object would be pickled as; nothing if it cannot be."""
        try:
            reduce = copyreg.dispatch_table.get(type(value))
            reduced = value.__reduce_ex__(4) if reduce is None else reduce(value)
            if isinstance(reduced, str):
                return _name_of(value)
            made_by, arguments, *rest = reduced
            parts = [made_by, arguments, *rest]
            # Items of lists and dicts come as iterators.
            return [
                self.of(list(one) if hasattr(one, "__next__") else one) for one in parts
            ]
        except Exception:
            return None


def _arguments(distribution: Any) -> tuple[Any, Mapping[str, Any]]:
    """Return what a frozen distribution was made with."""
    return distribution.args, distribution.kwds


def _name_of(value: Any) -> str:
    """Return the qualified name of a function or class."""
    name = getattr(value, "__qualname__", getattr(value, "__name__", ""))
    return f"{getattr(value, '__module__', '')}.{name}"
