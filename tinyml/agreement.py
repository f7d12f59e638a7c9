"""Agreement: whether a value of a reader's is the one that a question expects, and in words how it is not.

    difference(came, expected, within) = ""   if and only if they agree

Numbers agree within an absolute distance; a bool is no number, a whole number is expected to be one, and a
number that is not finite agrees with nothing.  Arrays agree in shape and entry by entry, lists and tuples
item by item, mappings key by key, values of tinyml in their type and field by field.
Laws (tests/test_agreement.py): every value agrees with itself; no value, of whatever type, makes this raise.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

MOST_LETTERS = 110


def shortened(text: str) -> str:
    """Return a text as one line of at most 110 letters."""
    line = " ".join(text.split())
    return line if len(line) <= MOST_LETTERS else line[: MOST_LETTERS - 3] + "..."


def described(value: object) -> str:
    """Return a value in one short line: its repr, or a note that it has none."""
    try:
        return shortened(repr(value))
    except Exception as error:  # a repr of the reader's own may do anything
        return f"a {type(value).__name__} whose repr raises {type(error).__name__}"


def difference(came: Any, expected: Any, within: float) -> str:
    """Say in a few words how two values differ; nothing where they agree.

    >>> difference(1.5, 1.549409, 1e-6), difference(3, 3.0, 0), difference([1, 2], (1,), 0)
    ('it is too far away', '', 'it has 2 items instead of 1')
    """
    came = came.item() if isinstance(came, np.generic) else came
    if isinstance(expected, np.ndarray):
        return _of_arrays(came, expected, within)
    if isinstance(expected, int | float) and not isinstance(expected, bool):
        return _of_numbers(came, expected, within)
    if isinstance(expected, list | tuple | Mapping):
        return _of_containers(came, expected, within)
    if type(came) is not type(expected):
        return _of_kinds(came, expected)
    if is_dataclass(expected):
        names = [field.name for field in fields(expected)]
        return _first(difference(getattr(came, name), getattr(expected, name), within) for name in names)
    return "" if came == expected else "it is another value"


def _first(found: Iterable[str]) -> str:
    return next((words for words in found if words), "")


def _of_kinds(came: object, expected: object) -> str:
    theirs = "nothing" if came is None else f"a value of type {type(came).__name__}"
    return f"a value of type {type(expected).__name__} is expected, and {theirs} came"


def _of_numbers(came: Any, expected: float, within: float) -> str:
    if isinstance(came, bool) or not isinstance(came, int | float):
        return _of_kinds(came, expected)
    if isinstance(expected, int) and not isinstance(came, int):
        return "" if came == expected else "a whole number is expected"
    try:
        distance = abs(came - expected)
    except OverflowError:  # an int beyond every float
        return "it is too far away"
    return "" if math.isfinite(distance) and distance <= within else "it is too far away"


def _of_arrays(came: Any, expected: np.ndarray[Any, Any], within: float) -> str:
    if not isinstance(came, np.ndarray | list | tuple):
        return _of_kinds(came, expected)
    try:
        array = np.asarray(came, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        return "not all of its entries are numbers"
    if array.shape != expected.shape:
        return f"its shape is {array.shape} instead of {expected.shape}"
    near = np.isfinite(array) & (np.abs(array - expected) <= within)
    return "" if near.all() else "an entry is too far away"


def _of_containers(came: Any, expected: Any, within: float) -> str:
    if isinstance(expected, Mapping):
        if not isinstance(came, Mapping):
            return _of_kinds(came, expected)
        if set(came) != set(expected):
            return "its keys are others"
        return _first(difference(came[key], expected[key], within) for key in expected)
    if not isinstance(came, list | tuple):
        return _of_kinds(came, expected)
    if len(came) != len(expected):
        return f"it has {len(came)} items instead of {len(expected)}"
    return _first(difference(left, right, within) for left, right in zip(came, expected, strict=True))
