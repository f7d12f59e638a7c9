"""What a chapter asks: the directives `guess` and `checkpoint` of a notebook, found in its Markdown before it is run.

They are needed that early because the chapter itself computes the keys, in cells that are added to its run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, final

from sphinx.errors import ExtensionError

from book_pages.guesses_toml import FOLDER, KINDS, Answers, Kind, answers_of, chapters

DIRECTIVE = re.compile(
    r"^(?P<fence>`{3,}|:{3,})\{(?P<directive>guess|checkpoint)\}[ \t]*(?P<name>.*)\n(?P<options>(?::[\w-]+:.*\n)*)",
    re.MULTILINE,
)
OPTION = re.compile(r"^:([\w-]+):[ \t]*(.*?)[ \t]*$", re.MULTILINE)
NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


@final
@dataclass(frozen=True, slots=True)
class Asked:
    """A guess as a chapter asks it, with what it is answered with."""

    name: str
    kind: Kind
    cell: str | None
    answers: Answers


def asked_in(chapter: str, notebook: dict[str, Any], entries: dict[str, object]) -> list[Asked]:
    """Return what a notebook asks; refuse what has no entry, no cell or no question, and say what to do."""
    cells = [cell["metadata"].get("name") for cell in notebook["cells"] if cell["cell_type"] == "code"]
    prose = ("".join(cell["source"]) + "\n" for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    found = [one(chapter, match, entries, cells) for text in prose for match in DIRECTIVE.finditer(text)]
    names = [asked.name for asked in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ExtensionError(f"{chapter} asks “{twice[0]}” twice: a browser remembers answers by these names")
    if unasked := sorted(set(entries) - set(names)):
        raise ExtensionError(f"{FOLDER} answers “{unasked[0]}” of {chapter}, and the chapter does not ask it")
    return found


def one(chapter: str, match: re.Match[str], entries: dict[str, object], cells: Iterable[str | None]) -> Asked:
    options = dict(OPTION.findall(match["options"]))
    name, kind, cell = match["name"].strip(), cast("Kind", options.get("kind")), options.get("cell")
    where = f"{chapter}, {name}"
    if not NAME.fullmatch(name):
        raise ExtensionError(f"{chapter} asks “{name}”: a guess is called in small letters, like loss-at-ten")
    if kind not in KINDS:
        raise ExtensionError(f"{where}: `:kind:` is one of {', '.join(KINDS)}, and not {kind!r}")
    if name not in entries:
        raise ExtensionError(f"{where}: {FOLDER} has no entry for it, so nobody could be answered")
    if cell is None and kind != "text":
        raise ExtensionError(f"{where}: `:cell:` has to name the code cell after which its key is computed")
    if cell is not None and [*cells].count(cell) != 1:
        raise ExtensionError(
            f"{where}: no code cell, or more than one, is called {cell!r}: the name is in the cell's metadata, "
            f'"name": "{cell}"'
        )
    return Asked(name, kind, cell, answers_of(where, kind, entries[name]))


def asked_by_chapter(root: Path, chapter: str, notebook: dict[str, Any]) -> list[Asked]:
    """Return what a chapter of the book asks."""
    return asked_in(chapter, notebook, chapters(root).get(chapter, {}))
