"""Proxies: functions, arrows and objects that live on the other side of the wire.

An arrow from the other side composes with ours: it knows its name, source and target, and `>>` checks them as
always.  A twin is a value that is here as well, with attributes that are there.  An error raised there is raised
again here, as the class of Python or of tinyml that it was or stood under; any other error of the reader's own comes
as a `TheirError` with its words.
Checked by tests/grading/test_box.py.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

import tinyml
from grading.box import reading, wire, writing
from tinyml import Morphism, Space, TinyMLError

WORDS = 500
ENDS = (StopIteration, StopAsyncIteration)
"""Errors that end a loop over calls as if it had come to its end."""


class TheirError(Exception):
    """An error of a class that only the other side has."""


class Stopped(Exception):
    """The other side is gone: it ran for too long, ended itself, or sent what nobody can read."""


Ask = Callable[[list[Any]], Any]


class RemoteObject(wire.Remote):
    """Something with attributes on the other side, which may be called where it can be called there."""

    _ask: Ask

    def _call(self, *arguments: object, **named: object) -> Any:
        return self._ask(["call", self.number, arguments, named])

    def _missing(self, key: object) -> Any:
        return self._ask(["attribute", self.number, wire.MISSING])(key)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or self.number is None:
            raise AttributeError(name)
        return self._ask(["attribute", self.number, name])


class RemoteFunction(RemoteObject):
    """Something callable, or an object, of which nothing but what it is `told` to be is on this side."""

    def __init__(self, ask: Ask, number: int, kind: str, told: dict[str, str]) -> None:
        self._ask, self.number, self._kind = ask, number, kind
        self.__doc__: str | None = None
        vars(self).update(told)

    __call__ = RemoteObject._call

    def __repr__(self) -> str:
        return f"a {self._kind}"


def is_function(value: object) -> bool:
    """Whether a value stands for a function on the other side, and not for an object that may be called as well."""
    return isinstance(value, RemoteFunction) and value._kind == "function"


@lru_cache(maxsize=64)
def class_of(kind: str) -> type[RemoteFunction]:
    """Return the class for what is of a class on the other side: reasons call it by the name that it has there."""
    return type(kind if kind.isidentifier() else "object", (RemoteFunction,), {})


@lru_cache(maxsize=64)
def twin_class_of(kind: str, base: type, asked: tuple[str, ...]) -> type[Any]:
    """Return the class for what holds the same as a value on the other side, whose class there stands under `base`.

    The attributes that are `asked` for it has from there, like all that `base` does not have.
    """
    known = wire.overruling()
    names: dict[str, Any] = {known.TOLD: tuple(name for name in asked if name in known.WAYS)}
    names |= {name: attribute(name) for name in asked if name not in known.WAYS}
    names |= {"__call__": RemoteObject._call} if "__call__" in asked else {}
    names |= {wire.MISSING: RemoteObject._missing} if wire.MISSING in asked else {}
    return type(kind if kind.isidentifier() else base.__name__, (RemoteObject, base), names)


def attribute(name: str) -> property:
    """Return what asks the other side for an attribute that is here as well."""
    return property(lambda self: RemoteObject.__getattr__(self, name))


def twin(ask: Ask, number: int, kind: str, asked: tuple[str, ...], held: Any) -> Any:
    """Return a value that is compared by what it holds here, and answers and goes back as the one that it came from."""
    base: Any = type(held)
    own = twin_class_of(kind, base, asked)
    made: Any = held.view(own) if isinstance(held, np.ndarray) else own(held)
    made._ask, made.number = ask, number
    return made


class RemoteArrow(wire.Remote, Morphism[Any, Any]):
    """An arrow on the other side."""

    def __init__(self, ask: Ask, number: int, name: str, source: Space, target: Space) -> None:
        self._ask, self.number = ask, number
        self._name, self._source, self._target = name, source, target

    @property
    def name(self) -> str:
        return self._name

    @property
    def source(self) -> Space:
        return self._source

    @property
    def target(self) -> Space:
        return self._target

    def apply(self, value: object, /) -> Any:
        return self._ask(["call", self.number, (value,), {}])


RemoteArrow.__name__ = Morphism.__name__  # so that reasons call it


def raised(error: BaseException, side: wire.Side) -> list[Any]:
    """Return the message that tells of an error."""
    arguments: list[Any] = []
    name = known_kind(error)
    try:
        words = str(error)[:WORDS]
        if isinstance(error, TinyMLError):
            arguments = [writing.encode(argument, side) for argument in error.args]
    except Exception:
        words, arguments = "", []
    return ["raised", name[:100], arguments, words.encode("utf-8", "replace").decode()]


def known_kind(error: BaseException) -> str:
    """Return the name of the class of an error, or of the nearest class behind it that both sides have."""
    for kind in type(error).__mro__:
        if kind in (Exception, BaseException, TinyMLError):
            break
        # tinyml loads every chapter to say that a name is none of its own
        known: object = getattr(tinyml if issubclass(kind, TinyMLError) else builtins, kind.__name__, None)
        if known is kind:
            return kind.__name__
    return type(error).__name__


def result_of(message: list[Any], side: wire.Side) -> Any:
    """Return the value that a reply holds, or raise the error that it tells of."""
    match message:
        case ["value", value]:
            return reading.decode(value, side)
        case ["raised", str(name), list(arguments), str(words)]:
            raise error_of(name, [reading.decode(argument, side) for argument in arguments], words[:WORDS])
    raise wire.BadMessage("not a reply")


def error_of(name: str, arguments: list[Any], words: str) -> Exception:
    """Build the error that was raised on the other side; one that ends a program becomes a `TheirError`."""
    ours, python = getattr(tinyml, name, None), getattr(builtins, name, None)
    try:
        if isinstance(ours, type) and issubclass(ours, TinyMLError) and arguments:
            return ours(*arguments)
        if isinstance(python, type) and issubclass(python, Exception) and not issubclass(python, ENDS):
            return python(words)
    except Exception:
        return TheirError(f"{name}: {words}")
    return TheirError(f"{name}: {words}")
