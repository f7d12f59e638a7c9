"""Hints: which arrow, of all that have been declared, would close the gap between two arrows that do not meet.

The nearest is named: of the chapter of the two arrows or the last one before it, then of a later one.  What a reader
declares comes after the last chapter.  An arrow counts whose types are the very classes that do not meet.
The answer does not depend on what was imported before: the first refusal loads every chapter.
Checked by tests/ch02_arrows/test_hints.py.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias, final

import tinyml
from tinyml.ch02_arrows.space import Space
from tinyml.errors import CompositionError

if TYPE_CHECKING:
    from tinyml.ch02_arrows.category import Morphism

Arrow: TypeAlias = "Morphism[Any, Any]"
Types: TypeAlias = tuple[type, type]
Ends: TypeAlias = tuple[Space, Space]


@final
@dataclass(frozen=True, slots=True)
class Declared:
    """What is known of an arrow from its declaration: its name, its module, the Python types and spaces of its ends."""

    name: str
    module: str
    types: Types
    ends: Ends


_DECLARED: dict[tuple[str, str], Declared] = {}


def declare(declaration: type | Callable[..., object], name: str, types: Types, ends: Ends) -> None:
    """Remember an arrow that a class or a function declares, if a reader can name it: at the top level of a module."""
    module, path = declaration.__module__, declaration.__qualname__
    if path.isidentifier() and object not in types:
        _DECLARED[module, path] = Declared(name, module, types, ends)


def refusal(first: Arrow, second: Arrow, before: Arrow, after: Arrow) -> CompositionError:
    """Return the error of two arrows that do not meet; `before` and `after` are their parts at the joint."""
    types = before.signature[1], after.signature[0]
    hint = closing(types, (first.target, second.source), (before.declared_in, after.declared_in))
    return CompositionError(_row(first), _row(second), hint)


def _row(arrow: Arrow) -> tuple[str, str, str]:
    return arrow.name, str(arrow.source), str(arrow.target)


def closing(types: Types, ends: Ends, modules: tuple[str, str]) -> str:
    """Return the name of the nearest arrow between two ends, or nothing.

    `types` and `ends` are those of the gap, `modules` declare the two arrows around it; a type that is `object` is not
    known.  A gap between two sizes of one kind has no hint: what is declared of an arrow says nothing about sizes.
    """
    wanted = ends[0].unsized(), ends[1].unsized()
    if wanted[0] == wanted[1]:
        return ""
    chapters = _chapters()
    fitting = [arrow for arrow in _DECLARED.values() if arrow.ends == wanted and all(map(_same, arrow.types, types))]
    found = nearest(fitting, modules, chapters)
    return found.name if found else ""


def nearest(arrows: Iterable[Declared], modules: tuple[str, str], chapters: tuple[str, ...]) -> Declared | None:
    """Return the arrow that is nearest to two modules, the first declared of several in one chapter.

    Of what is no chapter, those count that are in one of the two modules or in the notebook: so an import of
    something else changes no answer.
    """
    here = max(_place(module, chapters) for module in modules)

    def distance(arrow: Declared) -> tuple[bool, int]:
        place = _place(arrow.module, chapters)
        return place > here, abs(place - here)

    own = (*modules, "__main__")
    reachable = (arrow for arrow in arrows if arrow.module in own or _place(arrow.module, chapters) < len(chapters))
    return min(reachable, key=distance, default=None)


def snake_case(name: str) -> str:
    """Return the name of a class as arrows print it.

    >>> snake_case("LinearToLogits")
    'linear_to_logits'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


@cache
def _chapters() -> tuple[str, ...]:
    """Load all chapters; return their names in reading order."""
    for chapter in tinyml.CHAPTERS:
        importlib.import_module(f"tinyml.{chapter}")
    return tinyml.CHAPTERS


def _place(module: str, chapters: tuple[str, ...]) -> int:
    """Return the place of a module in the reading order; what is no chapter comes after the last one."""
    package, _, rest = module.partition(".")
    chapter = rest.partition(".")[0]
    return chapters.index(chapter) if package == "tinyml" and chapter in chapters else len(chapters)


def _same(declared: type, wanted: type) -> bool:
    return wanted is object or declared is wanted
