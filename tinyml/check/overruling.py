"""Overruling: what a reader's value says of itself in place of what Python keeps in it.

    overruled(value) = "class Fake overrules __eq__ of dict", or nothing

A check that looks into a value compares it, counts it and goes through it by Python's own ways.  A class of the
reader's that has a way of its own would be asked whether it is right; so it is refused, and by name.  Classes of
libraries are not: a Counter compares as everybody knows.
Laws (tests/check/test_overruling.py): a value with one way of its own is refused, wherever it stands; a value without
one is not.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from tinyml.check.agreement import FAILURES, is_one_of, kind

BASES: tuple[type, ...] = (int, float, complex, str, list, tuple, set, frozenset, dict, np.ndarray)
WAYS = (
    *("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__"),
    *("__bool__", "__len__", "__iter__", "__contains__", "__getitem__"),
)
"""How a check compares a value, counts it and goes through it."""
TOLD = "_overrules"
"""Where the class of a value says so that stands for one which is elsewhere: an instructor's grader has it in a box."""
PLAIN = (type(None), bool, int, float, complex, str, bytes)
MOST = 100_000
"""Parts of a value that are looked at."""


def overruled(value: Any) -> str:
    """Say what a value, or a part of it, overrules; nothing where it overrules nothing."""
    for part in parts_of(value):
        if is_one_of(type(part), BASES):
            continue
        base = next((base for base in BASES if issubclass(type(part), base)), None)
        if base is not None and (ways := ways_of(type(part))):
            return f"class {kind(part)} overrules {ways[0]} of {base.__name__}"
        if base is None and equals_anything(part):
            return f"class {kind(part)} says that it equals what it has never seen"
    return ""


def parts_of(value: Any) -> Iterator[Any]:
    """Yield what is in a value, with it, and what is in that; of plain numbers and texts nothing."""
    left, seen = [value], set[int]()
    while left and len(seen) < MOST:
        part = left.pop()
        if is_one_of(type(part), PLAIN) or id(part) in seen:
            continue
        seen.add(id(part))
        yield part
        left += held_by(part)


def held_by(part: Any) -> list[Any]:
    """Return what Python keeps in a container, whatever its class says."""
    own = type(part)
    if issubclass(own, dict):
        items: Any = dict.items  # pyright: ignore[reportUnknownMemberType]
        return [one for pair in items(part) for one in pair]
    if issubclass(own, np.ndarray):
        return list(np.asarray(part).ravel()) if np.asarray(part).dtype == object else []
    base: Any = next((base for base in (list, tuple, set, frozenset) if issubclass(own, base)), None)
    return [] if base is None else list(base.__iter__(part))


def ways_of(own: type) -> list[str]:
    """Return the ways that a class has of its own; classes that a library has under their names are its."""
    mro: tuple[type, ...] = type.__dict__["__mro__"].__get__(own)
    held = [type.__dict__["__dict__"].__get__(one) for one in mro if not is_published(one)]
    found = set[str]().union(*held, *(names.get(TOLD, ()) for names in held))
    return [way for way in WAYS if way in found]


def is_published(own: type) -> bool:
    """Whether a class is where it says that it is, in a module that is not the notebook."""
    module, name = (type.__dict__[part].__get__(own) for part in ("__module__", "__name__"))
    if type(module) is not str or module == "__main__":
        return False
    return vars(sys.modules.get(module, sys)).get(name) is own


def equals_anything(value: Any) -> bool:
    """Whether a value of a class that stands under none of Python's says that it equals what it cannot know."""
    if is_published(type(value)):
        return False
    try:
        return any(bool(value == one) for one in (object(), (object(),), f"{id(value)} of {id(object())}"))
    except FAILURES:  # what raises when it is compared is not equal
        return False
