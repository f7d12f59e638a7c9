"""Former names: chapters that were renamed or cut, so that what a class has of them is still graded and shown.

    07_calculus   ->  09_calculus                               the same questions
    06_structure  ->  06_functors, 07_naturality, 08_monoids    its own questions, wherever they stand now

A former name goes on to name an assignment: files, records, tables and gradebooks keep it, and nothing is moved.
Only its master is made of those of today.  Where a course has a master of that name, the name is not a former one.
Checked by tests/grading/test_former.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from grading.marking.record import Record

FORMER: dict[str, dict[str, tuple[str, ...]]] = {
    "06_structure": {
        "06_functors": ("functor-laws", "merge", "two-ahead"),
        "07_naturality": ("natural",),
        "08_monoids": ("shards", "summary"),
    },
    "07_calculus": {"09_calculus": ()},
    "08_tape": {"10_tape": ()},
}
"""Of each former name the masters of today and the questions that are taken from them; none named are all."""

Cell = dict[str, Any]


def master(name: str, at: Callable[[str], Path]) -> bytes | None:
    """Return the master of an assignment; None where there is none, or no longer all that a former one asked.

    `at` says where the master of a name stands.
    """
    if at(name).is_file():
        return at(name).read_bytes()
    parts = FORMER.get(name, {})
    if not parts or not all(at(now).is_file() for now in parts):
        return None
    if not any(parts.values()):
        return at(*parts).read_bytes()
    return joined([(json.loads(at(now).read_bytes()), questions) for now, questions in parts.items()])


def joined(parts: list[tuple[Any, tuple[str, ...]]]) -> bytes | None:
    """Return a master of the questions that are taken from several, or None when one of them is missing."""
    found = [by_question(notebook["cells"]) for notebook, _ in parts]
    taken = [(cells, name) for cells, (_, names) in zip(found, parts, strict=True) for name in names]
    if any(name not in cells for cells, name in taken):
        return None
    middle = [cell for cells, name in taken for cell in cells[name]]
    first, last = (merged(cell for cells in found for cell in cells.get(end, [])) for end in ("", "points"))
    return json.dumps({**parts[0][0], "cells": [*first, *middle, *last]}).encode()


def by_question(cells: Iterable[Cell]) -> dict[str, list[Cell]]:
    """Return the cells of a master by their questions: those before the first under "", and the last under "points"."""
    found: dict[str, list[Cell]] = {}
    question = ""
    for cell in cells:
        if cell["id"].endswith("-task") or cell["id"] == "points":
            question = cell["id"].removesuffix("-task")
        found.setdefault(question, []).append(cell)
    return found


def merged(cells: Iterable[Cell]) -> list[Cell]:
    """Return one cell for each name, with the texts of all that have it: set-up is one cell for every gradebook."""
    found: dict[str, Cell] = {}
    for cell in cells:
        before = [found[cell["id"]]["source"], "\n\n"] if cell["id"] in found else []
        found[cell["id"]] = {**cell, "source": "".join(["".join(text) for text in (*before, cell["source"])])}
    return list(found.values())


def elsewhere(assignment: str, masters: Iterable[str]) -> set[str]:
    """Return the names of folders whose files belong to other assignments of a course than this one."""
    current = set(masters)
    former = {name for name in FORMER.keys() - current if FORMER[name] != {assignment: ()}}
    return (current | former) - {assignment}


def noted(record: Record, assignment: str, masters: Iterable[str]) -> Record:
    """Return a record whose reasons say that the file was handed in under a former name, if so."""
    former = FORMER.keys() - set(masters)
    name = next((name for name in sorted(former) if name == assignment or is_in(name, record.file)), "")
    if not name:
        return record
    words = f"{name} is now {', '.join(FORMER[name])}"
    reasons = (replace(verdict, reason=f"{words}\n{verdict.reason}") for verdict in record.verdicts)
    return replace(record, verdicts=tuple(reasons))


def is_in(name: str, file: str) -> bool:
    """Whether a part of a path has this name, or ends in it, as platforms write it.

    >>> [is_in("08_tape", file) for file in ("ada/08_tape/x.ipynb", "ada_12_08_tape-1.ipynb", "108_tape.ipynb")]
    [True, True, False]
    """
    return re.search(rf"(?<![^/_]){name}(?![^/.-])", file) is not None
