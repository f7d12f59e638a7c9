"""Agreement: whether a value of a reader's is the one that a question expects, and in words how it is not.

    difference(came, expected, within) = ""   if and only if they agree

Numbers agree within an absolute distance; a bool is no number, a whole number is expected to be one, and a
number that is not finite agrees with nothing.  Arrays agree in shape and entry by entry, lists and tuples
item by item, sets and mappings by their keys, values of tinyml in their type and field by field.  A value of
the reader's own class is never asked whether it is equal, nor how long it is: only what Python keeps in it counts.
Laws (tests/check/test_agreement.py): every finite value agrees with itself; no value, of whatever type, makes this
raise, nor agrees by what its class says; every description is one short line.
"""

from __future__ import annotations

import math
import reprlib
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

MOST_LETTERS = 110
FAILURES = (Exception, SystemExit, GeneratorExit)
"""What a reader's code may raise and a check reports; an interruption by hand passes through."""
PLAIN = (bool, int, float, complex, str, bytes, type(None))


class _Differs(Exception):
    """Two values differ, in these words."""


class _Short(reprlib.Repr):
    """A repr that stays short, and ends, for what is huge or holds itself."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlist = self.maxtuple = self.maxset = self.maxdict = 30
        self.maxstring = MOST_LETTERS

    def repr_int(self, x: int, level: int) -> str:
        size = x.bit_length()
        return repr(x) if size < 400 else f"a whole number of about {int(size * math.log10(2)) + 1} digits"

    def repr_bytes(self, x: bytes, level: int) -> str:
        return repr(x[:MOST_LETTERS])

    def repr_type(self, x: type, level: int) -> str:
        return str(type.__dict__["__name__"].__get__(x))

    def repr_function(self, x: Callable[..., Any], level: int) -> str:
        return x.__name__

    repr_builtin_function_or_method = repr_function

    def repr_instance(self, x: object, level: int) -> str:
        if type(x).__repr__ is object.__repr__:
            return f"a {kind(x)}"
        words = repr(x)
        return f"a {kind(x)}" if str.__contains__(words, " at 0x") else words  # a generator, a bound method, a partial


def has_fractions(value: Any) -> bool:
    """Whether a value that is expected holds numbers that need not be whole, so that a distance is allowed."""
    if isinstance(value, np.ndarray):
        array: np.ndarray[Any, np.dtype[Any]] = value
        return bool(array.dtype.kind == "f")
    if is_dataclass(value) and not isinstance(value, type):
        return any(has_fractions(getattr(value, field.name)) for field in fields(value) if field.compare)
    if isinstance(value, Mapping):
        return any(map(has_fractions, value.values()))
    return isinstance(value, float) or (isinstance(value, list | tuple) and any(map(has_fractions, value)))


def clipped(text: str, most: int = MOST_LETTERS) -> str:
    """Return a text as one line of at most so many letters, all of which can be printed."""
    start = str.__str__(text)[: most + 1]
    if start.isprintable():
        line = start
    else:
        line = "".join(letter if letter.isprintable() else " " if letter.isspace() else "?" for letter in start)
    return line if len(line) <= most else line[: most - 3] + "..."


def shortened(text: str, most: int = MOST_LETTERS) -> str:
    """Return a text as one line of at most so many letters, with single spaces."""
    text = str.__str__(text)
    start = text[: 10 * most]
    return clipped(" ".join(start.split()) + "..." * (len(text) > len(start)), most)


def kind(value: object) -> str:
    """Return the name of the class of a value, whatever that class says of itself."""
    return shortened(type.__dict__["__name__"].__get__(type(value)))[:40]


def is_one_of(own: type, classes: Iterable[type]) -> bool:
    """Whether a class is one of these and no other, whatever it says it is equal to."""
    for one in classes:  # noqa: SIM110  half as long as with `any`, for each number in a large value
        if own is one:
            return True
    return False


def described(value: object) -> str:
    """Return a value in one short line: its repr, or a note that it has none."""
    try:
        with np.printoptions(threshold=100):
            return shortened(_Short().repr(value))
    except FAILURES as error:  # a repr of the reader's own may do anything
        return f"a {kind(value)} whose repr raises {kind(error)}"


def difference(came: Any, expected: Any, within: float) -> str:
    """Say in a few words how two values differ; nothing where they agree.

    >>> difference(1.5, 1.549409, 1e-6), difference(3, 3.0, 0), difference([1, 2], (1,), 0)
    ('it is too far away', '', 'it has 2 items instead of 1')
    """
    try:
        with np.errstate(all="ignore"):
            return _difference(came, expected, within)
    except FAILURES:  # a value of the reader's own may do anything
        return "it cannot be compared"


def plain(value: Any) -> Any:
    """Return a number or text as Python's own, whatever class it was given; anything else as it is."""
    own = type(value)
    if is_one_of(own, PLAIN):
        return value
    if issubclass(own, np.bool_):
        return bool(value)
    if issubclass(own, np.timedelta64):
        return value  # for numpy an integer, and for nobody else
    for numpy_class, convert in ((np.integer, int), (np.float16 | np.float32 | np.longdouble, float)):
        if issubclass(own, numpy_class):
            value = convert(value)
    for base in (int, float, complex):
        if issubclass(type(value), base):
            return base.__pos__(value)
    return str.__str__(value) if issubclass(own, str) else value


