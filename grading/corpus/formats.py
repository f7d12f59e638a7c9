"""Honest work in notebooks that lost something on their way: cells, their order, their names, their format."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from nbformat.v4 import new_code_cell, new_markdown_cell

from . import paper
from .entry import Table, handed_in

add = Table("broken")
ENTRIES = add.entries


def cells(change: Callable[[list[Any]], list[Any]]) -> Callable[[Any], None]:
    """Return a change of a notebook, from a change of its list of cells."""

    def changed(made: Any) -> None:
        made.cells = change(made.cells)

    return changed


def below(name: str, source: str, place: str = "") -> Callable[[Any], None]:
    """Return a change that adds a cell of this name below another one, its own where none is named."""

    def changed(made: Any) -> None:
        position = next(k for k, cell in enumerate(made.cells) if cell.id == (place or name))
        copy = paper.code(name, source, solution=True)
        copy.id = f"{name}-2"
        made.cells.insert(position + 1, copy)

    return changed


def merged(all_: list[Any], names: list[str]) -> list[Any]:
    """Return cells of which some became one, which has the name of the first."""
    parts = [cell for cell in all_ if cell.id in names]
    parts[0].source = "\n\n".join(cell.source for cell in parts)
    return [cell for cell in all_ if cell not in parts[1:]]


def raw(change: Callable[[dict[str, Any]], object], **answers: str) -> dict[str, Any]:
    """Return a right submission as JSON, changed."""
    made: dict[str, Any] = json.loads(paper.written(handed_in(answers)))
    change(made)
    return made


def old(made: Any) -> dict[str, Any]:
    """Return a notebook in format 3, as IPython 2 wrote it."""
    sheet = [
        {"cell_type": "code", "language": "python", "input": cell.source, "outputs": [], "metadata": cell.metadata}
        if cell.cell_type == "code"
        else {"cell_type": "markdown", "source": cell.source.splitlines(True), "metadata": cell.metadata}
        for cell in made.cells
    ]
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": sheet}]}


def bare(made: dict[str, Any], *, ids: bool) -> None:
    """Take all metadata off the cells, and their ids as well unless they are kept."""
    for cell in made["cells"]:
        cell["metadata"] = {}
        if not ids:
            del cell["id"]


def dumped(value: object, **how: Any) -> bytes:
    return json.dumps(value, **how).encode()


# Cells that were lost, doubled or moved.
add("deleted", "an answer was deleted", change=cells(lambda all_: [c for c in all_ if c.id != "shares"]), lost="shares")
add(
    "retyped",
    "answers deleted, and typed again in new cells",
    change=cells(lambda all_: [new_code_cell(c.source) if c.id in paper.CODE else c for c in all_]),
)
add(
    "only-answers",
    "nothing is left but the answers",
    change=cells(lambda all_: [c for c in all_ if c.id in paper.CODE]),
)
add("doubled", "every cell twice", change=cells(lambda all_: [deepcopy(c) for c in all_ for _ in range(2)]))
add(
    "doubled-stub",
    "an answer, and the untouched cell again below it",
    change=cells(lambda all_: [*all_, *[c for c in paper.release().cells if c.id in paper.CODE]]),
)
add(
    "improved",
    "a wrong answer, and a right one in a copy below it",
    {"predicted": "predicted = 1"},
    change=cells(lambda all_: [*all_, paper.code("predicted", "predicted = 11", solution=True)]),
)
add("backwards", "all cells in the opposite order", change=cells(lambda all_: all_[::-1]))
add(
    "checks-first",
    "the checks before the answers",
    change=cells(lambda all_: sorted(all_, key=lambda c: not c.id.endswith("check"))),
)
add(
    "as-text",
    "an answer that became a text by a slip of a key",
    change=cells(
        lambda all_: [
            new_markdown_cell(c.source, id=c.id, metadata=c.metadata) if c.id == "shares" else c for c in all_
        ]
    ),
)
add(
    "elsewhere",
    "an answer in a cell below, with the stub left above it",
    {"shares": "def shares(table):\n    ..."},
    extra={"shares": paper.RIGHT["shares"]},
)
add(
    "split",
    "one answer in two cells",
    {"mean-of": "def total(function, numbers):\n    return sum(map(function, numbers))"},
    extra={"mean-of": "def mean_of(function, numbers):\n    return total(function, numbers) / len(numbers)"},
)
add(
    "split-with-names",
    "answers split by the menu of JupyterLab, which copies the name of a cell",
    {"mean-of": "def total(function, numbers):\n    return sum(map(function, numbers))"},
    change=below("mean-of", "def mean_of(function, numbers):\n    return total(function, numbers) / len(numbers)"),
)
add(
    "split-around-a-cell",
    "an answer in two cells of one name, with a cell of one's own between them",
    {"shares": "axis = 1"},
    extra={"shares": "def sums(table):\n    return table.sum(axis=axis, keepdims=True)"},
    change=below("shares", "def shares(table):\n    return table / sums(table)", "my-6"),
)
add(
    "tried-below",
    "a right answer, and below its check a try in a copy",
    change=below("cooled", "cooled = cooled >> cooled", "cooled-check"),
)
add(
    "guessed-twice",
    "two answers, each of which the visible check accepts: the last counts",
    change=below("predicted", "predicted = 12", "predicted-check"),
    lost="predicted",
)
add(
    "merged",
    "an answer and its check in one cell",
    change=cells(lambda all_: merged(all_, ["predicted", "predicted-check"])),
)
add(
    "merged-with-the-set-up",
    "an answer in the cell that sets up",
    change=cells(lambda all_: merged(all_, ["set-up", "shares"])),
)
add(
    "broken-check",
    "check cells changed by a slip",
    change=cells(
        lambda all_: [
            new_code_cell("oops(" + c.source, id=c.id, metadata=c.metadata) if c.id == "shares-check" else c
            for c in all_
        ]
    ),
)

# Formats.
add.file("format-3", "a notebook of format 3", dumped(old(handed_in({}))))
add.file(
    "format-4-0",
    "format 4.0, without ids",
    dumped(raw(lambda made: (made.update(nbformat_minor=0), [cell.pop("id") for cell in made["cells"]]))),
)
add.file("bare", "no metadata", dumped(raw(lambda made: bare(made, ids=True))))
add.file("bare-without-ids", "no metadata and no ids", dumped(raw(lambda made: bare(made, ids=False))))
add.file(
    "odd-fields",
    "numbers as text, null metadata, unknown keys",
    dumped(
        raw(
            lambda made: (
                made.update(nbformat="4", nbformat_minor=None, metadata=None, extra=[1]),
                [cell.update(outputs=None, execution_count="7", attachments=3) for cell in made["cells"]],
            )
        )
    ),
)
add.file(
    "marked",
    "UTF-8 with a byte order mark and CRLF",
    b"\xef\xbb\xbf" + dumped(raw(lambda made: None), indent=1).replace(b"\n", b"\r\n"),
)
add.file(
    "crlf-cells",
    "CRLF inside the cells",
    dumped(
        raw(lambda made: [cell.update(source="".join(cell["source"]).replace("\n", "\r\n")) for cell in made["cells"]])
    ),
)
add.file(
    "latin-1",
    "Latin-1",
    json.dumps(raw(lambda made: None, predicted="größe = predicted = 11"), ensure_ascii=False).encode("latin-1"),
)
add.file("utf-16", "UTF-16", json.dumps(raw(lambda made: None)).encode("utf-16"))
add.file(
    "large-output",
    "an output of 50 MB",
    dumped(
        raw(
            lambda made: made["cells"][1].update(
                outputs=[{"output_type": "stream", "name": "stdout", "text": "x" * 50_000_000}]
            )
        )
    ),
)
