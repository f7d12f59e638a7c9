"""Validation: what a constructor does with a raw value before it becomes a typed one.

    raw value  ->  plain int | plain float | read-only float64 array   or a typed error

Every constructor of a number or an array calls one of these functions, so a bool is refused
everywhere an integer is due, nan is refused everywhere, and every array is a private copy
that nobody can write to (a frozen dataclass does not freeze its array).
Law (tests/ch01_objects/test_quantities.py, and tests/ch01_objects/test_domain.py for rows of tokens): what is
accepted is exactly the stated set.
"""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinyml.errors import EmptyInput, InvalidQuantity, InvalidScalar, OutOfRange, ShapeMismatch, WrongType

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LARGEST_INDEX = 2**63 - 1


def whole_number(context: str, value: object, largest: int = LARGEST_INDEX) -> int:
    """Return `value` as a plain int; refuse bool, float, text and integers above `largest`, which is 2**bits - 1."""
    if isinstance(value, (bool, np.bool_)):
        raise WrongType(context, "an int", value)
    try:
        number = operator.index(value)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    except TypeError:
        raise WrongType(context, "an int", value) from None
    if number > largest:
        raise InvalidQuantity(context, number, f"at most 2**{largest.bit_length()} - 1")
    return number


def real_number(context: str, value: object) -> float:
    """Return `value` as a plain float, -0.0 as 0.0; refuse bool, complex and text. Does not judge nan."""
    if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool):
        try:
            return float(value) + 0.0
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    raise WrongType(context, "a real number", value)


def float_array(context: str, values: ArrayLike, ndim: int) -> FloatArray:
    """Return a read-only float64 copy of `values` with `ndim` axes, none of them empty, all entries finite."""
    try:
        raw = np.asarray(values)
    except ValueError:  # a ragged nested list
        raise WrongType(context, "a rectangular array of real numbers", values) from None
    if raw.size == 0:
        raise EmptyInput(context)
    if raw.dtype.kind not in "iuf" or _holds_a_bool(values):
        raise WrongType(context, "an array of real numbers", values)
    if raw.ndim != ndim:
        expected = {1: "(n,)", 2: "(rows, columns)"}[ndim]
        raise ShapeMismatch(context, expected, str(raw.shape))
    with np.errstate(over="ignore"):  # a longer float may be beyond float64
        array = np.array(raw, dtype=np.float64, order="C")
    array += 0.0  # turns -0.0 into 0.0
    finite = np.isfinite(array)
    if not finite.all():
        position = tuple(int(axis[0]) for axis in np.nonzero(~finite))
        raise InvalidScalar(context, float(array[position]), position[0] if ndim == 1 else position)
    array.setflags(write=False)
    return array


def float64_copy(array: NDArray[np.floating[Any]]) -> FloatArray:
    """Return a float64 copy of an array that is known to be finite."""
    copy: FloatArray = np.add(array, 0.0, dtype=np.float64, order="C")  # + 0.0 turns -0.0 into 0.0
    return copy


def index_array(context: str, values: ArrayLike) -> IntArray:
    """Return a read-only int64 copy of a non-empty, one-dimensional array of indices, none of them negative."""
    array = np.array(whole_numbers(context, values), dtype=np.int64)
    array.setflags(write=False)
    return array


def whole_numbers(context: str, values: ArrayLike) -> NDArray[np.integer[Any]]:
    """Return what `index_array` accepts as an array, which may be the caller's own: it is to be copied."""
    try:
        raw = np.asarray(values)
    except (ValueError, OverflowError):
        raise WrongType(context, "whole numbers", values) from None
    if raw.size == 0:
        raise EmptyInput(context)
    if raw.dtype.kind not in "iu" or raw.ndim != 1 or _holds_a_bool(values):
        raise WrongType(context, "a flat list of whole numbers", values)
    if raw.max() > LARGEST_INDEX:
        raise InvalidQuantity(context, int(raw.max()), "at most 2**63 - 1")
    if raw.min() < 0:  # numpy would read -1 as the last row
        raise OutOfRange("token", int(raw[np.argmax(raw < 0)]), 0)
    return raw


def _holds_a_bool(values: object) -> bool:
    """Say whether a list mixes a bool with numbers; numpy would make a number of it."""
    if isinstance(values, (list, tuple)):
        return any(isinstance(value, (bool, np.bool_)) or _holds_a_bool(value) for value in values)
    return False