def _difference(came: Any, expected: Any, within: float) -> str:
    came, expected = plain(came), plain(expected)
    own = type(expected)
    for classes, compare in COMPARISONS:
        if issubclass(own, classes) and own is not bool:
            return compare(came, expected, within)
    if type(came) is not own:
        return _of_kinds(came, expected)
    if is_dataclass(expected) and not isinstance(expected, type):
        names = [field.name for field in fields(expected) if field.compare]
        return _first((name, _difference(getattr(came, name), getattr(expected, name), within)) for name in names)
    return "" if came is expected or came == expected else "it is another value"


def _first(found: Iterable[tuple[str, str]]) -> str:
    """Return the first difference among the parts of a value, after the name of the part."""
    return next((f"{part}: {words}" for part, words in found if words), "")


def _of_kinds(came: object, expected: object) -> str:
    theirs = "nothing" if came is None else f"a value of type {kind(came)}"
    return f"a value of type {kind(expected)} is expected, and {theirs} came"


def _of_numbers(came: Any, expected: float, within: float) -> str:
    if not is_one_of(type(came), (int, float)):
        return _of_kinds(came, expected)
    if type(expected) is int and type(came) is float:
        return "" if came == expected else "a whole number is expected"
    try:
        distance = abs(came - expected)
        near = distance <= within and math.isfinite(distance)
    except OverflowError:  # an int beyond every float
        near = False
    return "" if near else "it is another number" if type(expected) is int else "it is too far away"


def _of_arrays(came: Any, expected: np.ndarray[Any, Any], within: float) -> str:
    if not issubclass(type(came), np.ndarray | list | tuple):
        return _of_kinds(came, expected)
    if expected.dtype.kind not in "iuf":
        theirs = np.asarray(came).tolist() if issubclass(type(came), np.ndarray) else came
        return _difference(theirs, expected.tolist(), within)
    try:
        array = _numbers(came, expected.shape)
    except _Differs as found:
        return str(found)
    near = np.isfinite(array) & (np.abs(array - expected) <= within)
    if near.all():
        return ""
    place = ", ".join(map(str, np.argwhere(~near)[0]))
    return f"entry [{place}] is {'too far away' if expected.dtype.kind == 'f' else 'another number'}"


def _numbers(came: Any, shape: tuple[int, ...]) -> Any:
    """Return what should be an array of this shape as one of floats; nothing is converted before its shape is known."""
    value = plain(came)
    if issubclass(type(value), np.ndarray):
        array = np.asarray(value)
        if array.shape != shape:
            raise _Differs(f"its shape is {array.shape} instead of {shape}")
        if array.dtype.kind in "iuf":
            return array.astype(np.float64)
        if array.dtype.kind != "O":
            raise _Differs("not all of its entries are numbers")
        value = array.tolist()
    if shape and issubclass(type(value), list | tuple):
        items = _items(value)
        if len(items) != shape[0]:
            raise _Differs(f"it has {len(items)} items instead of {shape[0]}")
        return np.array([_numbers(item, shape[1:]) for item in items]).reshape(shape)
    if shape or not is_one_of(type(value), (int, float)):
        raise _Differs("not all of its entries are numbers")
    return float(value)


def _items(value: Any) -> list[Any]:
    """Return what Python keeps in a list, tuple, set or the like, whatever its class says."""
    base: Any = next(base for base in (list, tuple, set, frozenset) if issubclass(type(value), base))
    return list(base.__iter__(value))


def _of_lists(came: Any, expected: Any, within: float) -> str:
    if not issubclass(type(came), list | tuple):
        return _of_kinds(came, expected)
    theirs, ours = _items(came), _items(expected)
    if len(theirs) != len(ours):
        return f"it has {len(theirs)} items instead of {len(ours)}"
    pairs = enumerate(zip(theirs, ours, strict=True))
    return _first((f"item {place}", _difference(left, right, within)) for place, (left, right) in pairs)


def _of_sets(came: Any, expected: Any, within: float) -> str:
    if not issubclass(type(came), set | frozenset):
        return _of_kinds(came, expected)
    same = {_key(item) for item in _items(came)} == {_key(item) for item in _items(expected)}
    return "" if same else "it has other members"


def _of_mappings(came: Any, expected: Any, within: float) -> str:
    if not issubclass(type(came), dict):
        return _of_kinds(came, expected)
    items: Any = dict.items  # pyright: ignore[reportUnknownMemberType]
    theirs = {_key(key): value for key, value in items(came)}
    ours = {_key(key): value for key, value in expected.items()}
    if theirs.keys() != ours.keys():
        return "its keys are others"
    names = {_key(key): described(key) for key in expected}
    return _first((names[key], _difference(theirs[key], ours[key], within)) for key in ours)


COMPARISONS: tuple[tuple[Any, Callable[[Any, Any, float], str]], ...] = (
    (np.ndarray, _of_arrays),
    (int | float, _of_numbers),
    ((list, tuple), _of_lists),
    ((set, frozenset), _of_sets),
    (Mapping, _of_mappings),
)


def _key(value: Any) -> Hashable:
    """Return what makes a key the same key, from what Python keeps in it and never from what it says."""
    value = plain(value)
    if is_one_of(type(value), PLAIN):
        return type(value).__name__, value
    if issubclass(type(value), tuple):
        return "tuple", tuple(_key(item) for item in _items(value))
    if is_dataclass(value) and not isinstance(value, type):
        return id(type(value)), tuple(_key(getattr(value, field.name)) for field in fields(value))
    return "itself", id(value)
