"""Arrays: how numpy's numbers and arrays become parts of a message, and again what they were.

    ["scalar", kind, bytes]                                 one number, of its own class
    ["array", kind, shape, bytes, False]                    numbers; without the last part they can be written to
    ["letters", kind, width, shape, writeable, text, ...]   texts or bytes, each of at most `width` letters
    ["objects", kind, shape, writeable, value, ...]         whatever else Python keeps in an array, texts of any width

A long double crosses as the double that comparisons read it as.
Laws (tests/grading/test_wire.py): what crosses is of its own kind and agrees with what it agreed with.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

NUMBERS: tuple[type[np.generic], ...] = (
    *(np.bool_, np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64),
    *(np.float16, np.float32, np.float64, np.longdouble, np.complex64, np.complex128, np.clongdouble),
)
KINDS = {np.dtype(number).str[1:]: np.dtype(number) for number in NUMBERS}
CARRIED = {
    np.dtype(np.longdouble).str[1:]: np.dtype(np.float64),
    np.dtype(np.clongdouble).str[1:]: np.dtype(np.complex128),
}
LETTERS = {"U": 4, "S": 1}
"""Bytes of a letter, by the kind of its array."""
TEXTS = "T"
OBJECTS: dict[str, Any] = {"O": np.dtype(object), TEXTS: np.dtypes.StringDType()}
"""Arrays that hold objects, or texts each as long as it is."""
MOST_AXES = 8
LARGEST = 2**24
"""Bytes of one array of letters, however little of it is written on."""
TRUTH = bytes([0]) + bytes([1]) * 255
"""A bool of numpy is 0 or 1; any other byte in its place would count as itself in a sum."""


class BadArray(ValueError):
    """Parts that no array has."""


def kind_of(dtype: np.dtype[Any]) -> str:
    """Return the name of a kind of numbers, or nothing for another kind."""
    name = f"{dtype.kind}{dtype.itemsize}"
    return name if name in KINDS else ""


def content_of(value: Any, kind: str) -> bytes:
    """Return the bytes of an array or number in the order of this processor, as every box of it has them."""
    with np.errstate(all="ignore"):
        return np.ascontiguousarray(value, dtype=CARRIED.get(kind, KINDS[kind])).tobytes()


def array_of(kind: str, shape: list[int], content: bytes, writeable: bool = True) -> Array:
    """Return an array with bytes of its own."""
    _check(shape)
    if type(content) is not bytes or type(writeable) is not bool:
        raise BadArray("not an array")
    if kind == "b1":
        content = content.translate(TRUTH)
    made = np.frombuffer(content, dtype=CARRIED.get(kind, KINDS[kind])).reshape(shape).astype(KINDS[kind])
    made.setflags(write=writeable)
    return made


def letters_of(kind: str, width: int, shape: list[int], writeable: bool, items: list[Any]) -> Array:
    """Return an array of texts or of bytes."""
    _check(shape)
    if type(width) is not int or not width >= 1 or width * LETTERS[kind] * math.prod(shape) > LARGEST:
        raise BadArray("too large")
    if len(items) != math.prod(shape):
        raise BadArray("another number of letters")
    if not all(type(item) is (str if kind == "U" else bytes) for item in items):
        raise BadArray("no letters")
    made = np.array(items, dtype=f"{kind}{width}").reshape(shape)
    made.setflags(write=writeable)
    return made


def objects_of(kind: str, shape: list[int], writeable: bool, items: list[Any]) -> Array:
    """Return an array of whatever these items are, or of texts alone."""
    _check(shape)
    if type(writeable) is not bool or (kind == TEXTS and not all(type(item) is str for item in items)):
        raise BadArray("no array of objects")
    made = np.empty(len(items), dtype=OBJECTS[kind])
    for place, item in enumerate(items):
        made[place] = item
    made = made.reshape(shape)
    made.setflags(write=writeable)
    return made


def _check(shape: Any) -> None:
    if type(shape) is not list or len(shape) > MOST_AXES or not all(type(size) is int and size >= 0 for size in shape):
        raise BadArray("not a shape")
