"""The wire between the checker and the box: which values cross it, and how.

    decode(encode(value)) = value     for plain values, numeric arrays and values of tinyml

Everything else stays where it is and crosses as a numbered handle.  What comes from the box was written by
somebody who may want to deceive: it is decoded strictly, within limits, and values of tinyml are built anew by
their own constructors, which refuse what they always refuse.  Nothing that comes from the box is ever executed.
Laws (tests/grading/test_wire.py): round trip; no bytes make `decode` raise anything but `BadMessage`.
"""

from __future__ import annotations

import gc
import struct
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any, BinaryIO, Protocol

import msgpack
import numpy as np

import tinyml
from tinyml import Morphism, Space, TokenSequence, TrainingSet

LARGEST = 2**24
"""Bytes of one message."""
DEEPEST = 16
MOST_VALUES = 100_000
MOST_INT = 2**63 - 1
KINDS = {"b1": np.bool_, "i8": np.int64, "f8": np.float64}
TRUTH = bytes([0]) + bytes([1]) * 255
"""A bool of numpy is 0 or 1; any other byte in its place would count as itself in a sum."""

BY_INDICES: dict[str, Callable[..., Any]] = {
    "TokenSequence": TokenSequence.from_indices,
    "TrainingSet": TrainingSet.from_indices,
}


class BadMessage(Exception):
    """Bytes that no honest box sends."""


class Side(Protocol):
    """What keeps the things that cannot cross: gives them numbers, and makes something callable of a number."""

    def keep(self, value: object) -> int: ...
    def fetch(self, number: int) -> object: ...
    def proxy(self, number: int, kind: str) -> object: ...
    def arrow(self, number: int, name: str, source: Space, target: Space) -> object: ...


class Remote:
    """Something that stays on the other side, under its number there."""

    number: int


@lru_cache(maxsize=512)
def builder(name: str) -> Callable[..., Any] | None:
    """Return how a value or arrow of tinyml is built from what crosses, or None for a name of something else.

    A Function holds code, and code stays where it is.  The module of a later chapter is loaded when it is needed.
    """
    if name in BY_INDICES:
        return BY_INDICES[name]
    found = getattr(tinyml, name, None)
    return found if isinstance(found, type) and is_dataclass(found) and found is not tinyml.Function else None


def parts_of(value: Any) -> tuple[Any, ...] | None:
    """Return what a value of tinyml is built from, or None for a value of another kind."""
    name = type(value).__name__
    if not str(type(value).__module__).startswith("tinyml."):
        return None  # before tinyml is asked, which loads all chapters to say that a name is not its own
    if builder(name) is None or type(value) is not getattr(tinyml, name):
        return None
    if name == "TokenSequence":
        return (value.indices,)
    if name == "TrainingSet":
        return value.inputs, value.targets
    return tuple(getattr(value, field.name) for field in fields(value))


def encode(value: Any, side: Side, depth: int = 0) -> Any:
    """Turn a value into what msgpack writes; what cannot cross is kept and its number crosses."""
    if depth > DEEPEST:
        raise BadMessage("nested too deeply")
    if isinstance(value, np.generic) and value.dtype.kind in "biuf":
        value = value.item()
    if value is None or type(value) in (bool, float, str) or (type(value) is int and -(2**63) <= value < 2**63):
        return value
    if (parts := parts_of(value)) is not None:
        return ["tinyml", type(value).__name__, *(encode(part, side, depth + 1) for part in parts)]
    write = WRITERS.get(type(value), _write_number_of)
    return write(value, side, depth + 1)


def _write_int(value: int, side: Side, depth: int) -> Any:
    return ["int", hex(value)]


def _write_items(value: Any, side: Side, depth: int) -> Any:
    return [type(value).__name__, *(encode(item, side, depth) for item in value)]


def _write_dict(value: dict[Any, Any], side: Side, depth: int) -> Any:
    return ["dict", *([encode(key, side, depth), encode(item, side, depth)] for key, item in value.items())]


def _write_array(value: np.ndarray[Any, Any], side: Side, depth: int) -> Any:
    if value.dtype.kind == "O":  # of numbers, as some calculations leave them
        value = plain if (plain := np.array(value.tolist())).shape == value.shape else value
    kind = {"b": "b1", "f": "f8", "i": "i8", "u": "i8"}.get(value.dtype.kind)
    if kind is None or (value.dtype.kind == "u" and value.size and value.max() > MOST_INT):
        return _write_number_of(value, side, depth)
    return ["array", kind, list(value.shape), np.ascontiguousarray(value, dtype=KINDS[kind]).tobytes()]


