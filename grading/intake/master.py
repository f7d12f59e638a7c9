"""The master: what a notebook of exercises asks, gives and checks, as its author wrote it.

    given      locked code that stands in every notebook; the checker runs it as well as the box
    answer     what the reader writes
    check      the hidden and visible tests of one question, with its points
    by hand    free text, which waits for a person

Checked by tests/grading/test_master.py.
"""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, final

STUB, TEXT_STUB = "...", "Write your answer here."
BEGIN_SOLUTION, END_SOLUTION = "### BEGIN SOLUTION", "### END SOLUTION"
BEGIN_HIDDEN, END_HIDDEN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"


class NotAMaster(Exception):
    """A notebook that cannot be used as a master; the message says which cell is wrong."""


@final
@dataclass(frozen=True, slots=True)
class MasterCell:
    """One code cell of a master, or a cell that is marked by hand."""

    role: str
    name: str
    source: str
    points: float = 0.0

    @property
    def question(self) -> str:
        """The name of the question that a check or a text belongs to."""
        return self.name.removesuffix("-check")

    @property
    def visible(self) -> str:
        """The text without hidden tests."""
        return cut(self.source, BEGIN_HIDDEN, END_HIDDEN, None)

    @property
    def hides_its_tests(self) -> bool:
        """Whether a question knows when its hidden tests begin: each part of them begins with `ask.hide()`."""
        parts = self.source.split(BEGIN_HIDDEN)[1:]
        return all(part.strip().startswith("ask.hide()") for part in parts)

    @property
    def released(self) -> str:
        """The text that the reader is given: without solutions and hidden tests."""
        if self.role == "by hand" and BEGIN_SOLUTION not in self.source:
            return TEXT_STUB
        return cut(self.visible, BEGIN_SOLUTION, END_SOLUTION, TEXT_STUB if self.role == "by hand" else STUB)

    @property
    def wanted(self) -> frozenset[str]:
        """The names that a check asks the reader's notebook for."""
        if self.role != "check":
            return frozenset()
        calls = [node for node in ast.walk(ast.parse(self.source)) if isinstance(node, ast.Call)]
        return frozenset(
            str(call.args[0].value)
            for call in calls
            if isinstance(call.func, ast.Attribute)
            and call.func.attr in ("call", "value")
            and call.args
            and isinstance(call.args[0], ast.Constant)
        )


@final
@dataclass(frozen=True, slots=True)
class Master:
    """A notebook of exercises as its author wrote it."""

    cells: tuple[MasterCell, ...]
    tasks: tuple[str, ...] = ()
    """The texts that the reader is given."""

    @property
    def marked(self) -> tuple[MasterCell, ...]:
        """The cells that give points, by a check or by hand, in order."""
        return tuple(cell for cell in self.cells if cell.role in ("check", "by hand"))

    def wanted_by(self, answer: str) -> frozenset[str]:
        """Return the names that the checks after an answer, up to the next answer, ask for."""
        position = next(k for k, cell in enumerate(self.cells) if cell.role == "answer" and cell.name == answer)
        names: set[str] = set()
        for cell in self.cells[position + 1 :]:
            if cell.role == "answer":
                break
            names |= cell.wanted
        return frozenset(names)


def cut(source: str, begin: str, end: str, instead: str | None) -> str:
    """Remove the lines from each `begin` to its `end`, and put one line in their place."""
    kept: list[str] = []
    inside = False
    for line in source.split("\n"):
        if begin in line:
            inside = True
            if instead is not None:
                kept.append(line[: len(line) - len(line.lstrip())] + instead)
        elif end in line:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


@lru_cache(maxsize=32)
def master_of(content: bytes) -> Master:
    """Read a master from the bytes of its file."""
    notebook = json.loads(content)
    cells = [cell for cell in map(_cell, notebook["cells"]) if cell is not None]
    names = [cell.name for cell in cells if cell.role != "given"]
    if doubled := {name for name in names if names.count(name) > 1}:
        raise NotAMaster(f"the name {min(doubled)} is used twice")
    texts = [raw for raw in notebook["cells"] if raw["cell_type"] == "markdown" and _cell(raw) is None]
    return Master(tuple(cells), tuple("".join(raw["source"]) for raw in texts))


def _cell(raw: dict[str, Any]) -> MasterCell | None:
    grader = raw["metadata"].get("nbgrader", {})
    source = "".join(raw["source"])
    solution, grade = bool(grader.get("solution")), bool(grader.get("grade"))
    code = raw["cell_type"] == "code"
    name, points = str(grader.get("grade_id", raw.get("id", ""))), float(grader.get("points", 0))
    if grade and solution:
        return MasterCell("by hand", name, source, points)
    if grade and code:
        return MasterCell("check", name, source, points)
    if solution and code:
        return MasterCell("answer", name, source)
    return MasterCell("given", name, source) if code else None
