"""Writing: how a value becomes a message of the wire.

    decode(encode(value)) = value      for plain values, sets, arrays and values of tinyml
    difference(decode(encode(value)), expected) = difference(value, expected)      for whatever has a class of its own

A value whose class stands under one of Python's or numpy's crosses as a twin: what it holds, under a number by which
its own attributes can be asked for.  It is compared by what it holds, as in the notebook, whatever its class says.
Everything else stays where it is and crosses as a numbered handle, or by its name where both sides have it.
Laws (tests/grading/test_wire.py): round trip; what agrees still agrees, and nothing else does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from fractions import Fraction
from typing import Any

import numpy as np

import tinyml
from grading.box import arrays
from grading.box.wire import (
    DEEPEST,
    MISSING,
    MOST_DOC,
    MOST_LETTERS,
    MOST_VALUES,
    RINGS,
    TOLD,
    BadMessage,
    Remote,
    Side,
    builder,
    class_named,
    overruling,
    public,
)
from tinyml import Morphism

HELD: dict[type, Callable[[Any], Any]] = {
    int: int.__pos__,
    float: float.__pos__,
    complex: complex.__pos__,
    str: str.__str__,
    list: lambda value: list(list.__iter__(value)),
    tuple: lambda value: tuple(tuple.__iter__(value)),
    set: lambda value: set(set.__iter__(value)),
    frozenset: lambda value: frozenset(frozenset.__iter__(value)),
    dict: lambda value: dict(dict.items(value)),
    np.ndarray: np.asarray,
    np.integer: int,
    np.floating: float,
}
"""How a class of Python or numpy reads what a value of a class under it holds; that class is not asked."""
APART = (Morphism, np.timedelta64)
"""What is an arrow in the first place, and what is an integer for numpy alone."""


def parts_of(value: Any) -> tuple[Any, ...] | None:
    """Return what a value of tinyml is built from, or None for a value of another kind."""
    name = type(value).__name__
    if not str(type(value).__module__).startswith("tinyml."):
        return None  # before tinyml is asked, which loads all chapters to say that a name is not its own
    if builder(name) is None or type(value) is not getattr(tinyml, name):
        return None
    if name in PARTS:
        return PARTS[name](value)
    return fields_of(value)


def fields_of(value: Any) -> tuple[Any, ...]:
    return tuple(getattr(value, field.name) for field in fields(value))


def is_named(ring: Any) -> bool:
    """Whether a number system is one of tinyml's, and not one of the notebook's own with its name."""
    return ring.name in RINGS and ring is getattr(tinyml, ring.name)


def parts_of_polynomial(value: Any) -> tuple[Any, ...] | None:
    """Return the ring, the names and the terms; a bit is a whole number, of which the other side makes a bit again."""
    if not is_named(value.ring):
        return None
    terms = ((exponents, own if isinstance(own, Fraction) else own.value) for exponents, own in value.terms.items())
    return value.ring, value.names, *terms


def parts_of_map(value: Any) -> tuple[Any, ...] | None:
    """Return the fields; a map whose ring or polynomials are of the notebook's own classes stays where it is."""
    own = all(type(output) is tinyml.Polynomial for output in value.outputs)
    return fields_of(value) if own and is_named(value.ring) else None


PARTS: dict[str, Callable[[Any], tuple[Any, ...] | None]] = {
    "TokenSequence": lambda value: (value.indices,),
    "TrainingSet": lambda value: (value.inputs, value.targets),
    "Ring": lambda value: (value.name,) if is_named(value) else fields_of(value),
    "Polynomial": parts_of_polynomial,
    "PolyMap": parts_of_map,
}
"""What a value is built from that is not built from its fields, as `BY_PARTS` of the wire builds it."""


def encode(value: Any, side: Side, depth: int = 0) -> Any:
    """Turn a value into what msgpack writes; what cannot cross is kept and its number crosses."""
    if depth > DEEPEST:
        raise BadMessage("nested too deeply")
    own = type(value)
    if value is None or own is bool or own is float:
        return value
    if own is int:
        return _write_int(value, side, depth)
    if issubclass(own, Remote) and value.number is not None:
        return ["back", value.number]
    write = _write_class if issubclass(own, type) else WRITERS.get(own)
    if write is not None and (message := write(value, side, depth + 1)) is not None:
        asked = _live(own, message)
        return ["twin", side.keep(value), _kind(value), asked, message] if asked else message
    if (parts := parts_of(value)) is not None:
        return ["tinyml", own.__name__, *(encode(part, side, depth + 1) for part in parts)]
    return _write_twin(value, side, depth + 1) or _write_number_of(value, side, depth + 1)


def _write_twin(value: Any, side: Side, depth: int) -> Any:
    """Write what a value of a class of its own holds, and its number; nothing where it holds nothing that crosses."""
    base = next((base for base in HELD if issubclass(type(value), base)), None)
    if base is None or issubclass(type(value), APART):
        return None
    held = HELD[base](value)
    if (message := WRITERS[type(held)](held, side, depth)) is None:
        return None
    asked = [*_live(type(held), message), *_asked(value, type(held)), *_overruled(type(value))]
    return ["twin", side.keep(value), _kind(value), asked, message]


def _kind(value: object) -> str:
    """Return the name of the class of a value, whatever that class says of itself."""
    name: str = type.__dict__["__name__"].__get__(type(value))
    return name[:MOST_LETTERS].encode("utf-8", "replace").decode()