def _write_number_of(value: Any, side: Side, depth: int) -> Any:
    """Write the number of what stays on this side, or of what came from the other one."""
    if isinstance(value, Remote):
        return ["back", value.number]
    if isinstance(value, Morphism):
        ends = (encode(space, side, depth) for space in (value.source, value.target))
        return ["arrow", side.keep(value), str(value.name), *ends]
    return ["handle", side.keep(value), type(value).__name__]


WRITERS: dict[type, Callable[[Any, Side, int], Any]] = {
    int: _write_int,
    list: _write_items,
    tuple: _write_items,
    dict: _write_dict,
    np.ndarray: _write_array,
}


def decode(message: Any, side: Side) -> Any:
    """Turn what msgpack read back into a value; raise `BadMessage` for anything that is not well formed."""
    return _Reader(side).value(message, 0)


class _Reader:
    def __init__(self, side: Side) -> None:
        self.side, self.left = side, MOST_VALUES

    def value(self, message: Any, depth: int) -> Any:
        self.left -= 1
        if depth > DEEPEST or self.left < 0:
            raise BadMessage("too large")
        if message is None or type(message) in (bool, int, float, str):
            return message
        if type(message) is not list or not message or type(message[0]) is not str:
            raise BadMessage("not a value")
        read = getattr(self, f"_{message[0]}", None) if message[0] in READABLE else None
        if read is None:
            raise BadMessage("an unknown kind of value")
        try:
            return read(message[1:], depth + 1)
        except BadMessage:
            raise
        except Exception as error:
            raise BadMessage(f"not a {message[0]}: {type(error).__name__}") from None

    def _int(self, parts: list[Any], depth: int) -> int:
        (digits,) = parts
        if type(digits) is not str or len(digits) > 10_000:
            raise BadMessage("a number that is too long")
        return int(digits, 16)

    def _list(self, parts: list[Any], depth: int) -> list[Any]:
        return [self.value(part, depth) for part in parts]

    def _tuple(self, parts: list[Any], depth: int) -> tuple[Any, ...]:
        return tuple(self._list(parts, depth))

    def _dict(self, parts: list[Any], depth: int) -> dict[Any, Any]:
        return {self.value(key, depth): self.value(item, depth) for key, item in parts}

    def _array(self, parts: list[Any], depth: int) -> np.ndarray[Any, Any]:
        kind, shape, content = parts
        if type(content) is not bytes or not all(type(size) is int and size >= 0 for size in shape) or len(shape) > 8:
            raise BadMessage("not an array")
        if kind == "b1":
            content = content.translate(TRUTH)
        return np.frombuffer(content, dtype=KINDS[kind]).reshape(shape).copy()

    def _tinyml(self, parts: list[Any], depth: int) -> Any:
        name, *rest = parts
        build = builder(name)
        if build is None:
            raise BadMessage("not a value of tinyml")
        return build(*(self.value(part, depth) for part in rest))

    def _back(self, parts: list[Any], depth: int) -> object:
        return self.side.fetch(whole(parts[0]))

    def _handle(self, parts: list[Any], depth: int) -> object:
        number, kind = parts
        return self.side.proxy(whole(number), text(kind))

    def _arrow(self, parts: list[Any], depth: int) -> object:
        number, name, *ends = parts
        source, target = (self.value(end, depth) for end in ends)
        if type(source) is not Space or type(target) is not Space:
            raise BadMessage("an arrow without ends")
        return self.side.arrow(whole(number), text(name), source, target)


READABLE = frozenset({"int", "list", "tuple", "dict", "array", "tinyml", "back", "handle", "arrow"})


def whole(value: object) -> int:
    if type(value) is not int or value < 0:
        raise BadMessage("not a number of something")
    return value


def text(value: object) -> str:
    if type(value) is not str or len(value) > 1000:
        raise BadMessage("not a short text")
    return value


def packed(message: Any) -> bytes:
    """Return a message with its length in front."""
    content: bytes = msgpack.packb(message, use_bin_type=True)
    return struct.pack(">I", len(content)) + content


def length_of(header: bytes) -> int:
    (length,) = struct.unpack(">I", header)
    if length > LARGEST:
        raise BadMessage("too long")
    return int(length)


def unpacked(content: bytes) -> Any:
    """Return the message that some bytes hold; a hostile one has millions of lists, none of them garbage."""
    collected = gc.isenabled()
    gc.disable()
    try:
        return msgpack.unpackb(content, raw=False, strict_map_key=True, max_ext_len=0, max_array_len=MOST_VALUES)
    except Exception as error:
        told = "too large" if "exceeds" in str(error) else f"not a message: {type(error).__name__}"
        raise BadMessage(told) from None
    finally:
        if collected:
            gc.enable()


def read_from(stream: BinaryIO) -> Any:
    """Read one message from a stream that may be trusted; None at its end."""
    header = stream.read(4)
    return unpacked(stream.read(length_of(header))) if len(header) == 4 else None
