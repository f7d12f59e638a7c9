"""Editors: what programs and people do to a notebook without touching an answer.

Each change keeps what the notebook means; `saved` turns it into the bytes of a file.
"""

from __future__ import annotations

import ast
import codecs
import json
from collections.abc import Callable
from copy import deepcopy
from itertools import pairwise
from random import Random
from typing import Any

from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell

from . import paper
from .formats import old
from .variants import NAMES, Answer

Change = Callable[[Random, Any], None]
OWN = [
    "1 + 1",
    "print('hello')",
    "%timeit 1",
    "",
    "# only a remark",
    "x = 3\nx",
    "!ls",
    "import os",
    "start",
    "?",
    "1 / 0",
    "(",
]


def assembled(answers: list[Answer]) -> Any:
    """Return a notebook with these answers, each with its own cells above and below it."""
    made = paper.release()
    cells: list[Any] = []
    given = {answer.question: answer for answer in answers}
    for cell in made.cells:
        answer = given.get(cell.id)
        cells += [new_code_cell(source) for source in (answer.above if answer else [])]
        cell.source = answer.source if answer else paper.TEXT if cell.id == "reason" else cell.source
        cells.append(cell)
        cells += [new_code_cell(source) for source in (answer.below if answer else [])]
    made.cells = cells
    return made


def own_cells(random: Random, made: Any) -> None:
    """Add cells with notes, tries and errors."""
    for _ in range(random.randint(1, 5)):
        source = random.choice(OWN)
        new: Callable[[str], Any] = random.choice([new_code_cell, new_code_cell, new_markdown_cell, new_raw_cell])
        cell = new(source)
        made.cells.insert(random.randrange(len(made.cells) + 1), cell)


def outputs(random: Random, made: Any) -> None:
    """Save what the cells printed."""
    for cell in made.cells:
        if cell.cell_type == "code":
            cell.execution_count = random.randrange(1000)
            cell.outputs = [new_output("stream", text="x" * random.randrange(1000))]


def blocks(random: Random, made: Any) -> None:
    """Move whole questions, each with its own cells."""
    starts = [k for k, cell in enumerate(made.cells) if cell.id.endswith("-task")] + [len(made.cells)]
    parts = [made.cells[first:end] for first, end in pairwise(starts)]
    random.shuffle(parts)
    made.cells = [*made.cells[: starts[0]], *(cell for part in parts for cell in part)]


def shuffled(random: Random, made: Any) -> None:
    """Move cells anywhere."""
    random.shuffle(made.cells)


def checks_last(_random: Random, made: Any) -> None:
    made.cells.sort(key=lambda cell: cell.id.endswith("-check"))


def deleted(random: Random, made: Any) -> None:
    """Delete cells that were given."""
    kept = {*paper.CODE, "reason"}
    made.cells = [cell for cell in made.cells if cell.id not in GIVEN or cell.id in kept or random.random() < 0.5]


GIVEN = {cell.id for cell in paper.master().cells}


def doubled(random: Random, made: Any) -> None:
    """Copy cells, with all their names."""
    for cell in random.sample(made.cells, 3):
        made.cells.insert(random.randrange(len(made.cells) + 1), deepcopy(cell))


def split(random: Random, made: Any) -> None:
    """Split answers between two statements; both halves keep nbgrader's name."""
    for cell in [cell for cell in made.cells if cell.id in paper.CODE]:
        starts = statements(cell.source)[1:]
        if starts:
            lines, line = cell.source.split("\n"), random.choice(starts)
            second = deepcopy(cell)
            cell.source, second.source = "\n".join(lines[:line]), "\n".join(lines[line:])
            second.id = f"{cell.id}-split"
            made.cells.insert(made.cells.index(cell) + 1, second)


def statements(source: str) -> list[int]:
    """Return the lines, counted from 0, at which a cell can be split into statements; none if it is no plain Python."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return []
    places = {min([one.lineno, *(mark.lineno for mark in getattr(one, "decorator_list", []))]) - 1 for one in body}
    return sorted(places)


def copied(random: Random, made: Any) -> None:
    """Copy answers, and the cells as they were given out, to places below them, with nbgrader's names."""
    given_out = {cell.id: cell for cell in paper.release().cells}
    for cell in [cell for cell in made.cells if cell.id in paper.CODE]:
        for number, copy in enumerate((deepcopy(cell), given_out[cell.id])):
            copy.id = f"{cell.id}-copy-{number}"
            made.cells.insert(random.randint(made.cells.index(cell) + 1, len(made.cells)), copy)


