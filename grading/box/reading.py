"""Reading: how a message of the wire becomes a value again, or is refused.

    decode(message) = value, or BadMessage

Values of tinyml are built anew by their own constructors, which refuse what they always refuse; a class of the
other side's own is replaced by one of ours, which has its name and nothing of what it does.
Laws (tests/grading/test_wire.py): no message makes `decode` raise anything but `BadMessage`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from grading.box import arrays
from grading.box.wire import (
    DEEPEST,
    MISSING,
    MOST_DOC,
    MOST_VALUES,
    TOLD,
    TWINNED,
    BadMessage,
    Side,
    builder,
    class_named,
    overruling,
    public,
    text,
    whole,
)
from tinyml import Space

AS_THEY_ARE = {type(None), bool, int, float, str}
"""What msgpack reads that is a value already."""


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
        if type(message) in AS_THEY_ARE:
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

    def _text(self, parts: list[Any], depth: int) -> str:
        (content,) = parts
        return str(content, "utf-8", "surrogatepass")

    def _bytes(self, parts: list[Any], depth: int) -> bytes:
        (content,) = parts
        if type(content) is not bytes:
            raise BadMessage("no bytes")
        return content

    def _complex(self, parts: list[Any], depth: int) -> complex:
        real, imaginary = parts
        if type(real) is not float or type(imaginary) is not float:
            raise BadMessage("not a complex number")
        return complex(real, imaginary)

    def wholes(self, parts: list[Any], depth: int) -> list[int]:
        wholes = self._list(parts, depth)
        if not all(type(part) is int for part in wholes):
            raise BadMessage("not whole numbers")
        return wholes

    def _Fraction(self, parts: list[Any], depth: int) -> Fraction:  # noqa: N802  called as its class
        above, below = self.wholes(parts, depth)
        return Fraction(above, below)

    def _range(self, parts: list[Any], depth: int) -> range:
        start, stop, step = self.wholes(parts, depth)
        made = range(start, stop, step)
        if len(made) > MOST_VALUES:
            raise BadMessage("too large")
        return made

    def _list(self, parts: list[Any], depth: int) -> list[Any]:
        if depth <= DEEPEST and len(parts) <= self.left and {*map(type, parts)} <= AS_THEY_ARE:
            self.left -= len(parts)
            return [*parts]
        return [self.value(part, depth) for part in parts]

    def _tuple(self, parts: list[Any], depth: int) -> tuple[Any, ...]:
        return tuple(self._list(parts, depth))

    def _set(self, parts: list[Any], depth: int) -> set[Any]:
        return set(self._list(parts, depth))

    def _frozenset(self, parts: list[Any], depth: int) -> frozenset[Any]:
        return frozenset(self._list(parts, depth))

    def _dict(self, parts: list[Any], depth: int) -> dict[Any, Any]:
        return {self.value(key, depth): self.value(item, depth) for key, item in parts}

    def _array(self, parts: list[Any], depth: int) -> arrays.Array:
        return arrays.array_of(*parts)

    def _scalar(self, parts: list[Any], depth: int) -> Any:
        kind, content = parts
        return arrays.array_of(kind, [], content)[()]

    def _str_(self, parts: list[Any], depth: int) -> np.str_:
        (held,) = self._list(parts, depth)
        if type(held) is not str:
            raise BadMessage("no text")
        return np.str_(held)

    def _bytes_(self, parts: list[Any], depth: int) -> np.bytes_:
        return np.bytes_(self._bytes(parts, depth))

    def _letters(self, parts: list[Any], depth: int) -> arrays.Array:
        kind, width, shape, writeable, *items = parts
        return arrays.letters_of(kind, width, shape, writeable, self._list(items, depth))

    def _objects(self, parts: list[Any], depth: int) -> arrays.Array:
        kind, shape, writeable, *items = parts
        return arrays.objects_of(kind, shape, writeable, self._list(items, depth))

    def _class(self, parts: list[Any], depth: int) -> type:
        (name,) = parts
        if (found := class_named(text(name))) is None:
            raise BadMessage("not a class of tinyml")
        return found

    def _tinyml(self, parts: list[Any], depth: int) -> Any:
        name, *rest = parts
        build = builder(name)
        if build is None:
            raise BadMessage("not a value of tinyml")
        return build(*(self.value(part, depth) for part in rest))

    def _twin(self, parts: list[Any], depth: int) -> object:
        number, kind, asked, message = parts
        held = self.value(message, depth)
        base: Any = type(held)
        if (
            base not in TWINNED
            or type(asked) is not list
            or not {*asked} <= {"__call__", MISSING, *overruling().WAYS, *public(base)}
        ):
            raise BadMessage("a twin of nothing")
        return self.side.twin(whole(number), text(kind), tuple(asked), held)

    def _back(self, parts: list[Any], depth: int) -> object:
        return self.side.fetch(whole(parts[0]))

    def _given(self, parts: list[Any], depth: int) -> object:
        (name,) = parts
        return self.side.named(text(name))

    def _handle(self, parts: list[Any], depth: int) -> object:
        number, kind, *told = parts
        said = {name: text(words, MOST_DOC) for name, words in told}
        if not said.keys() <= {*TOLD}:
            raise BadMessage("more than a name")
        return self.side.proxy(whole(number), text(kind), said)

    def _arrow(self, parts: list[Any], depth: int) -> object:
        number, name, *ends = parts
        source, target = (self.value(end, depth) for end in ends)
        if type(source) is not Space or type(target) is not Space:
            raise BadMessage("an arrow without ends")
        return self.side.arrow(whole(number), text(name), source, target)


READABLE = frozenset(name[1:] for name in vars(_Reader) if name.startswith("_") and not name.startswith("__"))