def _live(own: type, message: Any) -> list[str]:
    """Return the methods that a value keeps on its side, because nobody but its own class can answer them.

    Members of a set that have a class of their own are equal as it says; an array of texts can be written to by
    whoever else has it.
    """
    if own is np.ndarray:
        return ["copy", "fill"] if message[0] in ("letters", "objects") else []
    return sorted(public(own)) if own in (set, frozenset) and any(map(_stays, message[1:])) else []


def _stays(message: Any) -> bool:
    """Whether something in a message is left behind, with a class of its own."""
    return type(message) is list and (message[:1] in (["handle"], ["arrow"], ["twin"]) or any(map(_stays, message)))


def _asked(value: Any, base: type) -> list[str]:
    """Return what a value of a class of its own has in place of a method of its base, or can do and that cannot."""
    places = [getattr(value, "__dict__", {}), *(vars(one) for one in type(value).__mro__)]
    found = {name: next(place[name] for place in places if name in place) for name in public(base)}
    fields = [name for name, part in found.items() if _is_method(vars(base)[name]) and not _is_method(part)]
    own = [name for name, there in (("__call__", callable(value)), (MISSING, hasattr(type(value), MISSING))) if there]
    return [*fields, *own]


def _overruled(own: type) -> list[str]:
    """Return the ways to compare and count that a class has of its own, so that a check may refuse it by name."""
    found: list[str] = overruling().ways_of(own)
    return found


def _is_method(part: object) -> bool:
    return callable(part) or isinstance(part, classmethod)


def _write_int(value: int, side: Side, depth: int) -> Any:
    return value if -(2**63) <= value < 2**63 else ["int", hex(value)]


def _write_text(value: str, side: Side, depth: int) -> Any:
    try:
        value.encode()
    except UnicodeEncodeError:  # half a surrogate pair
        return ["text", value.encode("utf-8", "surrogatepass")]
    return value


def _write_parts(*names: str) -> Callable[[Any, Side, int], Any]:
    return lambda value, side, depth: [type(value).__name__, *(encode(getattr(value, name), side) for name in names)]


def _write_range(value: range, side: Side, depth: int) -> Any:
    if value[:MOST_VALUES] != value:
        return None
    return ["range", *(_write_int(part, side, depth) for part in (value.start, value.stop, value.step))]


def _write_items(value: Any, side: Side, depth: int) -> Any:
    """Write what is in a list, tuple or set; numbers alone, of which there may be many, stay as they are."""
    kinds = {*map(type, value)}
    numbers = kinds == {float} or (kinds == {int} and min(value) >= -(2**63) and max(value) < 2**63)
    if numbers and depth <= DEEPEST:
        return [type(value).__name__, *value]
    return [type(value).__name__, *(encode(item, side, depth) for item in value)]


def _write_dict(value: dict[Any, Any], side: Side, depth: int) -> Any:
    return ["dict", *([encode(key, side, depth), encode(item, side, depth)] for key, item in value.items())]


def _write_scalar(value: Any, side: Side, depth: int) -> Any:
    kind = arrays.kind_of(value.dtype)
    return ["scalar", kind, arrays.content_of(value, kind)]


def _write_array(value: arrays.Array, side: Side, depth: int) -> Any:
    """Write an array of numbers, letters or objects; nothing for one of dates or records."""
    if kind := arrays.kind_of(value.dtype):
        fixed = [] if value.flags.writeable else [False]
        return ["array", kind, list(value.shape), arrays.content_of(value, kind), *fixed]
    items = (encode(item, side, depth) for item in value.ravel().tolist())
    if value.dtype.kind in arrays.LETTERS:
        width = value.dtype.itemsize // arrays.LETTERS[value.dtype.kind] or 1
        return ["letters", value.dtype.kind, width, list(value.shape), value.flags.writeable, *items]
    kind = value.dtype.kind
    return ["objects", kind, list(value.shape), value.flags.writeable, *items] if kind in arrays.OBJECTS else None


def _write_class(value: type, side: Side, depth: int) -> Any:
    """Write the name of a class of tinyml; any other class stays where it is."""
    known = str(value.__module__).startswith("tinyml.") and class_named(value.__name__) is value
    return ["class", value.__name__] if known else None


def _write_number_of(value: Any, side: Side, depth: int) -> Any:
    """Write the name of what both sides have, or the number of what stays on this side."""
    if name := side.name_of(value):
        return ["given", name]
    if isinstance(value, Morphism):
        ends = (encode(space, side, depth) for space in (value.source, value.target))
        return ["arrow", side.keep(value), str(value.name), *ends]
    return ["handle", side.keep(value), _kind(value), *_told(value)]


def _told(value: object) -> Iterable[list[str]]:
    """Yield what a function says of itself, shortened where it is long."""
    if callable(value):
        for name in TOLD:
            said = getattr(value, name, None)
            if type(said) is str:
                words = said[: MOST_DOC if name == "__doc__" else MOST_LETTERS]
                yield [name, words.encode("utf-8", "replace").decode()]


WRITERS: dict[type, Callable[[Any, Side, int], Any]] = {
    float: lambda value, side, depth: value,
    int: _write_int,
    str: _write_text,
    bytes: lambda value, side, depth: ["bytes", value],
    complex: _write_parts("real", "imag"),
    Fraction: _write_parts("numerator", "denominator"),
    range: _write_range,
    list: _write_items,
    tuple: _write_items,
    set: _write_items,
    frozenset: _write_items,
    dict: _write_dict,
    np.ndarray: _write_array,
    np.str_: lambda value, side, depth: ["str_", _write_text(str.__str__(value), side, depth)],
    np.bytes_: lambda value, side, depth: ["bytes_", bytes(value)],
    **dict.fromkeys(arrays.NUMBERS, _write_scalar),
}