def tried(_random: Random, made: Any) -> None:
    """Go on trying in a copy below a check that has accepted the answer."""
    for cell in [cell for cell in made.cells if cell.id in paper.CODE]:
        copy = deepcopy(cell)
        copy.id, copy.source = f"{cell.id}-try", f"{NAMES[cell.id]} = None"
        check = next(k for k, one in enumerate(made.cells) if one.id == f"{cell.id}-check")
        made.cells.insert(check + 1, copy)


def touched_checks(_random: Random, made: Any) -> None:
    """Touch check cells without a purpose."""
    for cell in made.cells:
        if cell.id.endswith("-check"):
            cell.source = f"\n{cell.source}  \n\n"


def no_metadata(_random: Random, made: Any) -> None:
    for cell in made.cells:
        cell.metadata = {}


def no_ids(_random: Random, made: Any) -> None:
    made.nbformat_minor = 4
    for cell in made.cells:
        cell.pop("id", None)


def other_ids(random: Random, made: Any) -> None:
    """Give new ids to all cells, as some editors do when they save."""
    for cell in made.cells:
        cell.id = f"{random.randrange(16**8):08x}"


def other_metadata(random: Random, made: Any) -> None:
    """Add what Colab, VS Code and others leave behind."""
    made.metadata.update(colab={"provenance": []}, vscode={"x": 1}, toc=None)
    for cell in made.cells:
        cell.metadata.update(random.choice([{"id": "abc"}, {"tags": ["x"]}, {"collapsed": True}, {"vscode": {}}, {}]))


def minor_version(random: Random, made: Any) -> None:
    made.nbformat_minor = random.randrange(10)


def lines(_random: Random, made: Any) -> None:
    """Store the text of a cell as a list of its lines."""
    for cell in made.cells:
        cell.source = cell.source.splitlines(keepends=True)


IN_ORDER: dict[str, Change] = {  # a later one may take away what an earlier one looks at
    "own cells": own_cells,
    "split": split,
    "copied": copied,
    "tried": tried,
    "outputs": outputs,
    "blocks": blocks,
    "checks last": checks_last,
    "shuffled": shuffled,
    "deleted": deleted,
    "doubled": doubled,
    "touched checks": touched_checks,
    "other metadata": other_metadata,
    "no metadata": no_metadata,
    "other ids": other_ids,
    "no ids": no_ids,
    "minor version": minor_version,
}


MOVES = ("blocks", "shuffled")
"""Changes that could move a helper behind another one of the same name."""
UNDONE = {"split": {"shuffled"}, "tried": {"shuffled", "checks last", "deleted", "doubled", "copied"}}
"""Changes after which the notebook itself would no longer accept what it had accepted."""


def edited(random: Random, answers: list[Answer]) -> tuple[bytes, list[str]]:
    """Return a notebook with these answers as a file after some changes, and their names."""
    made = assembled(answers)
    chosen = [name for name in IN_ORDER if random.random() < 0.2]
    if any(answer.above or answer.below for answer in answers):
        chosen = [name for name in chosen if name not in MOVES]
    if {"no metadata", "other ids", "no ids"} & set(chosen):
        chosen = [name for name in chosen if name != "shuffled"]  # nobody knows where its cells belong
    chosen = [name for name in chosen if not UNDONE.get(name, set()) & set(chosen)]
    for name in chosen:
        IN_ORDER[name](random, made)
    saving = random.choice(list(SAVED))
    return SAVED[saving](made), [*chosen, saving]


def compact(made: Any) -> bytes:
    return json.dumps(made, separators=(",", ":")).encode()


def readable(made: Any) -> bytes:
    return json.dumps(made, indent=2, ensure_ascii=False, sort_keys=True).encode()


def in_lines(made: Any) -> bytes:
    lines(Random(0), made)
    return json.dumps(made, indent=1).encode()


def with_returns(made: Any) -> bytes:
    for cell in made.cells:
        cell.source = cell.source.replace("\n", "\r\n")
    return json.dumps(made, indent=1).encode().replace(b"\n", b"\r\n")


SAVED: dict[str, Callable[[Any], bytes]] = {
    "compact": compact,
    "readable": readable,
    "lines": in_lines,
    "returns": with_returns,
    "mark": lambda made: codecs.BOM_UTF8 + readable(made),
    "utf-16": lambda made: json.dumps(made, ensure_ascii=False).encode("utf-16"),
    "format 3": lambda made: json.dumps(old(made)).encode(),
}
