"""A tour of what the package holds: `python -m tinyml.demo`.

Each chapter has a section here, in a module with the chapter's name: its title is the first line of the module's
docstring, and `lines` yields what it says.  Every type and every number is read from the objects while it runs.
Checked by tests/package/test_demo.py.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from textwrap import fill

import tinyml
from tinyml.errors import EmptyInput

WIDTH = 72


@dataclass(frozen=True)
class Section:
    """What the tour says of one chapter."""

    name: str
    title: str
    lines: Callable[[], Iterator[str]]


def sections() -> list[Section]:
    """Return the sections in the order of the chapters."""
    modules = {chapter: importlib.import_module(f"{__name__}.{chapter}") for chapter in tinyml.CHAPTERS}
    return [
        Section(chapter.partition("_")[2], str(module.__doc__).partition("\n")[0], module.lines)
        for chapter, module in modules.items()
    ]


def run_demo(*names: str) -> None:
    """Print the named sections, all of them when none is named; `EmptyInput` for a name that there is not."""
    every = sections()
    for name in names:
        if name not in {section.name for section in every}:
            raise EmptyInput(f"section {name!r}", f"there are {', '.join(section.name for section in every)}")
    for number, section in enumerate(every, start=1):
        if not names or section.name in names:
            print(f"{number}. {section.title}")
            for line in "\n".join(section.lines()).splitlines():
                margin = "  " + " " * (len(line) - len(line.lstrip()))
                print(fill(line.lstrip(), WIDTH, initial_indent=margin, subsequent_indent=f"{margin}  "))
            print()
