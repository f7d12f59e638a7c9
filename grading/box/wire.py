"""The wire between the checker and the box: messages within limits, and what both its ends have.

    writing     a value becomes a message
    reading     a message becomes a value, or is refused

What comes from the box was written by somebody who may want to deceive: it is read strictly, and nothing in it is
ever executed.
Laws (tests/grading/test_wire.py): no bytes make the reader raise anything but `BadMessage`.
"""

from __future__ import annotations

import gc
import struct
from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from functools import lru_cache
from importlib import import_module
from types import ModuleType
from typing import Any, BinaryIO, Protocol

import msgpack
import numpy as np

import tinyml
from tinyml import Space, TokenSequence, TrainingSet

LARGEST = 2**24
"""Bytes of one message."""
DEEPEST = 16
MOST_VALUES = 100_000
MOST_LETTERS, MOST_DOC = 1000, 10_000
TOLD = ("__name__", "__qualname__", "__module__", "__doc__")
"""What a handle says of a function, so that one who prints it, or wraps it, finds what the notebook has."""
TWINNED = (int, float, complex, str, list, tuple, set, frozenset, dict, np.ndarray)
"""What a value of another class may hold."""
RINGS = ("FLOAT", "RATIONAL", "GF2")
"""The number systems of tinyml, which hold functions: each is the same on both sides, itself and not its equal."""
MISSING = "__missing__"
"""What a class of dicts has that knows an answer for a key that is not there."""


def ring_of(*parts: Any) -> Any:
    """Return the number system of tinyml with a name, itself and not its equal; or one that is built from its parts."""
    if len(parts) > 1:
        return tinyml.Ring(*parts)
    if parts[0] not in RINGS:
        raise ValueError
    return getattr(tinyml, parts[0])


def polynomial_of(ring: Any, names: tuple[str, ...], *terms: tuple[tuple[int, ...], Any]) -> Any:
    return tinyml.Polynomial(ring, names, dict(terms))


BY_PARTS: dict[str, Callable[..., Any]] = {
    "TokenSequence": TokenSequence.from_indices,
    "TrainingSet": TrainingSet.from_indices,
    "Ring": ring_of,
    "Polynomial": polynomial_of,
}
"""How a value is built that is not built from its fields."""


class BadMessage(Exception):
    """Bytes that no honest box sends."""


class Side(Protocol):
    """What keeps the things that cannot cross: gives them numbers, and makes something callable of a number.

    What both sides have, since the same given cell ran on both, has a name in place of a number.
    """

    def keep(self, value: object) -> int: ...
    def fetch(self, number: int) -> object: ...
    def proxy(self, number: int, kind: str, told: dict[str, str]) -> object: ...
    def arrow(self, number: int, name: str, source: Space, target: Space) -> object: ...
    def twin(self, number: int, kind: str, asked: tuple[str, ...], held: Any) -> object: ...
    def name_of(self, value: object) -> str: ...
    def named(self, name: str) -> object: ...


class Remote:
    """Something that stays on the other side, under its number there, or was computed from such a thing here."""

    number: int | None = None


@lru_cache(maxsize=512)
def builder(name: str) -> Callable[..., Any] | None:
    """Return how a value or arrow of tinyml is built from what crosses, or None for a name of something else.

    A Function holds code, and code stays where it is.  The module of a later chapter is loaded when it is needed.
    """
    if name in BY_PARTS:
        return BY_PARTS[name]
    found = getattr(tinyml, name, None)
    return found if isinstance(found, type) and is_dataclass(found) and found is not tinyml.Function else None


def class_named(name: str) -> type | None:
    """Return a public class of tinyml, or None for a name of something else."""
    found = None if name.startswith("_") else getattr(tinyml, name, None)
    return found if isinstance(found, type) and found.__module__.startswith("tinyml.") else None


def name_among(known: Mapping[str, object], value: object) -> str:
    """Return the name under which something stands, itself and not its equal; an empty one where it is not there."""
    return next((name for name, one in known.items() if one is value), "")


def overruling() -> ModuleType:
    """Return what knows which ways of a value a check refuses; most boxes need nothing of a check, and load none."""
    return import_module("tinyml.check.overruling")


@lru_cache(maxsize=16)
def public(base: type) -> frozenset[str]:
    """Return the names of what everybody may ask of a value of a class."""
    return frozenset(name for name in vars(base) if not name.startswith("_"))


def whole(value: object) -> int:
    if type(value) is not int or value < 0:
        raise BadMessage("not a number of something")
    return value


def text(value: object, most: int = MOST_LETTERS) -> str:
    if type(value) is not str or len(value) > most:
        raise BadMessage("not a short text")
    return value


def content(value: object) -> bytes:
    if type(value) is not bytes:
        raise BadMessage("no bytes")
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
