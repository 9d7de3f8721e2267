"""Fitted steps and their output, kept as bytes that nobody can change."""

import io
import pickle
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray


@dataclass(frozen=True)
class Frozen:
    """An object as bytes, with the functions and classes that have no bytes."""

    blob: bytes
    references: tuple[Any, ...] = ()

    def thaw(self) -> Any:
        """Return a new object, equal to what was frozen down to the strides."""
        if not self.references:
            return pickle.loads(self.blob)
        return _Unpickler(self.blob, self.references).load()


def freeze(value: Any) -> Frozen:
    """Freeze an object; raises what `pickle` raises where that is impossible.

    Functions and classes that cannot be imported, lambdas for instance, stay
    references, as `copy.deepcopy` treats them.
    """
    try:
        return _freeze(value, _LayoutPickler)
    except (pickle.PicklingError, AttributeError, TypeError):
        return _freeze(value, _ReferencePickler)


def _freeze(value: Any, pickler_class: type["_LayoutPickler"]) -> Frozen:
    """Freeze an object with a class of pickler."""
    file = io.BytesIO()
    pickler = pickler_class(file, protocol=5)
    pickler.dump(value)
    return Frozen(file.getvalue(), tuple(getattr(pickler, "references", ())))


class _LayoutPickler(pickle.Pickler):
    """Keeps the strides of arrays, on which the last bits of a product depend.

    The components of a decomposition, for instance, are often part of an array.
    Pickle itself keeps the layout of arrays that are contiguous in either order.
    """

    def reducer_override(self, obj: Any) -> Any:
        """Reduce an array that is contiguous in neither order."""
        if type(obj) is not np.ndarray or obj.flags.forc or obj.dtype.hasobject:
            return NotImplemented
        if any(stride < 0 or stride % obj.itemsize for stride in obj.strides):
            raise ValueError(f"strides {obj.strides} cannot be kept")
        return _laid_out, (np.ascontiguousarray(obj), obj.strides, obj.flags.writeable)


def _laid_out(
    values: NDArray[Any], strides: tuple[int, ...], writeable: bool
) -> NDArray[Any]:
    """Return a copy of an array with the given strides."""
    lengths = zip(values.shape, strides, strict=True)
    last = sum((length - 1) * stride for length, stride in lengths)
    base = np.zeros(max(last // values.itemsize + 1, 1), dtype=values.dtype)
    array = as_strided(base, values.shape, strides)
    array[...] = values
    if not writeable:
        array.flags.writeable = False
    return array


class _ReferencePickler(_LayoutPickler):
    """Leaves functions and classes out and collects them."""

    def __init__(self, file: io.BytesIO, protocol: int) -> None:
        super().__init__(file, protocol=protocol)
        self.references: list[Any] = []

    def persistent_id(self, obj: Any) -> int | None:
        """Return the number of a function or class."""
        if not isinstance(obj, (FunctionType, type)):
            return None
        self.references.append(obj)
        return len(self.references) - 1


class _Unpickler(pickle.Unpickler):
    """Puts functions and classes back."""

    def __init__(self, blob: bytes, references: tuple[Any, ...]) -> None:
        super().__init__(io.BytesIO(blob))
        self._references = references

    def persistent_load(self, pid: Any) -> Any:
        """Return the function or class of a number."""
        return self._references[pid]
