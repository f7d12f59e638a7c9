"""Values whose classes raise or lie wherever they are asked, for tests that nothing of a reader's is believed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tinyml.check import overruling

ASKED = (
    *("eq", "ne", "lt", "le", "gt", "ge", "bool", "len", "iter", "contains", "getitem", "float", "int", "index"),
    *("str", "repr", "format", "abs", "sub", "rsub", "add", "radd", "neg", "trunc", "round", "complex", "call"),
    *("array", "array_ufunc", "array_function", "array_interface", "array_struct", "next", "missing", "reversed"),
)
RAISED: tuple[type[BaseException], ...] = (ZeroDivisionError, SystemExit, RecursionError, StopIteration, AttributeError)
BASES: tuple[Any, ...] = (object, float, int, str, list, tuple, dict, set, frozenset, np.float64, np.ndarray, Exception)


def raising(base: Any, error: type[BaseException]) -> Any:
    """Return a value of a class, a subclass of `base`, of which every question raises."""

    def fails(*_: object, **__: object) -> Any:
        raise error("on purpose")

    names = {f"__{name}__": fails for name in ASKED}
    made = type("Raising", (base,), {**names, "__class__": property(fails), "__hash__": base.__hash__})
    return np.ones(7).view(made) if base is np.ndarray else base.__new__(made)


def lying(base: Any) -> Any:
    """Return a value of a class, a subclass of `base`, that is equal to everything and near to everything."""

    def yes(*_: object) -> bool:
        return True

    def itself(self: Any, *_: object) -> Any:
        return self

    names: dict[str, Any] = {f"__{name}__": yes for name in ("eq", "le", "lt", "ge", "gt", "bool", "contains")}
    names |= {"__ne__": lambda self, other: False, "__hash__": lambda self: hash(1), "__len__": lambda self: 1}
    names |= {f"__{name}__": itself for name in ("sub", "rsub", "abs", "getitem")}
    names |= {"__class__": property(lambda self: float), "__repr__": lambda self: "1.5\n" * 10_000}
    made = type("Lying\n" * 50, (base,), names)
    return np.ones(7).view(made) if base is np.ndarray else base.__new__(made)


class Meta(type):
    """A class of classes that lie about themselves."""

    __name__ = property(lambda cls: 1 / 0)

    def __eq__(cls, other: object) -> bool:
        return True

    def __hash__(cls) -> int:
        return hash(float)

    def __instancecheck__(cls, instance: object) -> bool:
        return True

    def __subclasscheck__(cls, subclass: type) -> bool:
        return True


def of_a_lying_class() -> Any:
    names: dict[str, Any] = {f"__{name}__": lambda self, other: True for name in ("eq", "le", "lt", "ge", "gt")}
    names |= {"__hash__": lambda self: 1, "__abs__": lambda self: 0.0, "__float__": lambda self: 0.0}
    return Meta("float", (), names | {f"__{name}__": lambda self, other: 0.0 for name in ("sub", "rsub")})()


def endless_list() -> list[Any]:
    inside: list[Any] = []
    inside.append(inside)
    return inside


def endless_array() -> Any:
    array = np.empty((), dtype=object)
    array[()] = array
    return array


def endless_dict() -> dict[str, Any]:
    inside: dict[str, Any] = {}
    inside["a"] = inside
    return inside


def deep_list() -> list[Any]:
    inside: list[Any] = []
    for _ in range(5_000):
        inside = [inside]
    return inside


def named(name: str, make: Callable[..., Any], *arguments: Any) -> Callable[[], Any]:
    def made() -> Any:
        return make(*arguments)

    made.__name__ = name
    return made


LIARS: list[Callable[[], Any]] = [
    *(named(f"raising_{base.__name__}", raising, base, ZeroDivisionError) for base in BASES),
    *(named(f"lying_{base.__name__}", lying, base) for base in BASES),
    *(named(f"raising_{error.__name__}", raising, object, error) for error in RAISED[1:]),
    of_a_lying_class,
]
HOSTILE = [*LIARS, endless_list, endless_array, endless_dict, deep_list]


hostile = st.builds(lambda make: make(), st.sampled_from(HOSTILE))


CONTAINED: dict[type, Any] = {list: [1], tuple: (1,), set: {1}, frozenset: {1}, dict: {1: 2}, np.ndarray: [1.0]}


def with_one_way(base: Any, way: str) -> Any:
    """Return a value of a class that has one way of its own, and it is the one of its base or always true."""
    kept = getattr(base, way, None)
    made = type("Fake", (base,), {"__hash__": base.__hash__, way: kept or (lambda self, *_: True)})
    if base is np.ndarray:
        return np.ones(2).view(made)
    return made(CONTAINED.get(base, 1 if base in (int, float, complex) else base()))


PLACES: list[Callable[[Any], Any]] = [
    *(
        lambda value: value,
        lambda value: [0, value],
        lambda value: {"a": (1, value)},
        lambda value: OrderedDict(a=value),
    ),
    *(lambda value: {"a": [value]}, lambda value: np.array([0, None, [value]], dtype=object)),
]
"""Where a value may stand: alone, or somewhere in another one."""
one_way_liars = st.builds(with_one_way, st.sampled_from(overruling.BASES), st.sampled_from(overruling.WAYS))
